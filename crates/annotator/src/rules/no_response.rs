//! `no-response`: a request that nobody answered until it had to be given up.

use std::time::Duration;

use crate::annotation::{Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::Transaction;
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: NoResponse = NoResponse;

static INFO: Info = Info {
    id: "no-response",
    severity: Severity::Error,
    summary: "a request was repeated until its transaction timed out, and nothing came back",
    page: include_str!("no-response.md"),
    references: &[
        "RFC 3261 §17.1.1.2",
        "RFC 3261 §17.1.2.2",
        "RFC 3261 §18.1.1",
    ],
};

const TIMED_OUT: u8 = 1;
/// Repeating a request for this long shows by itself that no response reached the client: a
/// response would have stopped it.
const STUBBORN: Duration = Duration::from_secs(7);

pub(super) struct NoResponse;

impl Rule for NoResponse {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["datagram-too-large"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::RequestSent,
            StepKind::RequestRepeated,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            // Over UDP a request that is never repeated proves nothing: its client may have had
            // an answer that the capture does not show.
            Step::RequestSent {
                transaction: id, ..
            }
            | Step::RequestRepeated(id) => {
                let Some(transaction) = cx.transaction(*id) else {
                    return;
                };
                let reliable = transaction.flow.transport.is_reliable();
                let is_due = matches!(step, Step::RequestSent { .. }) == reliable;
                let is_first = reliable || transaction.retransmissions == 1;
                if is_due && is_first && transaction.first_response.is_none() {
                    cx.set_deadline(transaction.began().time + TIMEOUT, *id, TIMED_OUT);
                }
            }
            Step::CaptureEnded(id) => capture_ended(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        let world = cx.world();
        let Some(transaction) = world.transaction(subject) else {
            return;
        };
        if transaction.first_response.is_some()
            || is_silent_further_down(world, transaction)
            || world.cancelled_by(transaction).is_some()
        {
            return; // Of a CANCEL, `cancel-unanswered` tells.
        }
        let draft = describe(world, transaction);
        cx.say_of(subject, TIMED_OUT, draft);
    }
}

/// Whether the server passed the request on and got no answer either: then that hop is where the
/// silence begins, and it is reported there.
fn is_silent_further_down(world: &World, transaction: &Transaction) -> bool {
    world
        .children(transaction)
        .any(|(_, child)| child.first_response.is_none())
}

/// Whether the hop before has its final answer, so that this request no longer matters.
fn is_settled_upstream(world: &World, transaction: &Transaction) -> bool {
    world
        .parent(transaction)
        .is_some_and(|parent| !parent.is_pending())
}

fn describe(world: &World, transaction: &Transaction) -> Draft {
    let began = transaction.began().time;
    let (client, server) = (transaction.client(), transaction.server());
    let method = &transaction.method;
    let failure = world.vantage.failure(&transaction.flow, began);
    let sent = transaction.retransmissions + 1;
    let time = began + TIMEOUT;
    let mut draft = Draft::new(
        Severity::Error,
        time,
        format!(
            "{} never answered the {method} from {}",
            host(server),
            host(client)
        ),
    )
    .blame(server, Role::Path);
    draft.explanation = if transaction.flow.transport.is_reliable() {
        format!(
            "The {method} went out over an open TCP connection to {}, and nothing came back \
             within {}, when the client gives up.",
            transaction.flow.destination,
            span(TIMEOUT)
        )
    } else {
        format!(
            "The {method} was sent {} to {}, the last time {} after the first, and no response \
             of any kind came back. After {} (64·T1) the transaction is over.",
            times(sent),
            transaction.flow.destination,
            span(transaction.last_sent.time.since(began)),
            span(TIMEOUT)
        )
    };
    draft.evidence = vec![
        world.request_evidence(transaction, "never answered"),
        world.repeat_evidence(transaction),
        world.failure_evidence(transaction),
    ];
    match failure {
        Some(failure) => {
            draft.explanation.push_str(&format!(
                " Frame {} says: {}.",
                failure.first.frame().number,
                failure.kind.words()
            ));
            draft.help.push(format!(
                "make sure that something listens on {} over {} and that no firewall rejects it",
                transaction.flow.destination, transaction.flow.transport
            ));
        }
        None => draft.help.push(format!(
            "check that {} is up and reachable from {client}: ping it, then capture there to see \
             whether the {method} arrives",
            transaction.flow.destination
        )),
    }
    if let Some(stray) = &transaction.stray {
        draft.explanation.push_str(&format!(
            " {server} did answer, but sent the {} to {} (frame {}), which is not where the \
             request came from.",
            stray.received.code,
            stray.flow.destination,
            stray.received.at.frame().number
        ));
        draft.help.insert(
            0,
            format!("on {server}, let responses go where the topmost Via says (RFC 3261 §18.2.2)"),
        );
        draft = draft.blame(server, Role::Server);
    }
    if let Some(loss) = world.losses.touching(client, began) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so an answer may have been missed.",
            loss.words()
        ));
    } else if !is_proven(world, transaction, failure.is_some()) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.explanation.push_str(&format!(
            " But the capture shows no packet at all that went to {client}: it may see one \
             direction only."
        ));
    }
    draft
        .help
        .push("check firewalls and NAT on the path for both directions".to_owned());
    draft
}

/// Whether silence was seen, and not merely answers overlooked.
fn is_proven(world: &World, transaction: &Transaction, failed: bool) -> bool {
    let began = transaction.began().time;
    let repeated_for = transaction.last_sent.time.since(began);
    failed
        || transaction.stray.is_some()
        || repeated_for >= STUBBORN
        || world.vantage.sees_arrivals_at(transaction.client())
}

/// The capture ended while the request was still being repeated.
fn capture_ended(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let is_open = transaction.first_response.is_none()
        && transaction.retransmissions >= 2
        && cx.said(id).is_none()
        && !is_silent_further_down(world, transaction)
        && !is_settled_upstream(world, transaction)
        && world.cancelled_by(transaction).is_none();
    if !is_open {
        return;
    }
    let waited = span(world.now.since(transaction.began().time));
    let mut draft = Draft::new(
        Severity::Note,
        world.now,
        format!(
            "the capture ends {waited} into {} that {} has not answered",
            crate::words::with_article(&transaction.method.to_string()),
            host(transaction.server())
        ),
    );
    draft.verdict = Verdict::Inconclusive;
    draft.explanation = format!(
        "The request was sent {} and would be given up after {}. The capture ends before that.",
        times(transaction.retransmissions + 1),
        span(TIMEOUT)
    );
    draft
        .help
        .push("capture for longer to see whether an answer comes".to_owned());
    draft.evidence = vec![world.request_evidence(transaction, "not answered so far")];
    cx.say_of(id, TIMED_OUT, draft);
}
