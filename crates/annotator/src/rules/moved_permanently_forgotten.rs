//! `moved-permanently-forgotten`: a caller asks at the old place again after a 301.

use crate::annotation::{Role, Severity};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, span};

pub(super) static RULE: MovedPermanentlyForgotten = MovedPermanentlyForgotten;

static INFO: Info = Info {
    id: "moved-permanently-forgotten",
    severity: Severity::Note,
    summary: "a caller that had been told by 301 of a new address called the old one again",
    page: include_str!("moved-permanently-forgotten.md"),
    references: &["RFC 3261 §21.3.2", "RFC 3261 §20.10"],
};

pub(super) struct MovedPermanentlyForgotten;

impl Rule for MovedPermanentlyForgotten {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Redirected]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Redirected(id) = step else { return };
        let world = cx.world();
        let Some(redirect) = world.redirect(*id) else {
            return;
        };
        let Some(earlier) = &redirect.forgotten else {
            return;
        };
        let client = host(redirect.client());
        let ago = span(redirect.at.time.since(earlier.at.time));
        let mut draft = Draft::new(
            Severity::Note,
            redirect.at.time,
            format!("{client} asked at the old address again, {ago} after a 301"),
        )
        .blame(redirect.client(), Role::Client)
        .help(format!(
            "in the address book or configuration of {client}, replace the old address by {}",
            redirect.target_list()
        ))
        .help(format!(
            "on {}, give the 301 an Expires if the move is not for good, or answer 302",
            host(redirect.server())
        ));
        draft.explanation = format!(
            "301 Moved Permanently says that the user is at another address from now on, and that \
             callers should use that one in future. The same caller had got a 301 for this \
             Request-URI before (frame {}), and begins at the old place all the same: each of its \
             calls takes a round trip more, and fails once the old place is gone.",
            earlier.at.frame().number
        );
        draft.evidence = vec![
            Some(earlier.evidence.clone()),
            world
                .transaction(redirect.transaction)
                .and_then(|ended| world.request_evidence(ended, "the old address")),
            Some(world.redirect_evidence(redirect, "told again")),
        ];
        let subject = redirect.transaction;
        cx.say_of(subject, 1, draft);
    }
}
