//! `redirect-abandoned`: a redirection came, and nothing followed.

use crate::annotation::Severity;
use crate::rules::redirection::{Family, abandoned};
use crate::rules::{Context, Info, Rule, Step, StepKind};

pub(super) static RULE: RedirectAbandoned = RedirectAbandoned;

static INFO: Info = Info {
    id: "redirect-abandoned",
    severity: Severity::Warning,
    summary: "a redirection named another place, and the client gave up instead of going there",
    page: include_str!("redirect-abandoned.md"),
    references: &["RFC 3261 §21.3", "RFC 3261 §8.1.3.4"],
};

pub(super) struct RedirectAbandoned;

impl Rule for RedirectAbandoned {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["redirect-unusable", "redirect-loop"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::RedirectSilent,
            StepKind::CaptureEndedRedirected,
            StepKind::Retried,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        abandoned::on_step(step, Family::Elsewhere, cx);
    }
}
