//! `no-answer-sdp`: the message that must answer an offer carries no session description.

use crate::annotation::{QuotedLine, Role};
use crate::annotation::{Severity, Verdict};
use crate::negotiation::{Carrier, Unanswered, evidence};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: NoAnswerSdp = NoAnswerSdp;

static INFO: Info = Info {
    id: "no-answer-sdp",
    severity: Severity::Error,
    summary: "an offer got no answer: a 2xx or an ACK without the SDP that it owes",
    page: include_str!("no-answer-sdp.md"),
    references: &["RFC 3261 §13.2.1", "RFC 3264 §4", "RFC 3262 §5"],
};

pub(super) struct NoAnswerSdp;

impl Rule for NoAnswerSdp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Unanswered]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Unanswered(unanswered) = step {
            tell(unanswered, cx);
        }
    }
}

fn tell(unanswered: &Unanswered<'_>, cx: &mut Context<'_>) {
    let id = unanswered.transaction;
    let Some(transaction) = cx.transaction(id).filter(|_| !cx.has_told(id)) else {
        return;
    };
    let (sender, carrier) = (unanswered.flow.source.ip(), unanswered.carrier);
    let is_ack = carrier == Carrier::Ack;
    let severity = if unanswered.came_early {
        Severity::Warning
    } else {
        Severity::Error
    };
    let title = format!(
        "{}'s {carrier} carries no SDP, though it must answer the offer in the {}",
        host(sender),
        if is_ack {
            "2xx".to_owned()
        } else {
            transaction.method.to_string()
        }
    );
    let mut draft = Draft::new(severity, unanswered.at.time, title);
    // An ACK may have lost its body on the way through a proxy that is not in view.
    if !is_ack {
        draft = draft.blame(sender, Role::Server);
    } else if !transaction.client_is_proxy() {
        draft = draft.blame(sender, Role::Client);
    }
    draft.explanation = if unanswered.came_early {
        "A provisional response had carried SDP, but not reliably: it has no RSeq, so it may be \
         lost, and the answer must stand in the 2xx again. A caller that relies on the 2xx knows \
         neither codec nor address."
            .to_owned()
    } else {
        "Without an answer the other side knows neither codec nor address, so no media can flow. \
         Many hang up at once, or after their ACK."
            .to_owned()
    };
    let lost = cx
        .world()
        .losses
        .touching(sender, transaction.began().time)
        .map(crate::losses::Loss::words);
    if let Some(lost) = lost
        && !is_ack
    {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {lost}: a reliable provisional response with the answer may be missing."
        ));
    }
    if is_ack {
        draft.help.push(format!(
            "let {} put its answer into the ACK when the offer came in the 2xx",
            host(sender)
        ));
        draft.help.push(
            "or send the INVITE with an offer; many gateways have a setting against delayed offers"
                .to_owned(),
        );
    } else {
        draft.help.push(format!(
            "let {} put the answer into the {carrier}, also where an earlier response had it",
            host(sender)
        ));
        draft
            .help
            .push("see whether something between strips bodies".to_owned());
    }
    let offer = unanswered.offer.and_then(|offer| {
        let side = offer.side();
        side.evidence(side.stream_lines("offered"))
    });
    let line = QuotedLine {
        text: match carrier {
            Carrier::Response(code) => format!("{}, without SDP", super::code_label(code)),
            other => format!("{other}, without SDP"),
        },
        mark: None,
    };
    draft.evidence = vec![
        offer.or_else(|| cx.world().request_evidence(transaction, "")),
        Some(evidence(unanswered.at, unanswered.flow, vec![line])),
    ];
    cx.say_of(id, 1, draft);
}
