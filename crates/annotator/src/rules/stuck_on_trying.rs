//! `stuck-on-trying`: a call, or another request, that got 100 Trying and nothing more.

use sipwhy_packet::{Timestamp, Transport};

use crate::annotation::{Evidence, Responsible, Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::rules::trying::{evidence, locate, words_for};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::transaction::{Received, State, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: StuckOnTrying = StuckOnTrying;

static INFO: Info = Info {
    id: "stuck-on-trying",
    severity: Severity::Error,
    summary: "a call, or another request, got 100 Trying and then nothing for too long",
    page: include_str!("stuck-on-trying.md"),
    references: &[
        "RFC 3261 §21.1.1",
        "RFC 3261 §16.6 step 11",
        "RFC 3261 §17.1.1",
        "RFC 3261 §17.1.2.2",
    ],
};

/// 8 s: the caller has waited longer than a call should take to ring.
const SLOW: u8 = 1;
/// 32 s: 64·T1.
const STUCK: u8 = 2;
/// 180 s: a proxy's Timer C.
const TIMER_C: u8 = 3;
/// 32 s after another request than an INVITE.
const TIMER_F: u8 = 4;
/// Something followed, or the capture ended.
const OVER: u8 = 5;

pub(super) struct StuckOnTrying;

impl Rule for StuckOnTrying {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["no-response"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Trying,
            StepKind::Progressed,
            StepKind::EventfulEnd,
            StepKind::Cancelled,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Trying {
                transaction: id,
                at,
                ..
            } => {
                let Some(transaction) = cx.transaction(*id) else {
                    return;
                };
                let is_first = transaction
                    .trying
                    .as_ref()
                    .is_some_and(|first| first.at == *at);
                if !is_first || !transaction.is_trying() {
                    return;
                }
                if !transaction.is_invite() {
                    // Its client gives up then (Timer F, RFC 3261 §17.1.2.2).
                    let due = transaction.began().time + cx.world().config.thresholds.stuck_error;
                    cx.set_deadline(due, *id, TIMER_F);
                    return;
                }
                // A 100 that itself came late gets the whole wait once more.
                let wait = cx.world().config.thresholds.stuck_warning;
                let due = transaction.began().time + wait;
                let due = if at.time < due { due } else { at.time + wait };
                cx.set_deadline(due, *id, SLOW);
            }
            Step::Progressed(id)
            | Step::Ended {
                transaction: id, ..
            }
            | Step::Cancelled(id) => {
                resolve(*id, cx);
            }
            Step::CaptureEnded(id) => capture_ended(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, stage: u8, cx: &mut Context<'_>) {
        // Nearly every call has gone on by now.
        if !cx.world().is_trying(subject) {
            return;
        }
        let Some(transaction) = cx.transaction(subject) else {
            return;
        };
        if !transaction.is_trying() || is_told_upstream(cx.world(), transaction) {
            return;
        }
        if stage == TIMER_F {
            if still_asks(transaction) {
                let draft = describe_other(cx.world(), transaction);
                cx.say_of(subject, stage, draft);
            }
            return;
        }
        let thresholds = &cx.world().config.thresholds;
        let began = transaction.began().time;
        let (due, next) = match stage {
            SLOW => (
                thresholds.stuck_warning,
                Some((thresholds.stuck_error, STUCK)),
            ),
            STUCK => (
                thresholds.stuck_error,
                Some((thresholds.stuck_timer_c, TIMER_C)),
            ),
            _ => (thresholds.stuck_timer_c, None),
        };
        let draft = describe(
            cx.world(),
            transaction,
            stage,
            (began + due).max(cx.world().now),
        );
        cx.say_of(subject, stage, draft);
        if let Some((wait, stage)) = next {
            let due = (began + wait).max(cx.world().now);
            cx.set_deadline(due, subject, stage);
        }
    }
}

/// Whether the hop before, which is in view, tells of the whole chain: one call, one finding. It
/// also decides whether the call is stuck at all, for another branch of it may be ringing.
fn is_told_upstream(world: &World, transaction: &Transaction) -> bool {
    world
        .parent(transaction)
        .is_some_and(|parent| parent.method == transaction.method && parent.state != State::Calling)
}

fn describe(world: &World, first: &Transaction, stage: u8, time: Timestamp) -> Draft {
    let began = first.began().time;
    let waited = span(time.since(began));
    let (place, hops) = locate(world, first);
    let mut words = words_for(world, &place);
    let mut draft = Draft::new(
        severity_at(stage),
        time,
        format!("call stuck on 100 Trying for {waited}: {}", words.title),
    );
    draft.responsible = words.responsible;
    draft.help = std::mem::take(&mut words.help);
    if stage == TIMER_C {
        draft.help.push(
            "a proxy should have given up by now (Timer C, over 3 minutes): check its timers"
                .to_owned(),
        );
    }
    draft.verdict = words.verdict;
    let mut explanation = format!(
        "100 Trying says only that {} has the INVITE, and nothing of the hops beyond it. \
         Normally ringing or a final answer follows within seconds; the caller hears nothing \
         until then. {}",
        host(first.server()),
        words.reason
    );
    if let Some(loss) = hops
        .iter()
        .find_map(|hop| world.losses.touching(hop.server(), began))
    {
        draft.verdict = Verdict::Inconclusive;
        explanation.push_str(&format!(
            " But {}, so an answer may have been missed.",
            loss.words()
        ));
    }
    draft.explanation = explanation;
    draft.evidence = evidence(world, &hops, &place);
    draft
}

/// Whether the client of a request that begins no call wanted an answer after the 100. Over UDP it
/// repeats the request every T2 until then (RFC 3261 §17.1.2.2): one that does not had an answer
/// out of view, or no longer cares.
fn still_asks(request: &Transaction) -> bool {
    let is_repeated = |trying: &Received| request.last_sent.time > trying.at.time;
    request.flow.transport != Transport::Udp || request.trying.as_ref().is_some_and(is_repeated)
}

/// A request that begins no call got a 100, and no final answer for as long as its client waits.
fn describe_other(world: &World, first: &Transaction) -> Draft {
    let method = &first.method;
    let began = first.began().time;
    let waited = span(world.now.since(began));
    let is_next = |child: &Transaction| child.method == *method && child.is_pending();
    let last = world.last_hop(first, is_next);
    let server = last.server();
    let (silent, role) = match &last.first_response {
        Some(_) => ("has given no final answer", Role::Server),
        None => ("has not answered at all", Role::Path),
    };
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!(
            "{method} stuck on 100 Trying for {waited}: {} {silent}",
            host(server)
        ),
    )
    .blame(server, role)
    .help(format!(
        "on {server}, look up this Call-ID, and what the request waits for"
    ))
    .help(format!("check the path from {} to {server}", last.client()));
    draft.explanation = format!(
        "100 Trying says only that {} has the request. A final answer has to follow: {} gives up \
         32 s after it asked (64·T1, Timer F), and takes it for a 408.",
        host(first.server()),
        first.client()
    );
    if let Some(loss) = world.losses.touching(server, began) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so an answer may have been missed.",
            loss.words()
        ));
    }
    draft.evidence = chain_evidence(world, first);
    draft
}

