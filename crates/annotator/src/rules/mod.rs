//! The rules: one file each, with its page beside it.
//!
//! A rule reads the steps that transactions and redirections take and says what they mean. Its
//! file holds all that is its own: what it detects, its default severity, its deadlines. The page
//! (`<rule>.md`) is its documentation and, by the call ladders in it, its test. The registry is
//! made from the files in this folder, so a new rule touches nothing else.

mod context;
mod identity;
mod redirection;
mod step;
mod trying;

pub use context::{Context, Draft};
pub use step::{Step, StepKind};

use crate::annotation::Severity;
use crate::ids::TransactionId;
use crate::negotiation::Exchange;

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// What the CLI, the documentation and the outputs know of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Stable, kebab-case, the file's name.
    pub id: &'static str,
    /// The severity of its plain case; what it says may be weaker where the packets prove less.
    pub severity: Severity,
    /// What it detects, in one line.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Where the conduct it checks is written down.
    pub references: &'static [&'static str],
}

/// A rule.
pub trait Rule: Sync {
    /// What is known of it.
    fn info(&self) -> &'static Info;

    /// The rules whose findings explain what this one says of the same call, the best explanation
    /// first: when one of them spoke, this is its consequence.
    fn caused_by(&self) -> &'static [&'static str] {
        &[]
    }

    /// The steps it wants to be told of.
    fn listens(&self) -> &'static [StepKind];

    /// A step was taken.
    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>);

    /// Whether it could have something to say of an exchange that looks like this one, whoever
    /// the two sides are and whatever came before. Where no rule could, exchanges of the same
    /// outline are not read again.
    fn minds(&self, _exchange: &Exchange<'_>) -> bool {
        true
    }

    /// A deadline it had set is due. The transaction may have moved on in the meantime.
    fn on_deadline(&self, _subject: TransactionId, _stage: u8, _cx: &mut Context<'_>) {}
}

/// The rule of this name.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.info().id == id)
}

/// A code with its usual name: `305 Use Proxy`.
pub(crate) fn code_label(code: u16) -> String {
    sipwhy_catalogue::code(code).map_or_else(|| code.to_string(), sipwhy_catalogue::Code::label)
}
