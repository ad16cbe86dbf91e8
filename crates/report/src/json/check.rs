//! The record of a capture that was checked.

use schemars::JsonSchema;
use serde::Serialize;

use super::record::Record;
use crate::output::Output;

/// What `sipwhy check` makes of a capture.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckRecord {
    /// The capture: its path with `/`, relative where it lies below the working directory.
    pub capture: String,
    /// Whether it fails.
    pub failed: bool,
    /// The least severity that fails, or `never`.
    pub fail_on: &'static str,
    /// SIP messages in it.
    pub sip_messages: u64,
    /// Calls in it.
    pub calls: u64,
    /// Findings that were errors at their gravest.
    pub errors: u64,
    /// Those that were warnings.
    pub warnings: u64,
    /// Those that were notes.
    pub notes: u64,
    /// Findings beyond those listed: a capture lists so many and no more.
    pub unlisted: u64,
    /// What was found, in the order in which it was.
    pub findings: Vec<CheckedFinding>,
    /// What the baseline has of this capture and is not found any more.
    pub gone: Vec<GoneFinding>,
    /// What was expected of it, met or not.
    pub expectations: Vec<CheckedExpectation>,
    /// What of it could not be read, and why.
    pub unreadable: Vec<String>,
}

/// A finding and what is made of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckedFinding {
    /// Its number, as in its `annotation` records of the same capture.
    pub finding: u64,
    /// The rule.
    pub rule: &'static str,
    /// Its gravest severity.
    pub severity: &'static str,
    /// How it stands at the end: `confirmed`, `inconclusive` or `resolved`.
    pub verdict: &'static str,
    /// The From URI without what changes from one recording to the next.
    pub from: Option<String>,
    /// The To URI likewise.
    pub to: Option<String>,
    /// Which it is of those with this capture, rule, From and To, from 1.
    pub ordinal: u64,
    /// What stays the same when the same scenario is recorded again: a digest of the capture's
    /// name, the rule, From, To and the ordinal.
    pub key: String,
    /// Whether the baseline has it, or an expectation asks for it.
    pub known: bool,
    /// Whether an expectation asks for it.
    pub expected: bool,
    /// Whether the capture fails because of it.
    pub fails: bool,
}

/// What a baseline has and the capture has not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GoneFinding {
    /// The rule.
    pub rule: String,
    /// The From URI.
    pub from: Option<String>,
    /// The To URI.
    pub to: Option<String>,
    /// How many are gone.
    pub count: u64,
}

/// An expectation, held against the capture.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckedExpectation {
    /// What it is about; the same whenever the scenario is recorded.
    pub name: String,
    /// The file that states it.
    pub file: String,
    /// Its line in that, from 1.
    pub line: usize,
    /// Whether it is met.
    pub met: bool,
    /// What is expected and what was found, in a line; empty where it is met.
    pub summary: String,
    /// The same side by side; none where it is met.
    pub rows: Vec<ExpectedRow>,
}

/// What is expected, beside what was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExpectedRow {
    /// What is expected; null where something is there that is not.
    pub expected: Option<String>,
    /// What was found; null where what is expected is missing.
    pub found: Option<String>,
    /// The frame that shows it, in the capture's file.
    pub frame: Option<u64>,
    /// Whether both agree.
    pub agrees: bool,
}

impl CheckRecord {
    /// Writes it as a line.
    pub fn write(self, output: &Output) {
        // Writing text and numbers to memory cannot fail.
        if let Ok(mut line) = serde_json::to_vec(&Record::Check(Box::new(self))) {
            line.push(b'\n');
            output.put(&line);
        }
    }
}
