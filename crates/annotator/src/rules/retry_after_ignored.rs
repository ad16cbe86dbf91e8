//! `retry-after-ignored`: a client comes back before its server wanted it.

use std::time::Duration;

use sipwhy_packet::Flow;
use sipwhy_parser::printable;

use crate::annotation::{Evidence, QuotedLine, Role, Severity};
use crate::pauses::Pause;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, ordinal, span, with_article};

pub(super) static RULE: RetryAfterIgnored = RetryAfterIgnored;

static INFO: Info = Info {
    id: "retry-after-ignored",
    severity: Severity::Warning,
    summary: "a client came back to a server before its Retry-After was over",
    page: include_str!("retry-after-ignored.md"),
    references: &[
        "RFC 3261 §20.33",
        "RFC 3261 §21.4.18",
        "RFC 3261 §21.4.24",
        "RFC 3261 §21.5.1",
        "RFC 3261 §21.5.4",
    ],
};

pub(super) struct RetryAfterIgnored;

impl Rule for RetryAfterIgnored {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::SentTooSoon]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::SentTooSoon {
            transaction: id,
            pause,
        } = step
        else {
            return;
        };
        // Said of the first, and again whenever there are twice as many.
        let (true, Some(finding)) = (pause.early.is_power_of_two(), pause.finding) else {
            return;
        };
        let Some(transaction) = cx.transaction(*id) else {
            return;
        };
        let mut draft = describe(transaction, pause);
        let world = cx.world();
        draft.call = pause.call.and_then(|call| world.call_ref(call));
        let label = match pause.early {
            1 => format!("before the {} s were over", pause.seconds),
            early => format!("the {} too soon", ordinal(early)),
        };
        draft.evidence = vec![
            Some(asked(pause, transaction.flow)),
            world.request_evidence(transaction, &label),
        ];
        cx.say_under(finding, draft);
    }
}

/// How long the client left the server alone.
fn waited(transaction: &Transaction, pause: &Pause) -> Duration {
    transaction.began().time.since(pause.at.time)
}

fn describe(transaction: &Transaction, pause: &Pause) -> Draft {
    let (client, server) = (host(transaction.client()), host(transaction.server()));
    let Pause {
        seconds,
        code,
        early,
        ..
    } = pause;
    let is_of_server = *code == 503;
    let (severity, explanation) = match code {
        503 => (
            Severity::Warning,
            "Retry-After of a 503 is about every new request to this server: it is overloaded or \
             being serviced, and the client is to go elsewhere or to wait. What comes all the same \
             keeps it overloaded.",
        ),
        500 => (
            Severity::Warning,
            "Retry-After of a 500 says when the same request may be sent again. Before that it is \
             likely to fail as it did.",
        ),
        _ => (
            Severity::Note,
            "Retry-After says here when the one called may be reached. Before that the same answer \
             is likely.",
        ),
    };
    let method = with_article(&transaction.method.to_string());
    let what = if is_of_server {
        format!("{client} sent {server} {method}")
    } else {
        format!(
            "{client} asked {server} for {} again",
            printable(&transaction.uri)
        )
    };
    let title = match early {
        1 => format!(
            "{what} {} after its {code}, which asks to wait {seconds} s",
            span(waited(transaction, pause))
        ),
        early => format!(
            "{what} for the {} time before the {seconds} s were over for which its {code} asks to \
             wait",
            ordinal(*early)
        ),
    };
    let mut draft = Draft::new(severity, transaction.began().time, title)
        .blame(transaction.client(), Role::Client)
        .help(format!(
            "let {client} heed Retry-After of {}",
            code_label(*code)
        ));
    draft.explanation = explanation.to_owned();
    if is_of_server {
        draft = draft.help(format!(
            "give {client} another server to go to, such as by SRV records (RFC 3263 §4.3)"
        ));
    }
    draft
}

/// The response that asks to wait, as evidence.
fn asked(pause: &Pause, flow: Flow) -> Evidence {
    let text = format!("Retry-After: {}", pause.seconds);
    let digits = "Retry-After: ".len()..text.len();
    let status = QuotedLine {
        text: format!("SIP/2.0 {}", code_label(pause.code)),
        mark: None,
    };
    let header = QuotedLine {
        text,
        mark: Some((digits, "seconds to wait".to_owned())),
    };
    Evidence {
        frame: pause.at.frame(),
        time: pause.at.time,
        flow: Some(flow.reversed()),
        quote: vec![status, header],
    }
}
