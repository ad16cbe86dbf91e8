//! Why a call was refused for its caller's identity: 428, 436, 437, 438 and 403 Stale Date (RFC
//! 8224 §6.2.2).

use super::{Age, Field, REFUSED, line, request};
use crate::annotation::{Role, Severity};
use crate::auth::generator;
use crate::identity::{Claims, Fit};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

/// Tells why a request was refused, at the first hop in view.
pub(in crate::rules) fn tell(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = &transaction.outcome else {
        return;
    };
    if !is_about_identity(transaction, answer)
        || transaction.request.is_none()
        || world.parent(transaction).is_some()
    {
        return;
    }
    let draft = describe(world, transaction, answer);
    cx.say_of(id, REFUSED, draft);
}

fn is_about_identity(transaction: &Transaction, answer: &Received) -> bool {
    match answer.code {
        428 | 436 | 437 | 438 => true,
        403 => transaction
            .reason(answer)
            .is_some_and(|reason| reason.eq_ignore_ascii_case("Stale Date")),
        _ => false,
    }
}

fn describe(world: &World, first: &Transaction, answer: &Received) -> Draft {
    let last = generator(world, first);
    let refuser = last.server();
    let label = match answer.code {
        403 => "403 Stale Date".to_owned(),
        code => code_label(code),
    };
    let mut draft = Draft::new(Severity::Error, answer.at.time, String::new());
    let token = last.identity().and_then(<[Claims]>::first);
    let (title, field) = match (answer.code, token) {
        (428, None) => unsigned(world, first, last, &mut draft),
        (428, Some(token)) => {
            draft.explanation = format!(
                "The {} has an Identity, {}, and {} wants another kind, or does not take this one \
                 for an Identity at all.",
                last.method,
                token
                    .extension
                    .as_ref()
                    .map_or_else(|| "without ppt".to_owned(), |kind| format!("ppt={kind}")),
                host(refuser)
            );
            ("does not take the signed identity of the caller", None)
        }
        (436, _) => {
            draft.explanation = match token.and_then(|token| token.certificate.as_deref()) {
                Some(place) => format!("It could not fetch the certificate from {place}."),
                None => "It could not fetch the certificate that the Identity names.".to_owned(),
            };
            draft.help = vec![format!(
                "fetch the certificate from {}'s own network: name, route, TLS, and whether a \
                 certificate comes back",
                host(refuser)
            )];
            (
                "cannot fetch the certificate of who signed",
                Some(Field::Certificate),
            )
        }
        (437, _) => {
            draft.explanation = "It has the certificate and does not trust it: expired, revoked, \
                                 of an authority that it does not know, or not for this number."
                .to_owned();
            draft.help = vec![
                "read the certificate: dates, issuer, and the numbers in TNAuthList".to_owned(),
                format!(
                    "compare its issuer with the list that {} trusts",
                    host(refuser)
                ),
            ];
            (
                "does not trust the certificate of who signed",
                Some(Field::Certificate),
            )
        }
        (403, _) => stale(world, last, token, &mut draft),
        _ => invalid(first, last, token, &mut draft),
    };
    draft.title = format!("{} {title} ({label})", host(refuser));
    let tokens = token.map(|token| line(token, field, "what it is about"));
    let tokens = tokens.into_iter().collect();
    draft.evidence = vec![
        request(world, last, tokens),
        last.outcome
            .as_ref()
            .map(|answer| world.response_evidence(last, answer, "why it was refused")),
    ];
    draft
}

