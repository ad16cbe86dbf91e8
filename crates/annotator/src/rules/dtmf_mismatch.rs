//! `dtmf-mismatch`: the keys that one side can send as events are unknown to the other.

use sipwhy_content::sdp::{Codec, Stream};
use sipwhy_content::sdp::{Direction, Outcome};

use crate::annotation::Severity;
use crate::negotiation::Exchange;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: DtmfMismatch = DtmfMismatch;

static INFO: Info = Info {
    id: "dtmf-mismatch",
    severity: Severity::Warning,
    summary: "telephone-event was offered and not answered, or has two payload types",
    page: include_str!("dtmf-mismatch.md"),
    references: &["RFC 4733 §2.4.1", "RFC 3264 §6.1"],
};

pub(super) struct DtmfMismatch;

impl Rule for DtmfMismatch {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Negotiated]
    }

    fn minds(&self, exchange: &Exchange<'_>) -> bool {
        mismatches(exchange).next().is_some()
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Negotiated(exchange) = step {
            judge(exchange, cx);
        }
    }
}

fn judge(exchange: &Exchange<'_>, cx: &mut Context<'_>) {
    let id = exchange.transaction;
    // What was agreed on when the call began is not told again with every change of it.
    if cx.transaction(id).is_none_or(|it| it.in_dialog) || !exchange.is_whole() {
        return;
    }
    let Some(Mismatch {
        offered,
        answered,
        events,
        own,
    }) = mismatches(exchange).next()
    else {
        return;
    };
    let answerer = host(exchange.answer.sender().0);
    let (severity, title, explanation, mark) = match own {
        None => (
            Severity::Warning,
            format!("{answerer} leaves telephone-event out of its answer"),
            "Keys pressed in this call cannot be sent as events. They go as tones within the \
             audio, which low-rate codecs garble and many menus do not hear, or by INFO, where \
             both ends do that."
                .to_owned(),
            (answered.media.formats, "telephone-event is not among them"),
        ),
        Some(own) => {
            let taken = offered
                .codecs
                .iter()
                .find(|codec| codec.payload_type == own.payload_type);
            (
                if taken.is_some() {
                    Severity::Warning
                } else {
                    Severity::Note
                },
                format!(
                    "telephone-event is payload type {} one way and {} the other",
                    events.payload_type, own.payload_type
                ),
                format!(
                    "That is allowed: each side sends with the number that the other gave. But \
                     many send with their own, and the keys are lost.{}",
                    taken.map_or_else(String::new, |taken| format!(
                        " In the offer {} is {}, so that events may even be played as sound.",
                        own.payload_type,
                        crate::media_words::codec(taken)
                    ))
                ),
                (own.format, "another payload type than offered"),
            )
        }
    };
    if cx.has_told(id) {
        return;
    }
    let (sender, role) = exchange.answer.sender();
    let mut draft = Draft::new(severity, exchange.answer.at.time, title)
        .blame(sender, role)
        .help(format!(
            "switch RFC 4733 (RFC 2833) events on at {answerer}, with the payload type offered"
        ))
        .help("or set both ends to another way of sending keys, such as INFO");
    draft.explanation = explanation;
    draft.evidence = vec![
        exchange.offer.evidence(vec![quote::marked(
            &offered.line,
            &events.format,
            "telephone-event",
        )]),
        exchange
            .answer
            .evidence(vec![quote::marked(&answered.line, &mark.0, mark.1)]),
    ];
    cx.say_of(id, 1, draft);
}

/// A stream in which the two sides do not agree on how keys are sent.
struct Mismatch<'e, 'x> {
    offered: &'e Stream<'x>,
    answered: &'e Stream<'x>,
    /// As offered first.
    events: &'e Codec<'x>,
    /// As answered, where they are.
    own: Option<&'e Codec<'x>>,
}

fn mismatches<'e, 'x>(exchange: &'e Exchange<'x>) -> impl Iterator<Item = Mismatch<'e, 'x>> {
    let pairs = exchange
        .agreement
        .streams
        .iter()
        .zip(&exchange.offer.session.streams)
        .zip(&exchange.answer.session.streams);
    pairs.filter_map(|((agreed, offered), answered)| {
        let talks = agreed.outcome == Outcome::Accepted
            && agreed.direction != Direction::Inactive
            && agreed.media.is("audio")
            && agreed
                .codecs
                .iter()
                .any(|codec| codec.offered.carries_media());
        let events = offered.telephone_event().filter(|_| talks)?;
        let own = answered.telephone_event();
        // One is offered for each clock rate, and any of them may be answered.
        let is_offered = own.is_some_and(|own| {
            offered
                .codecs
                .iter()
                .any(|codec| codec.is_telephone_event() && codec.payload_type == own.payload_type)
        });
        (!is_offered).then_some(Mismatch {
            offered,
            answered,
            events,
            own,
        })
    })
}
