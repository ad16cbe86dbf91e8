//! Findings that wait to be shown with the others of their call.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Severity};

/// Findings and stages of findings held at most: some 8 MB of them.
pub const MOST_HELD: usize = 4096;

/// Findings by call.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// By the call's number; what belongs to no call comes last.
    calls: BTreeMap<u64, Group>,
    count: usize,
}

/// The findings of one call.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) findings: Vec<Finding>,
}

/// A finding with all its stages so far.
#[derive(Debug)]
pub(super) struct Finding {
    /// The stages before, in order.
    pub(super) earlier: Vec<Annotation>,
    /// How it stands.
    pub(super) last: Annotation,
}

impl Finding {
    /// The gravest stage.
    pub(super) fn worst(&self) -> Severity {
        let earlier = self.earlier.iter().map(|stage| stage.severity).max();
        earlier.map_or(self.last.severity, |worst| worst.max(self.last.severity))
    }
}

impl Held {
    pub(super) fn add(&mut self, annotation: &Annotation) {
        let call = annotation
            .call
            .as_ref()
            .map_or(u64::MAX, |call| call.number);
        let group = self.calls.entry(call).or_default();
        self.count += 1;
        let same = group
            .findings
            .iter_mut()
            .find(|finding| finding.last.finding == annotation.finding);
        match same {
            Some(finding) => {
                let before = std::mem::replace(&mut finding.last, annotation.clone());
                finding.earlier.push(before);
            }
            None => group.findings.push(Finding {
                earlier: Vec::new(),
                last: annotation.clone(),
            }),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.count >= MOST_HELD
    }

    /// All that is held, call by call, the gravest of a call first.
    pub(super) fn take(&mut self) -> Vec<Group> {
        self.count = 0;
        let mut groups: Vec<Group> = std::mem::take(&mut self.calls).into_values().collect();
        for group in &mut groups {
            group
                .findings
                .sort_by_key(|finding| std::cmp::Reverse(finding.last.severity));
        }
        groups
    }
}
