//! `cancel-unanswered`: a caller gave up, and the next hop did not take its CANCEL.

use sipwhy_parser::Method;

use crate::annotation::{Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: CancelUnanswered = CancelUnanswered;

static INFO: Info = Info {
    id: "cancel-unanswered",
    severity: Severity::Warning,
    summary: "a CANCEL was refused, or nobody answered it",
    page: include_str!("cancel-unanswered.md"),
    references: &["RFC 3261 §9.1", "RFC 3261 §9.2", "RFC 3261 §17.1.2.2"],
};

const TIMED_OUT: u8 = 1;
/// Repeated this often, a CANCEL has waited for 1.5 s at least.
const STUBBORN: u32 = 2;

pub(super) struct CancelUnanswered;

impl Rule for CancelUnanswered {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Cancelled,
            StepKind::Refused,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Cancelled(invite) => {
                let world = cx.world();
                let cancel = world
                    .transaction(*invite)
                    .and_then(|invite| world.cancel_of(invite));
                if let Some((id, cancel)) = cancel {
                    let due = cancel.began().time + TIMEOUT;
                    cx.set_deadline(due, id, TIMED_OUT);
                }
            }
            Step::Ended {
                transaction: id, ..
            } => refused(*id, cx),
            Step::CaptureEnded(id) => silent(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        silent(subject, false, cx);
    }
}

fn is_cancel(transaction: &Transaction) -> bool {
    transaction.method == MethodName::Known(Method::Cancel)
}

/// A final response came to a CANCEL that is no 2xx, while its INVITE was still open.
fn refused(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(cancel) = world.transaction(id).filter(|it| is_cancel(it)) else {
        return;
    };
    let Some(answer) = cancel.outcome.as_ref().filter(|it| it.code >= 300) else {
        return;
    };
    let Some((_, invite)) = world.cancelled_by(cancel) else {
        return;
    };
    // What had ended before the CANCEL could arrive is unknown to the server, rightly.
    let had_ended = invite.outcome.is_some();
    let passed_back = world
        .children(cancel)
        .any(|(_, child)| child.outcome.as_ref().is_some_and(|it| it.code >= 300));
    if had_ended || passed_back {
        return;
    }
    let (client, server) = (host(cancel.client()), host(cancel.server()));
    let label = code_label(answer.code);
    let mut draft = Draft::new(
        Severity::Warning,
        answer.at.time,
        format!("{server} refused the CANCEL from {client} with {label}"),
    )
    .blame(cancel.server(), Role::Server);
    draft.explanation = format!(
        "{client} gave up the call {} after it had sent the INVITE, which is still open. A server \
         that has the INVITE answers its CANCEL with 200 and ends the INVITE with 487. This one \
         did not take the CANCEL, so the call goes on without its caller.",
        span(cancel.began().time.since(invite.began().time))
    );
    if answer.code == 481 {
        draft.explanation.push_str(
            " 481 says that it knows no INVITE with this branch, though topmost Via, Request-URI \
             and hop are those of the INVITE.",
        );
        draft.help.push(format!(
            "if {server} stands for several servers, let the balancer choose by Call-ID or by the \
             branch, so that a CANCEL reaches the one that has the INVITE"
        ));
    }
    draft.help.push(format!(
        "on {server}, look up this Call-ID: which INVITE does it know, and why not this one?"
    ));
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        world.request_evidence(cancel, "asks to end the INVITE above"),
        Some(world.response_evidence(cancel, answer, "should be 200")),
    ];
    cx.say_of(id, TIMED_OUT, draft);
}

/// Nothing came back to a CANCEL that was sent again and again.
fn silent(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(cancel) = world.transaction(id).filter(|it| is_cancel(it)) else {
        return;
    };
    let Some((_, invite)) = world.cancelled_by(cancel) else {
        return;
    };
    let reliable = cancel.flow.transport.is_reliable();
    let insisted = cancel.retransmissions >= STUBBORN || (reliable && !capture_ended);
    let is_silent_further_down = world
        .children(cancel)
        .any(|(_, child)| child.first_response.is_none());
    // A server that answers nothing at all is told of by its INVITE.
    let is_mute = invite.first_response.is_none() && invite.retransmissions > 0;
    if cancel.first_response.is_some()
        || !insisted
        || is_silent_further_down
        || is_mute
        || cx.said(id).is_some()
    {
        return;
    }
    let draft = describe(world, invite, cancel, capture_ended);
    cx.say_of(id, TIMED_OUT, draft);
}

fn describe(
    world: &World,
    invite: &Transaction,
    cancel: &Transaction,
    capture_ended: bool,
) -> Draft {
    let (client, server) = (host(cancel.client()), host(cancel.server()));
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "{server} did not answer the CANCEL from {client} within {}",
            span(world.now.since(cancel.began().time))
        ),
    )
    .blame(cancel.server(), Role::Path);
    draft.explanation = format!(
        "The CANCEL was sent {} within {}; a server answers it with 200 at once, whatever becomes \
         of the INVITE. {}",
        times(cancel.retransmissions + 1),
        span(cancel.last_sent.time.since(cancel.began().time)),
        match invite.outcome.as_ref().map(|answer| answer.code) {
            Some(487) => "It did have its effect: the INVITE ended with 487.".to_owned(),
            Some(code) => format!("The INVITE ended with {}.", code_label(code)),
            None => "The INVITE is still open: the call goes on without its caller.".to_owned(),
        }
    );
    if invite.outcome.as_ref().is_some_and(|it| it.code == 487) {
        draft.severity = Severity::Note;
    }
    if invite
        .first_response
        .is_none_or(|first| first.time > cancel.began().time)
    {
        draft.explanation.push_str(
            " It was sent before any response to the INVITE, when the server need not have known \
             that INVITE yet; a client must wait for a provisional response (§9.1).",
        );
    }
    draft.help = vec![
        format!("capture at {server}: does the CANCEL arrive, and where does its answer go?"),
        format!("check firewalls and NAT between {client} and {server} for both directions"),
    ];
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        world.request_evidence(cancel, "not answered"),
        world.repeat_evidence(cancel),
        invite
            .outcome
            .as_ref()
            .map(|answer| world.response_evidence(invite, answer, "")),
    ];
    if let Some(doubt) = doubt(world, cancel, capture_ended) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&doubt);
    }
    draft
}

/// Why nothing follows from the silence.
fn doubt(world: &World, cancel: &Transaction, capture_ended: bool) -> Option<String> {
    let client = cancel.client();
    if let Some(loss) = world.losses.touching(client, cancel.began().time) {
        let what = loss.words();
        return Some(format!(" But {what}, so the answer may have been missed."));
    }
    if !world.vantage.sees_arrivals_at(client) {
        return Some(format!(
            " But the capture shows no packet at all that went to {client}: it may see one \
             direction only."
        ));
    }
    capture_ended.then(|| {
        format!(
            " But the capture ends {} after the CANCEL, so the answer may have come later.",
            span(world.now.since(cancel.began().time))
        )
    })
}
