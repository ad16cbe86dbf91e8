//! Lines of the annotated log, read back: to follow it, to filter it, to show it in another form.
//!
//! What a line says comes from strangers and from a file that anybody may have written to. A line
//! that is none of the log is none; nothing is guessed.

mod pairs;
mod record;
mod show;

use sipwhy_annotator::Severity;
use sipwhy_annotator::rules::by_id;
use sipwhy_packet::Timestamp;

pub use show::{LineStyle, show_foreign};

use crate::filter::rfc3339;

/// The form that a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Time, kind, `key=value`, ` : `, and a sentence.
    Log,
    /// `key=value` throughout.
    Logfmt,
    /// A JSON object with the fields of the log.
    JsonLog,
    /// A JSON record.
    Record,
}

/// What a line of the annotated log says.
#[derive(Clone, Debug)]
pub struct LoggedLine {
    pub(crate) form: Form,
    /// Those of the log, in its order, with time and kind.
    fields: Vec<(String, String)>,
    message: String,
    /// What a record says of URIs and packets, which has no field in the log.
    pub(crate) uris: Vec<String>,
    pub(crate) hosts: Vec<(String, String)>,
    pub(crate) time: Timestamp,
}

impl LoggedLine {
    /// Reads a line without its end. `None` if it is no line of the log, in no form.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        match text.bytes().next()? {
            b'{' => record::read(text),
            b'0'..=b'9' => pairs::read_log(text),
            _ => pairs::read_logfmt(text),
        }
    }

    /// With a time that is one and a kind that is known.
    fn new(form: Form, fields: Vec<(String, String)>, message: String) -> Option<Self> {
        let mut line = Self {
            form,
            fields,
            message,
            uris: Vec::new(),
            hosts: Vec::new(),
            time: Timestamp::ZERO,
        };
        line.time = rfc3339(line.field("time")?)?;
        let is_known = matches!(line.kind(), "msg" | "lost" | "stats" | "summary" | "call");
        (is_known || line.severity().is_some()).then_some(line)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(it, _)| it == name);
        field.map(|(_, value)| value.as_str())
    }

    /// What it is about, as a word: `msg`, a severity, `lost`, `stats`, `summary`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.field("kind").unwrap_or_default()
    }

    /// The rule that found what it tells of, if it tells of a finding and the rule is known.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        let rule = self.field("rule").and_then(by_id)?;
        Some(rule.info().id)
    }

    /// When that was.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// How grave the finding is that it tells of, if it does.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        let known = [Severity::Note, Severity::Warning, Severity::Error];
        known.into_iter().find(|it| it.as_str() == self.kind())
    }

    /// The status of the response that it tells of, if it does.
    pub(crate) fn code(&self) -> Option<u16> {
        let (code, _) = self.field("start")?.split_once(' ')?;
        let is_code = code.len() == 3 && code.bytes().all(|it| it.is_ascii_digit());
        is_code.then(|| code.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests;
