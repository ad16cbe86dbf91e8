//! Annotations waiting to be taken.

use std::collections::VecDeque;

use crate::annotation::Annotation;
use crate::causes::Causes;

/// Annotations in the order they were made, and the count of findings.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queue: VecDeque<Annotation>,
    findings: u64,
    /// Which of them explain others.
    pub(crate) causes: Causes,
}

impl Outbox {
    pub(crate) fn next_finding(&mut self) -> u64 {
        self.findings += 1;
        self.findings
    }

    pub(crate) fn push(&mut self, annotation: Annotation) {
        self.queue.push_back(annotation);
    }

    pub(crate) fn pop(&mut self) -> Option<Annotation> {
        self.queue.pop_front()
    }
}
