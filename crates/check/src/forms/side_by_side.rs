//! What was expected and what was found, side by side.

use sipwhy_flow::wrap::{columns, shorten};

use crate::expect::{Expected, Row};
use crate::key::{Key, Subject};
use crate::result::CaptureResult;

/// What stands for what is missing.
const MISSING: &str = "–";
/// Columns of either side at least.
const LEAST: usize = 12;
/// Columns beside the two sides: the indent, the sign between them, the frame.
const BESIDE: usize = 28;

/// The two sides in so many columns, a line each, what differs marked with `≠`.
pub(super) fn lines(capture: &CaptureResult, expected: &Expected, width: usize) -> Vec<String> {
    let room = (width.saturating_sub(BESIDE) / 2).max(LEAST);
    let rows = expected.rows.iter();
    let widest = |side: fn(&Row) -> &str, head: &str| {
        let widths = expected.rows.iter().map(|row| columns(side(row)));
        widths.max().unwrap_or(0).max(columns(head))
    };
    let (heads, found_room) = (("expected", "found"), room * 2);
    let left = widest(left, heads.0).min(room);
    // What the left side does not need is the right side's.
    let right = widest(right, heads.1).min(found_room - left);
    let head = format!("{}   {}", padded(heads.0, left), heads.1);
    let rows = rows.map(|row| {
        let sign = if row.agrees { ' ' } else { '≠' };
        let frame = row.frame.map(|it| capture.inputs.frame(it));
        let line = format!(
            "{} {sign} {}  {}",
            padded(self::left(row), left),
            padded(self::right(row), right),
            frame.unwrap_or_default()
        );
        line.trim_end().to_owned()
    });
    std::iter::once(head).chain(rows).collect()
}

/// What is expected, as it is shown.
pub(super) fn left(row: &Row) -> &str {
    let missing = if row.agrees { "" } else { MISSING };
    row.expected.as_deref().unwrap_or(missing)
}

/// What was found.
pub(super) fn right(row: &Row) -> &str {
    row.found.as_deref().unwrap_or(MISSING)
}

fn padded(text: &str, width: usize) -> String {
    let text = shorten(text, width);
    let blanks = width.saturating_sub(columns(&text));
    text + &" ".repeat(blanks)
}

/// `INVITE alice → bob: outcome: answered expected, failed (486 Busy Here)`.
pub(super) fn title(expected: &Expected) -> String {
    format!("{}: {}", expected.name, expected.summary)
}

/// Where it is stated: `lab/busy.pcap.expect.toml:7`.
pub(super) fn place(expected: &Expected) -> String {
    format!("{}:{}", expected.file, expected.line)
}

/// What identifies it from one recording to the next.
pub(super) fn key(capture: &CaptureResult, expected: &Expected) -> Key {
    let subject = Subject {
        capture: capture.name.clone(),
        rule: "expectation".to_owned(),
        from: Some(expected.file.clone()),
        to: Some(expected.name.clone()),
    };
    Key {
        subject,
        ordinal: 1,
    }
}

/// Everything but the title, a line each.
pub(super) fn details(capture: &CaptureResult, expected: &Expected) -> Vec<String> {
    let mut all = vec![format!("stated in: {}", place(expected))];
    all.extend(lines(capture, expected, 100));
    all
}
