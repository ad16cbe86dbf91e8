//! `registration-rejected`: a registrar refused a registration for good.

use std::time::Duration;

use sipwhy_parser::{HeaderName, Message, Method};

use crate::annotation::{Role, Severity};
use crate::auth::{generator, rejected};
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: RegistrationRejected = RegistrationRejected;

static INFO: Info = Info {
    id: "registration-rejected",
    severity: Severity::Error,
    summary: "a registrar refused a registration",
    page: include_str!("registration-rejected.md"),
    references: &["RFC 3261 §10.3", "RFC 3261 §10.2.8"],
};

/// Clients that repair a request and try again do so at once.
const REPAIR: Duration = Duration::from_secs(4);

pub(super) struct RegistrationRejected;

impl Rule for RegistrationRejected {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["credentials-rejected"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction: id,
                message,
                ..
            } => ended(*id, message, cx),
            Step::CaptureEnded(id) => tell(*id, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        tell(subject, cx);
    }
}

fn ended(id: TransactionId, message: &Message<'_, '_>, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(answer) = world
        .transaction(id)
        .and_then(|transaction| refusal(world, transaction))
    else {
        return;
    };
    let due = answer.at.time + REPAIR;
    let is_repaired = matches!(
        answer.code,
        413 | 415 | 416 | 420 | 421 | 423 | 494 | 500 | 503
    );
    let lines = [
        HeaderName::MinExpires,
        HeaderName::RetryAfter,
        HeaderName::Warning,
        HeaderName::Unsupported,
    ]
    .into_iter()
    .filter_map(|name| message.header(name))
    .map(|header| quote::header(message, &header, ""))
    .collect();
    cx.keep_lines(id, lines);
    if is_repaired {
        cx.set_deadline(due, id, 1);
    } else {
        tell(id, cx);
    }
}

/// The response that refused a registration, at the first hop in view. Redirections and challenges
/// have rules of their own, and so have credentials that were turned down.
fn refusal<'w>(world: &'w World, transaction: &'w Transaction) -> Option<&'w Received> {
    let answer = transaction.outcome.as_ref()?;
    let concerns = transaction.method == MethodName::Known(Method::Register)
        && answer.code >= 400
        && !matches!(answer.code, 401 | 407)
        && world.parent(transaction).is_none()
        && rejected(world, transaction).is_none();
    concerns.then_some(answer)
}

fn tell(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some(answer) = refusal(world, transaction) else {
        return;
    };
    let is_followed = world.of_call(transaction.call).any(|(other_id, other)| {
        other_id != id && other.method == transaction.method && other.began().time >= answer.at.time
    });
    if cx.said(id).is_some() || is_followed {
        return;
    }
    let source = generator(world, transaction);
    let registrar = source.server();
    let client = host(transaction.client());
    let brief = sipwhy_catalogue::brief(answer.code);
    let mut draft = Draft::new(
        Severity::Error,
        world.now.max(answer.at.time),
        format!(
            "the registration of {client} was refused with {}: {brief}",
            code_label(answer.code)
        ),
    )
    .blame(registrar, Role::Server);
    draft.explanation = format!(
        "{} refused it, {} after the REGISTER, and no other followed. Unless an earlier \
         registration still holds, calls to this address reach nobody.",
        host(registrar),
        span(answer.at.time.since(transaction.began().time))
    );
    if answer.code == 423 {
        draft.explanation.push_str(
            " The client is to ask again for at least as long as Min-Expires says, and did not.",
        );
        draft = draft.blame(transaction.client(), Role::Client);
    }
    if let Some(entry) = sipwhy_catalogue::code(answer.code) {
        draft.help.push(entry.fix.to_owned());
    }
    let mut proof = world.response_evidence(transaction, answer, "refused");
    proof.quote.extend(transaction.kept_lines().iter().cloned());
    draft.evidence = vec![world.request_evidence(transaction, ""), Some(proof)];
    if !std::ptr::eq(source, transaction) {
        let first = source.outcome.as_ref();
        draft
            .evidence
            .push(first.map(|first| world.response_evidence(source, first, "generated here")));
    }
    cx.say_of(id, 1, draft);
}
