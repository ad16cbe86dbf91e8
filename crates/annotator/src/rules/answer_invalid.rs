//! `answer-invalid`: an answer that its offer does not allow.

use sipwhy_content::sdp::{AnswerFault, AnswerFaultKind as Kind, Direction};

use crate::annotation::Severity;
use crate::negotiation::Exchange;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: AnswerInvalid = AnswerInvalid;

static INFO: Info = Info {
    id: "answer-invalid",
    severity: Severity::Error,
    summary: "an SDP answer that its offer does not allow",
    page: include_str!("answer-invalid.md"),
    references: &["RFC 3264 §6", "RFC 3264 §6.1"],
};

pub(super) struct AnswerInvalid;

impl Rule for AnswerInvalid {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Negotiated]
    }

    fn minds(&self, exchange: &Exchange<'_>) -> bool {
        let mut faults = exchange.agreement.faults.iter();
        faults.any(|fault| weight(exchange, fault).is_some())
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Negotiated(exchange) = step {
            judge(exchange, cx);
        }
    }
}

fn judge(exchange: &Exchange<'_>, cx: &mut Context<'_>) {
    let id = exchange.transaction;
    let mut faults: Vec<(&AnswerFault, Severity)> = exchange
        .agreement
        .faults
        .iter()
        .filter_map(|fault| Some((fault, weight(exchange, fault)?)))
        .collect();
    // The gravest first; among equals the order of the answer.
    faults.sort_by_key(|(_, severity)| std::cmp::Reverse(*severity));
    let Some(((first, severity), more)) = faults.split_first() else {
        return;
    };
    if cx.has_told(id) {
        return;
    }
    let (sender, role) = exchange.answer.sender();
    let title = format!(
        "{}'s answer is invalid: {}",
        host(sender),
        first.kind.text()
    );
    let mut draft = Draft::new(*severity, exchange.answer.at.time, title).blame(sender, role);
    draft.explanation = consequence(exchange, first);
    for (fault, _) in more {
        draft
            .explanation
            .push_str(&format!(" Also: {}.", fault.kind.text()));
    }
    draft
        .explanation
        .push_str(&format!(" ({})", first.kind.reference()));
    draft.help.push(format!(
        "mend the SDP that {} sends, or that something between makes of it",
        host(sender)
    ));
    draft
        .help
        .push("compare offer and answer line by line: each m= line has its place".to_owned());
    let mut lines: Vec<_> = faults
        .iter()
        .take(4)
        .filter_map(|(fault, _)| {
            exchange
                .answer
                .line_at(fault.span.clone(), fault.kind.text())
        })
        .collect();
    if lines.is_empty() {
        lines = exchange.answer.stream_lines("answered");
    }
    draft.evidence = vec![
        exchange
            .offer
            .evidence(exchange.offer.stream_lines("offered")),
        exchange.answer.evidence(lines),
    ];
    cx.say_of(id, 1, draft);
}

/// How much a fault matters; `None` for what is tolerated everywhere, and for what other rules
/// tell.
fn weight(exchange: &Exchange<'_>, fault: &AnswerFault) -> Option<Severity> {
    if fault.kind.is_tolerated() {
        return None;
    }
    let place = fault.stream.unwrap_or_default();
    let offered = exchange.offer.session.streams.get(place);
    let answered = exchange.answer.session.streams.get(place);
    match fault.kind {
        Kind::StreamCount | Kind::Media => Some(Severity::Error),
        Kind::Protocol => {
            let (offered, answered) = (offered?.media, answered?.media);
            // With and without feedback both sides understand each other's packets.
            let is_encryption = offered.is_secure_rtp() != answered.is_secure_rtp()
                || offered.is_rtp() && answered.is_rtp() && offered.is_secure_rtp();
            let is_feedback = offered.is_rtp() && answered.is_rtp();
            match (is_encryption, is_feedback) {
                (true, _) => None,
                (false, true) => Some(Severity::Note),
                (false, false) => Some(Severity::Error),
            }
        }
        Kind::Direction => {
            let agreed = exchange.agreement.streams.get(place)?;
            let is_mute = agreed.direction == Direction::Inactive
                && offered?.direction != Direction::Inactive
                && answered?.direction != Direction::Inactive;
            Some(if is_mute {
                Severity::Warning
            } else {
                Severity::Note
            })
        }
        Kind::RevivesStream | Kind::RtcpMuxNotOffered | Kind::Mid => Some(Severity::Warning),
        // Those of `no-common-codec` and `media-security-mismatch`.
        _ => None,
    }
}

fn consequence(exchange: &Exchange<'_>, fault: &AnswerFault) -> String {
    match fault.kind {
        Kind::StreamCount => format!(
            "The offer has {}, the answer {}. Lines are matched by their place, so a receiver \
             cannot tell which answers which; many refuse the whole.",
            crate::words::count(exchange.offer.session.stream_count(), "m= line"),
            crate::words::count(exchange.answer.session.stream_count(), "m= line"),
        ),
        Kind::Media => "Lines are matched by their place: this one answers a stream of another \
                        kind, so neither can be used."
            .to_owned(),
        Kind::Protocol => "The stream can be used only with the protocol that was offered, and \
                           many refuse such an answer."
            .to_owned(),
        Kind::Direction => "The side that made the offer does not send, or does not listen, where \
                            the answer supposes it."
            .to_owned(),
        Kind::RevivesStream => {
            "A stream offered with port 0 is closed; nobody listens to what is sent there."
                .to_owned()
        }
        _ => "Receivers differ in what they make of it.".to_owned(),
    }
}
