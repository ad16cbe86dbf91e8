//! `no-common-codec`: no stream of an offer found a codec that both sides have.

use std::time::Duration;

use sipwhy_content::sdp::{AnswerFault, AnswerFaultKind, Outcome, Sdp};

use crate::annotation::{Role, Severity, Verdict};
use crate::ids::TransactionId;
use crate::media_words::streams;
use crate::negotiation::{Exchange, Refusal, evidence};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::host;
use crate::world::World;

pub(super) static RULE: NoCommonCodec = NoCommonCodec;

static INFO: Info = Info {
    id: "no-common-codec",
    severity: Severity::Error,
    summary: "the two sides have no codec in common, or one wants none of the offered streams",
    page: include_str!("no-common-codec.md"),
    references: &["RFC 3264 §6", "RFC 3261 §21.4.26", "RFC 3261 §20.43"],
};

/// A client that repairs its offer and tries again does so at once.
const REPAIR: Duration = Duration::from_secs(4);

pub(super) struct NoCommonCodec;

impl Rule for NoCommonCodec {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::Negotiated,
            StepKind::Refused,
            StepKind::CaptureEnded,
        ]
    }

    fn minds(&self, exchange: &Exchange<'_>) -> bool {
        Lack::of(exchange).is_some()
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Negotiated(exchange) => answered(exchange, cx),
            Step::Ended {
                transaction: id, ..
            } => {
                if let Some(answer) = cx.transaction(*id).and_then(|it| it.outcome.as_ref())
                    && is_refusal(answer.code)
                {
                    let due = answer.at.time + REPAIR;
                    cx.set_deadline(due, *id, 1);
                }
            }
            Step::CaptureEnded(id) => refused(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        refused(subject, cx);
    }
}

const fn is_refusal(code: u16) -> bool {
    matches!(code, 488 | 606)
}

/// What an answer leaves without a codec.
struct Lack<'x> {
    /// How many streams are well.
    alive: u32,
    /// The streams of which both sides have no codec in common.
    faults: Vec<&'x AnswerFault>,
    /// Whether every stream is refused instead.
    is_rejected: bool,
}

impl<'x> Lack<'x> {
    /// `None` where each stream that is wanted has one.
    fn of(exchange: &'x Exchange<'_>) -> Option<Self> {
        let agreement = &exchange.agreement;
        let lacks_codec = |place: usize| {
            agreement.faults.iter().find(|fault| {
                fault.stream == Some(place)
                    && matches!(
                        fault.kind,
                        AnswerFaultKind::NoCommonCodec | AnswerFaultKind::NoCommonMediaCodec
                    )
            })
        };
        let wanted = agreement
            .streams
            .iter()
            .enumerate()
            .filter(|(_, stream)| stream.outcome != Outcome::NotOffered);
        let (mut alive, mut rejected, mut faults) = (0_u32, 0_u32, Vec::new());
        for (place, stream) in wanted {
            match (stream.outcome, lacks_codec(place)) {
                (_, Some(fault)) => faults.push(fault),
                (Outcome::Rejected, None) => rejected += 1,
                _ => alive += 1,
            }
        }
        let is_rejected = alive == 0 && rejected > 0 && faults.is_empty();
        (is_rejected || !faults.is_empty()).then_some(Self {
            alive,
            faults,
            is_rejected,
        })
    }
}

/// The answer takes no stream, or none in a way that works.
fn answered(exchange: &Exchange<'_>, cx: &mut Context<'_>) {
    let id = exchange.transaction;
    let Some(Lack {
        alive,
        faults,
        is_rejected,
    }) = Lack::of(exchange)
    else {
        return;
    };
    if cx.has_told(id) {
        return;
    }
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let (sender, role) = exchange.answer.sender();
    let severity = if alive > 0 || (is_rejected && transaction.in_dialog) {
        Severity::Warning
    } else {
        Severity::Error
    };
    let title = if is_rejected {
        format!(
            "{} takes none of the offered streams: its {} has port 0 for each",
            host(sender),
            exchange.answer.carrier
        )
    } else {
        format!(
            "{} answers with codecs of which none was offered",
            host(sender)
        )
    };
    let mut draft = Draft::new(severity, exchange.answer.at.time, title)
        .blame(sender, role)
        .help("give both ends a codec in common, or put a transcoder between them")
        .help("compare the codec lists in the settings of both ends, and of what lies between");
    draft.explanation = format!(
        "The offer has {}; the answer has {}. No media can flow{}.",
        streams(&exchange.offer.session),
        streams(&exchange.answer.session),
        if alive > 0 { " in that stream" } else { "" }
    );
    let lines = if is_rejected {
        exchange.answer.stream_lines("port 0: refused")
    } else {
        let lines = faults.iter().take(4);
        lines
            .filter_map(|fault| {
                exchange
                    .answer
                    .line_at(fault.span.clone(), fault.kind.text())
            })
            .collect()
    };
    draft.evidence = vec![
        exchange
            .offer
            .evidence(exchange.offer.stream_lines("offered")),
        exchange.answer.evidence(lines),
    ];
    cx.say_of(id, 1, draft);
}

