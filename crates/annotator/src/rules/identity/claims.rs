//! What a call claims of its caller, when it is made.

use sipwhy_content::passport::{Attestation, PassportFaultKind as Kind};

use super::{Age, CLAIMED, Field, line, request};
use crate::annotation::{QuotedLine, Role, Severity};
use crate::identity::{Claim, Claims, Fit};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft};
use crate::transaction::Transaction;
use crate::words::{host, span};
use crate::world::World;

/// What nobody can see offline.
const UNVERIFIED: &str = " The signature itself is not verified here: that takes the certificate, \
                          which the packets do not hold.";

/// Tells what the tokens of a request claim: the gravest fault there is, or, once for two hosts,
/// that there is none.
pub(in crate::rules) fn tell(id: TransactionId, cx: &mut Context<'_>) {
    if cx.has_told(id) {
        return;
    }
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    if is_passed_on(world, transaction) {
        return;
    }
    if let Some(draft) = fault(world, transaction) {
        cx.say_of(id, CLAIMED, draft);
        return;
    }
    let flow = transaction.flow;
    if !cx.is_news_of(flow.source.ip(), flow.destination) {
        return;
    }
    let world = cx.world();
    if let Some(draft) = world
        .transaction(id)
        .and_then(|transaction| sound(world, transaction))
    {
        cx.say_of(id, CLAIMED, draft);
    }
}

/// Whether the hop before had the same, and it was looked at there.
fn is_passed_on(world: &World, transaction: &Transaction) -> bool {
    let before = world.parent(transaction).and_then(Transaction::identity);
    let (Some(before), Some(now)) = (before, transaction.identity()) else {
        return false;
    };
    let fits = |all: &[Claims]| -> Vec<(Fit, Fit)> {
        all.iter()
            .map(|claims| (claims.origin.fit, claims.destination.fit))
            .collect()
    };
    fits(before) == fits(now)
}

/// The gravest thing that is wrong with the tokens of a request.
fn fault(world: &World, transaction: &Transaction) -> Option<Draft> {
    let all = transaction.identity()?;
    all.iter()
        .find_map(|claims| unreadable(world, transaction, claims))
        .or_else(|| {
            all.iter().find_map(|claims| {
                let is_other = claims.origin.fit == Fit::Other;
                is_other.then(|| other_caller(world, transaction, claims))
            })
        })
        .or_else(|| {
            all.iter().find_map(|claims| {
                let is_other = claims.destination.fit == Fit::Other;
                is_other.then(|| other_callee(world, transaction, claims))
            })
        })
        .or_else(|| all.iter().find_map(|it| untimely(world, transaction, it)))
}

fn draft(
    transaction: &Transaction,
    severity: Severity,
    title: String,
    explanation: String,
) -> Draft {
    let mut draft = Draft::new(severity, transaction.began().time, title);
    // Who passes a call on is not who signed it.
    if !transaction.client_is_proxy() {
        draft = draft.blame(transaction.client(), Role::Client);
    }
    draft.explanation = explanation + UNVERIFIED;
    draft
}

fn unreadable(world: &World, transaction: &Transaction, claims: &Claims) -> Option<Draft> {
    let kind = claims.faults.iter().find(|kind| is_grave(**kind))?;
    let client = host(transaction.client());
    let mut draft = draft(
        transaction,
        Severity::Error,
        format!(
            "{client} sends an Identity that no verifier takes: {}",
            kind.text()
        ),
        format!(
            "The {} carries a signed caller identity, and {} ({}). Whoever verifies it answers \
             438 Invalid Identity Header, or treats the call as unsigned.",
            transaction.method,
            kind.text(),
            kind.reference()
        ),
    );
    draft.help = vec![format!(
        "look at the service that signs for {client}; `sipwhy lint` shows the whole header"
    )];
    draft.evidence = vec![request(world, transaction, vec![line(claims, None, "")])];
    Some(draft)
}

/// Whether a verifier cannot do without what is wrong here.
const fn is_grave(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NotThreeParts
            | Kind::BadBase64
            | Kind::BadJson
            | Kind::BadSignature
            | Kind::BadKind
            | Kind::NoAlgorithm
            | Kind::BadAlgorithm
            | Kind::NoCertificate
            | Kind::NoOrigin
            | Kind::SeveralOrigins
            | Kind::NoDestination
            | Kind::NoTime
            | Kind::NoAttestation
            | Kind::BadAttestation
            | Kind::NoDiverted
    )
}

fn other_caller(world: &World, transaction: &Transaction, claims: &Claims) -> Draft {
    let Claim {
        claimed,
        shown,
        header,
        ..
    } = &claims.origin;
    let header = header.as_str();
    let mut draft = draft(
        transaction,
        Severity::Error,
        format!("the Identity is of another caller than {header} names: {claimed}"),
        format!(
            "It was signed for calls of {claimed}, and {header} says {shown}. A verifier makes \
             the claims anew from the request, finds that they do not fit, and answers 438 \
             Invalid Identity Header or lets the call pass as unverified."
        ),
    );
    draft.help = vec![
        "find the hop that changed the caller's number after it was signed".to_owned(),
        "compare the form of the numbers: they are signed with the country code and without +"
            .to_owned(),
    ];
    draft.evidence = vec![parties(
        world,
        transaction,
        line(claims, Some(Field::Origin), "who was signed for"),
        &claims.origin,
    )];
    draft
}

