//! Gathers the findings of one capture.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Severity};
use sipwhy_pipeline::{Observed, Observer, Summary};
use sipwhy_report::{Filter, Inputs};

use crate::finding::Finding;
use crate::key::{Key, Subject};
use crate::result::CaptureResult;

/// Findings kept of one capture; more are counted, and fail it as the others do.
pub const MOST_FINDINGS: usize = 1000;

/// Gathers what a filter lets through.
#[derive(Debug)]
pub struct Collector {
    capture: String,
    filter: Filter,
    findings: Vec<Finding>,
    /// Where the finding of a number is.
    places: BTreeMap<u64, usize>,
    /// How many of each subject there are.
    ordinals: BTreeMap<Subject, u64>,
    unlisted: u64,
    newest_unlisted: u64,
    worst_unlisted: Option<Severity>,
}

impl Collector {
    /// Gathers what is found in the capture of this name.
    #[must_use]
    pub fn new(capture: String, filter: Filter) -> Self {
        Self {
            capture,
            filter,
            findings: Vec::new(),
            places: BTreeMap::new(),
            ordinals: BTreeMap::new(),
            unlisted: 0,
            newest_unlisted: 0,
            worst_unlisted: None,
        }
    }

    /// The capture is over.
    #[must_use]
    pub fn finish(self, summary: &Summary, inputs: Inputs) -> CaptureResult {
        CaptureResult {
            name: self.capture,
            inputs,
            messages: summary.messages,
            calls: summary.annotator.calls,
            findings: self.findings,
            unlisted: self.unlisted,
            worst_unlisted: self.worst_unlisted,
            unreadable: Vec::new(),
            gone: Vec::new(),
            expectations: Vec::new(),
            is_missing: false,
            fails: false,
        }
    }

    fn pass_over(&mut self, annotation: &Annotation) {
        self.worst_unlisted = self.worst_unlisted.max(Some(annotation.severity));
        // Findings are numbered in order, so a number seen before is a later stage.
        if annotation.finding > self.newest_unlisted {
            self.newest_unlisted = annotation.finding;
            self.unlisted += 1;
        }
    }
}

impl Observer for Collector {
    fn message(&mut self, message: &Observed<'_, '_>) {
        // What a filter lets through may hang on messages before.
        self.filter.message(message);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        if !self.filter.annotation(annotation) {
            return;
        }
        let place = self.places.get(&annotation.finding);
        if let Some(finding) = place.and_then(|place| self.findings.get_mut(*place)) {
            finding.add_stage(annotation);
            return;
        }
        if self.findings.len() >= MOST_FINDINGS {
            self.pass_over(annotation);
            return;
        }
        let subject = Subject::of(&self.capture, annotation);
        let ordinal = self.ordinals.entry(subject.clone()).or_default();
        *ordinal += 1;
        let key = Key {
            subject,
            ordinal: *ordinal,
        };
        self.places.insert(annotation.finding, self.findings.len());
        self.findings.push(Finding::new(key, annotation));
    }
}
