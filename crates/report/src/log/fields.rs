//! The fields of an event as a plain line, in the order in which they come: time, kind,
//! `key=value`, ` : `, and a sentence.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};

use super::line::LineForm;

/// A line that grows field by field. `time` and `kind` stand without their names, the message
/// comes last.
#[derive(Debug, Default)]
pub(super) struct Fields {
    line: String,
    message: String,
}

impl LineForm for Fields {
    fn end_line(&mut self) -> &[u8] {
        if !self.message.is_empty() {
            self.line.push_str(" : ");
            self.line.push_str(&self.message);
            self.message.clear();
        }
        // A line is one line whatever comes.
        if self.line.contains(['\n', '\r', '\u{1b}']) {
            self.line = sipwhy_parser::printable(self.line.as_bytes()).into_owned();
        }
        self.line.push('\n');
        self.line.as_bytes()
    }
}

impl Fields {
    fn name(&mut self, name: &str) {
        if self.line.ends_with('\n') {
            self.line.clear();
        }
        if !self.line.is_empty() {
            self.line.push(' ');
        }
        if !matches!(name, "time" | "kind") {
            self.line.push_str(name);
            self.line.push('=');
        }
    }

    /// A value, in quotes where it would not be one word otherwise.
    fn value(&mut self, value: &str) {
        let is_word = !value.is_empty() && !value.contains([' ', '"', '=']);
        if is_word {
            self.line.push_str(value);
            return;
        }
        self.line.push('"');
        for c in value.chars() {
            if matches!(c, '"' | '\\') {
                self.line.push('\\');
            }
            self.line.push(c);
        }
        self.line.push('"');
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message.push_str(value);
        } else {
            self.name(field.name());
            self.value(value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field.name());
        // Writing to a String cannot fail.
        let _ = write!(self.line, "{value}");
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        self.record_str(field, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_one_word_are_quoted() {
        let mut fields = Fields::default();
        for (name, value) in [
            ("time", "T"),
            ("kind", "msg"),
            ("start", "200 OK"),
            ("id", "a=\"b"),
            ("none", ""),
        ] {
            fields.name(name);
            fields.value(value);
        }
        fields.message.push_str("well");
        let expected = "T msg start=\"200 OK\" id=\"a=\\\"b\" none=\"\" : well\n";
        assert_eq!(fields.end_line(), expected.as_bytes());
        fields.name("time");
        fields.value("U\n");
        assert_eq!(fields.end_line(), b"U\\x0a\n");
    }
}
