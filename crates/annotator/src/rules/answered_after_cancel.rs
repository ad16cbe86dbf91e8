//! `answered-after-cancel`: an answer crossed the CANCEL, and the caller did not release the call.

use std::time::Duration;

use crate::annotation::{Role, Severity, Verdict};
use crate::call::Dialog;
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: AnsweredAfterCancel = AnsweredAfterCancel;

static INFO: Info = Info {
    id: "answered-after-cancel",
    severity: Severity::Warning,
    summary: "an answer crossed the CANCEL, and the caller did not release the call with ACK and BYE",
    page: include_str!("answered-after-cancel.md"),
    references: &["RFC 3261 §9.1", "RFC 3261 §13.2.2.4", "RFC 3261 §15"],
};

const UNRELEASED: u8 = 1;
/// A caller that has hung up releases such a call at once.
const AT_ONCE: Duration = Duration::from_secs(4);

pub(super) struct AnsweredAfterCancel;

impl Rule for AnsweredAfterCancel {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::EventfulEnd, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction: id, ..
            } => {
                let world = cx.world();
                let answer = world
                    .transaction(*id)
                    .and_then(|invite| crossing(world, invite));
                if let Some(answer) = answer {
                    let due = answer.at.time + TIMEOUT;
                    cx.set_deadline(due, *id, UNRELEASED);
                }
            }
            Step::CaptureEnded(id) => judge(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        judge(subject, false, cx);
    }
}

/// The 2xx to an INVITE that its own caller had given up. A proxy cancels the other branches of a
/// fork, and what its caller does with a second answer is that caller's choice.
fn crossing<'w>(world: &World, invite: &'w Transaction) -> Option<&'w Received> {
    let is_callers = invite.request.is_some() && !invite.client_is_proxy();
    let answer = invite.outcome.as_ref()?;
    let crosses = invite.is_invite()
        && !invite.in_dialog
        && invite.cancelled.is_some()
        && answer.code < 300
        && world.parent(invite).is_none();
    (is_callers && crosses).then_some(answer)
}

/// The dialogs that the INVITE's answers confirmed, on whatever hop they were seen first. One that
/// another INVITE of the caller's has set up as well, such as one sent through another interface,
/// is that one's.
fn dialogs<'w>(world: &'w World, invite: &'w Transaction) -> impl Iterator<Item = &'w Dialog> {
    let since = invite.began().time;
    let dialogs = world
        .call(invite.call)
        .map(|call| call.dialogs.as_slice())
        .unwrap_or_default();
    dialogs
        .iter()
        .filter(move |dialog| dialog.confirmed.time >= since)
        .filter(move |dialog| {
            let by = world.transaction(dialog.invite);
            by.is_none_or(|by| by.cseq == invite.cseq)
        })
}

fn judge(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let Some(answer) = crossing(world, invite) else {
        return;
    };
    let waited = world.now.since(answer.at.time);
    if cx.said(id).is_some() || (capture_ended && waited < AT_ONCE) {
        return;
    }
    let Some(dialog) = dialogs(world, invite).find(|dialog| dialog.ended.is_none()) else {
        return;
    };
    let draft = describe(world, (invite, answer), dialog, waited, capture_ended);
    cx.say_of(id, UNRELEASED, draft);
}

fn describe(
    world: &World,
    (invite, answer): (&Transaction, &Received),
    dialog: &Dialog,
    waited: Duration,
    capture_ended: bool,
) -> Draft {
    let client = host(invite.client());
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        if dialog.acked.is_some() {
            format!("{client} cancelled the call, was answered all the same, and never sent BYE")
        } else {
            format!("{client} cancelled the call, was answered all the same, and sent neither ACK nor BYE")
        },
    )
    .blame(invite.client(), Role::Client);
    let given_up = invite.cancelled.unwrap_or(answer.at);
    draft.explanation = format!(
        "The {} came {} after the CANCEL was sent: the two crossed, and the call is established. \
         Then CANCEL has no effect, and a caller that no longer wants the call must send ACK and \
         then BYE. In the {} that followed {client} did not",
        answer.code,
        span(answer.at.time.since(given_up.time)),
        span(waited)
    );
    draft.explanation.push_str(if dialog.acked.is_some() {
        "; it sent the ACK alone, so the callee talks to nobody, and the call may be charged."
    } else {
        ", so the callee talks to nobody until it gives up waiting for the ACK after 32 s."
    });
    draft.help = vec![
        format!("on {client}, release a call that is answered after its CANCEL: ACK, then BYE"),
        "let session timers (RFC 4028) end calls whose far end is gone".to_owned(),
    ];
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        world.cancel_evidence(invite, "the caller gave up"),
        Some(world.response_evidence(invite, answer, "answered all the same")),
        dialog.acked.map(|at| {
            let text = "ACK".to_owned();
            world.said_evidence(at, None, text)
        }),
    ];
    if let Some(doubt) = doubt(world, invite, dialog, waited, capture_ended) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&doubt);
    } else if dialog.acked.is_none() {
        draft.explanation.push_str(&format!(
            " The answer was sent {}: no ACK arrived there.",
            times(invite.outcome_repeats + 1)
        ));
    }
    draft
}

/// Why nothing follows from the silence.
fn doubt(
    world: &World,
    invite: &Transaction,
    dialog: &Dialog,
    waited: Duration,
    capture_ended: bool,
) -> Option<String> {
    let client = invite.client();
    if let Some(loss) = world.losses.touching(client, dialog.confirmed.time) {
        let what = loss.words();
        return Some(format!(" But {what}, so they may have been missed."));
    }
    if capture_ended && waited < TIMEOUT {
        let waited = span(waited);
        return Some(format!(
            " But the capture ends {waited} after the answer, so they may have come later."
        ));
    }
    // Without an ACK the answer is repeated (§13.3.1.4). Where it is not, the ACK went another way.
    (dialog.acked.is_none() && invite.outcome_repeats == 0).then(|| {
        format!(
            " But the answer was not repeated, as it would be without an ACK: what {client} sent \
             may have gone straight to the callee, by a way that is not captured."
        )
    })
}