/// An offer was refused with 488 or 606, and not repaired.
fn refused(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = transaction
        .outcome
        .as_ref()
        .filter(|it| is_refusal(it.code))
    else {
        return;
    };
    let known = transaction.negotiation();
    let (Some(offer), Some(refusal)) = (
        known.and_then(|known| known.offer.as_ref()),
        known.and_then(|known| known.refusal.as_ref()),
    ) else {
        return;
    };
    if world.parent(transaction).is_some()
        || is_repaired(world, transaction)
        || cx.has_told(id)
        || !may_be_codecs(refusal)
    {
        return;
    }
    let offer = offer.side();
    let able = refusal
        .capabilities
        .as_deref()
        .map(|body| Sdp::new(body).session());
    let common = able.as_ref().map(|able| {
        let codecs = || able.streams.iter().flat_map(|stream| &stream.codecs);
        let offered = offer.session.streams.iter().flat_map(|it| &it.codecs);
        offered
            .filter(|codec| codec.carries_media())
            .any(|codec| codecs().any(|other| other.is_same(codec)))
    });
    let is_sure = matches!(refusal.warning, Some(304 | 305)) || common == Some(false);
    let severity = match (is_sure, transaction.in_dialog) {
        (true, false) => Severity::Error,
        (true, true) | (false, false) => Severity::Warning,
        (false, true) => Severity::Note,
    };
    let source = origin(world, transaction, answer.code);
    let label = code_label(answer.code);
    let title = if is_sure {
        format!(
            "{} refused every offered codec with {label}",
            host(source.server())
        )
    } else {
        format!(
            "{} refused the offered media with {label}; its codecs may not be among those offered",
            host(source.server())
        )
    };
    let mut draft = Draft::new(severity, world.now.max(answer.at.time), title)
        .blame(source.server(), Role::Server)
        .help("give both ends a codec in common, or put a transcoder between them")
        .help("offer plain RTP where the other end knows no SRTP, and SRTP where it asks for it");
    draft.explanation = format!("The offer has {}.", streams(&offer.session));
    if let Some(able) = &able {
        let text = format!(" The refusal says what it takes: {}.", streams(able));
        draft.explanation.push_str(&text);
    }
    if !is_sure {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(
            " Nothing in the refusal tells that codecs are the reason: encryption, bandwidth or \
             the address may be it as well.",
        );
    }
    if transaction.in_dialog {
        draft
            .explanation
            .push_str(" The call goes on as it was before.");
    }
    let (got, flow) = source
        .outcome
        .as_ref()
        .map_or((answer, transaction.flow), |got| (got, source.flow));
    let mut proof = world.response_evidence(source, got, "").quote;
    proof.extend(refusal.lines.iter().cloned());
    draft.evidence = vec![
        offer.evidence(offer.stream_lines("offered")),
        Some(evidence(got.at, flow.reversed(), proof)),
    ];
    cx.say_of(id, 1, draft);
}

/// Whether the refusal's warn-code leaves room for codecs as the reason (RFC 3261 §20.43).
const fn may_be_codecs(refusal: &Refusal) -> bool {
    matches!(refusal.warning, None | Some(304..=306 | 399))
}

/// Whether the client tried again in the same call.
fn is_repaired(world: &World, transaction: &Transaction) -> bool {
    world.of_call(transaction.call).any(|(_, other)| {
        other.method == transaction.method
            && other.client() == transaction.client()
            && other.cseq > transaction.cseq
    })
}

/// Follows the refusal down to the hop that had none from further down.
fn origin<'w>(world: &'w World, first: &'w Transaction, code: u16) -> &'w Transaction {
    let mut current = first;
    // Ends: a child has one Via more than its parent.
    while let Some((_, next)) = world
        .children(current)
        .find(|(_, child)| child.outcome.as_ref().is_some_and(|it| it.code == code))
    {
        current = next;
    }
    current
}
