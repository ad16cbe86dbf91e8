//! `malformed-message`: a message breaks the grammar, or lacks what it must have.

use sipwhy_lint::{Finding, Setting, Transport, lint};
use sipwhy_packet::Captured;
use sipwhy_parser::{Message, StartLine};

use crate::annotation::{CallRef, Evidence, QuotedLine, Role, Severity};
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: MalformedMessage = MalformedMessage;

static INFO: Info = Info {
    id: "malformed-message",
    severity: Severity::Error,
    summary: "a message breaks SIP's grammar, or lacks what it must have",
    page: include_str!("malformed-message.md"),
    references: &["RFC 3261 §7", "RFC 3261 §8.1.1", "RFC 3261 §25"],
};

/// The most faults told of one message; `sipwhy lint` tells them all.
const MOST_OF_ONE: usize = 4;

/// Warnings that are told: what receivers disagree on. Other warnings are for `sipwhy lint`.
const TOLD_WARNINGS: [&str; 4] = [
    "header-repeated",
    "line-end-lf",
    "line-end-cr",
    "control-byte",
];

pub(super) struct MalformedMessage;

impl Rule for MalformedMessage {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["message-rewritten"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Suspect]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Suspect {
            transaction,
            message,
            captured,
        } = step
        else {
            return;
        };
        let setting = Setting {
            transport: match captured.flow.transport {
                sipwhy_packet::Transport::Tcp | sipwhy_packet::Transport::Tls => Transport::Stream,
                _ => Transport::Datagram,
            },
            is_cut: captured.missing > 0,
        };
        let mut findings = lint(message, setting).findings;
        findings.retain(is_told);
        // The gravest first, in the order of their places.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let subject = transaction.and_then(|id| cx.transaction(id));
        let call = subject.map(|it| it.call);
        let sender = captured.flow.source.ip();
        let mut told = 0;
        for finding in &findings {
            if told == MOST_OF_ONE {
                break;
            }
            if cx.is_news_of_form(call, finding.check.id, sender, &finding.says) {
                let call = call.and_then(|call| cx.world().call_ref(call));
                let draft = describe(finding, message, captured, *transaction, call);
                cx.say(draft);
                told += 1;
            }
        }
    }
}

fn is_told(finding: &Finding) -> bool {
    match finding.severity {
        sipwhy_lint::Severity::Error => true,
        sipwhy_lint::Severity::Warning => TOLD_WARNINGS.contains(&finding.check.id),
        sipwhy_lint::Severity::Note => false,
    }
}

fn describe(
    finding: &Finding,
    message: &Message<'_, '_>,
    captured: &Captured<'_>,
    transaction: Option<TransactionId>,
    call: Option<CallRef>,
) -> Draft {
    let sender = captured.flow.source.ip();
    let (what, role) = match message.start_line() {
        StartLine::Request { method, .. } => (with_article(&method.to_string()), Role::Client),
        StartLine::Status { code, .. } => (with_article(&code.to_string()), Role::Server),
        StartLine::Malformed(_) => ("a message".to_owned(), Role::Client),
    };
    let severity = match finding.severity {
        sipwhy_lint::Severity::Error => Severity::Error,
        _ => Severity::Warning,
    };
    let title = format!(
        "{} sent {what} that is malformed: {}",
        host(sender),
        finding.says
    );
    let mut draft = Draft::new(severity, captured.time, title).blame(sender, role);
    draft.call = call;
    let check = finding.check;
    let ignored = match transaction {
        None => {
            " Here it could not be matched to any transaction, so its receiver may well have \
                 dropped it."
        }
        Some(_) => "",
    };
    draft.explanation = format!(
        "{} ({}).{ignored}",
        check.receivers.trim_end_matches('.'),
        check.reference
    );
    draft.help = vec![
        format!(
            "on {sender}, update or replace the software that wrote it, or what rewrites it on \
                 the way"
        ),
        "save the message and see all of its faults: sipwhy lint CAPTURE".to_owned(),
    ];
    let mut lines = Vec::new();
    let bytes = message.bytes();
    let places = finding
        .also
        .iter()
        .map(|(span, says)| (span, says.as_str()));
    let first = std::iter::once((&finding.span, check.id));
    let start = message.start_line_span();
    if finding.span.start >= start.end {
        lines.push(quote::plain(message.start_line_bytes()));
    }
    for (span, label) in first.chain(places) {
        lines.push(line_around(bytes, span.start, span.end, label));
    }
    draft.evidence = vec![Some(Evidence {
        frame: captured.last_frame,
        time: captured.time,
        flow: Some(captured.flow),
        quote: lines,
    })];
    draft
}

/// The line that holds these bytes, with those that are in it underlined.
fn line_around(bytes: &[u8], start: usize, end: usize, label: &str) -> QuotedLine {
    let (before, after) = bytes.split_at_checked(start).unwrap_or((bytes, &[]));
    let from = before
        .iter()
        .rposition(|&it| it == b'\n')
        .map_or(0, |at| at + 1);
    let length = after.iter().position(|&it| matches!(it, b'\r' | b'\n'));
    let to = start + length.unwrap_or(after.len());
    let line = bytes.get(from..to).unwrap_or_default();
    let part = bytes.get(start..end.min(to)).unwrap_or_default();
    quote::marked(line, part, label)
}

fn with_article(what: &str) -> String {
    let vowel = matches!(what.chars().next(), Some('A' | 'E' | 'I' | 'O' | 'U' | '8'));
    format!("{} {what}", if vowel { "an" } else { "a" })
}
