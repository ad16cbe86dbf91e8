//! `redirect-ignored`: a redirection named another place, and the client did not go there.

use crate::annotation::Severity;
use crate::rules::redirection::{Family, ignored};
use crate::rules::{Context, Info, Rule, Step, StepKind};

pub(super) static RULE: RedirectIgnored = RedirectIgnored;

static INFO: Info = Info {
    id: "redirect-ignored",
    severity: Severity::Warning,
    summary: "a redirection named another place, and the client sent the request somewhere else",
    page: include_str!("redirect-ignored.md"),
    references: &["RFC 3261 §21.3", "RFC 3261 §8.1.3.4", "RFC 3263 §4"],
};

pub(super) struct RedirectIgnored;

impl Rule for RedirectIgnored {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Retried]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        ignored::on_step(step, Family::Elsewhere, cx);
    }
}
