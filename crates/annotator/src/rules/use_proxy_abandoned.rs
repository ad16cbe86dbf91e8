//! `use-proxy-abandoned`: a 305 came, and nothing followed.

use crate::annotation::Severity;
use crate::rules::redirection::{Family, abandoned};
use crate::rules::{Context, Info, Rule, Step, StepKind};

pub(super) static RULE: UseProxyAbandoned = UseProxyAbandoned;

static INFO: Info = Info {
    id: "use-proxy-abandoned",
    severity: Severity::Warning,
    summary: "a 305 named a proxy, and the client gave up instead of going there",
    page: include_str!("use-proxy-abandoned.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4"],
};

pub(super) struct UseProxyAbandoned;

impl Rule for UseProxyAbandoned {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn caused_by(&self) -> &'static [&'static str] {
        &["use-proxy-unusable", "use-proxy-ignored"]
    }

    fn listens(&self) -> &'static [StepKind] {
        &[
            StepKind::RedirectSilent,
            StepKind::CaptureEndedRedirected,
            StepKind::Retried,
        ]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        abandoned::on_step(step, Family::UseProxy, cx);
    }
}
