//! `use-proxy-abandoned`: a 305 came, and nothing followed.

use crate::annotation::{Evidence, QuotedLine, Role, Severity, Verdict};
use crate::ids::RedirectId;
use crate::redirect::Redirect;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::vantage::{Attempt, AttemptKind};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: UseProxyAbandoned = UseProxyAbandoned;

static INFO: Info = Info {
    id: "use-proxy-abandoned",
    severity: Severity::Warning,
    summary: "a 305 named a proxy, and the client gave up instead of going there",
    page: include_str!("use-proxy-abandoned.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4"],
};

pub(super) struct UseProxyAbandoned;

impl Rule for UseProxyAbandoned {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::RedirectSilent,
            StepKind::CaptureEndedRedirected,
            StepKind::Retried,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::RedirectSilent(id) => silent(*id, false, cx),
            Step::CaptureEndedRedirected(id) => silent(*id, true, cx),
            Step::Retried(id, judgement) => resolve(*id, judgement.retry, cx),
            _ => {}
        }
    }
}

fn silent(id: RedirectId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(redirect) = world.redirect(id) else {
        return;
    };
    if redirect.code != 305 || !redirect.is_open() || cx.said(redirect.transaction).is_some() {
        return;
    }
    let subject = redirect.transaction;
    if cx
        .transaction(subject)
        .is_some_and(|ended| ended.cancelled.is_some())
    {
        return; // The caller had hung up before the 305 came, and owes no retry.
    }
    let draft = describe(world, redirect, capture_ended);
    cx.say_of(subject, 1, draft);
}

/// What the client did below SIP to reach a target since the 305.
pub(super) fn tried<'w>(world: &'w World, redirect: &Redirect) -> Option<&'w Attempt> {
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

fn describe(world: &World, redirect: &Redirect, capture_ended: bool) -> Draft {
    let client = host(redirect.client());
    let method = &redirect.method;
    let waited = span(world.now.since(redirect.at.time));
    let threshold = span(world.config.thresholds.redirect_abandoned);
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!("{client} did not follow the 305 to its {method}: nothing more was sent"),
    )
    .blame(redirect.client(), Role::Client);
    let mut proof = redirect_proof(world, redirect);
    draft.explanation = format!(
        "305 Use Proxy asks for this one {method} to be repeated through {}. In the {waited} that \
         followed, {client} sent it nowhere.",
        if redirect.targets.is_empty() {
            "its Contact".to_owned()
        } else {
            redirect.target_list()
        }
    );
    let doubt = doubt(world, redirect, capture_ended);
    if let Some(attempt) = tried(world, redirect) {
        draft.title = format!("{client} could not reach the proxy the 305 named for its {method}");
        draft.explanation = format!(
            "{client} began to reach {} after the 305 ({}), but no SIP got out in the {waited} \
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
        draft.help.push(format!(
            "on {client}, let it follow 3xx responses, or set {} as outbound proxy",
            redirect.target_list()
        ));
        draft.help.push(format!(
            "many clients never follow a 305 (some for REGISTER only): on {}, proxy the request \
             instead of redirecting it",
            host(redirect.server())
        ));
    }
    if let Some(doubt) = doubt {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.title =
            format!("no retry of the {method} through the proxy the 305 named is in view");
        draft.explanation = format!("{} {doubt}", draft.explanation);
        if capture_ended {
            draft.help = vec![format!("capture for at least {threshold} after a 305")];
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
             the 305 back to its own client, as proxies do."
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
            "But the capture ends {} after the 305, so a retry may have come later.",
            span(world.now.since(redirect.at.time))
        )
    })
}

/// A retry came after all.
fn resolve(id: RedirectId, retry: crate::ids::TransactionId, cx: &mut Context<'_>) {
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
            "{} sent the {} again after all, {after} after the 305",
            host(redirect.client()),
            redirect.method
        ),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = said.responsible;
    draft.explanation = "The retry came late; whether it went through the proxy is told on its \
                         own."
        .to_owned();
    draft.call = Some(redirect.call.clone());
    draft.evidence = vec![
        Some(world.redirect_evidence(redirect, "")),
        world.request_evidence(request, "the retry"),
    ];
    cx.say_of(subject, 2, draft);
}
