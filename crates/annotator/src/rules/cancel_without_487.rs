//! `cancel-without-487`: a CANCEL was taken, and the INVITE it was for never ended.

use std::time::Duration;

use crate::annotation::{Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: CancelWithout487 = CancelWithout487;

static INFO: Info = Info {
    id: "cancel-without-487",
    severity: Severity::Warning,
    summary: "a CANCEL was answered, but the INVITE it was for got no final response",
    page: include_str!("cancel-without-487.md"),
    references: &["RFC 3261 §9.1", "RFC 3261 §9.2", "RFC 3261 §16.10"],
};

const TIMED_OUT: u8 = 1;
const OVER: u8 = 2;
/// A 487 follows the CANCEL's 200 at once, or as fast as the hops further down pass it back.
const AT_ONCE: Duration = Duration::from_secs(4);

pub(super) struct CancelWithout487;

impl Rule for CancelWithout487 {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Cancelled,
            StepKind::EventfulEnd,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Cancelled(id) => {
                let due = cx.world().now + TIMEOUT;
                cx.set_deadline(due, *id, TIMED_OUT);
            }
            Step::Ended {
                transaction: id, ..
            } => resolve(*id, cx),
            Step::CaptureEnded(id) => unended(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        unended(subject, false, cx);
    }
}

/// Whether this INVITE was cancelled, its server took that, and nothing final came.
fn waits(invite: &Transaction) -> bool {
    invite.is_pending() && invite.cancel_taken().is_some()
}

fn unended(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let Some(given_up) = invite.cancelled else {
        return;
    };
    let waited = world.now.since(given_up.time);
    if cx.said(id).is_some()
        || !waits(invite)
        || (capture_ended && waited < AT_ONCE)
        || world.parent(invite).is_some_and(waits)
    {
        return;
    }
    let draft = describe(world, invite, waited, capture_ended);
    cx.say_of(id, TIMED_OUT, draft);
}

fn describe(world: &World, invite: &Transaction, waited: Duration, capture_ended: bool) -> Draft {
    let (client, server) = (host(invite.client()), host(invite.server()));
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!("{server} took the CANCEL from {client}, but did not end the INVITE with 487"),
    );
    draft.explanation = format!(
        "In the {} since the CANCEL no final response to the INVITE came. A client may give it up \
         as cancelled after 64·T1 (32 s), but until then it holds the call, and what lies behind \
         {server} may go on ringing.",
        span(waited)
    );
    let last = world.last_hop(invite, waits);
    let (who, role, why) = culprit(world, last);
    draft = draft.blame(who, role);
    draft.explanation.push_str(&why);
    draft.help = vec![
        format!(
            "on {}, see to it that a CANCEL ends the INVITE with 487 (RFC 3261 §9.2)",
            host(who)
        ),
        "let clients give up an INVITE 32 s after its CANCEL, whatever comes".to_owned(),
    ];
    draft.evidence = evidence(world, invite);
    if !std::ptr::eq(last, invite) {
        draft.evidence.extend(evidence(world, last));
    }
    draft.evidence.extend(
        world
            .children(last)
            .map(|(_, child)| world.request_evidence(child, "")),
    );
    let since = invite.cancelled.map_or(invite.last_sent.time, |at| at.time);
    let doubt = match world.losses.touching(invite.client(), since) {
        Some(loss) => Some(format!(
            " But {}, so the 487 may have been missed.",
            loss.words()
        )),
        None => capture_ended.then(|| {
            format!(
                " But the capture ends {} after the CANCEL, so it may have come later.",
                span(waited)
            )
        }),
    };
    if let Some(doubt) = doubt {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&doubt);
    }
    draft
}

fn evidence(world: &World, invite: &Transaction) -> Vec<Option<crate::annotation::Evidence>> {
    vec![
        world.request_evidence(invite, "no final response came"),
        world.cancel_evidence(invite, ""),
        invite
            .cancel_taken()
            .map(|answer| world.response_evidence(invite, answer, "the CANCEL was taken")),
    ]
}

/// What the last hop that took the CANCEL did with it.
fn culprit(world: &World, last: &Transaction) -> (std::net::IpAddr, Role, String) {
    let hop = last.server();
    let proxy = Role::Proxy;
    let Some((_, next)) = world
        .children(last)
        .find(|(_, child)| child.is_pending())
        .or_else(|| world.children(last).next())
    else {
        return (hop, Role::Server, String::new());
    };
    let to = host(next.server());
    if let Some(answer) = &next.outcome {
        let label = code_label(answer.code);
        let text = format!(" {hop} itself got {label} from {to}, and did not pass it back.");
        return (hop, proxy, text);
    }
    if next.first_response.is_none() {
        let text = format!(
            " {hop} had passed the INVITE on to {to}, which never answered; to that a CANCEL \
             cannot be sent, but {hop} should have ended its own INVITE."
        );
        return (hop, proxy, text);
    }
    if next.cancelled.is_none() {
        let text = format!(
            " {hop} had passed the INVITE on to {to}, and passed the CANCEL on to nobody, as far \
             as the capture shows."
        );
        return (hop, proxy, text);
    }
    let text = format!(" {hop} passed the CANCEL on to {to}, which did not answer it with 200.");
    (next.server(), Role::Path, text)
}

/// The INVITE ended after all.
fn resolve(id: TransactionId, cx: &mut Context<'_>) {
    let Some(said) = cx.said(id).filter(|it| it.verdict == Verdict::Confirmed) else {
        return;
    };
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let (Some(given_up), Some(answer)) = (invite.cancelled, &invite.outcome) else {
        return;
    };
    let mut draft = Draft::new(
        said.worst,
        answer.at.time,
        format!(
            "the cancelled INVITE ended after all, with {}, {} after the CANCEL",
            code_label(answer.code),
            span(answer.at.time.since(given_up.time))
        ),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = said.responsible;
    draft.explanation = "A 487 follows a CANCEL at once; this came only when another timer ended \
                         the call."
        .to_owned();
    draft.evidence = evidence(world, invite);
    draft
        .evidence
        .push(Some(world.response_evidence(invite, answer, "")));
    cx.say_of(id, OVER, draft);
}