/// A 428 to a request without Identity. Who took it out is named, if it had one on a hop before.
fn unsigned(
    world: &World,
    first: &Transaction,
    last: &Transaction,
    draft: &mut Draft,
) -> (&'static str, Option<Field>) {
    let mut hop = first;
    let mut was_signed = hop.identity().is_some();
    for _ in 0..usize::from(last.vias) {
        let code = last.outcome.as_ref().map(|answer| answer.code);
        let next = world
            .children(hop)
            .find(|(_, child)| child.outcome.as_ref().map(|it| it.code) == code);
        let Some((_, next)) = next else {
            break;
        };
        if was_signed && next.identity().is_none() {
            let proxy = next.client();
            draft.explanation = format!(
                "The {} had an Identity when it came to {}, and has none behind it.",
                first.method,
                host(proxy)
            );
            draft.responsible = Some(crate::annotation::Responsible {
                address: proxy,
                role: Role::Proxy,
            });
            draft.help = vec![format!("let {} pass Identity on as it is", host(proxy))];
            return (
                "wants the signed identity that was taken out on the way",
                None,
            );
        }
        was_signed = next.identity().is_some();
        hop = next;
    }
    draft.explanation = format!(
        "The {} has no Identity on any hop in view. Its number is not said to be false: nobody \
         vouches for it.",
        first.method
    );
    draft.help = vec![
        "let the network that the call begins in sign it, or ask it whether it does".to_owned(),
        "if it is signed, look for the hop before this capture that takes Identity out".to_owned(),
    ];
    (
        "wants a signed identity of the caller, and there is none",
        None,
    )
}

fn stale(
    world: &World,
    last: &Transaction,
    token: Option<&Claims>,
    draft: &mut Draft,
) -> (&'static str, Option<Field>) {
    let most = world.config.thresholds.identity_age;
    let age = token.map_or(Age::Unknown, |token| Age::of(token, last.began()));
    draft.explanation = match age {
        Age::Old(by) if by > most => format!(
            "By the clock of the capture too it was signed {} before the call; {} are allowed.",
            span(by),
            span(most)
        ),
        Age::Ahead(by) if by > most => format!(
            "By the clock of the capture it was signed {} after the call.",
            span(by)
        ),
        Age::Old(_) | Age::Ahead(_) => format!(
            "By the clock of the capture it is not: rather the clock of {} is wrong.",
            host(last.server())
        ),
        Age::Unknown => "The time of the signing is not in view.".to_owned(),
    };
    draft.help = vec!["compare the clocks of who signs and of who verifies".to_owned()];
    (
        "finds the signing of the caller's identity too old",
        Some(Field::Time),
    )
}

/// A 438. Where a hop changed what had fitted before, it is named.
fn invalid(
    first: &Transaction,
    last: &Transaction,
    token: Option<&Claims>,
    draft: &mut Draft,
) -> (&'static str, Option<Field>) {
    let title = "finds the signed identity of the caller invalid";
    let Some(token) = token else {
        draft.explanation =
            "But there is no Identity in the request, as far as the capture shows.".to_owned();
        return (title, None);
    };
    let fitted = |pick: fn(&Claims) -> Fit| {
        let before = first.identity().and_then(<[Claims]>::first);
        before.is_some_and(|before| pick(before) == Fit::Same)
    };
    let claim = [
        (&token.origin, Field::Origin, fitted(|it| it.origin.fit)),
        (
            &token.destination,
            Field::Destination,
            fitted(|it| it.destination.fit),
        ),
    ]
    .into_iter()
    .find(|(claim, ..)| claim.fit == Fit::Other);
    let Some((claim, field, fitted)) = claim else {
        draft.explanation =
            "What it claims does fit the request in this capture, so the signature \
                             itself does not verify, or the form of the numbers differs by the \
                             rules of the verifier."
                .to_owned();
        draft.help = vec![
            "verify the signature with the certificate that x5u names".to_owned(),
            "compare what was signed with what arrives at the verifier, its numbers before all"
                .to_owned(),
        ];
        return (title, None);
    };
    draft.explanation = format!(
        "It was signed for {}, and {} says {}.",
        claim.claimed,
        claim.header.as_str(),
        claim.shown
    );
    if fitted {
        draft.explanation.push_str(&format!(
            " On the first hop in view it still fitted: it was changed between {} and {}.",
            host(first.client()),
            host(last.server())
        ));
    }
    draft.help = vec![format!(
        "let no hop change {} once the call is signed",
        claim.header.as_str()
    )];
    (title, Some(field))
}
