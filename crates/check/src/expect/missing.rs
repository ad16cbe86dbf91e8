//! Captures that are expected, and are not there.

use sipwhy_annotator::words::count;
use sipwhy_parser::printable;

use super::told::{Expected, Row};
use crate::result::CaptureResult;

/// Captures that are named in the place of the one that is missing.
const MOST_NAMED: usize = 12;

/// What is said of a capture that line `line` of `file` is about, where there is none of this name
/// but these.
#[must_use]
pub fn missing(name: &str, (file, line): (&str, usize), there: &[String]) -> CaptureResult {
    let name = printable(name.as_bytes()).into_owned();
    let mut rows = vec![Row::unlike(
        name.clone(),
        "no such capture".to_owned(),
        None,
    )];
    let note = |found: String| Row {
        found: Some(found),
        agrees: true,
        ..Row::default()
    };
    rows.extend(there.iter().take(MOST_NAMED).cloned().map(note));
    if let Some(more) = there.len().checked_sub(MOST_NAMED).filter(|it| *it > 0) {
        rows.push(note(format!("and {}", count(more, "further capture"))));
    }
    let summary = match there.len() {
        0 => "there is no such capture, nor any other".to_owned(),
        others => format!("there is no such capture, but {}", count(others, "other")),
    };
    CaptureResult {
        name,
        is_missing: true,
        expectations: vec![Expected {
            name: "is there".to_owned(),
            file: file.to_owned(),
            line,
            is_met: false,
            summary,
            rows,
        }],
        ..CaptureResult::default()
    }
}
