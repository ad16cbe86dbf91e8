//! What is shown of what was found. A filter changes nothing of the analysis.

mod expression;
mod facts;
mod logged;
mod moment;
mod test;

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::{Annotation, Severity};
use sipwhy_packet::Timestamp;
use sipwhy_pipeline::{Observed, Summary};

pub use expression::Expression;
use facts::Facts;
pub(crate) use moment::rfc3339;

/// Calls that are kept in mind; of older ones a finding is judged by what it says itself.
const MOST_CALLS: usize = 65_536;
/// Findings of which it is known that they were counted; older ones get no further stages.
const MOST_FINDINGS: usize = 65_536;

/// Decides what is shown, and counts it. Without an expression everything is.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    expression: Option<Expression>,
    calls: BTreeMap<u64, Facts>,
    /// When the first message was captured.
    first: Option<Timestamp>,
    counted: BTreeSet<u64>,
    annotations: BTreeMap<&'static str, u64>,
    worst: Option<Severity>,
}

impl Filter {
    /// Shows that alone of which the expression holds.
    #[must_use]
    pub fn new(expression: Option<Expression>) -> Self {
        Self {
            expression,
            ..Self::default()
        }
    }

    /// Whether everything is shown.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.expression.is_none()
    }

    /// Whether a message is to be shown.
    #[inline]
    pub fn message(&mut self, observed: &Observed<'_, '_>) -> bool {
        self.expression.is_none() || self.wanted_message(observed)
    }

    fn wanted_message(&mut self, observed: &Observed<'_, '_>) -> bool {
        let time = observed.captured.time;
        self.first.get_or_insert(time);
        let facts = Facts::of_message(observed);
        let is_shown = self.holds(&facts);
        if let Some(call) = observed.call() {
            self.call(call.number).add(facts);
        }
        is_shown
    }

    /// Whether a finding, or a stage of one, is to be shown. If so it counts.
    pub fn annotation(&mut self, annotation: &Annotation) -> bool {
        if self.expression.is_none() {
            return true;
        }
        let number = annotation.call.as_ref().map(|call| call.number);
        let call = number.and_then(|number| self.calls.get(&number));
        let facts = Facts::of_annotation(annotation, call);
        let is_shown = self.holds(&facts);
        if let Some(number) = number {
            self.call(number).add(facts);
        }
        if is_shown {
            self.worst = self.worst.max(Some(annotation.severity));
            if self.counted.insert(annotation.finding) {
                *self.annotations.entry(annotation.rule).or_default() += 1;
            }
            if self.counted.len() > MOST_FINDINGS {
                self.counted.pop_first();
            }
        }
        is_shown
    }

    /// Whether the call of this number is to be shown, by all that is known of it so far.
    #[must_use]
    pub fn shows_call(&self, number: u64) -> bool {
        self.expression.is_none() || self.calls.get(&number).is_some_and(|it| self.holds(it))
    }

    /// The summary with the findings alone that were shown.
    #[must_use]
    pub(crate) fn narrow(&self, mut summary: Summary) -> Summary {
        if self.expression.is_some() {
            let found: u64 = summary.annotations.values().sum();
            let shown: u64 = self.annotations.values().sum();
            summary.filtered = found.saturating_sub(shown);
            summary.annotations.clone_from(&self.annotations);
            summary.worst = self.worst;
        }
        summary
    }

    fn call(&mut self, number: u64) -> &mut Facts {
        if self.calls.len() >= MOST_CALLS && !self.calls.contains_key(&number) {
            self.calls.pop_first();
        }
        self.calls.entry(number).or_default()
    }

    fn holds(&self, facts: &Facts) -> bool {
        let first = self.first.or(facts.time.map(|(began, _)| began));
        let expression = self.expression.as_ref();
        expression.is_none_or(|it| it.holds(facts, first.unwrap_or(Timestamp::ZERO)))
    }
}
