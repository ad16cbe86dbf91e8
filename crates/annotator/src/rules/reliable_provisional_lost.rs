//! `reliable-provisional-lost`: a reliable provisional response that no PRACK acknowledged.

use sipwhy_parser::Method;

use crate::annotation::{Evidence, Role, Severity, Verdict};
use crate::config::TIMEOUT;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::reliable::Reliable;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span, times};
use crate::world::World;

pub(super) static RULE: ReliableProvisionalLost = ReliableProvisionalLost;

static INFO: Info = Info {
    id: "reliable-provisional-lost",
    severity: Severity::Warning,
    summary: "a reliable provisional response was repeated without a PRACK, or its PRACK was refused",
    page: include_str!("reliable-provisional-lost.md"),
    references: &["RFC 3262 §3", "RFC 3262 §4"],
};

const UNACKNOWLEDGED: u8 = 1;
/// Repeated this often, it has waited for 1.5 s at least: a PRACK is sent at once.
const STUBBORN: u32 = 2;

pub(super) struct ReliableProvisionalLost;

impl Rule for ReliableProvisionalLost {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Provisional,
            StepKind::Refused,
            StepKind::EventfulEnd,
            StepKind::CaptureEnded,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Provisional {
                transaction: id,
                at,
                ..
            } => {
                let repeated = cx.transaction(*id).and_then(|invite| {
                    let mut known = invite.reliable().iter();
                    known.find(|it| it.newest == *at && it.repeats == 1)
                });
                if let Some(repeated) = repeated {
                    let due = repeated.first.time + TIMEOUT;
                    cx.set_deadline(due, *id, UNACKNOWLEDGED);
                }
            }
            Step::Ended {
                transaction: id, ..
            } => {
                refused(*id, cx);
                unacknowledged(*id, false, cx);
            }
            Step::CaptureEnded(id) => unacknowledged(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        unacknowledged(subject, false, cx);
    }
}

/// The response of this INVITE that was repeated, and that no PRACK acknowledged.
fn lost(invite: &Transaction) -> Option<&Reliable> {
    let is_open = invite.cancelled.is_none();
    invite
        .reliable()
        .iter()
        .find(|it| is_open && it.pracked.is_none() && it.repeats >= STUBBORN)
}

fn unacknowledged(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(invite) = world.transaction(id) else {
        return;
    };
    let Some(response) = lost(invite) else {
        return;
    };
    let told_upstream = world.parent(invite).is_some_and(|it| lost(it).is_some());
    if told_upstream || cx.said(id).is_some() {
        return;
    }
    let draft = describe(world, invite, response, capture_ended);
    cx.say_of(id, UNACKNOWLEDGED, draft);
}

fn describe(
    world: &World,
    invite: &Transaction,
    response: &Reliable,
    capture_ended: bool,
) -> Draft {
    let (client, server) = (host(invite.client()), host(invite.server()));
    let label = code_label(response.code);
    let mut draft = Draft::new(
        Severity::Warning,
        world.now,
        format!("no PRACK acknowledges the reliable {label} from {server}"),
    );
    draft.explanation = format!(
        "The {label} requires 100rel: it must be acknowledged with PRACK, and is repeated until \
         that comes. It was sent {} within {}, and no PRACK for it is in view.",
        times(response.repeats + 1),
        span(response.newest.time.since(response.first.time)),
    );
    draft.explanation.push_str(&match &invite.outcome {
        None => " After 32 s the callee gives the call up with a 5xx.".to_owned(),
        Some(end) if end.code < 300 => " The call was answered all the same.".to_owned(),
        Some(end) => format!(" The call ended with {}.", code_label(end.code)),
    });
    let upstream = world.parent(invite);
    if upstream.is_some_and(|it| it.reliable().is_empty()) {
        draft.explanation.push_str(&format!(
            " {client} is a proxy, and did not pass the {} back.",
            response.code
        ));
        draft = draft.blame(invite.client(), Role::Proxy);
        draft.help.push(format!(
            "on {client}, pass every provisional response but 100 back to the caller"
        ));
    } else if invite.client_is_proxy() {
        draft.explanation.push_str(&format!(
            " {client} is a proxy; the caller behind it owes the PRACK."
        ));
        draft
            .help
            .push(format!("capture on {client}, both sides of it"));
    } else if world.children(invite).next().is_some() {
        draft.explanation.push_str(&format!(
            " {client} owes the PRACK; it may go past {server} if that put no Record-Route into \
             the response, and the repetitions show that it does not arrive."
        ));
        draft.help.push(format!(
            "on {client}, look whether it sends PRACK, and to which Contact or Route"
        ));
    } else {
        draft = draft.blame(invite.client(), Role::Client);
        draft.help.push(format!(
            "on {client}, let it send PRACK, or no longer offer 100rel in Supported"
        ));
    }
    draft.evidence = vec![
        world.request_evidence(invite, ""),
        Some(quoted(invite, response, response.first, "")),
        Some(quoted(
            invite,
            response,
            response.newest,
            &format!("sent {}", times(response.repeats + 1)),
        )),
        invite
            .outcome
            .as_ref()
            .map(|end| world.response_evidence(invite, end, "")),
    ];
    if let Some(doubt) = doubt(world, invite, response, capture_ended) {
        draft.verdict = Verdict::Inconclusive;
        draft.severity = Severity::Note;
        draft.responsible = None;
        draft.explanation.push_str(&doubt);
    }
    draft
}

