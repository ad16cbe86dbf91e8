//! One distinct fault, kept until the end.

use std::ops::Range;

use sipwhy_annotator::QuotedLine;
use sipwhy_lint::{Check, Finding, Severity};
use sipwhy_packet::FrameId;
use sipwhy_parser::{Message, printable};

use super::LintPlace;
use crate::inputs::Inputs;

/// The longest line that is quoted whole, in bytes; of a longer one what is around the mark.
const LONGEST: usize = 320;
/// How much of a longer line stands before the mark.
const BEFORE: usize = 80;

/// A place within a message.
#[derive(Debug)]
pub(super) struct Spot {
    /// The line of the message, from 1.
    pub(super) line: u64,
    /// The byte in that line, from 1.
    pub(super) column: u64,
    /// Byte offsets in the message.
    pub(super) span: Range<usize>,
    /// The line with the bytes underlined, and what is said of them.
    pub(super) quote: QuotedLine,
}

/// A fault.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: LintPlace,
    pub(super) check: &'static Check,
    pub(super) severity: Severity,
    pub(super) says: String,
    pub(super) start_line: String,
    /// The bytes that are wrong, then other places that matter.
    pub(super) spots: Vec<Spot>,
    /// In how many messages of this sender it was found.
    pub(super) times: u64,
}

impl Entry {
    pub(super) fn new(place: LintPlace, message: &Message<'_, '_>, finding: &Finding) -> Self {
        let bytes = message.bytes();
        let mut spots = vec![spot(bytes, &finding.span, "")];
        let also = finding.also.iter();
        spots.extend(also.map(|(span, label)| spot(bytes, span, label)));
        Self {
            place,
            check: finding.check,
            severity: finding.severity,
            says: finding.says.clone(),
            start_line: printable(message.start_line_bytes()).into_owned(),
            spots,
            times: 1,
        }
    }
}

fn spot(bytes: &[u8], span: &Range<usize>, label: &str) -> Spot {
    let start = span.start.min(bytes.len());
    let (before, after) = bytes.split_at_checked(start).unwrap_or((bytes, &[]));
    let line_start = before
        .iter()
        .rposition(|&it| it == b'\n')
        .map_or(0, |at| at + 1);
    let line = before.iter().filter(|&&it| it == b'\n').count() as u64 + 1;
    let line_end = after
        .iter()
        .position(|&it| it == b'\n')
        .unwrap_or(after.len())
        + start;
    let whole = bytes.get(line_start..line_end).unwrap_or_default();
    let column = start - line_start;
    let length = span.end.saturating_sub(span.start);
    Spot {
        line,
        column: column as u64 + 1,
        span: span.clone(),
        quote: quote(whole, column, length, label),
    }
}

/// A line, printable, without its CR unless that is what is marked.
fn quote(line: &[u8], column: usize, length: usize, label: &str) -> QuotedLine {
    let line = match line {
        [rest @ .., b'\r'] if column < rest.len() || length == 0 => rest,
        _ => line,
    };
    let from = if line.len() > LONGEST {
        column.saturating_sub(BEFORE)
    } else {
        0
    };
    let to = line.len().min(from + LONGEST);
    let column = column.clamp(from, to);
    let end = (column + length).min(to);
    let piece = |range: Range<usize>| printable(line.get(range).unwrap_or_default());
    let (before, middle, after) = (piece(from..column), piece(column..end), piece(end..to));
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < line.len() { "…" } else { "" };
    let start = lead.len() + before.len();
    QuotedLine {
        text: format!("{lead}{before}{middle}{after}{tail}"),
        mark: Some((start..start + middle.len(), label.to_owned())),
    }
}

/// Where a message is: `mail.txt:7` with the line `offset` lines further down, or `call.pcap:14`.
pub(super) fn place_name(place: &LintPlace, inputs: &Inputs, offset: u64) -> String {
    let frame = match place {
        LintPlace::Packet { frame, .. } => *frame,
        LintPlace::Text { file, line } => FrameId {
            file: *file,
            number: line + offset,
        },
    };
    inputs.frame(frame)
}
