//! `use-proxy-ignored`: a 305 named a proxy, and the client sent the request somewhere else.

use crate::annotation::Severity;
use crate::rules::redirection::{Family, ignored};
use crate::rules::{Context, Info, Rule, Step, StepKind};

pub(super) static RULE: UseProxyIgnored = UseProxyIgnored;

static INFO: Info = Info {
    id: "use-proxy-ignored",
    severity: Severity::Error,
    summary: "a 305 named a proxy, and the client sent the request somewhere else",
    page: include_str!("use-proxy-ignored.md"),
    references: &["RFC 3261 §21.3.4", "RFC 3261 §8.1.3.4", "RFC 3263 §4"],
};

pub(super) struct UseProxyIgnored;

impl Rule for UseProxyIgnored {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Retried]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        ignored::on_step(step, Family::UseProxy, cx);
    }
}