fn severity_at(stage: u8) -> Severity {
    match stage {
        SLOW => Severity::Warning,
        STUCK => Severity::Error,
        _ => Severity::Note,
    }
}

/// Something followed the long wait.
fn resolve(id: TransactionId, cx: &mut Context<'_>) {
    let Some(said) = cx.said(id).filter(|said| said.verdict != Verdict::Resolved) else {
        return;
    };
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let began = transaction.began().time;
    let (at, what, proof) = if let Some(cancelled) = transaction.cancelled {
        let text = format!(
            "CANCEL {} SIP/2.0",
            sipwhy_parser::printable(&transaction.uri)
        );
        let cancel = world.said_evidence(cancelled, Some(transaction.flow), text);
        (cancelled, "the caller gave up".to_owned(), Some(cancel))
    } else if let Some(answer) = transaction
        .progress
        .as_ref()
        .or(transaction.outcome.as_ref())
    {
        let what = match answer.code {
            180 => "it rang".to_owned(),
            101..=199 => format!("it made progress ({})", answer.code),
            200..=299 => "it was answered".to_owned(),
            code => format!("it failed with {code}"),
        };
        (
            answer.at,
            what,
            Some(world.response_evidence(transaction, answer, "ended the wait")),
        )
    } else {
        return;
    };
    let waited = span(at.time.since(began));
    let stuck = match transaction.is_invite() {
        true => "call".to_owned(),
        false => transaction.method.to_string(),
    };
    // What the packets have shown since may single out a hop that could not be named before.
    let held = held_up(world, transaction);
    let mut draft = Draft::new(
        said.worst,
        at.time,
        format!("{stuck} no longer stuck on 100 Trying: {what} after {waited}"),
    );
    draft.verdict = Verdict::Resolved;
    draft.responsible = match held {
        Some(onward) => Some(Responsible {
            address: onward.client(),
            role: Role::Proxy,
        }),
        None => said.responsible,
    };
    draft.explanation = if transaction.cancelled.is_some() {
        format!(
            "The caller cancelled in frame {}. A 487 that ends the INVITE now is a consequence of \
             that, not a cause.",
            at.frame().number
        )
    } else if !transaction.is_invite() {
        "The answer came when its client had given up (Timer F, RFC 3261 §17.1.2.2).".to_owned()
    } else {
        format!(
            "The wait is over, yet {waited} is longer than callers put up with: ITU-T E.721 asks \
             for at most 8 s to the first ringing."
        )
    };
    if let Some(onward) = held {
        draft.explanation.push_str(&format!(
            " {} had the INVITE all the while, and passed it on only {} after it came in.",
            onward.client(),
            span(onward.began().time.since(began))
        ));
    }
    let slow = draft
        .responsible
        .map_or(transaction.server(), |hop| hop.address);
    draft
        .help
        .push(format!("find out what took {slow} so long"));
    draft.evidence = chain_evidence(world, transaction);
    draft
        .evidence
        .push(held.and_then(|it| world.request_evidence(it, "passed on only now")));
    draft.evidence.push(proof);
    cx.say_of(id, OVER, draft);
}

