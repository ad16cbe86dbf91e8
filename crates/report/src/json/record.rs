//! The records and their schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::annotation::AnnotationRecord;
use super::call::CallRecord;
use super::check::CheckRecord;
use super::message::MessageRecord;
use super::summary::SummaryRecord;
use crate::clock::rfc3339_nanos;
use crate::lint::{LintRecord, LintSummaryRecord};
use crate::stats::Stats;

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
    /// What went on in a stretch of a live capture; only with `live --stats-interval`.
    Stats(StatsRecord),
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

/// What went on in a stretch of a live capture, and how things stand at its end.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StatsRecord {
    /// When it ended: RFC 3339, nanoseconds, UTC.
    time: String,
    /// How long it was, in seconds.
    seconds: f64,
    /// Frames taken in during it.
    frames: u64,
    /// SIP messages.
    sip_messages: u64,
    /// Calls that began.
    calls: u64,
    /// Findings, shown or not.
    findings: u64,
    /// Pieces that were not decoded.
    not_decoded: u64,
    /// Frames lost, wherever.
    dropped: u64,
    /// Packets of media left out so as not to lose signalling.
    media_shed: u64,
    /// Lines of this log that could not be written.
    lines_lost: u64,
    /// Transactions that wait for their final response at its end.
    transactions_open: usize,
    /// Dialogs that have not ended: calls in progress.
    dialogs_open: usize,
    /// How far behind its newest frame a batch of frames was taken in, at most, in seconds.
    lag_seconds: f64,
    /// Memory that the process has in use, in bytes; left out where the system does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
}

impl StatsRecord {
    pub(super) fn of(stats: &Stats) -> Self {
        let counted = &stats.counted;
        Self {
            time: rfc3339_nanos(stats.time),
            seconds: stats.span.as_secs_f64(),
            frames: counted.frames,
            sip_messages: counted.messages,
            calls: counted.calls,
            findings: counted.findings,
            not_decoded: counted.not_decoded,
            dropped: counted.dropped,
            media_shed: counted.media_shed,
            lines_lost: counted.lines_lost,
            transactions_open: stats.transactions_open,
            dialogs_open: stats.dialogs_open,
            lag_seconds: stats.lag.as_secs_f64(),
            memory_bytes: stats.memory,
        }
    }
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
