//! What each recorded capture must lead to.

use std::io;
use std::net::IpAddr;

use serde::Deserialize;

use crate::places::captures;
use crate::replay::Finding;

#[derive(Deserialize)]
struct Manifest {
    capture: Vec<Capture>,
}

/// A capture, and what must be said of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Its name within `captures/`.
    pub file: String,
    /// What spoke SIP.
    pub stacks: String,
    /// What happened.
    pub happened: String,
    /// What must be said of it, in words.
    pub say: String,
    /// Whether neither a warning nor an error may be given.
    pub healthy: bool,
    /// The findings.
    pub expect: Vec<Expect>,
}

/// A finding: its gravest severity, its last verdict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The rule.
    pub rule: String,
    /// How much it matters.
    pub severity: String,
    /// How sure it is.
    pub verdict: String,
    /// Who is to blame.
    pub responsible: Option<IpAddr>,
    /// Frames that must be among the evidence.
    #[serde(default)]
    pub frames: Vec<u64>,
    /// Whether it need not be given.
    #[serde(default)]
    pub optional: bool,
}

impl Expect {
    /// Whether this finding is the one.
    #[must_use]
    pub fn is_met_by(&self, found: &Finding) -> bool {
        self.rule == found.rule
            && self.severity == found.severity.as_str()
            && self.verdict == found.verdict.as_str()
            && self
                .responsible
                .is_none_or(|address| found.responsible.contains(&address))
            && self.frames.iter().all(|it| found.frames.contains(it))
    }
}

/// Reads `captures/manifest.toml`.
///
/// # Errors
/// When it is not there or not as it should be.
pub fn manifest() -> io::Result<Vec<Capture>> {
    let text = std::fs::read_to_string(captures().join("manifest.toml"))?;
    let manifest: Manifest = toml::from_str(&text).map_err(io::Error::other)?;
    Ok(manifest.capture)
}
