//! Breaks running text into lines of a given width.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::inline::Inline;
use crate::text::Style;

/// A line that is ready to print, and the columns it takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) width: usize,
}

/// How a stretch of text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Strong,
    Emphasis,
    Code,
    Faint,
}

impl Ink {
    fn escape(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\x1b[1m",
            Self::Emphasis => "\x1b[3m",
            Self::Code => "\x1b[36m",
            Self::Faint => "\x1b[2m",
        }
    }
}

impl Line {
    pub(crate) fn push(&mut self, text: &str, ink: Ink, style: Style) {
        let colour = style.colour && ink != Ink::Plain && !text.is_empty();
        if colour {
            self.text.push_str(ink.escape());
        }
        self.text.push_str(text);
        if colour {
            self.text.push_str("\x1b[0m");
        }
        self.width += text.width();
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.width += other.width;
    }

    pub(crate) fn pad_to(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width);
        self.text.extend(std::iter::repeat_n(' ', missing));
        self.width += missing;
    }
}

/// Pieces that are not separated by white space.
type Word = Vec<(Ink, String)>;

/// Lays `inlines` out in lines of at most `width` columns; plain parts get the ink `base`.
pub(crate) fn wrap(inlines: &[Inline], base: Ink, width: usize, style: Style) -> Vec<Line> {
    let width = width.max(1);
    let mut words: Vec<Word> = vec![Word::new()];
    collect(inlines, base, style, &mut words);
    let mut lines = Vec::new();
    let mut line = Line::default();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let wanted: usize = word.iter().map(|(_, text)| text.width()).sum();
        if line.width > 0 && line.width + 1 + wanted > width {
            lines.push(std::mem::take(&mut line));
        }
        if line.width > 0 {
            line.push(" ", Ink::Plain, style);
        }
        for (ink, text) in word {
            push_broken(text, *ink, width, style, &mut line, &mut lines);
        }
    }
    if line.width > 0 {
        lines.push(line);
    }
    lines
}

/// Adds `text` to `line`, going to a new line wherever the width is used up.
pub(crate) fn push_broken(
    text: &str,
    ink: Ink,
    width: usize,
    style: Style,
    line: &mut Line,
    lines: &mut Vec<Line>,
) {
    let mut piece = String::new();
    let mut room = width.saturating_sub(line.width);
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if columns > room && (line.width > 0 || !piece.is_empty()) {
            line.push(&std::mem::take(&mut piece), ink, style);
            lines.push(std::mem::take(line));
            room = width;
        }
        piece.push(c);
        room = room.saturating_sub(columns);
    }
    line.push(&piece, ink, style);
}

fn collect(inlines: &[Inline], ink: Ink, style: Style, words: &mut Vec<Word>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => add(text, ink, words),
            Inline::Code(text) if style.colour => add(text, Ink::Code, words),
            Inline::Code(text) => add(&format!("`{text}`"), ink, words),
            Inline::Strong(inner) => collect(inner, Ink::Strong, style, words),
            Inline::Emphasis(inner) => collect(inner, Ink::Emphasis, style, words),
            Inline::Link { text, url } => {
                collect(text, ink, style, words);
                let shown = crate::inline::plain(text);
                // An RFC is found by its number; its address would only be in the way.
                if url.contains("://") && *url != shown && !shown.starts_with("RFC ") {
                    add(&format!(" <{url}>"), Ink::Faint, words);
                }
            }
        }
    }
}

fn add(text: &str, ink: Ink, words: &mut Vec<Word>) {
    for (index, part) in text
        .split(|c: char| c.is_whitespace() && c != '\u{a0}')
        .enumerate()
    {
        if index > 0 {
            words.push(Word::new());
        }
        // A control character would move the cursor: show it as a question mark.
        let clean: String = part
            .chars()
            .map(|c| if c.is_control() { '?' } else { c })
            .collect();
        if let (false, Some(word)) = (clean.is_empty(), words.last_mut()) {
            word.push((ink, clean));
        }
    }
}
