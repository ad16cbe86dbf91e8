//! What came of a run.

use sipwhy_annotator::{Evidence, Severity};
use sipwhy_report::{
    CheckRecord, CheckedExpectation, CheckedFinding, ExpectedRow, GoneFinding, Inputs,
};

use crate::baseline::Gone;
use crate::expect::{Answered, Expected, Row};
use crate::finding::Finding;
use crate::judge::Threshold;

/// What came of a run: every capture, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What fails.
    pub threshold: Threshold,
    /// Whether there was a baseline to compare with.
    pub has_baseline: bool,
    /// The captures.
    pub captures: Vec<CaptureResult>,
}

/// What came of one capture.
#[derive(Clone, Debug, Default)]
pub struct CaptureResult {
    /// Its name: as it was given, with `/`.
    pub name: String,
    /// The files that it is made of.
    pub inputs: Inputs,
    /// SIP messages in it.
    pub messages: u64,
    /// Calls in it.
    pub calls: u64,
    /// What was found, in the order in which it was.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub unlisted: u64,
    /// The gravest of those.
    pub worst_unlisted: Option<Severity>,
    /// What of it could not be read, and why; each a printable line.
    pub unreadable: Vec<String>,
    /// What the baseline has of it and is not found any more.
    pub gone: Vec<Gone>,
    /// What was expected of it.
    pub expectations: Vec<Expected>,
    /// Whether there is no such capture: expectations name it.
    pub is_missing: bool,
    /// Whether it fails for what was found in it.
    pub fails: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing fails.
    Fine,
    /// Something that was found fails, or something that was expected.
    Findings,
    /// Something could not be read, whatever else was found.
    Unreadable,
}

impl Checked {
    /// How the run ended.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.captures.iter().any(|it| !it.unreadable.is_empty()) {
            Status::Unreadable
        } else if self.captures.iter().any(CaptureResult::has_failed) {
            Status::Findings
        } else {
            Status::Fine
        }
    }
}

impl CaptureResult {
    /// Findings of this severity at their gravest.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings.filter(|it| it.severity == severity).count()
    }

    /// Those that are to be told.
    pub fn told(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|it| it.is_told)
    }

    /// Whether there was nothing in it to check.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.messages == 0
            && self.findings.is_empty()
            && self.unreadable.is_empty()
            && !self.is_missing
    }

    /// Whether it fails, for what was found in it or for what was expected.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.fails || self.unmet().next().is_some()
    }

    /// What was expected and is not so.
    pub fn unmet(&self) -> impl Iterator<Item = &Expected> {
        self.expectations.iter().filter(|it| !it.is_met)
    }

    /// Takes in what came of what was expected; before it is judged, for what is asked for is
    /// known.
    pub fn take_in(&mut self, answered: Answered) {
        for finding in &mut self.findings {
            finding.is_expected = answered.wanted.contains(&finding.last.finding);
        }
        self.expectations = answered.expectations;
    }

    /// The file that a finding shows in: that of its first packet.
    #[must_use]
    pub fn file<'a>(&'a self, finding: &'a Finding) -> &'a str {
        let first = finding.last.evidence.first();
        first.map_or(&self.name, |evidence| self.file_of(evidence))
    }

    /// The file of a packet.
    #[must_use]
    pub fn file_of(&self, evidence: &Evidence) -> &str {
        self.inputs.name(evidence.frame)
    }

    /// The record of it in the JSON form.
    #[must_use]
    pub fn record(&self, threshold: Threshold) -> CheckRecord {
        let count = |severity| self.count(severity) as u64;
        CheckRecord {
            capture: self.name.clone(),
            failed: self.has_failed() || !self.unreadable.is_empty(),
            fail_on: threshold.as_str(),
            sip_messages: self.messages,
            calls: self.calls,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            unlisted: self.unlisted,
            findings: self.findings.iter().map(record).collect(),
            gone: self.gone.iter().map(gone).collect(),
            expectations: self.expectations.iter().map(expectation).collect(),
            unreadable: self.unreadable.clone(),
        }
    }
}

fn record(finding: &Finding) -> CheckedFinding {
    CheckedFinding {
        finding: finding.last.finding,
        rule: finding.last.rule,
        severity: finding.severity.as_str(),
        verdict: finding.last.verdict.as_str(),
        from: finding.key.subject.from.clone(),
        to: finding.key.subject.to.clone(),
        ordinal: finding.key.ordinal,
        key: finding.key.digest(),
        known: finding.is_known,
        expected: finding.is_expected,
        fails: finding.fails,
    }
}

fn gone(gone: &Gone) -> GoneFinding {
    GoneFinding {
        rule: gone.subject.rule.clone(),
        from: gone.subject.from.clone(),
        to: gone.subject.to.clone(),
        count: gone.count,
    }
}

fn expectation(expected: &Expected) -> CheckedExpectation {
    CheckedExpectation {
        name: expected.name.clone(),
        file: expected.file.clone(),
        line: expected.line,
        met: expected.is_met,
        summary: expected.summary.clone(),
        rows: expected.rows.iter().map(row).collect(),
    }
}

fn row(row: &Row) -> ExpectedRow {
    ExpectedRow {
        expected: row.expected.clone(),
        found: row.found.clone(),
        frame: row.frame.map(|frame| frame.number),
        agrees: row.agrees,
    }
}
