//! `ack-missing`: a call was answered, and the ACK does not reach the one who answered.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_parser::{Message, Method};

use crate::annotation::{Evidence, QuotedLine, Responsible, Role, Severity, Verdict};
use crate::call::Dialog;
use crate::config::{T1, TIMEOUT};
use crate::course::Course;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::privacy::private_kind;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::target::Target;
use crate::transaction::Transaction;
use crate::vantage::{Attempt, AttemptKind};
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: AckMissing = AckMissing;

static INFO: Info = Info {
    id: "ack-missing",
    severity: Severity::Error,
    summary: "a call was answered, but the ACK does not arrive, so the call ends after 32 s",
    page: include_str!("ack-missing.md"),
    references: &[
        "RFC 3261 §13.3.1.4",
        "RFC 3261 §13.2.2.4",
        "RFC 3261 §12.1.1",
    ],
};

const REPEATED: u8 = 1;
const DEAD: u8 = 2;
const RESOLVED: u8 = 3;

/// A 2xx that is still repeated after this long was not lost once by chance: it is the third
/// repetition, 3.5 s after the answer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct AckMissing;

impl Rule for AckMissing {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["private-contact", "ack-misrouted", "route-set-ignored"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::FinalRepeated,
            StepKind::Acknowledged,
            StepKind::ByeSent,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::FinalRepeated {
                transaction,
                code: 200..=299,
                at,
                message,
            } => repeated(*transaction, *at, message, cx),
            Step::Acknowledged { invite, at, .. } => resolve(*invite, *at, cx),
            Step::RequestSent {
                transaction,
                message,
                ..
            } => ended_by_bye(*transaction, message, cx),
            Step::CaptureEnded(id) => capture_ended(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        tell(subject, stage, None, cx);
    }
}

/// The dialog of this hop whose ACK is missing at the server of the hop.
fn unacknowledged(world: &World, id: TransactionId) -> Option<(&Transaction, &Dialog)> {
    let invite = world.transaction(id)?;
    if invite.cancelled.is_some() || invite.outcome_repeats == 0 {
        return None;
    }
    let dialog = world
        .dialogs_of(id, invite)
        .find(|dialog| !dialog.is_acked_at(invite.server()))?;
    Some((invite, dialog))
}

fn repeated(id: TransactionId, at: Moment, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some((invite, _)) = unacknowledged(world, id) else {
        return;
    };
    // The hop nearest to the callee tells for all, and another fork's first 2xx is none again.
    let Some(dialog) = world
        .dialog_of(invite.call, message)
        .filter(|dialog| dialog.invite == id && dialog.confirmed != at)
    else {
        return;
    };
    let confirmed = dialog.confirmed.time;
    let is_first = invite.outcome_repeats == 1;
    if is_first {
        // A BYE that ends it comes at 64·T1, and is to be in view by then.
        cx.set_deadline(confirmed + TIMEOUT + T1, id, DEAD);
    }
    if at.time.since(confirmed) >= PATIENCE && cx.said(id).is_none() {
        tell(id, REPEATED, None, cx);
    }
}

/// A BYE ended the call before its ACK ever came.
fn ended_by_bye(bye: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(request) = world.transaction(bye) else {
        return;
    };
    let Some(dialog) = world.dialog_of(request.call, message) else {
        return;
    };
    if !dialog.is_answered_again {
        return;
    }
    let invite = dialog.invite;
    if cx.said(invite).is_some_and(|said| said.stage == REPEATED) {
        tell(invite, DEAD, Some(bye), cx);
    }
}

fn resolve(id: TransactionId, at: Moment, cx: &mut Context<'_>) {
    if cx.said(id).is_none_or(|said| said.stage != REPEATED) {
        return;
    }
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let Some(dialog) = world
        .dialogs_of(id, invite)
        .find(|dialog| dialog.is_acked_at(invite.server()))
    else {
        return;
    };
    let waited = span(at.time.since(dialog.confirmed.time));
    let mut draft = Draft::new(
        Severity::Note,
        at.time,
        format!("the ACK reached {} after {waited}", host(invite.server())),
    );
    draft.verdict = Verdict::Resolved;
    draft.explanation = "The dialog is confirmed, and the call goes on.".to_owned();
    draft.evidence = vec![answer_evidence(world, invite, dialog, None)];
    cx.say_of(id, RESOLVED, draft);
}

fn tell(id: TransactionId, stage: u8, bye: Option<TransactionId>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some((invite, dialog)) = unacknowledged(world, id) else {
        return;
    };
    if cx.said(id).is_some_and(|said| said.stage >= stage) {
        return;
    }
    // Without a repetition after the first seconds the callee had its ACK: out of view.
    if stage == DEAD && cx.said(id).is_none() {
        return;
    }
    let draft = describe(world, invite, dialog, stage, bye);
    cx.say_of(id, stage, draft);
}

/// The BYE that ended the dialog, where it is still remembered.
fn bye_of(world: &World, invite: &Transaction) -> Option<TransactionId> {
    let mut requests = world.of_call(invite.call);
    let bye = requests.find(|(_, other)| other.method == MethodName::Known(Method::Bye));
    bye.map(|(id, _)| id)
}

fn describe(
    world: &World,
    invite: &Transaction,
    dialog: &Dialog,
    stage: u8,
    bye: Option<TransactionId>,
) -> Draft {
    let callee = invite.server();
    let answered = dialog.confirmed.time;
    let code = invite.outcome.as_ref().map_or(200, |answer| answer.code);
    let is_dead = stage == DEAD;
    let time = if is_dead && bye.is_none() {
        (answered + TIMEOUT).max(world.now)
    } else {
        world.now
    };
    let severity = if is_dead {
        Severity::Error
    } else {
        Severity::Warning
    };
    let answer = code_label(code);
    let title = format!(
        "{} sent its {answer} again and again: no ACK reaches it",
        host(callee)
    );
    let mut draft = Draft::new(severity, time, title).blame(callee, Role::Path);
    draft.explanation = format!(
        "{} repeated its {answer} {} in {}, which it does only while no ACK comes.",
        host(callee),
        times(invite.outcome_repeats),
        span(world.now.since(answered).min(TIMEOUT)),
    );
    let bye = bye
        .or_else(|| bye_of(world, invite).filter(|_| is_dead))
        .and_then(|bye| world.transaction(bye));
    draft.explanation.push_str(&match (is_dead, bye) {
        (true, Some(bye)) => format!(
            " {} ended the call with a BYE {} after the answer.",
            host(bye.client()),
            span(bye.began().time.since(answered))
        ),
        (true, None) => " After 32 s (64·T1) it ends the call (RFC 3261 §13.3.1.4).".to_owned(),
        (false, _) => " If none comes within 32 s of the answer, it ends the call.".to_owned(),
    });
    let first = world.first_hop(invite);
    let suspect = blame_ack(world, invite, dialog, &mut draft);
    let mut label = String::new();
    if !suspect {
        label = blame_course(world, first, invite, &mut draft);
    }
    if first.request.is_none() {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(
            " But the capture shows no request from the caller at all: its ACK may merely be out \
             of sight.",
        );
    } else if let Some(loss) = world.losses.touching(callee, answered) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so an ACK may have been missed.",
            loss.words()
        ));
    }
    if let Some(next) = first.course().and_then(Course::next_hop)
        && let Some(attempt) = tried(world, next, first, answered)
    {
        draft.explanation.push_str(&format!(
            " {} does try to reach it: {} (frame {}).",
            host(first.client()),
            attempt.kind.words(),
            attempt.first.frame().number
        ));
        let [attempted, _] = world.attempt_evidence(attempt);
        draft.evidence.push(attempted);
    }
    let line = first.course().and_then(|course| course.line(&label));
    draft.evidence.extend([
        world.request_evidence(invite, ""),
        answer_evidence(world, invite, dialog, line),
        bye.and_then(|bye| world.request_evidence(bye, "the call ends")),
    ]);
    if let Some(ack) = dialog.acks.first() {
        let text = format!("ACK {} SIP/2.0", sipwhy_parser::printable(&ack.uri));
        let seen = world.said_evidence(ack.at, Some(ack.flow), text);
        draft.evidence.push(Some(seen));
    }
    draft
}

