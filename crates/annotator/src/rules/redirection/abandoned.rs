//! A redirection that nothing followed.

use crate::annotation::{Evidence, QuotedLine, Role, Severity, Verdict};
use crate::ids::{RedirectId, TransactionId};
use crate::redirect::Redirect;
use crate::rules::redirection::Family;
use crate::rules::{Context, Draft, Step, code_label};
use crate::transaction::Transaction;
use crate::vantage::{Attempt, AttemptKind};
use crate::words::{host, span};
use crate::world::World;

/// Tells of a silence after a redirection of this family, and of what ended it.
pub(in crate::rules) fn on_step(step: &Step<'_, '_>, family: Family, cx: &mut Context<'_>) {
    match step {
        Step::RedirectSilent(id) => silent(*id, false, family, cx),
        Step::CaptureEndedRedirected(id) => silent(*id, true, family, cx),
        Step::Retried(id, judgement) => resolve(*id, judgement.retry, family, cx),
        _ => {}
    }
}

fn silent(id: RedirectId, capture_ended: bool, family: Family, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(redirect) = world.redirect(id) else {
        return;
    };
    if !family.tells_of_conduct(redirect)
        || !redirect.is_open()
        || cx.said(redirect.transaction).is_some()
    {
        return;
    }
    let subject = redirect.transaction;
    // The caller had hung up before the redirection came, or has tried that place before: then it
    // owes no retry.
    let owes_nothing = cx
        .transaction(subject)
        .is_some_and(|ended| ended.cancelled.is_some() || cx.is_told_by("redirect-loop", ended));
    if owes_nothing {
        return;
    }
    let draft = describe(world, redirect, capture_ended, family);
    cx.say_of(subject, 1, draft);
}

/// What the client did below SIP to reach a target since the redirection.
fn tried<'w>(world: &'w World, redirect: &Redirect) -> Option<&'w Attempt> {
    world
        .vantage
        .attempts(redirect.client(), redirect.at.time)
        .find(|attempt| {
            redirect.targets.iter().any(|target| match &attempt.kind {
                AttemptKind::Neighbour(address) => target
                    .sockets(&world.names)
                    .iter()
                    .any(|socket| socket.ip() == *address),
                AttemptKind::Connect(socket) => target.sockets(&world.names).contains(socket),
                AttemptKind::Lookup(name) => {
                    let host = String::from_utf8_lossy(&target.host).to_ascii_lowercase();
                    name.ends_with(host.trim_end_matches('.'))
                }
            })
        })
}

fn describe(world: &World, redirect: &Redirect, capture_ended: bool, family: Family) -> Draft {
    let code = redirect.code;
    let place = family.place();
    let client = host(redirect.client());
    let method = &redirect.method;
    let waited = span(world.now.since(redirect.at.time));
    let threshold = span(world.config.thresholds.redirect_abandoned);
    let mut draft = Draft::new(
        if code == 300 {
            // The choice may be the user's, who may take longer.
            Severity::Note
        } else {
            Severity::Warning
        },
        world.now,
        format!("{client} did not follow the {code} to its {method}: nothing more was sent"),
    )
    .blame(redirect.client(), Role::Client);
    let mut proof = redirect_proof(world, redirect);
    draft.explanation = format!(
        "{} asks for this {method} to be sent {} {}. In the {waited} that followed, {client} sent \
         it nowhere.",
        code_label(code),
        family.way(),
        if redirect.targets.is_empty() {
            "its Contact".to_owned()
        } else {
            redirect.target_list()
        }
    );
    let doubt = doubt(world, redirect, capture_ended);
    if let Some(attempt) = tried(world, redirect) {
        draft.title = format!("{client} could not reach {place} the {code} named for its {method}");
        draft.explanation = format!(
            "{client} began to reach {} after the {code} ({}), but no SIP got out in the {waited} \
             that followed.",
            redirect.target_list(),
            attempt.kind.words()
        );
        draft.help.push(format!(
            "check that {} is up and reachable from {client}",
            redirect.target_list()
        ));
        proof.extend(world.attempt_evidence(attempt));
    } else {
        draft.help.extend(advice(redirect, family));
    }
    if let Some(doubt) = doubt {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.title =
            format!("no retry of the {method} by way of {place} the {code} named is in view");
        draft.explanation = format!("{} {doubt}", draft.explanation);
        if capture_ended {
            draft.help = vec![format!("capture for at least {threshold} after a {code}")];
        }
    }
    draft.call = Some(redirect.call.clone());
    draft.evidence = proof;
    draft
}

