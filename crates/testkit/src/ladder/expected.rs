//! What must be said of a ladder.

use std::fmt;
use std::net::IpAddr;

use sipwhy_annotator::{Annotation, Severity, Verdict};

use super::hosts::Hosts;

/// An annotation that must be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub verdict: Verdict,
    /// Who is to blame: `None` says nothing of it, `Some(None)` that nobody is.
    pub responsible: Option<Option<IpAddr>>,
    /// Words that its title or explanation must hold.
    pub says: Vec<String>,
}

impl Expected {
    /// Reads `RULE SEVERITY VERDICT [HOST | nobody] ["WORDS"…]`.
    pub(crate) fn parse(text: &str, hosts: &Hosts) -> Result<Self, String> {
        let mut quoted = text.split('"');
        let plain = quoted.next().unwrap_or_default();
        let says = quoted
            .step_by(2)
            .map(str::to_owned)
            .filter(|words| !words.is_empty())
            .collect();
        let mut words = plain.split_whitespace();
        let mut next = |what: &str| words.next().ok_or_else(|| format!("{what} is missing"));
        let rule = next("the rule")?.to_owned();
        let severity = match next("the severity")? {
            "note" => Severity::Note,
            "warning" => Severity::Warning,
            "error" => Severity::Error,
            other => return Err(format!("{other:?} is not note, warning or error")),
        };
        let verdict = match next("the verdict")? {
            "confirmed" => Verdict::Confirmed,
            "inconclusive" => Verdict::Inconclusive,
            "resolved" => Verdict::Resolved,
            other => {
                return Err(format!(
                    "{other:?} is not confirmed, inconclusive or resolved"
                ));
            }
        };
        let responsible = match words.next() {
            None => None,
            Some("nobody") => Some(None),
            Some(host) => Some(Some(hosts.address(host)?.into())),
        };
        match words.next() {
            None => Ok(Self {
                rule,
                severity,
                verdict,
                responsible,
                says,
            }),
            Some(extra) => Err(format!("{extra:?} is one word too many")),
        }
    }

    fn is_met_by(&self, said: &Annotation) -> bool {
        let blamed = said.responsible.map(|it| it.address);
        self.rule == said.rule
            && self.severity == said.severity
            && self.verdict == said.verdict
            && self.responsible.is_none_or(|wanted| wanted == blamed)
            && self
                .says
                .iter()
                .all(|words| said.title.contains(words) || said.explanation.contains(words))
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (severity, verdict) = (self.severity.as_str(), self.verdict.as_str());
        write!(f, "{} {severity} {verdict}", self.rule)?;
        match self.responsible {
            Some(Some(address)) => write!(f, " {address}")?,
            Some(None) => write!(f, " nobody")?,
            None => {}
        }
        self.says
            .iter()
            .try_for_each(|words| write!(f, " {words:?}"))
    }
}

/// What was expected and not said, or said and not expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    lines: Vec<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl std::error::Error for Mismatch {}

/// Compares in order: each annotation of a rule concerned meets the next expectation.
pub(crate) fn check(
    expected: &[Expected],
    said: &[Annotation],
    rule: &str,
) -> Result<(), Mismatch> {
    let concerned = |said: &&Annotation| {
        said.rule == rule || expected.iter().any(|wanted| wanted.rule == said.rule)
    };
    let said: Vec<&Annotation> = said.iter().filter(concerned).collect();
    let mut open: Vec<&Annotation> = said.clone();
    let mut lines = Vec::new();
    let mut differs = false;
    for wanted in expected {
        if let Some(place) = open.iter().position(|said| wanted.is_met_by(said)) {
            lines.push(format!("  {wanted}"));
            open.remove(place);
        } else {
            lines.push(format!("- {wanted}"));
            differs = true;
        }
    }
    for extra in open {
        let blamed = extra
            .responsible
            .map_or("nobody".to_owned(), |it| it.address.to_string());
        lines.push(format!(
            "+ {} {} {} {blamed}: {} | {}",
            extra.rule,
            extra.severity.as_str(),
            extra.verdict.as_str(),
            extra.title,
            extra.explanation,
        ));
        differs = true;
    }
    if differs {
        lines.insert(0, "expected (-) against said (+):".to_owned());
        Err(Mismatch { lines })
    } else {
        Ok(())
    }
}
