//! `short-call`: a call that was released as soon as it was answered, not by the caller's wish.

use std::time::Duration;

use sipwhy_parser::{HeaderName, Message, Reason, printable};

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{host, span};

pub(super) static RULE: ShortCall = ShortCall;

static INFO: Info = Info {
    id: "short-call",
    severity: Severity::Note,
    summary: "a call was released within 2 s of its answer, and something speaks for a fault",
    page: include_str!("short-call.md"),
    references: &["RFC 3261 §15", "RFC 3326 §2", "ITU-T Q.850"],
};

/// What, told of the call before, makes it likely that it was released for a fault.
const FAULTS: &[&str] = &[
    "no-common-codec",
    "answer-invalid",
    "no-answer-sdp",
    "media-security-mismatch",
];

pub(super) struct ShortCall;

impl Rule for ShortCall {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        FAULTS
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Released]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Released {
            transaction,
            invite,
            after,
            by_caller,
            message,
        } = step
        else {
            return;
        };
        if *after >= cx.world().config.thresholds.short_call {
            return;
        }
        let release = Release {
            bye: *transaction,
            invite: *invite,
            after: *after,
            by_caller: *by_caller,
        };
        if let Some(draft) = judge(&release, message, cx) {
            cx.say_of(release.bye, 1, draft);
        }
    }
}

struct Release {
    bye: TransactionId,
    invite: TransactionId,
    after: Duration,
    by_caller: bool,
}

fn judge(release: &Release, message: &Message<'_, '_>, cx: &Context<'_>) -> Option<Draft> {
    let world = cx.world();
    let bye = world.transaction(release.bye)?;
    let invite = world.transaction(release.invite)?;
    // A CANCEL that crossed the answer, and a fork that answered second, have to be released.
    if invite.cancelled.is_some() || world.call(bye.call)?.dialogs.len() > 1 {
        return None;
    }
    let reason = message.reasons().find(is_a_fault);
    let has_fault = cx.is_told_of_call(bye.call, FAULTS);
    // A caller who hangs up at once has dialled wrong, reached an answering machine, or tests.
    if release.by_caller && reason.is_none() && !has_fault {
        return None;
    }
    let side = if release.by_caller {
        "caller"
    } else {
        "callee"
    };
    let mut draft = Draft::new(
        Severity::Note,
        bye.began().time,
        format!(
            "the {side} hung up {} after the call was answered",
            span(release.after)
        ),
    );
    if !bye.client_is_proxy() {
        draft = draft.blame(bye.client(), Role::Client);
    }
    draft.explanation = explain(bye, release, reason.as_ref(), has_fault);
    draft.help = vec![
        format!("ask the log of {} why it sent the BYE", host(bye.client())),
        "look at codecs, encryption and media addresses of both sides".to_owned(),
    ];
    let mut sent = world.request_evidence(bye, "");
    if reason.is_some()
        && let (Some(sent), Some(line)) = (&mut sent, message.header(HeaderName::Reason))
    {
        let line = quote::header(message, &line, "why it was released");
        sent.quote.push(line);
    }
    let answered = invite.outcome.as_ref();
    draft.evidence = vec![
        answered.map(|answer| world.response_evidence(invite, answer, "")),
        sent,
    ];
    Some(draft)
}

fn explain(
    bye: &Transaction,
    release: &Release,
    reason: Option<&Reason<'_>>,
    has_fault: bool,
) -> String {
    let sender = host(bye.client());
    let mut text = match reason {
        Some(reason) => format!(
            "{sender} gives the reason in its BYE: {}.",
            reason_words(reason)
        ),
        None => format!("{sender} gives no reason in its BYE."),
    };
    if !release.by_caller {
        text.push_str(
            " Who picks up wants to talk: that the called side hangs up so soon speaks for a \
             device that answered and could not go on, such as for want of a codec, of a key or \
             of media, or for an announcement.",
        );
    }
    if has_fault {
        text.push_str(" What else was told of this call explains it.");
    }
    text
}

/// Whether a reason names something else than that somebody hung up.
fn is_a_fault(reason: &Reason<'_>) -> bool {
    let Some(cause) = reason.cause else {
        return false;
    };
    let is = |name: &str| reason.protocol.eq_ignore_ascii_case(name.as_bytes());
    // 16 and 31: normal clearing, and normal without saying more (ITU-T Q.850 §2.2.7).
    is("Q.850") && !matches!(cause, 16 | 31) || is("SIP") && cause >= 300
}

fn reason_words(reason: &Reason<'_>) -> String {
    let cause = reason.cause.unwrap_or_default();
    let protocol = printable(reason.protocol);
    match reason.text {
        Some(text) => format!(
            "{protocol} cause {cause}, {}",
            quote::shorten(&printable(text))
        ),
        None => format!("{protocol} cause {cause}"),
    }
}
