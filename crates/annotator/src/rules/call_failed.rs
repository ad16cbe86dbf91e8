//! `call-failed`: the final response that ended a call, and who generated it.

use std::time::Duration;

use sipwhy_catalogue::SeverityHint;
use sipwhy_parser::{Header, HeaderName, Message, printable};

use crate::annotation::{Evidence, Role, Severity};
use crate::failure::{FailedLeg, failed_legs, origin};
use crate::ids::TransactionId;
use crate::quote;
use crate::redirect::Progress;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{capitalized, host, span};
use crate::world::World;

pub(super) static RULE: CallFailed = CallFailed;

static INFO: Info = Info {
    id: "call-failed",
    severity: Severity::Warning,
    summary: "a call ended with a final response of 300 to 699",
    page: include_str!("call-failed.md"),
    references: &["RFC 3261 §21", "RFC 3261 §16.7"],
};

/// Waiting for the next attempt that the response asks for.
const WAITING: u8 = 1;
/// Clients that repair a request and try again do so at once.
const REPAIR: Duration = Duration::from_secs(4);

pub(super) struct CallFailed;

impl Rule for CallFailed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &[
            "use-proxy-unusable",
            "use-proxy-ignored",
            "use-proxy-abandoned",
            "redirect-unusable",
            "redirect-loop",
            "redirect-ignored",
            "redirect-abandoned",
            "caller-identity",
            "registration-lapsed",
            "credentials-rejected",
            "challenge-unanswered",
            "reliable-provisional-lost",
            "no-common-codec",
            "extension-refused",
            "session-interval-refused",
            "loop-detected",
            "transport-failed",
            "datagram-too-large",
            "no-response",
            "stuck-on-trying",
        ]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction: id,
                message,
                ..
            } => ended(*id, message, cx),
            Step::CaptureEnded(id) => {
                // A challenge or redirection at the very end may yet be answered; what a client
                // repairs at once, it would have repaired by now.
                let waits_long = cx
                    .transaction(*id)
                    .and_then(|it| it.outcome.as_ref())
                    .is_some_and(|answer| waits_for_next(answer.code));
                if !waits_long {
                    tell(*id, cx);
                }
            }
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        tell(subject, cx);
    }
}

fn ended(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = &transaction.outcome else {
        return;
    };
    if !concerns(world, transaction, answer) {
        return;
    }
    let wait = match answer.code {
        code if waits_for_next(code) => world.config.thresholds.next_attempt,
        // RFC 8224 §6.2.2: the same with an Identity, or with a better one.
        428 | 436 | 437 | 438 => REPAIR,
        413 | 415 | 416 | 420 | 421 | 422 | 484 | 488 | 491 | 494 | 500 | 503 => REPAIR,
        _ => {
            let draft = describe(world, transaction, answer, Some(message));
            cx.say_of(id, WAITING, draft);
            return;
        }
    };
    let due = answer.at.time + wait;
    cx.keep_lines(id, telling_lines(message));
    cx.set_deadline(due, id, WAITING);
}

/// Whether a response asks for another attempt, which may have to wait for a person.
const fn waits_for_next(code: u16) -> bool {
    matches!(code, 300..=399 | 401 | 407)
}

/// Whether a 483 is what the client wanted: it gave its own INVITE no hops, to see whether the
/// next host is alive (RFC 3261 §16.3).
fn is_probe(transaction: &Transaction, code: u16) -> bool {
    code == 483 && transaction.max_forwards == Some(0) && transaction.vias == 1
}

/// Whether the response ends a call: a new INVITE's, at the first hop in view, and no mere
/// consequence of something else that is told.
fn concerns(world: &World, transaction: &Transaction, answer: &Received) -> bool {
    transaction.is_invite()
        && !transaction.in_dialog
        && transaction.request.is_some()
        && answer.code >= 300
        // The use-proxy rules tell of a 305.
        && answer.code != 305
        && !(answer.code == 487 && transaction.cancelled.is_some())
        && world.parent(transaction).is_none()
}

fn tell(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = &transaction.outcome else {
        return;
    };
    if !concerns(world, transaction, answer)
        || cx.said(id).is_some()
        || is_followed(world, transaction, answer)
    {
        return;
    }
    let draft = describe(world, transaction, answer, None);
    cx.say_of(id, WAITING, draft);
}