/// The INVITE and the 100 of every hop that a call got to.
fn chain_evidence(world: &World, first: &Transaction) -> Vec<Option<Evidence>> {
    let mut proof = Vec::new();
    let mut current = Some(first);
    // Ends: a child has one Via more than its parent.
    while let Some(hop) = current {
        proof.push(world.request_evidence(hop, ""));
        proof.push(
            hop.trying
                .as_ref()
                .map(|it| world.response_evidence(hop, it, "")),
        );
        current = world.children(hop).next().map(|(_, child)| child);
    }
    proof
}

/// The request that a hop of this call passed on only after most of the wait was over.
fn held_up<'w>(world: &'w World, first: &'w Transaction) -> Option<&'w Transaction> {
    let wait = world.config.thresholds.stuck_warning / 2;
    let mut current = first;
    // Ends: a child has one Via more than its parent.
    while let Some((_, next)) = world.children(current).next() {
        if next.began().time.since(current.began().time) >= wait {
            return Some(next);
        }
        current = next;
    }
    None
}

/// The capture ended before the threshold: nothing is wrong yet, but the call did not get on.
fn capture_ended(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    if !transaction.is_invite()
        || !transaction.is_trying()
        || is_told_upstream(world, transaction)
        || cx.said(id).is_some()
    {
        return;
    }
    let waited = span(world.now.since(transaction.began().time));
    let limit = span(world.config.thresholds.stuck_warning);
    let mut draft = Draft::new(
        Severity::Note,
        world.now,
        format!("the capture ends {waited} into a call that has got no further than 100 Trying"),
    );
    draft.verdict = Verdict::Inconclusive;
    draft.explanation = format!(
        "A call counts as stuck after {limit}. The capture ends before that, so ringing or an \
         answer may have come later."
    );
    draft
        .help
        .push("capture for longer to see what became of the call".to_owned());
    draft.evidence = vec![
        world.request_evidence(transaction, ""),
        transaction
            .trying
            .as_ref()
            .map(|it| world.response_evidence(transaction, it, "")),
    ];
    cx.say_of(id, OVER, draft);
}