/// An ACK that was seen, and went no further: whose fault that is.
fn blame_ack(world: &World, invite: &Transaction, dialog: &Dialog, draft: &mut Draft) -> bool {
    let Some(ack) = dialog.acks.last() else {
        return false;
    };
    let (at, callee) = (ack.flow.destination.ip(), invite.server());
    draft.explanation.push_str(&format!(
        " An ACK did leave {} for {at} (frame {}).",
        host(ack.flow.source.ip()),
        ack.at.frame().number
    ));
    if at == invite.client() {
        draft
            .explanation
            .push_str(&format!(" {at} did not pass it on to {}.", host(callee)));
        draft.help.push(format!(
            "on {at}, look why the ACK is not routed on: it has to follow its Route headers, or \
             else its Request-URI, without a transaction to match (RFC 3261 §16.6)"
        ));
        draft.responsible = Some(Responsible {
            address: at,
            role: if world.is_proxy(at) {
                Role::Proxy
            } else {
                Role::Server
            },
        });
    } else {
        draft.help.push(format!(
            "follow the ACK from {at} on: it was not seen to arrive at {callee}"
        ));
    }
    true
}

/// No ACK was seen: what in the answer sends it astray. Gives the label for the line that does.
fn blame_course(
    world: &World,
    first: &Transaction,
    invite: &Transaction,
    draft: &mut Draft,
) -> String {
    let caller = host(first.client());
    let Some(course) = first.course() else {
        draft.help.push(check_caller(&caller));
        return String::new();
    };
    let header = course.header_name();
    let Some(next) = course.next_hop() else {
        draft.explanation.push_str(
            " The answer carries no Contact that can be used, so the caller has no address to \
             send the ACK to.",
        );
        draft
            .help
            .push("let the callee put its SIP URI into the Contact of its 2xx".to_owned());
        draft.responsible = Some(Responsible {
            address: invite.server(),
            role: Role::Server,
        });
        return "no use as an address".to_owned();
    };
    if let Some(kind) = unreachable_kind(next, first) {
        draft.explanation.push_str(&format!(
            " The likeliest cause: the {header} sends the ACK to {}, which is {kind}, while the \
             answer itself came from {}. The caller cannot reach it there.",
            next.text,
            host(first.server())
        ));
        draft.help.push(format!(
            "let {} give an address in its {header} that the caller can reach: its public one, or \
             that of a proxy that Record-Routes",
            host(first.server())
        ));
        return format!("{kind}, out of the caller's reach");
    }
    if course.is_strict {
        draft.explanation.push_str(&format!(
            " The likeliest cause: {} in Record-Route lacks ;lr, so the ACK has to be sent by the \
             strict routing of RFC 2543, which many stacks no longer do rightly.",
            next.text
        ));
        draft
            .help
            .push("let that proxy put ;lr into its Record-Route".to_owned());
        return "no ;lr: strict routing".to_owned();
    }
    bypass(world, course, next, first, draft)
}

