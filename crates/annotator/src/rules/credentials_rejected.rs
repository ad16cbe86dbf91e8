//! `credentials-rejected`: a server did not accept the credentials it had asked for.

use crate::annotation::{Role, Severity, Verdict};
use crate::auth::{Field, challenge_line, credential_line, generator, rejected};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span};

pub(super) static RULE: CredentialsRejected = CredentialsRejected;

static INFO: Info = Info {
    id: "credentials-rejected",
    severity: Severity::Error,
    summary: "a server did not accept the credentials that it had asked for",
    page: include_str!("credentials-rejected.md"),
    references: &["RFC 3261 §22.1", "RFC 3261 §21.4.4", "RFC 7616 §3.3"],
};

const FIRST: u8 = 1;
const LOOP: u8 = 2;
const TAKEN: u8 = 3;

pub(super) struct CredentialsRejected;

impl Rule for CredentialsRejected {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["password-guessing", "credentials-mismatch"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::EventfulEnd]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Ended {
            transaction: id, ..
        } = step
        else {
            return;
        };
        let Some(transaction) = cx.transaction(*id) else {
            return;
        };
        let Some(answer) = &transaction.outcome else {
            return;
        };
        if transaction.auth().is_none() || cx.world().parent(transaction).is_some() {
            return;
        }
        match answer.code {
            200..=299 => taken(*id, cx),
            401 | 403 | 407 => turned_down(*id, cx),
            _ => {}
        }
    }
}

fn turned_down(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let (Some(refused), Some(answer)) = (rejected(world, transaction), &transaction.outcome) else {
        return;
    };
    let (first, challenge) = refused.answered;
    let earlier = spoken_of(transaction, cx);
    let is_loop = earlier.is_some();
    if earlier.is_some_and(|(_, stage)| stage == LOOP) {
        return; // That it goes round and round has been said.
    }
    let client = host(transaction.client());
    let server = host(generator(world, transaction).server());
    let credential = refused.credential;
    let (user, realm) = (&credential.user, &credential.realm.shown);
    let (method, code) = (&transaction.method, answer.code);
    let mut draft = Draft::new(
        Severity::Error,
        answer.at.time,
        if is_loop {
            format!("{client} and {server} go round in a loop: credentials rejected again")
        } else {
            format!("{server} rejected the credentials of user \"{user}\" for realm \"{realm}\"")
        },
    );
    draft.explanation = format!(
        "{client} answered the challenge with credentials of user \"{user}\" for realm \
         \"{realm}\" ({}), made with its nonce; the answer to the {method} was {} all the same. \
         No capture tells which of the two has the wrong password or user name, so no hop is \
         named.",
        challenge.algorithm,
        code_label(code)
    );
    if is_loop {
        draft.explanation.push_str(
            " A client that gets the same challenge again should not repeat the same \
             credentials: servers lock accounts and addresses that do.",
        );
    }
    if code == 403 {
        draft.severity = Severity::Warning;
        draft.verdict = Verdict::Inconclusive;
        draft.title =
            format!("{server} forbade the {method} of \"{user}\" once it had credentials");
        draft.explanation.push_str(
            " A 403 does not say whether it was the password or the request itself that it did \
             not like: many registrars use it for a wrong password.",
        );
    }
    let reason = transaction
        .reason(answer)
        .filter(|reason| names_nonce(reason));
    if let Some(reason) = reason {
        draft.explanation.push_str(&format!(
            " Its reason phrase is “{reason}”: it may be the nonce and not the password that \
             {server} did not take. Then its challenge should have stale=true, so that the client \
             tries again at once (RFC 7616 §3.3)."
        ));
        draft.help.push(format!(
            "let {server} mark a challenge that only renews a nonce with stale=true"
        ));
    }
    draft.help.extend([
        format!("compare user name, password and realm on {client} with the account on {server}"),
        format!(
            "look for the user that {server} logs: the name in the credentials need not be the \
             one in From"
        ),
    ]);
    let mut asked = first
        .outcome
        .as_ref()
        .map(|answer| world.response_evidence(first, answer, ""));
    if let Some(asked) = &mut asked {
        asked
            .quote
            .push(challenge_line(challenge, Field::Realm, "asked for"));
    }
    let mut sent = world.request_evidence(transaction, "");
    if let Some(sent) = &mut sent {
        sent.quote.push(credential_line(
            credential,
            Field::User,
            "who it claims to be",
        ));
    }
    let mut refusal = world.response_evidence(transaction, answer, "not accepted");
    if let Some(again) = refused.again {
        refusal.quote.push(challenge_line(
            again,
            Field::Realm,
            "asked for again, not as stale",
        ));
    }
    draft.evidence = vec![asked, sent, Some(refusal)];
    let (subject, stage) = earlier.map_or((id, FIRST), |(subject, _)| (subject, LOOP));
    cx.say_of(subject, stage, draft);
}

/// Whether a reason phrase speaks of the nonce.
fn names_nonce(reason: &str) -> bool {
    reason.to_ascii_lowercase().contains("nonce")
}

/// The request of the same call that this rule spoke of last, and at which stage.
fn spoken_of(transaction: &Transaction, cx: &Context<'_>) -> Option<(TransactionId, u8)> {
    cx.world()
        .of_call(transaction.call)
        .filter(|(_, other)| other.method == transaction.method)
        .filter_map(|(id, _)| Some((id, cx.said(id)?.stage)))
        .filter(|(_, stage)| *stage != TAKEN)
        .last()
}

/// Other credentials were accepted after all.
fn taken(id: TransactionId, cx: &mut Context<'_>) {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return;
    };
    let Some((subject, _)) = spoken_of(transaction, cx) else {
        return;
    };
    let (Some(said), Some(refused), Some(answer)) = (
        cx.said(subject),
        world.transaction(subject),
        &transaction.outcome,
    ) else {
        return;
    };
    let server = host(transaction.server());
    let mut draft = Draft::new(
        said.worst,
        answer.at.time,
        format!(
            "{server} accepted the {} after all, {} after the first rejection",
            transaction.method,
            span(answer.at.time.since(refused.began().time))
        ),
    );
    draft.verdict = Verdict::Resolved;
    draft.explanation = "Later credentials were accepted.".to_owned();
    draft.evidence = vec![
        world.request_evidence(transaction, ""),
        Some(world.response_evidence(transaction, answer, "accepted")),
    ];
    if transaction.client() == refused.client() {
        draft = draft.blame(transaction.client(), Role::Client);
    }
    cx.say_of(subject, TAKEN, draft);
}
