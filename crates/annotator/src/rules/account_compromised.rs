//! `account-compromised`: whoever tried passwords found one.

use crate::annotation::{Role, Severity};
use crate::follow::user_asked_for;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::host;

pub(super) static RULE: AccountCompromised = AccountCompromised;

static INFO: Info = Info {
    id: "account-compromised",
    severity: Severity::Error,
    summary: "after many refused passwords of one source, the next was taken",
    page: include_str!("account-compromised.md"),
    references: &["RFC 3261 §22", "RFC 3261 §26.1.1"],
};

pub(super) struct AccountCompromised;

impl Rule for AccountCompromised {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Doubted]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Doubted {
            transaction: id,
            message,
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        let Some(outcome) = &transaction.outcome else {
            return;
        };
        let source = transaction.flow.source;
        let is_taken = transaction.has_credentials && (200..300).contains(&outcome.code);
        let has_guessed = || {
            let user = user_asked_for(&world.keys, message, true);
            let memory = world.config.thresholds.guess_memory;
            let known = world.sources.get(source);
            known.is_some_and(|known| known.has_guessed_for(user, world.now, memory))
        };
        if !is_taken || !has_guessed() {
            return;
        }
        let client = transaction.client();
        if !cx.is_news_of(client, source) {
            return;
        }
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        let Some(outcome) = &transaction.outcome else {
            return;
        };
        let method = &transaction.method;
        let user = if transaction.is_invite() {
            message.from()
        } else {
            message.to()
        };
        let user = user.map_or_else(String::new, |user| {
            sipwhy_parser::printable(user.uri).into_owned()
        });
        let mut draft = Draft::new(
            Severity::Error,
            outcome.at.time,
            format!("{source} tried passwords for {user} until one was taken"),
        )
        .blame(client, Role::Client);
        draft.explanation = format!(
            "After many refusals within a minute, {} took its credentials for {user} and answered \
             the {method} with {}. Unless the phone's own user corrected a wrong password there, \
             somebody else holds the account now, and can call at its expense.",
            host(transaction.server()),
            outcome.code
        );
        draft.help = vec![
            format!("block {user} and {}, and change the password", host(client)),
            "look for calls of this user since then, above all abroad and to premium numbers"
                .to_owned(),
        ];
        draft.evidence = vec![
            world.request_evidence(transaction, "with credentials"),
            Some(world.response_evidence(transaction, outcome, "taken")),
        ];
        cx.say_of(*id, 1, draft);
    }
}
