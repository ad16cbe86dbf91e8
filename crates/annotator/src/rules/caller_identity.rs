//! `caller-identity`: what a call claims of its caller by STIR/SHAKEN, and what came of it.

use crate::annotation::Severity;
use crate::rules::identity::{claims, refusal};
use crate::rules::{Context, Info, Rule, Step, StepKind};

pub(super) static RULE: CallerIdentity = CallerIdentity;

static INFO: Info = Info {
    id: "caller-identity",
    severity: Severity::Error,
    summary: "a call's signed caller identity (STIR/SHAKEN): what it claims, and why it is refused",
    page: include_str!("caller-identity.md"),
    references: &[
        "RFC 8224 §4.1",
        "RFC 8224 §6.2",
        "RFC 8225 §5",
        "RFC 8588 §4",
    ],
};

pub(super) struct CallerIdentity;

impl Rule for CallerIdentity {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::IdentityClaimed, StepKind::Refused]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        match step {
            Step::IdentityClaimed(id) => claims::tell(*id, cx),
            Step::Ended {
                transaction: id, ..
            } => refusal::tell(*id, cx),
            _ => {}
        }
    }
}
