//! A finding with all its stages.

use sipwhy_annotator::{Annotation, Severity};

use crate::key::Key;

/// The stages kept of a finding, the first and the newest of them.
const MOST_STAGES: usize = 16;

/// A finding: all annotations that carry its number are stages of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is from one recording to the next.
    pub key: Key,
    /// The gravest severity that it had.
    pub severity: Severity,
    /// The stages before the last, in order.
    pub earlier: Vec<Annotation>,
    /// How it stands at the end: title, explanation, help, evidence.
    pub last: Annotation,
    /// Whether an expectation asks for it.
    pub is_expected: bool,
    /// Whether the baseline has it, or an expectation asks for it.
    pub is_known: bool,
    /// Whether it is grave enough to be told of, and news.
    pub is_told: bool,
    /// Whether the capture fails because of it.
    pub fails: bool,
}

impl Finding {
    pub(crate) fn new(key: Key, annotation: &Annotation) -> Self {
        Self {
            key,
            severity: annotation.severity,
            earlier: Vec::new(),
            last: annotation.clone(),
            is_expected: false,
            is_known: false,
            is_told: false,
            fails: false,
        }
    }

    pub(crate) fn add_stage(&mut self, stage: &Annotation) {
        self.severity = self.severity.max(stage.severity);
        let before = std::mem::replace(&mut self.last, stage.clone());
        if self.earlier.len() < MOST_STAGES {
            self.earlier.push(before);
        }
    }

    /// All stages kept, in order.
    pub fn stages(&self) -> impl Iterator<Item = &Annotation> {
        self.earlier.iter().chain([&self.last])
    }
}