fn quoted(invite: &Transaction, response: &Reliable, at: Moment, label: &str) -> Evidence {
    let plain = |text: String| crate::annotation::QuotedLine { text, mark: None };
    let mut rseq = plain(format!("RSeq: {}", response.rseq));
    if !label.is_empty() {
        rseq.mark = Some((6..rseq.text.len(), label.to_owned()));
    }
    Evidence {
        frame: at.frame(),
        time: at.time,
        flow: Some(invite.flow.reversed()),
        quote: vec![
            plain(format!("SIP/2.0 {}", code_label(response.code))),
            plain("Require: 100rel".to_owned()),
            rseq,
        ],
    }
}

/// Why nothing follows from the missing PRACK.
fn doubt(
    world: &World,
    invite: &Transaction,
    response: &Reliable,
    capture_ended: bool,
) -> Option<String> {
    if invite.request.is_none() {
        return Some(format!(
            " But the capture does not hold the INVITE: it may not show what {} sends.",
            host(invite.client())
        ));
    }
    let since = response.first.time;
    if let Some(loss) = world.losses.touching(invite.server(), since) {
        let what = loss.words();
        return Some(format!(" But {what}, so the PRACK may have been missed."));
    }
    (capture_ended && world.now.since(since) < TIMEOUT).then(|| {
        format!(
            " But the capture ends {} after it, so the PRACK may have come later.",
            span(world.now.since(since))
        )
    })
}

/// A PRACK was refused, at the hop that said so.
fn refused(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let is_prack = |it: &&Transaction| it.method == MethodName::Known(Method::Prack);
    let Some(prack) = world.transaction(id).filter(is_prack) else {
        return;
    };
    // A challenge is answered, and told of elsewhere where it is not.
    let is_refusal = |code: u16| code >= 300 && !matches!(code, 401 | 407);
    let Some(answer) = prack.outcome.as_ref().filter(|it| is_refusal(it.code)) else {
        return;
    };
    let passed_back = world
        .children(prack)
        .any(|(_, child)| child.outcome.as_ref().is_some_and(|it| is_refusal(it.code)));
    // Once the call is over, there is nothing left to acknowledge.
    let is_over = world.of_call(prack.call).any(|(_, invite)| {
        let failed = |end: &crate::transaction::Received| end.code >= 300;
        let ended = invite.outcome.as_ref().is_some_and(failed);
        invite.is_invite() && (ended || invite.cancelled.is_some())
    });
    if passed_back || is_over {
        return;
    }
    let (client, server) = (host(prack.client()), host(prack.server()));
    let label = code_label(answer.code);
    let mut draft = Draft::new(
        Severity::Warning,
        answer.at.time,
        format!("{server} refused the PRACK from {client} with {label}"),
    )
    .blame(prack.server(), Role::Server);
    draft.explanation = "A PRACK acknowledges a reliable provisional response; refused, that \
                         response counts as not received, is repeated, and in the end the callee \
                         gives the call up."
        .to_owned();
    if answer.code == 481 {
        draft.explanation.push_str(
            " 481 says that no response waits for this RAck: its numbers, the dialog's tags or \
             the hop it came to are wrong.",
        );
    }
    draft.help.push(format!(
        "compare the RAck of the PRACK with RSeq and CSeq of the response, and its To tag; then \
         look up this Call-ID on {server}"
    ));
    draft.evidence = vec![
        world.request_evidence(prack, ""),
        Some(world.response_evidence(prack, answer, "should be 200")),
    ];
    cx.say_of(id, UNACKNOWLEDGED, draft);
}
