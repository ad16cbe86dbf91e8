//! `ringing-unanswered`: a call rings, and nothing ends that.

use std::net::IpAddr;

use sipwhy_packet::Timestamp;
use sipwhy_parser::Method;

use crate::annotation::{Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: RingingUnanswered = RingingUnanswered;

static INFO: Info = Info {
    id: "ringing-unanswered",
    severity: Severity::Warning,
    summary: "a call rang for a minute or more, and neither answer, voice mail nor caller ended it",
    page: include_str!("ringing-unanswered.md"),
    references: &[
        "RFC 3261 §16.6 step 11",
        "RFC 3261 §16.8",
        "RFC 3261 §13.3.1.1",
    ],
};

/// 60 s: nobody picks up.
const LONG: u8 = 1;
/// 180 s: nor does any timer end it.
const TIMER_C: u8 = 2;
/// Something ended it.
const OVER: u8 = 3;

pub(super) struct RingingUnanswered;

impl Rule for RingingUnanswered {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Progressed,
            StepKind::EventfulEnd,
            StepKind::Cancelled,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Progressed(id) => {
                let Some(invite) = cx.transaction(*id).filter(|it| it.is_invite()) else {
                    return;
                };
                if let Some(rang) = &invite.progress {
                    let due = rang.at.time + cx.world().config.thresholds.ringing_note;
                    cx.set_deadline(due, *id, LONG);
                }
            }
            Step::Ended {
                transaction: id, ..
            }
            | Step::Cancelled(id) => resolve(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        let world = cx.world();
        let Some(invite) = world.transaction(subject) else {
            return;
        };
        let Some(rang) = still_rings(invite) else {
            return;
        };
        let told_upstream = world.parent(invite).and_then(still_rings).is_some();
        if told_upstream || has_gone_on(world, invite) {
            return;
        }
        // Each provisional response but 100 begins Timer C anew (RFC 3261 §16.7 step 2).
        let (_, newest) = invite.newest_progress(rang);
        let timer_c = newest + world.config.thresholds.ringing_warning;
        if stage == LONG || world.now >= timer_c {
            let draft = describe(world, invite, rang, stage);
            cx.say_of(subject, stage, draft);
        }
        if stage == LONG || cx.world().now < timer_c {
            cx.set_deadline(timer_c, subject, TIMER_C);
        }
    }
}

/// The response since which a call rings.
fn still_rings(invite: &Transaction) -> Option<&Received> {
    let is_open = invite.is_pending() && invite.cancelled.is_none();
    invite.progress.as_ref().filter(|_| is_open)
}

/// Whether later requests show that the call was answered, out of view.
fn has_gone_on(world: &World, invite: &Transaction) -> bool {
    // PRACK and UPDATE belong to early dialogs too.
    let is_early = |method: &MethodName| {
        matches!(
            method,
            MethodName::Known(Method::Prack | Method::Update | Method::Cancel)
        )
    };
    let is_known = world
        .call(invite.call)
        .is_some_and(|call| call.answered_unseen.is_some());
    is_known
        || world.of_call(invite.call).any(|(_, other)| {
            other.in_dialog && !is_early(&other.method) && other.began().time > invite.began().time
        })
}

/// The last hop in view that rings, and its role.
fn rings_at(world: &World, invite: &Transaction) -> (IpAddr, Role) {
    let last = world.last_hop(invite, |child| still_rings(child).is_some());
    let hop = last.server();
    let role = if world.children(last).next().is_some() {
        Role::Proxy
    } else {
        Role::Server
    };
    (hop, role)
}

fn describe(world: &World, invite: &Transaction, rang: &Received, stage: u8) -> Draft {
    let waited = span(world.now.since(rang.at.time));
    let (hop, role) = rings_at(world, invite);
    let severity = if stage == LONG {
        Severity::Note
    } else {
        Severity::Warning
    };
    let (newest, newest_at) = invite.newest_progress(rang);
    let does = match newest {
        180 => "ringing",
        182 => "queued",
        _ => "waiting for an answer",
    };
    let mut draft = Draft::new(
        severity,
        world.now,
        format!("the call has been {does} at {} for {waited}", host(hop)),
    )
    .blame(hop, role);
    let is_newest = newest_at == rang.at.time;
    draft.explanation = if is_newest {
        format!(
            "Since {} nothing came: no answer, no failure, and the caller has not given up.",
            code_label(rang.code)
        )
    } else {
        format!(
            "The newest response is {}, {} after the first: no answer came, no failure, and the \
             caller has not given up.",
            code_label(newest),
            span(newest_at.since(rang.at.time))
        )
    };
    if stage == LONG {
        draft.explanation.push_str(match newest {
            182 => " Nobody takes it out of the queue.",
            _ => " Nobody picks up, and no voice mail or forwarding takes the call either.",
        });
    } else {
        draft.explanation.push_str(
            " By now a proxy's Timer C should have ended it; a callee that needs longer has to \
             send a provisional response each minute.",
        );
        draft.help.push(
            "check that the proxies on the way end an INVITE by Timer C (more than 3 min)"
                .to_owned(),
        );
    }
    draft
        .help
        .push("set voice mail, forwarding or a time-out for calls not answered".to_owned());
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        Some(world.response_evidence(
            invite,
            rang,
            if is_newest {
                "nothing followed"
            } else {
                "since then"
            },
        )),
    ];
    if let Some(loss) = world.losses.touching(invite.client(), rang.at.time) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&format!(
            " But {}, so an answer may have been missed.",
            loss.words()
        ));
    }
    draft
}

/// Something ended the ringing.
fn resolve(id: TransactionId, cx: &mut Context<'_>) {
    let Some(said) = cx.said(id).filter(|it| it.verdict != Verdict::Resolved) else {
        return;
    };
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let Some(rang) = &invite.progress else {
        return;
    };
    let (end, what): (Timestamp, String) = match (&invite.cancelled, &invite.outcome) {
        (Some(cancelled), _) => (cancelled.time, "the caller gave up".to_owned()),
        (None, Some(answer)) if answer.code < 300 => (answer.at.time, "it was answered".to_owned()),
        (None, Some(answer)) => (
            answer.at.time,
            format!("it ended with {}", code_label(answer.code)),
        ),
        (None, None) => return,
    };
    let mut draft = Draft::new(
        said.worst,
        end,
        format!(
            "the call no longer waits for an answer: {what} after {}",
            span(end.since(rang.at.time))
        ),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = said.responsible;
    draft.explanation =
        "It is over, yet a call that nobody takes for that long should go to voice \
                         mail, be forwarded, or be ended."
            .to_owned();
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        Some(world.response_evidence(invite, rang, "rang from here on")),
        world.cancel_evidence(invite, "the caller gave up"),
        invite
            .outcome
            .as_ref()
            .map(|answer| world.response_evidence(invite, answer, "ended the ringing")),
    ];
    cx.say_of(id, OVER, draft);
}
