//! Faults for programs.

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_lint::Severity;
use sipwhy_packet::FrameId;

use super::entry::{Entry, Spot};
use super::{LintPlace, Lints};
use crate::clock::rfc3339_nanos;
use crate::json::Record;

/// A fault of a single message, found by `sipwhy lint`. Everything quoted is printable: other
/// bytes are escaped.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LintRecord {
    /// What kind of fault it is; stable.
    check: &'static str,
    /// How grave it is: `error`, `warning` or `note`.
    severity: &'static str,
    /// What is wrong with this message, in a sentence.
    says: String,
    /// What is wrong with messages of this kind, in a few words.
    title: &'static str,
    /// Where the rule is written down.
    reference: &'static str,
    /// How receivers commonly react.
    receivers: &'static str,
    /// The file, as it was named.
    file: String,
    /// The line of the file where the fault is, from 1; of a text only.
    file_line: Option<u64>,
    /// The number of the frame that completed the message, from 1; of a capture only.
    frame: Option<u64>,
    /// When that frame was captured: RFC 3339, nanoseconds, UTC.
    time: Option<String>,
    /// The sending socket.
    source: Option<String>,
    /// The receiving socket.
    destination: Option<String>,
    /// What carried it, such as `UDP`.
    transport: Option<String>,
    /// The first line of the message.
    start_line: String,
    /// The bytes that are wrong, then other places that matter.
    places: Vec<LintSpot>,
    /// In how many messages of this sender it was found; the first one is shown.
    times: u64,
}

/// Bytes of a message.
#[derive(Serialize, JsonSchema)]
struct LintSpot {
    /// The line of the message, from 1.
    line: u64,
    /// The byte in that line, from 1.
    column: u64,
    /// The first byte, counted from the beginning of the message.
    offset: usize,
    /// How many bytes; 0 where something is missing.
    length: usize,
    /// The line, or what is around the place where it is long.
    quote: String,
    /// The bytes themselves.
    marked: String,
    /// What they show, of other places than the first.
    says: Option<String>,
}

/// What `sipwhy lint` looked at; its last record.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LintSummaryRecord {
    /// Messages.
    messages: u64,
    /// Errors, repeated ones included.
    errors: u64,
    /// Warnings, repeated ones included.
    warnings: u64,
    /// Notes, repeated ones included.
    notes: u64,
    /// Findings beyond the limits, which have no record.
    unlisted: u64,
    /// What was done to make messages of a text.
    remarks: Vec<String>,
}

pub(super) fn lines(lints: &Lints) -> String {
    let mut out = String::new();
    for entry in &lints.entries {
        push(&mut out, &Record::Lint(record(lints, entry)));
    }
    let count = |severity: Severity| lints.counts.get(severity as usize).copied().unwrap_or(0);
    let summary = LintSummaryRecord {
        messages: lints.messages,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
        unlisted: lints.unlisted,
        remarks: lints.remarks.clone(),
    };
    push(&mut out, &Record::LintSummary(summary));
    out
}

fn push(out: &mut String, record: &Record<'_>) {
    // Writing text and numbers cannot fail.
    if let Ok(line) = serde_json::to_string(record) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn record(lints: &Lints, entry: &Entry) -> LintRecord {
    let first_line = entry.spots.first().map_or(1, |spot| spot.line);
    let (frame, packet) = match entry.place {
        LintPlace::Text { file, line } => (FrameId { file, number: line }, None),
        LintPlace::Packet { frame, time, flow } => (frame, Some((time, flow))),
    };
    LintRecord {
        check: entry.check.id,
        severity: entry.severity.as_str(),
        says: entry.says.clone(),
        title: entry.check.title,
        reference: entry.check.reference,
        receivers: entry.check.receivers,
        file: lints.inputs.name(frame).to_owned(),
        file_line: packet.is_none().then(|| frame.number + first_line - 1),
        frame: packet.map(|_| frame.number),
        time: packet.map(|(time, _)| rfc3339_nanos(time)),
        source: packet.map(|(_, flow)| flow.source.to_string()),
        destination: packet.map(|(_, flow)| flow.destination.to_string()),
        transport: packet.map(|(_, flow)| flow.transport.to_string()),
        start_line: entry.start_line.clone(),
        places: entry.spots.iter().map(place).collect(),
        times: entry.times,
    }
}

fn place(spot: &Spot) -> LintSpot {
    let mark = spot.quote.mark.as_ref();
    let marked = mark.and_then(|(range, _)| spot.quote.text.get(range.clone()));
    LintSpot {
        line: spot.line,
        column: spot.column,
        offset: spot.span.start,
        length: spot.span.len(),
        quote: spot.quote.text.clone(),
        marked: marked.unwrap_or_default().to_owned(),
        says: mark
            .map(|(_, says)| says.clone())
            .filter(|says| !says.is_empty()),
    }
}
