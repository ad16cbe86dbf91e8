//! What came of a run.

use sipwhy_annotator::{Evidence, Severity};
use sipwhy_report::{CheckRecord, CheckedFinding, GoneFinding, Inputs};

use crate::baseline::Gone;
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
    /// Whether it fails.
    pub fails: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing fails.
    Fine,
    /// Something that was found fails.
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
        } else if self.captures.iter().any(|it| it.fails) {
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
        self.messages == 0 && self.findings.is_empty() && self.unreadable.is_empty()
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
            failed: self.fails || !self.unreadable.is_empty(),
            fail_on: threshold.as_str(),
            sip_messages: self.messages,
            calls: self.calls,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            unlisted: self.unlisted,
            findings: self.findings.iter().map(record).collect(),
            gone: self.gone.iter().map(gone).collect(),
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
