//! `challenge-unanswered`: nobody sent the credentials that a server asked for.

use crate::annotation::{Role, Severity, Verdict};
use crate::auth::{Auth, Field, challenge_line, generator, rejected};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::{Received, Transaction};
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: ChallengeUnanswered = ChallengeUnanswered;

static INFO: Info = Info {
    id: "challenge-unanswered",
    severity: Severity::Warning,
    summary: "no request with credentials followed a challenge",
    page: include_str!("challenge-unanswered.md"),
    references: &["RFC 3261 §22.2", "RFC 3261 §22.3", "RFC 8760 §2.4"],
};

/// Clients answer a challenge at once; what has not come by then at the end of a capture is worth
/// a word.
const AT_ONCE: std::time::Duration = std::time::Duration::from_secs(4);

pub(super) struct ChallengeUnanswered;

impl Rule for ChallengeUnanswered {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["enumeration"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused, StepKind::CaptureEnded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::Ended {
                transaction: id, ..
            } => {
                let world = cx.world();
                let due = world
                    .transaction(*id)
                    .and_then(|transaction| challenged(world, transaction))
                    .map(|(answer, _)| answer.at.time + world.config.thresholds.next_attempt);
                if let Some(due) = due {
                    cx.set_deadline(due, *id, 1);
                }
            }
            Step::CaptureEnded(id) => tell(*id, true, cx),
            _ => {}
        }
    }

    fn on_deadline(&self, subject: TransactionId, _stage: u8, cx: &mut Context<'_>) {
        tell(subject, false, cx);
    }
}

/// The challenge to a request, where the request is the first hop in view and has not just been
/// turned down for the credentials it had.
fn challenged<'w>(
    world: &'w World,
    transaction: &'w Transaction,
) -> Option<(&'w Received, &'w Auth)> {
    let answer = transaction.outcome.as_ref()?;
    let is_challenge = matches!(answer.code, 401 | 407)
        && world.parent(transaction).is_none()
        && rejected(world, transaction).is_none();
    is_challenge
        .then(|| Some((answer, transaction.auth()?)))
        .flatten()
}

fn tell(id: TransactionId, capture_ended: bool, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some((answer, auth)) = challenged(world, transaction) else {
        return;
    };
    let waited = world.now.since(answer.at.time);
    let threshold = world.config.thresholds.next_attempt;
    if cx.said(id).is_some()
        || (capture_ended && !(AT_ONCE..threshold).contains(&waited))
        || transaction.cancelled.is_some()
        || !has_arrived(transaction, answer)
        || is_answered(world, transaction, answer)
    {
        return;
    }
    let mut draft = describe(world, transaction, answer, auth);
    if let Some(doubt) = doubt(world, transaction, answer, capture_ended) {
        draft.severity = Severity::Note;
        draft.verdict = Verdict::Inconclusive;
        draft.responsible = None;
        draft.explanation.push_str(&doubt);
    }
    cx.say_of(id, 1, draft);
}

/// Whether the client shows that it has the challenge: it acknowledged it, or stopped asking. Where
/// it did not, that is the fault to tell.
fn has_arrived(transaction: &Transaction, answer: &Received) -> bool {
    let asks_on = transaction.last_sent.time > answer.at.time;
    !asks_on && (!transaction.is_invite() || transaction.acked.is_some())
}

fn is_answered(world: &World, transaction: &Transaction, answer: &Received) -> bool {
    let in_call = world.of_call(transaction.call).any(|(_, other)| {
        other.has_credentials
            && other.began().time >= answer.at.time
            && other.began() != transaction.began()
    });
    // The answer itself may be forgotten by now.
    let is_noted = transaction.auth().is_some_and(|auth| auth.is_answered);
    is_noted
        || in_call
        || world.call(transaction.call).is_some_and(|call| {
            let since = answer.at.time;
            world
                .answering
                .may_have_answered(transaction.client(), call.from(), since)
        })
}

fn describe(world: &World, transaction: &Transaction, answer: &Received, auth: &Auth) -> Draft {
    let client = host(transaction.client());
    let asker = generator(world, transaction).server();
    let server = host(asker);
    let method = &transaction.method;
    let mut draft = Draft::new(
        Severity::Warning,
        world.now.max(answer.at.time),
        format!(
            "within {}, {client} did not send the credentials that {server} asked for",
            span(world.now.since(answer.at.time))
        ),
    );
    if !transaction.client_is_proxy() {
        draft = draft.blame(transaction.client(), Role::Client);
    }
    draft.explanation = format!(
        "{server} answered the {method} with {}, and no request with credentials followed within \
         {}.",
        code_label(answer.code),
        span(world.now.since(answer.at.time))
    );
    let mut proof = world.response_evidence(transaction, answer, "not answered");
    match auth.challenges.first() {
        None => {
            draft.title = format!("{server} asked for credentials without saying for what");
            draft = draft.blame(asker, Role::Server);
            draft.explanation.push_str(
                " The response holds no challenge that can be read, so no client can answer it.",
            );
            draft.help.push(format!(
                "let {server} add the challenge (realm, nonce) to its response"
            ));
        }
        Some(first) => {
            let field = hindrance(transaction, auth, &mut draft);
            proof
                .quote
                .push(challenge_line(first, field, "what was asked for"));
            draft.help.push(format!(
                "give {client} user name and password for realm \"{}\"",
                first.realm.shown
            ));
        }
    }
    draft.evidence = vec![world.request_evidence(transaction, ""), Some(proof)];
    draft
}

/// What in the challenge would explain that a client cannot answer it.
fn hindrance(transaction: &Transaction, auth: &Auth, draft: &mut Draft) -> Field {
    if !auth.challenges.iter().any(|challenge| challenge.is_digest) {
        draft.explanation.push_str(
            " It asks for another scheme than Digest, the only one that every client knows.",
        );
        return Field::Realm;
    }
    let names: Vec<&str> = auth
        .challenges
        .iter()
        .map(|challenge| &*challenge.algorithm)
        .collect();
    if !names.contains(&"MD5") {
        draft.explanation.push_str(&format!(
            " It offers {} and not MD5: many clients know nothing else (RFC 8760).",
            names.join(", ")
        ));
        draft
            .help
            .push("offer a challenge with MD5 beside the others, the stronger first".to_owned());
        return Field::Algorithm;
    }
    draft.explanation.push_str(if transaction.has_credentials {
        " The request had credentials, for a challenge that is not in view: whether they were \
         wrong or only too old cannot be told."
    } else {
        " Most likely the client has no password for this realm, or waits for somebody to type \
         it: one that is configured for another realm does not answer."
    });
    Field::Realm
}

/// Why nothing follows from the silence.
fn doubt(
    world: &World,
    transaction: &Transaction,
    answer: &Received,
    capture_ended: bool,
) -> Option<String> {
    if transaction.request.is_none() {
        return Some(
            " But the capture does not hold the request, so it may not show what the client \
             sends."
                .to_owned(),
        );
    }
    if let Some(loss) = world.losses.touching(transaction.client(), answer.at.time) {
        return Some(format!(" But {}, so it may be missing.", loss.words()));
    }
    capture_ended.then(|| " But the capture ends there, so it may have come later.".to_owned())
}
