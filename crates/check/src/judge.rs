//! Which findings fail, and which are known.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use sipwhy_annotator::Severity;

use crate::baseline::Baseline;
use crate::result::CaptureResult;

/// The least severity that fails; `None` when nothing does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold(pub Option<Severity>);

impl Threshold {
    /// The word of the option.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self.0 {
            Some(severity) => severity.as_str(),
            None => "never",
        }
    }

    /// Whether something this grave is told of: all is, where nothing fails.
    pub(crate) fn tells(self, severity: Severity) -> bool {
        self.0.is_none_or(|least| severity >= least)
    }

    fn fails(self, severity: Severity) -> bool {
        self.0.is_some_and(|least| severity >= least)
    }
}

/// Judges captures, each by itself.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'b> {
    /// What fails.
    pub threshold: Threshold,
    /// What is known.
    pub baseline: Option<&'b Baseline>,
    /// Whether all that is found is known from now on.
    pub accepts_all: bool,
    /// Whether all findings are there, so that what is missing is gone.
    pub sees_all: bool,
}

impl Judge<'_> {
    /// Says of each finding whether it is known and whether it fails, and what is gone.
    pub fn judge(&self, capture: &mut CaptureResult) {
        self.mark_known(capture);
        for finding in &mut capture.findings {
            finding.is_told = !finding.is_known && self.threshold.tells(finding.severity);
            finding.fails = finding.is_told && self.threshold.fails(finding.severity);
        }
        // What is not listed has no key, so no baseline can know it.
        let unlisted = capture.worst_unlisted;
        capture.fails = capture.findings.iter().any(|it| it.fails)
            || unlisted.is_some_and(|worst| self.threshold.fails(worst));
        let is_whole = capture.unreadable.is_empty() && capture.unlisted == 0;
        capture.gone = match self.baseline {
            Some(baseline) if is_whole && self.sees_all => baseline.gone(capture),
            _ => Vec::new(),
        };
    }

    /// Of the findings of one subject the gravest are the known ones, so that a note that comes to
    /// an error of the same subject does not turn the error into news.
    fn mark_known(&self, capture: &mut CaptureResult) {
        let mut left = BTreeMap::new();
        let mut order: Vec<_> = capture.findings.iter_mut().collect();
        order.sort_by_key(|finding| Reverse(finding.severity));
        for finding in order {
            if finding.is_expected {
                // It takes no place of those that the baseline knows.
                finding.is_known = true;
                continue;
            }
            let subject = finding.key.subject.clone();
            let known = self.baseline.map_or(0, |it| it.count(&subject));
            let left = left.entry(subject).or_insert(known);
            finding.is_known =
                *left > 0 || self.accepts_all && self.threshold.tells(finding.severity);
            *left = left.saturating_sub(1);
        }
    }
}
