//! How lines are shown.

use std::fmt::Write as _;

use sipwhy_annotator::Severity;
use sipwhy_parser::printable;

use super::{Form, LoggedLine};
use crate::log::{fields_line, logfmt_line};
use crate::text::palette::{Ink, Palette};

/// In which form lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineStyle {
    /// As they are.
    #[default]
    Same,
    /// As the log writes them.
    Log,
    /// As logfmt.
    Logfmt,
}

impl LoggedLine {
    /// The line, whose bytes are given too, ready for a terminal; without a line end.
    #[must_use]
    pub fn show(&self, bytes: &[u8], style: LineStyle, colour: bool) -> String {
        let (text, form) = match style {
            LineStyle::Same => (printable(bytes).into_owned(), self.form),
            LineStyle::Log => (fields_line(&self.fields, &self.message), Form::Log),
            LineStyle::Logfmt => (logfmt_line(&self.fields, &self.message), Form::Logfmt),
        };
        let palette = Palette::new(colour);
        if palette.is_plain() {
            return text;
        }
        let ink = match (self.severity(), self.kind()) {
            (Some(severity), _) => Some(Ink::Severity(severity)),
            (None, "lost") => Some(Ink::Severity(Severity::Warning)),
            (None, "summary") => Some(Ink::Strong),
            _ => None,
        };
        let in_ink = |text: &str| match ink {
            Some(ink) => palette.paint(ink, text),
            None => text.to_owned(),
        };
        if form != Form::Log {
            return in_ink(&text);
        }
        let (time, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        // The sentence is at the end, as long as it was.
        let message = printable(self.message.as_bytes());
        let fields = rest.strip_suffix(message.as_ref()).unwrap_or(rest);
        let mut shown = palette.paint(Ink::Faint, time);
        // Writing to a String cannot fail.
        let _ = write!(shown, " {} {fields}", in_ink(kind));
        if fields.len() < rest.len() {
            shown.push_str(&in_ink(&message));
        }
        shown
    }
}

/// A line that is none of the log, ready for a terminal; without a line end.
#[must_use]
pub fn show_foreign(bytes: &[u8], colour: bool) -> String {
    Palette::new(colour).paint(Ink::Faint, printable(bytes))
}
