//! `extension-refused`: a server refused a request for an extension or a body it cannot take.

use sipwhy_parser::{HeaderName, Message};

use crate::annotation::{QuotedLine, Role, Severity};
use crate::auth::generator;
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::host;

pub(super) static RULE: ExtensionRefused = ExtensionRefused;

static INFO: Info = Info {
    id: "extension-refused",
    severity: Severity::Warning,
    summary: "a server refused a request for an extension or a type of body",
    page: include_str!("extension-refused.md"),
    references: &[
        "RFC 3261 §8.1.3.5",
        "RFC 3261 §8.2.2.3",
        "RFC 3261 §21.4.13",
    ],
};

const REFUSED: u8 = 1;
const REPEATED: u8 = 2;

pub(super) struct ExtensionRefused;

impl Rule for ExtensionRefused {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused, StepKind::RepairSent]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction: id,
                code: 406 | 415 | 420 | 421,
                ..
            } => refused(*id, cx),
            Step::RepairSent {
                transaction: id,
                refused,
                message,
            } => retried(*id, *refused, message, cx),
            _ => {}
        }
    }
}

fn refused(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = &transaction.outcome else {
        return;
    };
    // Told of at the hop before; or it answers a try of which it was told that it changed nothing.
    if world.parent(transaction).is_some() || cx.has_said_before(id, REPEATED) {
        return;
    }
    let server = generator(world, transaction).server();
    let refusal = transaction.refusal();
    let named = refusal
        .map(|refusal| refusal.named.join(", "))
        .filter(|named| !named.is_empty());
    let because = match (answer.code, &named) {
        (420, Some(named)) => format!("it does not know {named}, which the request requires"),
        (420, None) => "it does not know an extension, and does not say which".to_owned(),
        (421, Some(named)) => format!("it wants the client to support {named}"),
        (421, None) => "it wants an extension, and does not say which".to_owned(),
        (415, Some(named)) => format!("of bodies it takes {named}"),
        (415, None) => "it does not take this body, and does not say what it takes".to_owned(),
        _ => "it has nothing that the client accepts".to_owned(),
    };
    let mut draft = Draft::new(
        Severity::Warning,
        answer.at.time,
        format!(
            "{} refused the {} with {}: {because}",
            host(server),
            transaction.method,
            answer.code
        ),
    )
    .blame(server, Role::Server);
    let (change, fix) = match answer.code {
        420 => (
            "without that",
            "let the client offer the extension in Supported instead of Require",
        ),
        421 => (
            "with that",
            "switch the extension on in the client, or let the server not insist",
        ),
        _ => (
            "in another form",
            "compare Content-Type, Content-Encoding and Accept of both",
        ),
    };
    draft.explanation = format!(
        "{} is about what the request needs, not about whom it is for: the client may send it \
         again {change}, and many do so unseen by the user.",
        code_label(answer.code)
    );
    draft.help.push(fix.to_owned());
    draft.evidence = vec![
        world.request_evidence(transaction, ""),
        Some(world.refusal_evidence(transaction, answer)),
    ];
    cx.say_of(id, REFUSED, draft);
}

fn retried(
    id: TransactionId,
    subject: TransactionId,
    message: &Message<'_, '_>,
    cx: &mut Context<'_>,
) {
    if cx.said(subject).is_none_or(|said| said.stage >= REPEATED) {
        return;
    }
    let world = cx.world();
    let (Some(retry), Some(refused)) = (world.transaction(id), world.transaction(subject)) else {
        return;
    };
    let Some(answer) = &refused.outcome else {
        return;
    };
    let Some(same) = repeated(message, answer.code, refused) else {
        return;
    };
    let client = host(retry.client());
    let mut draft = Draft::new(
        Severity::Error,
        retry.began().time,
        format!(
            "{client} sent the {} again after {}, and it still {}",
            retry.method,
            code_label(answer.code),
            same.what
        ),
    )
    .blame(retry.client(), Role::Client);
    draft.explanation = format!(
        "The {} names what has to change before the next try, and that did not change: the same \
         answer is due.",
        answer.code
    );
    draft.help.push(format!("let {client} {}", same.fix));
    let mut sent = world.request_evidence(retry, "");
    if let Some(sent) = &mut sent {
        sent.quote.extend(same.line);
    }
    draft.evidence = vec![Some(world.refusal_evidence(refused, answer)), sent];
    cx.say_of(subject, REPEATED, draft);
}

/// What a retry has in common with what was refused.
struct Same {
    what: String,
    line: Option<QuotedLine>,
    fix: &'static str,
}

/// What of the refused request stands in the retry again.
fn repeated(message: &Message<'_, '_>, code: u16, refused: &Transaction) -> Option<Same> {
    let named = &refused.refusal()?.named;
    match code {
        420 => named.iter().find_map(|tag| {
            let line = required(message, tag)?;
            Some(Same {
                what: format!("requires {tag}"),
                line: Some(line),
                fix: "leave out of Require and Proxy-Require what Unsupported of a 420 names",
            })
        }),
        421 => {
            let supports = |tag: &str| {
                [HeaderName::Supported, HeaderName::Require]
                    .into_iter()
                    .flat_map(|name| message.tokens(name))
                    .any(|token| token.eq_ignore_ascii_case(tag.as_bytes()))
            };
            let tag = named.iter().find(|tag| !supports(tag))?;
            let line = message.header(HeaderName::Supported);
            Some(Same {
                what: format!("does not support {tag}"),
                line: line.map(|line| quote::header(message, &line, "all that it supports")),
                fix: "list in Supported what Require of a 421 names, or not try again",
            })
        }
        _ => None,
    }
}

/// The line in which a request requires an extension.
fn required(message: &Message<'_, '_>, tag: &str) -> Option<QuotedLine> {
    [HeaderName::Require, HeaderName::ProxyRequire]
        .into_iter()
        .flat_map(|name| message.all(name))
        .find_map(|header| {
            let mut tokens = header.value.split(|byte| *byte == b',');
            let token = tokens.find_map(|token| {
                let token = token.trim_ascii();
                token.eq_ignore_ascii_case(tag.as_bytes()).then_some(token)
            })?;
            let label = "what was refused";
            Some(quote::part_of_header(message, &header, token, label))
        })
}