/// Whether the client tried again: with credentials, at another place, or repaired.
fn is_followed(world: &World, transaction: &Transaction, answer: &Received) -> bool {
    let again = world.of_call(transaction.call).any(|(_, other)| {
        other.is_invite()
            && other.client() == transaction.client()
            && other.began().time >= answer.at.time
            && other.cseq >= transaction.cseq
            && other.began() != transaction.began()
    });
    let redirected = transaction
        .redirect
        .and_then(|redirect| world.redirect(redirect))
        .is_some_and(|redirect| redirect.state != Progress::Waiting);
    again || redirected
}

fn describe(
    world: &World,
    transaction: &Transaction,
    answer: &Received,
    message: Option<&Message<'_, '_>>,
) -> Draft {
    let code = answer.code;
    let source = origin(world, transaction, code);
    let legs = failed_legs(world, source, answer);
    let is_certain = legs.iter().all(|leg| !leg.is_guess());
    // The host at which the failure began, as far as that is certain.
    let last = legs.iter().rev().find(|leg| leg.answer.is_some());
    let last = last.filter(|_| is_certain);
    let generator = last.map_or(source, |leg| leg.source).server();
    let silent = world
        .children(source)
        .map(|(_, child)| child)
        .find(|child| child.outcome.is_none());
    let other = world
        .children(source)
        .filter_map(|(_, child)| Some((child, child.outcome.as_ref()?)))
        .find(|(_, answer)| answer.code >= 300);
    let brief = sipwhy_catalogue::brief(code);
    let waited = world.now.since(answer.at.time);
    let title = if is_probe(transaction, code) {
        format!(
            "{} probed {} by an INVITE that may not be passed on, and got {}",
            host(transaction.client()),
            host(transaction.server()),
            code_label(code)
        )
    } else if waits_for_next(code) {
        // The next attempt may yet come: users are slow to type passwords.
        format!(
            "the call got no further than {} for {}: {brief}",
            code_label(code),
            span(waited)
        )
    } else {
        format!("the call ended with {}: {brief}", code_label(code))
    };
    let mut draft = Draft::new(
        severity(transaction, code),
        world.now.max(answer.at.time),
        title,
    )
    .blame(
        generator,
        if world.is_proxy(generator) {
            Role::Proxy
        } else {
            Role::Server
        },
    );
    let verb = if legs.is_empty() { "generated" } else { "sent" };
    draft.explanation = why(transaction, answer, source, verb, silent, other);
    for leg in &legs {
        draft.explanation.push_str(&passed_on(leg));
    }
    if is_certain {
        draft.legs = legs.iter().map(|leg| leg.call.number).collect();
    }
    let lines = match message {
        Some(message) => telling_lines(message),
        None => transaction.kept_lines().to_vec(),
    };
    for line in &lines {
        if let Some((_, told)) = &line.mark
            && !told.is_empty()
        {
            draft
                .explanation
                .push_str(&format!(" {}.", capitalized(told)));
        }
    }
    if let Some(entry) = sipwhy_catalogue::code(code) {
        draft.help.push(entry.fix.to_owned());
    }
    draft
        .help
        .push(format!("sipwhy explain {code} tells more about the code"));
    let mut proof: Evidence = world.response_evidence(transaction, answer, "");
    proof.quote.extend(lines);
    draft.evidence = vec![world.request_evidence(transaction, "")];
    if !std::ptr::eq(source, transaction) {
        let first = source.outcome.as_ref();
        let label = if legs.is_empty() {
            "generated here"
        } else {
            ""
        };
        draft
            .evidence
            .push(first.map(|first| world.response_evidence(source, first, label)));
    }
    draft.evidence.extend(leg_evidence(world, &legs));
    draft.evidence.push(Some(proof));
    if let Some(silent) = silent {
        draft
            .evidence
            .push(world.request_evidence(silent, "not answered finally"));
        draft.evidence.push(world.repeat_evidence(silent));
    }
    draft
}