fn other_callee(world: &World, transaction: &Transaction, claims: &Claims) -> Draft {
    let Claim { claimed, shown, .. } = &claims.destination;
    let mut draft = draft(
        transaction,
        Severity::Warning,
        format!("the Identity is for a call to another than To names: {claimed}"),
        format!(
            "It was signed for a call to {claimed}, and To says {shown}. So it looks as if it had \
             been taken from another call (RFC 8224 §12.1), or the call was diverted and no token \
             of the diversion added (RFC 8946)."
        ),
    );
    draft.help = vec![
        "find the hop that changed To after the call was signed".to_owned(),
        "let whoever diverts the call add a div token (RFC 8946)".to_owned(),
    ];
    draft.evidence = vec![parties(
        world,
        transaction,
        line(claims, Some(Field::Destination), "whom it was signed for"),
        &claims.destination,
    )];
    draft
}

/// The request with the token and the header that it does not fit.
fn parties(
    world: &World,
    transaction: &Transaction,
    token: QuotedLine,
    claim: &Claim,
) -> Option<crate::annotation::Evidence> {
    let text = format!("{}: <{}>", claim.header.as_str(), claim.shown);
    let start = text.len() - claim.shown.len() - 1;
    let mark = Some((start..text.len() - 1, "what the request says".to_owned()));
    request(world, transaction, vec![token, QuotedLine { text, mark }])
}

fn untimely(world: &World, transaction: &Transaction, claims: &Claims) -> Option<Draft> {
    let most = world.config.thresholds.identity_age;
    let age = Age::of(claims, transaction.began());
    if !age.is_beyond(most) {
        return None;
    }
    let when = match age {
        Age::Old(by) => format!("{} before", span(by)),
        Age::Ahead(by) => format!("{} after", span(by)),
        Age::Unknown => return None,
    };
    let mut draft = draft(
        transaction,
        Severity::Warning,
        format!("the Identity was signed {when} the call"),
        format!(
            "By the clock of the capture. Verifiers take what was signed within {} and refuse the \
             rest as replayed, by 403 Stale Date (RFC 8224 §6.2). One of the two clocks is wrong, \
             or the token is old.",
            span(most)
        ),
    );
    draft.help = vec![
        "compare the clock of the service that signs with a time server".to_owned(),
        "if the capture's own clock is wrong, nothing follows from this".to_owned(),
    ];
    let label = format!("{when} this packet");
    draft.evidence = vec![request(
        world,
        transaction,
        vec![line(claims, Some(Field::Time), &label)],
    )];
    Some(draft)
}

/// What is claimed, where nothing speaks against it.
fn sound(world: &World, transaction: &Transaction) -> Option<Draft> {
    let all = transaction.identity()?;
    // The caller's own token comes before those of diversions.
    let claims = all
        .iter()
        .find(|claims| claims.attestation.is_some())
        .or(all.first())?;
    let client = host(transaction.client());
    let (level, means) = match claims.attestation {
        Some(Attestation::Full) => (
            "A".to_owned(),
            "who signed knows the caller, and that the number is theirs",
        ),
        Some(Attestation::Partial) => (
            "B".to_owned(),
            "who signed knows the caller, and not whether the number is theirs",
        ),
        Some(Attestation::Gateway) => (
            "C".to_owned(),
            "who signed knows only where the call came into its network, and vouches for nothing",
        ),
        None => ("no level".to_owned(), "the token names none"),
    };
    let fits = match (claims.origin.fit, claims.destination.fit) {
        (Fit::Same, Fit::Same) => "Caller and callee are those of the request",
        _ if claims.is_compact => "Its claims are left out, for the receiver to make them",
        _ => "Whether caller and callee are those of the request cannot be told from their form",
    };
    let age = match Age::of(claims, transaction.began()) {
        Age::Old(by) if by.is_zero() => "it was signed within the second".to_owned(),
        Age::Old(by) => format!("it was signed {} before the call", span(by)),
        Age::Ahead(by) => format!(
            "it was signed {} after the call, by the capture's clock",
            span(by)
        ),
        Age::Unknown => "when it was signed cannot be told".to_owned(),
    };
    let mut draft = draft(
        transaction,
        Severity::Note,
        format!("{client} sends calls with a signed caller identity, attestation {level}"),
        format!("Attestation {level}: {means}. {fits}; {age}. It is told once of two hosts."),
    );
    draft.responsible = None;
    draft.evidence = vec![request(
        world,
        transaction,
        vec![line(
            claims,
            Some(Field::Attestation),
            "how sure the signer is",
        )],
    )];
    Some(draft)
}
