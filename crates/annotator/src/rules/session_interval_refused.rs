//! `session-interval-refused`: a server asked for a longer session interval.

use sipwhy_parser::{HeaderName, Message};

use crate::annotation::{Role, Severity};
use crate::auth::generator;
use crate::ids::TransactionId;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: SessionIntervalRefused = SessionIntervalRefused;

static INFO: Info = Info {
    id: "session-interval-refused",
    severity: Severity::Note,
    summary: "a server asked for a longer session interval",
    page: include_str!("session-interval-refused.md"),
    references: &["RFC 4028 §6", "RFC 4028 §7.3"],
};

const REFUSED: u8 = 1;
const REPEATED: u8 = 2;

pub(super) struct SessionIntervalRefused;

impl Rule for SessionIntervalRefused {
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
                code: 422,
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
    let (severity, title) = match refusal.and_then(|refusal| refusal.shortest) {
        Some(shortest) => (
            Severity::Note,
            format!(
                "{} wants a session interval of at least {shortest} s",
                host(server)
            ),
        ),
        None => (
            Severity::Warning,
            format!(
                "{} refused the session interval without saying which it takes",
                host(server)
            ),
        ),
    };
    let mut draft = Draft::new(severity, answer.at.time, title).blame(server, Role::Server);
    draft.explanation = format!(
        "The {} asks for a shorter interval in Session-Expires. The client is to send it again \
         with the one that Min-SE of the 422 names, or a longer one.",
        transaction.method
    );
    draft
        .help
        .push("set the client's session interval to 1800 s, which RFC 4028 recommends".to_owned());
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
    let (Some(answer), Some(refusal), Some(asked)) = (
        &refused.outcome,
        refused.refusal(),
        message.session_expires().map(|expires| expires.seconds),
    ) else {
        return;
    };
    let Some(shortest) = refusal.shortest.filter(|shortest| asked < *shortest) else {
        return;
    };
    let client = host(retry.client());
    let mut draft = Draft::new(
        Severity::Error,
        retry.began().time,
        format!(
            "{client} asked for a session interval of {asked} s after it was told that {shortest} \
             s is the shortest"
        ),
    )
    .blame(retry.client(), Role::Client);
    draft.explanation = "The same answer is due: the 422 names the shortest interval that is \
                         taken, and the retry is below it."
        .to_owned();
    draft
        .help
        .push(format!("let {client} take the interval from Min-SE"));
    let mut sent = world.request_evidence(retry, "");
    if let (Some(sent), Some(header)) = (&mut sent, message.header(HeaderName::SessionExpires)) {
        sent.quote
            .push(quote::header(message, &header, "still too short"));
    }
    draft.evidence = vec![Some(world.refusal_evidence(refused, answer)), sent];
    cx.say_of(subject, REPEATED, draft);
}
