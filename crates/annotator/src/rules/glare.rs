//! `glare`: both ends of a call changed it at the same moment.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_parser::{Address, Message, Method};

use crate::annotation::{Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: Glare = Glare;

static INFO: Info = Info {
    id: "glare",
    severity: Severity::Note,
    summary: "a change of a call was refused with 491 because the other end made one, too",
    page: include_str!("glare.md"),
    references: &["RFC 3261 §14.1", "RFC 3261 §14.2", "RFC 3311 §5.2"],
};

/// The 491 came.
const REFUSED: u8 = 1;
/// The time to try again is over: of who made the Call-ID, of the other end.
const OWNER: u8 = 2;
const OTHER: u8 = 3;

/// The longest that who made the Call-ID waits (§14.1).
const OWNER_WAITS: Duration = Duration::from_secs(4);
/// The longest that the other end waits.
const OTHER_WAITS: Duration = Duration::from_secs(2);
/// Added for the way and for slow timers.
const MARGIN: Duration = Duration::from_secs(1);

pub(super) struct Glare;

impl Rule for Glare {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Ended {
            transaction: id,
            code: 491,
            message,
            ..
        } = step
        {
            refused(*id, message, cx);
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        let world = cx.world();
        let Some(request) = world.transaction(subject) else {
            return;
        };
        let Some(answer) = request.outcome.as_ref() else {
            return;
        };
        if let Some(draft) = unrepaired(world, request, answer, stage) {
            cx.say_of(subject, stage, draft);
        }
    }
}

fn is_change(request: &Transaction) -> bool {
    request.is_invite() || request.method == MethodName::Known(Method::Update)
}

fn refused(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(request) = world.transaction(id) else {
        return;
    };
    let Some(answer) = request.outcome.as_ref() else {
        return;
    };
    let is_of_call = request.in_dialog && request.request.is_some() && is_change(request);
    if !is_of_call || request.cancelled.is_some() || world.parent(request).is_some() {
        return;
    }
    let draft = describe(world, request, answer);
    // Whose Call-ID it is shows only where the beginning of the call is in view.
    let from = message.from().and_then(Address::tag).unwrap_or_default();
    let from = world.keys.short(from);
    let owner = world
        .dialog_of(request.call, message)
        .map(|dialog| dialog.from_tag == from);
    let (stage, wait) = if owner == Some(false) {
        (OTHER, OTHER_WAITS)
    } else {
        (OWNER, OWNER_WAITS)
    };
    let due = answer.at.time + wait + MARGIN;
    cx.say_of(id, REFUSED, draft);
    if owner.is_some() {
        cx.set_deadline(due, id, stage);
    }
}

/// A change of the other end that was under way when this one was refused.
fn crossing<'w>(
    world: &'w World,
    request: &Transaction,
    answer: &Received,
) -> Option<&'w Transaction> {
    let mut others = world.of_call(request.call).map(|(_, other)| other);
    others.find(|other| {
        let ended = other.outcome.as_ref().map(|outcome| outcome.at.time);
        is_change(other)
            && other.in_dialog
            && other.flow.destination.ip() == request.client()
            && other.began().time <= answer.at.time
            && ended.is_none_or(|ended| ended >= request.began().time)
    })
}

fn describe(world: &World, request: &Transaction, answer: &Received) -> Draft {
    let client = host(request.client());
    let method = &request.method;
    let other = crossing(world, request, answer);
    let title = match other {
        Some(_) => {
            format!("both ends changed the call at once: the {method} of {client} has to wait")
        }
        None => format!("the {method} of {client} has to wait: another change is under way (491)"),
    };
    let mut draft = Draft::new(Severity::Note, answer.at.time, title);
    draft.explanation = match other {
        Some(other) => format!(
            "{} has {} of its own under way, so it cannot take this one. Each end is to try \
             again after a random time, which differs between the two, and the call goes on \
             meanwhile as it was.",
            host(other.client()),
            crate::words::with_article(&other.method.to_string())
        ),
        None => format!(
            "{} has a change of its own under way, which the capture does not show, or one whose \
             end it has not seen, such as an INVITE without its ACK.",
            host(request.server())
        ),
    };
    draft.help = vec![
        "nothing is needed if the next try succeeds".to_owned(),
        "if it happens on every call, let one end stop changing it right after the answer (direct \
         media, session refresh, T.38)"
            .to_owned(),
    ];
    draft.evidence = vec![
        world.request_evidence(request, ""),
        Some(world.response_evidence(request, answer, "try again in a moment")),
        other.and_then(|other| world.request_evidence(other, "the other end's change")),
    ];
    draft
}

/// Tells that the change was not tried again in time, unless nothing asks for it any more.
fn unrepaired(world: &World, request: &Transaction, answer: &Received, stage: u8) -> Option<Draft> {
    let since = answer.at.time;
    let is_later = |other: &Transaction| other.began().time > since;
    let mut others = world.of_call(request.call).map(|(_, other)| other);
    let is_settled = others.any(|other| {
        let is_bye = other.method == MethodName::Known(Method::Bye);
        let is_retry = is_change(other) && other.client() == request.client() && is_later(other);
        let is_others_success = is_change(other)
            && other.in_dialog
            && other.client() != request.client()
            && other
                .outcome
                .as_ref()
                .is_some_and(|it| succeeded_after(it, since));
        is_bye || is_retry || is_others_success
    });
    let call = world.call(request.call)?;
    if is_settled || call.dialogs.iter().all(|dialog| dialog.ended.is_some()) {
        return None;
    }
    let client = host(request.client());
    let (wait, who) = if stage == OWNER {
        ("2.1 to 4 s", "made the Call-ID")
    } else {
        ("0 to 2 s", "did not make the Call-ID")
    };
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "{client} did not try its {} again after the 491",
            request.method
        ),
    )
    .blame(request.client(), Role::Client);
    draft.explanation = format!(
        "{client} {who}, so it was to try again {wait} after the 491 (RFC 3261 §14.1). Nothing \
         came within {}, and no change of the other end took its place. What it was to do, such as \
         hold, transfer or a session refresh, did not happen.",
        span(world.now.since(since))
    );
    draft.help = vec![format!(
        "let {client} repeat a change that was refused with 491 by the timer of RFC 3261 §14.1"
    )];
    if let Some(loss) = world.losses.touching(request.client(), since) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        let words = format!(" But {}, so it may be missing.", loss.words());
        draft.explanation.push_str(&words);
    }
    draft.evidence = vec![
        world.request_evidence(request, "not tried again"),
        Some(world.response_evidence(request, answer, "")),
    ];
    Some(draft)
}

fn succeeded_after(answer: &Received, since: Timestamp) -> bool {
    answer.code < 300 && answer.at.time >= since
}
