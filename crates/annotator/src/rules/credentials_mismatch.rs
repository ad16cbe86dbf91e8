//! `credentials-mismatch`: what a client sent cannot fit the challenge it answers.

use crate::annotation::{Role, Severity};
use crate::auth::{Field, Mismatch, challenge_line, credential_line, mismatches};
use crate::ids::TransactionId;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: CredentialsMismatch = CredentialsMismatch;

static INFO: Info = Info {
    id: "credentials-mismatch",
    severity: Severity::Warning,
    summary: "the credentials of a request do not fit the challenge they answer",
    page: include_str!("credentials-mismatch.md"),
    references: &["RFC 3261 §22.2", "RFC 3261 §22.4", "RFC 7616 §3.4"],
};

pub(super) struct CredentialsMismatch;

impl Rule for CredentialsMismatch {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::CredentialsSent]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::CredentialsSent(id) = step else {
            return;
        };
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        if world.parent(transaction).is_some() {
            return;
        }
        let Some(mismatch) = mismatches(world, *id, transaction) else {
            return;
        };
        let draft = describe(*id, &mismatch, cx);
        cx.say_of(*id, 1, draft);
    }
}

fn describe(id: TransactionId, mismatch: &Mismatch<'_>, cx: &Context<'_>) -> Draft {
    let world = cx.world();
    let Some(transaction) = world.transaction(id) else {
        return Draft::new(Severity::Note, world.now, "");
    };
    let client = host(transaction.client());
    let (severity, what, help) = words(mismatch);
    let mut draft = Draft::new(
        severity,
        transaction.began().time,
        format!("{client} sent credentials {what}"),
    );
    if !transaction.client_is_proxy() {
        draft = draft.blame(transaction.client(), Role::Client);
    }
    draft.explanation = if severity == Severity::Note {
        "Many servers do not look at it; one that does turns the request down.".to_owned()
    } else {
        "A server cannot verify them, and will ask again or refuse.".to_owned()
    };
    draft.help.push(help.to_owned());
    let mut asked = match (&mismatch.of.outcome, mismatch.challenge) {
        (Some(answer), Some(challenge)) => {
            let mut asked = world.response_evidence(mismatch.of, answer, "");
            asked
                .quote
                .push(challenge_line(challenge, mismatch.field, "asked for"));
            Some(asked)
        }
        _ => world.request_evidence(mismatch.of, ""),
    };
    if mismatch.field == Field::Uri {
        asked = None;
    }
    let mut sent = world.request_evidence(transaction, "");
    if let Some(sent) = &mut sent {
        sent.quote
            .push(credential_line(mismatch.credential, mismatch.field, "sent"));
    }
    draft.evidence = vec![asked, sent];
    draft
}

fn words(mismatch: &Mismatch<'_>) -> (Severity, String, &'static str) {
    let credential = mismatch.credential;
    match mismatch.field {
        Field::Realm | Field::User => (
            Severity::Warning,
            format!(
                "for realm \"{}\", and was asked for \"{}\"",
                credential.realm.shown,
                mismatch.challenge.map_or("", |asked| &asked.realm.shown)
            ),
            "let the client take the realm from the challenge, not from its settings",
        ),
        Field::Nonce => (
            Severity::Warning,
            "made with another nonce than the challenge gave it".to_owned(),
            "let the client take the nonce from the newest challenge",
        ),
        Field::Algorithm => (
            Severity::Warning,
            format!(
                "made with another algorithm than {}, which the challenge asked for",
                mismatch.challenge.map_or("MD5", |asked| &asked.algorithm)
            ),
            "let the client answer only a challenge whose algorithm it knows",
        ),
        Field::Qop => (
            Severity::Warning,
            "with a quality of protection that the challenge did not offer".to_owned(),
            "let the client choose its qop from those of the challenge",
        ),
        Field::Uri => (
            Severity::Note,
            "made for another URI than the request has".to_owned(),
            "let the client compute the digest over the Request-URI it sends",
        ),
        Field::NonceCount => (
            Severity::Note,
            "with a nonce count that did not rise since it last used that nonce".to_owned(),
            "let the client count nc up with every request that uses the same nonce",
        ),
    }
}
