//! The records and their schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::annotation::AnnotationRecord;
use super::call::CallRecord;
use super::check::CheckRecord;
use super::message::MessageRecord;
use super::summary::SummaryRecord;
use crate::lint::{LintRecord, LintSummaryRecord};

/// The version of the schema. Fields may be added within a version; what is there keeps its
/// meaning.
pub(super) const VERSION: u32 = 1;

/// A line of `sipwhy --format json`. Fields may be added; readers ignore those they do not know.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schemars(title = "sipwhy-v1", inline)]
pub(crate) enum Record<'a> {
    /// A finding, or a later stage of one.
    Annotation(AnnotationRecord<'a>),
    /// What the capture held; the last record.
    Summary(Box<SummaryRecord>),
    /// Lines of this log that could not be written; only with `live --log`, where they are missing.
    Lost(LostRecord),
    /// A SIP message; only with `--with messages`.
    Message(MessageRecord),
    /// A call, or another exchange under one Call-ID; only with `--with calls`, at the end.
    Call(CallRecord),
    /// What `sipwhy check` makes of a capture; after the records of that capture.
    Check(Box<CheckRecord>),
    /// A fault of a single message; of `sipwhy lint`.
    Lint(LintRecord),
    /// What `sipwhy lint` looked at; its last record.
    #[serde(rename = "lint_summary")]
    LintSummary(LintSummaryRecord),
}

/// Lines of this log that could not be written.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LostRecord {
    /// When they could be written again: RFC 3339, nanoseconds, UTC.
    pub(super) time: String,
    /// How many there were.
    pub(super) count: u64,
    /// Where they were lost: `log`.
    pub(super) place: &'static str,
    /// Why, as the system says it.
    pub(super) reason: String,
}

/// The JSON Schema of a record, as text.
#[must_use]
pub fn schema() -> String {
    // Of what is written: what may be left out is not required.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings
        .into_generator()
        .into_root_schema_for::<Record<'_>>();
    let mut text = format!("{:#}", schema.as_value());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_in_docs_is_current() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/schema/sipwhy-v1.schema.json"
        );
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == super::schema(),
            "run: cargo run -- schema > docs/schema/sipwhy-v1.schema.json"
        );
    }
}
