//! Findings, as far as expectations ask of them.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Severity, Verdict};
use sipwhy_packet::FrameId;

/// Findings of a capture that are kept; further ones are not held against expectations.
const MOST: usize = 10_000;

/// A finding with all its stages.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its number.
    pub(crate) finding: u64,
    pub(crate) rule: &'static str,
    /// Its gravest severity.
    pub(crate) severity: Severity,
    /// How it stands at the end.
    pub(crate) verdict: Verdict,
    /// The number of its call.
    pub(crate) call: Option<u64>,
    pub(crate) title: String,
    /// The last packet that proves it.
    pub(crate) frame: Option<FrameId>,
}

/// Gathers findings.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    all: Vec<Found>,
    /// Where the finding of a number is.
    places: BTreeMap<u64, usize>,
}

impl Gathered {
    pub(super) fn add(&mut self, annotation: &Annotation) {
        let stage = Found {
            finding: annotation.finding,
            rule: annotation.rule,
            severity: annotation.severity,
            verdict: annotation.verdict,
            call: annotation.call.as_ref().map(|call| call.number),
            title: annotation.title.clone(),
            frame: annotation.evidence.last().map(|it| it.frame),
        };
        let place = self.places.get(&annotation.finding);
        if let Some(known) = place.and_then(|place| self.all.get_mut(*place)) {
            *known = Found {
                severity: known.severity.max(stage.severity),
                ..stage
            };
        } else if self.all.len() < MOST {
            self.places.insert(annotation.finding, self.all.len());
            self.all.push(stage);
        }
    }

    pub(super) fn into_all(self) -> Vec<Found> {
        self.all
    }
}