fn redirect_proof(world: &World, redirect: &Redirect) -> Vec<Option<Evidence>> {
    let ended: Option<&Transaction> = world.transaction(redirect.transaction);
    let origin = redirect
        .relayed_from
        .and_then(|origin| world.redirect(origin));
    let ack = ended
        .and_then(|ended| ended.acked.map(|at| (ended, at)))
        .map(|(ended, at)| {
            let text = format!("ACK {} SIP/2.0", sipwhy_parser::printable(&ended.uri));
            let mark = Some((0..text.len(), "the last that was sent".to_owned()));
            let quote = vec![QuotedLine { text, mark }];
            Evidence {
                frame: at.frame(),
                time: at.time,
                flow: Some(ended.flow),
                quote,
            }
        });
    vec![
        ended.and_then(|ended| world.request_evidence(ended, "")),
        origin.map(|origin| world.redirect_evidence(origin, "")),
        Some(world.redirect_evidence(redirect, "nothing was sent there")),
        ack,
    ]
}

/// Why nothing follows from the silence.
fn doubt(world: &World, redirect: &Redirect, capture_ended: bool) -> Option<String> {
    let client = host(redirect.client());
    if redirect.request.is_none() {
        return Some(format!(
            "But the capture does not hold the request that was redirected, so it may not show \
             what {client} sends."
        ));
    }
    if world.may_be_relayed_unseen(redirect) {
        return Some(format!(
            "But {client} is a proxy, and the leg before it is not in view: it may have passed \
             the {} back to its own client, as proxies do.",
            redirect.code
        ));
    }
    let unseen = world.transaction(redirect.transaction).and_then(|ended| {
        let mut others = world.of_call(ended.call).map(|(_, other)| other);
        others.find(|other| other.request.is_none() && other.cseq > ended.cseq)
    });
    if let Some(unseen) = unseen {
        return Some(format!(
            "But {} answered a later {} of the same call that the capture does not hold: it does \
             not show what {client} sends there.",
            host(unseen.server()),
            unseen.method
        ));
    }
    if let Some(loss) = world.losses.touching(redirect.client(), redirect.at.time) {
        return Some(format!(
            "But {}, so the retry may have been missed.",
            loss.words()
        ));
    }
    capture_ended.then(|| {
        format!(
            "But the capture ends {} after the {}, so a retry may have come later.",
            span(world.now.since(redirect.at.time)),
            redirect.code
        )
    })
}

/// A retry came after all.
fn resolve(id: RedirectId, retry: TransactionId, family: Family, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(redirect) = world.redirect(id) else {
        return;
    };
    let subject = redirect.transaction;
    let (Some(said), Some(request)) = (cx.said(subject), world.transaction(retry)) else {
        return;
    };
    if said.verdict != Verdict::Confirmed {
        return;
    }
    let after = span(request.began().time.since(redirect.at.time));
    let mut draft = Draft::new(
        said.worst,
        request.began().time,
        format!(
            "{} sent the {} again after all, {after} after the {}",
            host(redirect.client()),
            redirect.method,
            redirect.code
        ),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = said.responsible;
    draft.explanation = format!(
        "The retry came late; whether it went {} is told on its own.",
        family.right_way()
    );
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "")),
        world.request_evidence(request, "the retry"),
    ];
    cx.say_of(subject, 2, draft);
}

/// What to do about a client that does not follow.
fn advice(redirect: &Redirect, family: Family) -> [String; 2] {
    let client = host(redirect.client());
    let server = host(redirect.server());
    match family {
        Family::UseProxy => [
            format!(
                "on {client}, let it follow 3xx responses, or set {} as outbound proxy",
                redirect.target_list()
            ),
            format!(
                "many clients never follow a 305 (some for REGISTER only): on {server}, proxy the \
                 request instead of redirecting it"
            ),
        ],
        Family::Elsewhere => [
            format!("on {client}, let it follow 3xx responses, or ask its user whether it should"),
            format!(
                "where clients must not follow redirections, let {server} or a proxy before it \
                 follow them itself (RFC 3261 §16.7 step 4)"
            ),
        ],
    }
}