fn why(
    transaction: &Transaction,
    answer: &Received,
    source: &Transaction,
    verb: &str,
    silent: Option<&Transaction>,
    other: Option<(&Transaction, &Received)>,
) -> String {
    let code = answer.code;
    let waited = span(answer.at.time.since(transaction.began().time));
    let generator = source.server();
    let first = source.outcome.as_ref().map_or(code, |first| first.code);
    let mut text = format!("{} {verb} the {first}", host(generator));
    if first != code {
        text.push_str(&format!(
            ", which {} turned into {code} as a proxy should",
            host(transaction.server())
        ));
    } else if generator != transaction.server() {
        text.push_str(&format!(
            "; {} only passed it back",
            host(transaction.server())
        ));
    }
    text.push_str(&format!(", {waited} after the INVITE."));
    if let Some(silent) = silent {
        text.push_str(&format!(
            " It had passed the INVITE on to {}, which gave no final answer.",
            host(silent.server())
        ));
    } else if let Some((child, got)) = other {
        text.push_str(&format!(
            " It had itself got {} from {}.",
            code_label(got.code),
            host(child.server())
        ));
    }
    if let Some(rang) = &transaction.progress {
        text.push_str(&format!(
            " Before that it got as far as {}.",
            code_label(rang.code)
        ));
    }
    text
}

/// How the host that answered had passed the call on, as a further sentence.
fn passed_on(failed: &FailedLeg<'_>) -> String {
    let FailedLeg {
        call, leg, source, ..
    } = failed;
    let client = host(failed.invite.client());
    let joint = leg.joint.map_or("", |joint| joint.words());
    let number = leg.number;
    let seems = if failed.is_guess() {
        " seems to have"
    } else {
        " had"
    };
    let server = host(source.server());
    let end = failed.answer.map_or_else(
        || format!("{server} gave no final answer"),
        |answer| format!("the {} came from {server}", answer.code),
    );
    let call = call.number;
    format!(
        " {client}{seems} passed the call on as leg {number} (call {call}, {joint}): there {end}."
    )
}

/// The requests of further legs, and their answers.
fn leg_evidence(world: &World, legs: &[FailedLeg<'_>]) -> Vec<Option<Evidence>> {
    let mut evidence = Vec::new();
    for (index, leg) in legs.iter().enumerate() {
        let number = leg.leg.number;
        let label = format!("leg {number}");
        evidence.push(world.request_evidence(leg.invite, &label));
        let is_last = index + 1 == legs.len();
        let label = if is_last { "generated here" } else { "" };
        let answer = leg.answer;
        evidence.push(answer.map(|answer| world.response_evidence(leg.source, answer, label)));
    }
    evidence
}

/// How much a failure matters: what users do is worth a note, what breaks is a fault.
fn severity(transaction: &Transaction, code: u16) -> Severity {
    // Whatever ends a call that the caller had given up is no longer what failed it.
    if transaction.cancelled.is_some() || is_probe(transaction, code) {
        return Severity::Note;
    }
    // After ringing, a timeout is a callee who did not pick up.
    if code == 408 && transaction.progress.is_some() {
        return Severity::Note;
    }
    match sipwhy_catalogue::code(code).and_then(|entry| entry.severity) {
        Some(SeverityHint::Note) => Severity::Note,
        Some(SeverityHint::Error) => Severity::Error,
        Some(SeverityHint::Warning) | None => Severity::Warning,
    }
}

/// The headers by which a failure explains itself, each with what it says as its label.
fn telling_lines(message: &Message<'_, '_>) -> Vec<crate::annotation::QuotedLine> {
    let mut lines = Vec::new();
    let mut add = |header: Option<Header<'_>>, told: String| {
        lines.extend(header.map(|header| quote::header(message, &header, &told)));
    };
    if let Some(reason) = message.reasons().next() {
        let text = reason.text.map(|text| format!(" ({})", printable(text)));
        let cause = reason
            .cause
            .map(|cause| cause.to_string())
            .unwrap_or_default();
        let named = if reason.protocol.eq_ignore_ascii_case(b"Q.850") {
            reason
                .cause
                .and_then(|cause| sipwhy_catalogue::cause(u16::try_from(cause).ok()?))
                .map_or_else(String::new, |cause| format!(", {}", cause.name))
        } else {
            String::new()
        };
        let told = format!(
            "its Reason is {} cause {cause}{named}{}",
            printable(reason.protocol),
            text.unwrap_or_default()
        );
        add(message.header(HeaderName::Reason), told);
    }
    if let Some(warning) = message.warnings().next() {
        let told = format!(
            "its Warning is {}: {}",
            warning.code,
            printable(warning.text)
        );
        add(message.header(HeaderName::Warning), told);
    }
    if let Some(seconds) = message.retry_after_secs() {
        let told = format!("it asks to wait {seconds} s before another try");
        add(message.header(HeaderName::RetryAfter), told);
    }
    add(message.header(HeaderName::ErrorInfo), String::new());
    lines
}
