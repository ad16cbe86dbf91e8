//! `password-guessing`: one socket has its credentials refused again and again.

use crate::annotation::{Role, Severity};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{count, host, span};

pub(super) static RULE: PasswordGuessing = PasswordGuessing;

static INFO: Info = Info {
    id: "password-guessing",
    severity: Severity::Warning,
    summary: "one source has its credentials refused again and again within a minute",
    page: include_str!("password-guessing.md"),
    references: &["RFC 3261 §22", "RFC 3261 §26.3.2.4", "RFC 7616 §5.9"],
};

pub(super) struct PasswordGuessing;

impl Rule for PasswordGuessing {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Doubted]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Doubted {
            transaction: id, ..
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        if !transaction.has_credentials {
            return;
        }
        let (client, source) = (transaction.client(), transaction.flow.source);
        let now = world.now;
        let guesses = world
            .sources
            .get(source)
            .is_some_and(|known| known.is_guessing(now));
        if !guesses || !cx.is_news_of(client, source) {
            return;
        }
        let world = cx.world();
        let (Some(transaction), Some(known)) = (world.transaction(*id), world.sources.get(source))
        else {
            return;
        };
        let Some(outcome) = &transaction.outcome else {
            return;
        };
        let lasted = span(outcome.at.time.since(known.since.time));
        let users = known.rejected_users();
        let mut draft = Draft::new(
            Severity::Warning,
            outcome.at.time,
            format!("{source} tries passwords: {} refused", known.rejections()),
        )
        .blame(client, Role::Client);
        draft.explanation = format!(
            "{} answered {} of its requests that carried credentials with a refusal, for {}, \
             within {lasted}, and took none of them in between. A person, or a phone with a wrong \
             password, is slower than that; a program that tries passwords is not, nor is a phone \
             that repeats a wrong one without a pause. Its further guesses are not told one by one.",
            host(transaction.server()),
            known.rejections(),
            count(users, "user")
        );
        draft.help = vec![
            format!(
                "drop what {} sends, unless it is a phone of yours: then correct its password",
                host(client)
            ),
            "look whether account-compromised follows, and change the passwords of the users it \
             tries"
                .to_owned(),
        ];
        let first = "the first of its requests that was refused".to_owned();
        draft.evidence = vec![
            Some(world.said_evidence(known.since, Some(transaction.flow.reversed()), first)),
            world.request_evidence(transaction, ""),
            Some(world.response_evidence(transaction, outcome, "refused once more")),
        ];
        cx.say_of(*id, 1, draft);
    }
}
