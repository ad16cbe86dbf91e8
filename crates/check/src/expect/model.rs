//! What is expected, as a file states it.

use std::collections::BTreeMap;
use std::time::Duration;

use sipwhy_annotator::{Severity, Verdict};

use super::facts::{Figure, Outcome};
use super::ladder::Ladder;
use super::pattern::Pattern;

/// A file of expectations.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// What it is called.
    pub(crate) file: String,
    /// Names for addresses.
    pub(crate) hosts: BTreeMap<String, String>,
    /// What is expected of every capture that the file is for.
    pub(crate) of_all: Body,
    /// What is expected of some.
    pub(crate) captures: Vec<OfCapture>,
}

/// What is expected of the captures of some name.
#[derive(Clone, Debug)]
pub struct OfCapture {
    pub(crate) line: usize,
    /// Their paths, relative to the file.
    pub(crate) path: Pattern,
    pub(crate) body: Body,
}

/// What is expected of a capture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    /// How many calls there are in it.
    pub(crate) calls: Option<At<Range<u64>>>,
    pub(crate) rules: Rules,
    pub(crate) of_calls: Vec<OfCall>,
}

/// What is expected of the calls that some fields select.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfCall {
    pub(crate) line: usize,
    pub(crate) name: Option<String>,
    pub(crate) select: Select,
    /// How many it selects; one at least, where nothing is said.
    pub(crate) count: Option<At<Range<u64>>>,
    pub(crate) outcome: Option<At<Outcome>>,
    pub(crate) code: Option<At<Codes>>,
    pub(crate) ladder: Option<At<Ladder>>,
    pub(crate) route: Option<At<Vec<String>>>,
    /// The codec of each kind of stream; of the first, where the kind is empty.
    pub(crate) codec: Option<At<BTreeMap<String, String>>>,
    pub(crate) timings: Vec<At<(Figure, Range<Duration>)>>,
    pub(crate) hops: Option<At<Range<u64>>>,
    pub(crate) rules: Rules,
}

/// Which calls are meant: those of which all that is said holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    pub(crate) from: Option<Pattern>,
    pub(crate) to: Option<Pattern>,
    pub(crate) number: Option<Pattern>,
    pub(crate) method: Option<Pattern>,
    pub(crate) call_id: Option<Pattern>,
    /// Only this of them, from 1, in the order in which they began.
    pub(crate) nth: Option<u64>,
}

/// Which rules must fire, and which must not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) fires: Vec<At<Firing>>,
    pub(crate) silent: Vec<At<Firing>>,
}

/// A kind of finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Firing {
    /// The rule; any, where there is none.
    pub(crate) rule: Option<String>,
    /// Its gravest severity.
    pub(crate) severity: Option<Severity>,
    /// The least that severity is.
    pub(crate) at_least: Option<Severity>,
    /// How it stands in the end.
    pub(crate) verdict: Option<Verdict>,
    /// How often; once at least, where nothing is said.
    pub(crate) count: Option<Range<u64>>,
}

/// Something with the line that it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) it: T,
}

/// Bounds, both of them inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range<T> {
    pub(crate) min: Option<T>,
    pub(crate) max: Option<T>,
}

/// A final code: `486`, `4xx`, `400-499`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Codes {
    pub(crate) first: u16,
    pub(crate) last: u16,
}

impl<T: Ord + Copy> Range<T> {
    pub(crate) const fn exactly(value: T) -> Self {
        Self {
            min: Some(value),
            max: Some(value),
        }
    }

    pub(crate) fn holds(&self, value: T) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl<T: Ord + Copy> Range<T> {
    /// `2`, `at least 2`, `at most 500ms`, `1s to 2s`.
    pub(crate) fn words(&self, shown: impl Fn(T) -> String) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => shown(min),
            (Some(min), Some(max)) => format!("{} to {}", shown(min), shown(max)),
            (Some(min), None) => format!("at least {}", shown(min)),
            (None, Some(max)) => format!("at most {}", shown(max)),
            (None, None) => "anything".to_owned(),
        }
    }
}

impl Codes {
    pub(crate) const fn holds(self, code: u16) -> bool {
        self.first <= code && code <= self.last
    }
}

impl std::fmt::Display for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.last - self.first {
            0 => write!(f, "{}", self.first),
            99 if self.first.is_multiple_of(100) => write!(f, "{}xx", self.first / 100),
            _ => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl Firing {
    /// What it asks for, in words: `warning[call-failed]`.
    pub(crate) fn words(&self) -> String {
        let rule = self.rule.as_deref().unwrap_or("*");
        let mut words = match self.severity {
            Some(severity) => format!("{}[{rule}]", severity.as_str()),
            None => rule.to_owned(),
        };
        if let Some(least) = self.at_least {
            words.push_str(&format!(", {} or graver", least.as_str()));
        }
        if let Some(verdict) = self.verdict {
            words.push_str(&format!(", {}", verdict.as_str()));
        }
        words
    }
}

impl Rules {
    /// Whether nothing is said of rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.fires.is_empty() && self.silent.is_empty()
    }
}

impl Expectations {
    /// What is expected of the captures of some names: their path below the file, or their name.
    pub(crate) fn bodies<'e>(&'e self, names: &[&str]) -> Vec<&'e Body> {
        let named = self.captures.iter();
        let named = named.filter(|it| it.is_for(names));
        std::iter::once(&self.of_all)
            .chain(named.map(|it| &it.body))
            .collect()
    }

    /// What it is called.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The captures that it names.
    #[must_use]
    pub fn captures(&self) -> &[OfCapture] {
        &self.captures
    }
}

impl OfCapture {
    /// Whether it is for a capture with these names.
    #[must_use]
    pub fn is_for(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.path.matches(name))
    }

    /// The path or pattern, as it is written.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The one path that it names, if it is no pattern.
    #[must_use]
    pub fn only_path(&self) -> Option<String> {
        self.path.literal()
    }

    /// Where it stands in its file, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }
}
