//! A quoted line, broken where the terminal ends, with carets and a label under what decides.

use std::ops::Range;

use sipwhy_annotator::QuotedLine;

use super::wrap::{columns, columns_of, wrap};

/// A line below a packet's heading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// What was on the wire.
    Wire(String),
    /// Carets and labels, after so many columns.
    Mark(usize, String),
}

/// How far the second and later pieces of a broken line are indented.
const INDENT: usize = 2;
/// A label that has less room than this beside its carets goes below them.
const LABEL_ROOM: usize = 24;

/// Lays a quoted line out in `width` columns.
pub(crate) fn lay_out(quoted: &QuotedLine, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut carets = 0..0;
    let pieces = pieces(&quoted.text, width);
    let (mark, label) = match &quoted.mark {
        Some((range, label)) => (range.clone(), label.as_str()),
        None => (0..0, ""),
    };
    let last = pieces
        .iter()
        .rposition(|(piece, _)| overlaps(piece, &mark))
        .filter(|_| quoted.mark.is_some());
    for (index, (piece, indent)) in pieces.iter().enumerate() {
        let text = quoted.text.get(piece.clone()).unwrap_or_default();
        lines.push(Line::Wire(format!("{:indent$}{text}", "")));
        if Some(index) > last || !overlaps(piece, &mark) {
            continue;
        }
        let from = mark.start.clamp(piece.start, piece.end);
        let to = mark.end.clamp(from, piece.end);
        let before = quoted.text.get(piece.start..from).unwrap_or_default();
        let under = quoted.text.get(from..to).unwrap_or_default();
        let start = indent + columns(before);
        carets = start..start + columns(under).max(1);
        let drawn = "^".repeat(carets.len());
        if Some(index) == last {
            lines.extend(labelled(&carets, &drawn, label, width));
        } else {
            lines.push(Line::Mark(start, drawn));
        }
    }
    lines
}

/// Carets with their label behind them, or below where there is no room.
fn labelled(carets: &Range<usize>, drawn: &str, label: &str, width: usize) -> Vec<Line> {
    let behind = carets.end + 1;
    let room = width.saturating_sub(behind);
    if columns(label) <= room {
        let text = format!("{drawn} {label}");
        return vec![Line::Mark(carets.start, text.trim_end().to_owned())];
    }
    if room >= LABEL_ROOM {
        let mut pieces = wrap(label, room, room).into_iter();
        let first = pieces.next().unwrap_or_default();
        let mut lines = vec![Line::Mark(carets.start, format!("{drawn} {first}"))];
        lines.extend(pieces.map(|piece| Line::Mark(behind, piece)));
        return lines;
    }
    // Below the carets, as far to the left as the label needs.
    let start = carets.start.min(width.saturating_sub(columns(label)));
    let room = width - start;
    let mut lines = vec![Line::Mark(carets.start, drawn.to_owned())];
    let pieces = wrap(label, room, room).into_iter();
    lines.extend(pieces.map(|piece| Line::Mark(start, piece)));
    lines
}

/// Whether `mark`, which may be empty, touches `piece`.
fn overlaps(piece: &Range<usize>, mark: &Range<usize>) -> bool {
    mark.start < piece.end.max(piece.start + 1) && mark.end.max(mark.start + 1) > piece.start
        || (mark.start == piece.end && mark.is_empty())
}

/// The byte ranges of `text` that fit a line each, with their indentation.
fn pieces(text: &str, width: usize) -> Vec<(Range<usize>, usize)> {
    let mut pieces = Vec::new();
    let (mut start, mut indent, mut used) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        let wide = columns_of(c);
        if indent + used + wide > width && used > 0 {
            pieces.push((start..at, indent));
            (start, indent, used) = (at, INDENT, 0);
        }
        used += wide;
    }
    pieces.push((start..text.len(), indent));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, mark: Option<(Range<usize>, &str)>) -> QuotedLine {
        QuotedLine {
            text: text.to_owned(),
            mark: mark.map(|(range, label)| (range, label.to_owned())),
        }
    }

    fn wire(text: &str) -> Line {
        Line::Wire(text.to_owned())
    }

    fn mark(at: usize, text: &str) -> Line {
        Line::Mark(at, text.to_owned())
    }

    #[test]
    fn a_label_stands_behind_its_carets() {
        let quoted = line("Contact: <sip:a>", Some((9..16, "here")));
        let expected = [wire("Contact: <sip:a>"), mark(9, "^^^^^^^ here")];
        assert_eq!(lay_out(&quoted, 60), expected);
    }

    #[test]
    fn a_label_without_room_stands_below() {
        let quoted = line("Contact: <sip:a>", Some((9..16, "went elsewhere")));
        let expected = [
            wire("Contact: <sip:a>"),
            mark(9, "^^^^^^^"),
            mark(6, "went elsewhere"),
        ];
        assert_eq!(lay_out(&quoted, 20), expected);
    }

    #[test]
    fn a_long_line_is_broken_and_its_mark_with_it() {
        let quoted = line("abcdefghijklmnop", Some((8..12, "x")));
        let expected = [
            wire("abcdefghij"),
            mark(8, "^^"),
            wire("  klmnop"),
            mark(2, "^^ x"),
        ];
        assert_eq!(lay_out(&quoted, 10), expected);
    }

    #[test]
    fn wide_characters_take_two_carets_each() {
        let quoted = line("名前 x", Some((0..6, "name")));
        assert_eq!(lay_out(&quoted, 40)[1], mark(0, "^^^^ name"));
    }

    #[test]
    fn an_empty_place_gets_one_caret() {
        let quoted = line("To: ", Some((4..4, "empty")));
        assert_eq!(lay_out(&quoted, 40)[1], mark(4, "^ empty"));
    }
}
