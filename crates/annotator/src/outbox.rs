//! Annotations, and what is over, waiting to be taken.

use std::collections::VecDeque;

use crate::annotation::Annotation;
use crate::causes::Causes;
use crate::ended::Ended;

/// Annotations in the order they were made, and the count of findings.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queue: VecDeque<Annotation>,
    findings: u64,
    /// Which of them explain others.
    pub(crate) causes: Causes,
    /// What is over and waits to be taken, if anybody wants to know.
    pub(crate) ended: Option<VecDeque<Ended>>,
}

impl Outbox {
    pub(crate) fn new(tells_ends: bool) -> Self {
        Self {
            ended: tells_ends.then(VecDeque::new),
            ..Self::default()
        }
    }

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