/// The answer sends the ACK past the server that it came through.
fn bypass(
    world: &World,
    course: &Course,
    next: &Target,
    first: &Transaction,
    draft: &mut Draft,
) -> String {
    let caller = host(first.client());
    let server = first.server();
    let sockets = next.sockets(&world.names);
    let leads_elsewhere = !sockets.is_empty() && sockets.iter().all(|socket| socket.ip() != server);
    if leads_elsewhere && course.route.is_none() {
        draft.explanation.push_str(&format!(
            " The likeliest cause: {server} did not Record-Route, so the ACK goes straight to {}, \
             past it, and the caller or a firewall on that way does not let it through.",
            next.text
        ));
        draft.help.push(format!(
            "let {server} Record-Route the INVITE, so that the ACK takes the same way"
        ));
        return "the ACK goes straight there".to_owned();
    }
    if sockets.is_empty() {
        draft.explanation.push_str(&format!(
            " The {} sends the ACK to {}, a name for which the capture holds no address: the \
             caller has to resolve it.",
            course.header_name(),
            next.text
        ));
        draft
            .help
            .push(format!("check that {caller} can resolve {}", next.text));
        return "to be resolved by the caller".to_owned();
    }
    draft.explanation.push_str(&format!(
        " The answer sends the ACK to {}, as it should, so either the answer does not reach the \
         caller or the caller does not acknowledge it.",
        next.text
    ));
    draft.help.push(check_caller(&caller));
    "where the ACK has to go".to_owned()
}

/// What the caller did below SIP, in vain, to send its ACK where the answer says.
fn tried<'w>(
    world: &'w World,
    next: &Target,
    first: &Transaction,
    since: Timestamp,
) -> Option<&'w Attempt> {
    let sockets = next.sockets(&world.names);
    world
        .vantage
        .attempts(first.client(), since)
        .filter(|attempt| attempt.has_failed())
        .find(|attempt| match &attempt.kind {
            AttemptKind::Neighbour(address) => sockets.iter().any(|socket| socket.ip() == *address),
            AttemptKind::Connect(socket) => sockets.contains(socket),
            AttemptKind::Lookup(_) => false,
        })
}

/// What kind of address keeps the caller from reaching a target: one that is private, while the
/// caller talks to a public one.
fn unreachable_kind(next: &Target, first: &Transaction) -> Option<&'static str> {
    let kind = private_kind(next.address?)?;
    private_kind(first.server()).is_none().then_some(kind)
}

fn check_caller(caller: &str) -> String {
    format!(
        "capture at {caller}: see whether the answer arrives there, and what becomes of its ACK"
    )
}

fn answer_evidence(
    world: &World,
    invite: &Transaction,
    dialog: &Dialog,
    line: Option<QuotedLine>,
) -> Option<Evidence> {
    let answer = invite.outcome.as_ref()?;
    let label = format!("sent {}", times(invite.outcome_repeats + 1));
    let mut proof = world.response_evidence(invite, answer, &label);
    proof.frame = dialog.confirmed.frame();
    proof.time = dialog.confirmed.time;
    proof.quote.extend(line);
    Some(proof)
}

fn capture_ended(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some((invite, dialog)) = unacknowledged(world, id) else {
        return;
    };
    let waited = world.now.since(dialog.confirmed.time);
    if cx.said(id).is_some() || waited >= TIMEOUT || dialog.ended.is_some() {
        return;
    }
    let mut draft = Draft::new(
        Severity::Note,
        world.now,
        format!(
            "the capture ends {} after an answer that {} repeats for want of an ACK",
            span(waited),
            host(invite.server())
        ),
    );
    draft.verdict = Verdict::Inconclusive;
    draft.explanation = "The ACK may still have come after the end of the capture.".to_owned();
    draft
        .help
        .push("capture for longer to see whether the ACK comes".to_owned());
    draft.evidence = vec![answer_evidence(world, invite, dialog, None)];
    cx.say_of(id, REPEATED, draft);
}
