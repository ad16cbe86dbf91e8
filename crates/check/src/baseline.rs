//! Known findings, as a file that is kept beside the captures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::judge::Threshold;
use crate::key::Subject;
use crate::result::{CaptureResult, Checked};

/// The version of the form.
const VERSION: u64 = 1;

/// What the file begins with.
const HEAD: &str = "\
# Findings that `sipwhy check` knows of: they do not fail, others do.
# `sipwhy check --update-baseline` writes this file.
";

/// Known findings: how many there are of each subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<Subject, u64>);

/// A known finding that is not found any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// What it was about.
    pub subject: Subject,
    /// How many are gone.
    pub count: u64,
}

/// What is wrong with a baseline.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BaselineFault {
    /// It is not written as it should be.
    #[error("line {line}: {text}")]
    Form {
        /// Where, from 1.
        line: usize,
        /// What is wrong.
        text: String,
    },
    /// A newer sipwhy wrote it.
    #[error("version {0} of the form is not known here; a newer sipwhy reads it")]
    Version(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    finding: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    capture: String,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: u64,
}

const fn one() -> u64 {
    1
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_one(count: &u64) -> bool {
    *count == 1
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no baseline, or one of a newer form.
    pub fn parse(text: &str) -> Result<Self, BaselineFault> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.as_bytes().iter().take(at);
            BaselineFault::Form {
                line: before.filter(|byte| **byte == b'\n').count() + 1,
                text: error.message().replace('\n', ", "),
            }
        })?;
        if file.version != VERSION {
            return Err(BaselineFault::Version(file.version));
        }
        let mut known = BTreeMap::new();
        for entry in file.finding {
            let subject = Subject {
                capture: entry.capture,
                rule: entry.rule,
                from: entry.from,
                to: entry.to,
            };
            let count: &mut u64 = known.entry(subject).or_default();
            *count = count.saturating_add(entry.count);
        }
        Ok(Self(known))
    }

    /// The file: sorted, one entry a subject, so that its differences can be read.
    #[must_use]
    pub fn text(&self) -> String {
        let finding = self.0.iter().map(|(subject, count)| Entry {
            capture: subject.capture.clone(),
            rule: subject.rule.clone(),
            from: subject.from.clone(),
            to: subject.to.clone(),
            // TOML has no numbers beyond 63 bits.
            count: (*count).min(i64::MAX as u64),
        });
        let file = File {
            version: VERSION,
            finding: finding.collect(),
        };
        // Texts and numbers can always be written.
        format!("{HEAD}{}", toml::to_string(&file).unwrap_or_default())
    }

    /// How many of this subject are known.
    #[must_use]
    pub fn count(&self, subject: &Subject) -> u64 {
        self.0.get(subject).copied().unwrap_or(0)
    }

    /// The captures named in it, each once.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        let names = self.0.keys().map(|subject| subject.capture.as_str());
        names.filter(move |name| last.replace(*name) != Some(*name))
    }

    /// What is known of a capture and not in it.
    pub(crate) fn gone(&self, capture: &CaptureResult) -> Vec<Gone> {
        let mut found: BTreeMap<&Subject, u64> = BTreeMap::new();
        for finding in &capture.findings {
            *found.entry(&finding.key.subject).or_default() += 1;
        }
        let known = self.0.iter();
        let known = known.filter(|(subject, _)| subject.capture == capture.name);
        known
            .filter_map(|(subject, count)| {
                let found = found.get(subject).copied().unwrap_or(0);
                let count = count.checked_sub(found).filter(|count| *count > 0)?;
                Some(Gone {
                    subject: subject.clone(),
                    count,
                })
            })
            .collect()
    }

    /// What is known from now on: what was found and would be told, and what was known of captures
    /// that were not checked, or not to their end, as far as they are `kept`.
    #[must_use]
    pub fn updated(&self, checked: &Checked, kept: impl Fn(&str) -> bool) -> Self {
        let mut known = BTreeMap::new();
        let mut whole = BTreeMap::new();
        for capture in &checked.captures {
            whole.insert(capture.name.as_str(), capture.unreadable.is_empty());
            add_found(capture, checked.threshold, &mut known);
        }
        for (subject, count) in &self.0 {
            let stays = match whole.get(subject.capture.as_str()) {
                Some(is_whole) => !is_whole,
                None => kept(&subject.capture),
            };
            if stays {
                let now = known.entry(subject.clone()).or_default();
                *now = (*now).max(*count);
            }
        }
        Self(known)
    }
}

fn add_found(capture: &CaptureResult, threshold: Threshold, known: &mut BTreeMap<Subject, u64>) {
    for finding in &capture.findings {
        if threshold.tells(finding.severity) && !finding.is_expected {
            *known.entry(finding.key.subject.clone()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(capture: &str, from: Option<&str>) -> Subject {
        Subject {
            capture: capture.to_owned(),
            rule: "call-failed".to_owned(),
            from: from.map(str::to_owned),
            to: from.map(str::to_owned),
        }
    }

    #[test]
    fn what_is_written_is_read_again_whatever_names_hold() {
        let odd = "a\"b\\x1b'''\u{7f}\u{2028}=[x]\n#";
        let known = [
            (subject(odd, Some(odd)), 1),
            (subject("b.pcap", None), 7),
            (subject("a.pcap", None), u64::MAX >> 1),
        ];
        let baseline = Baseline(known.into());
        let text = baseline.text();
        assert_eq!(Baseline::parse(&text).unwrap(), baseline, "{text}");
        let first = text.find("a.pcap").unwrap();
        assert!(first < text.find("b.pcap").unwrap(), "sorted: {text}");
        let empty = Baseline::default();
        assert_eq!(Baseline::parse(&empty.text()).unwrap(), empty);
    }

    #[test]
    fn a_fault_names_its_line() {
        let fault = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert!(fault("version = 1\n[[finding]]\nrul = 1").starts_with("line 3: unknown field"));
        assert!(fault("version = 2").contains("version 2"));
        assert!(fault("").contains("missing field `version`"));
        assert!(fault("version = 1\n\n= x").starts_with("line 3: "));
    }
}
