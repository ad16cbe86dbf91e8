//! Lines quoted from messages, printable, with the deciding place underlined.

use std::ops::Range;

use sipwhy_parser::{Header, HeaderName, Message, printable};

use crate::annotation::QuotedLine;

/// Longest line quoted, in characters; the rest is cut with an ellipsis.
pub(crate) const LONGEST: usize = 160;
/// Most Contact lines quoted of one message.
const CONTACTS: usize = 4;

/// A line with nothing underlined.
pub(crate) fn plain(bytes: &[u8]) -> QuotedLine {
    QuotedLine {
        text: shorten(&printable(bytes)),
        mark: None,
    }
}

/// A line of which `part`, a subslice of it, is underlined and labelled.
pub(crate) fn marked(line: &[u8], part: &[u8], label: impl Into<String>) -> QuotedLine {
    let Some(range) = position(line, part) else {
        return plain(line);
    };
    let before = printable(&line[..range.start]);
    let middle = printable(&line[range.clone()]);
    let after = printable(&line[range.end..]);
    let text = shorten(&format!("{before}{middle}{after}"));
    let start = before.len().min(text.len());
    let end = (before.len() + middle.len()).min(text.len());
    if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return QuotedLine { text, mark: None };
    }
    QuotedLine {
        text,
        mark: Some((start..end, label.into())),
    }
}

/// Where `part` lies in `whole`, by address: both are slices of one message.
fn position(whole: &[u8], part: &[u8]) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// At most [`LONGEST`] characters of a text.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A header line, its folds joined, with its value underlined.
pub(crate) fn header(message: &Message<'_, '_>, header: &Header<'_>, label: &str) -> QuotedLine {
    part_of_header(message, header, header.value, label)
}

/// A header line, its folds joined, with `part` of its value underlined.
pub(crate) fn part_of_header(
    message: &Message<'_, '_>,
    header: &Header<'_>,
    part: &[u8],
    label: &str,
) -> QuotedLine {
    let bytes = message.bytes();
    let line = bytes
        .get(header.span.clone())
        .unwrap_or_default()
        .trim_ascii_end();
    marked(line, part, label)
}

/// The status line and the Contact lines of a redirection.
pub(crate) fn redirection(message: &Message<'_, '_>) -> Vec<QuotedLine> {
    let mut lines = vec![plain(message.start_line_bytes())];
    for contact in message.all(HeaderName::Contact).take(CONTACTS) {
        lines.push(header(message, &contact, ""));
    }
    lines
}
