//! The fields of an event as a plain line, in the order in which they come: time, kind,
//! `key=value`, ` : `, and a sentence.

use super::line::{Line, LineForm};

/// `time` and `kind` stand without their names.
#[derive(Debug, Default)]
pub(super) struct Fields;

impl LineForm for Fields {
    fn shows_name(name: &str) -> bool {
        !matches!(name, "time" | "kind")
    }

    /// In quotes where it would not be one word otherwise.
    fn value(line: &mut String, value: &str) {
        let is_word = !value.is_empty() && !value.contains([' ', '"', '=']);
        if is_word {
            line.push_str(value);
            return;
        }
        line.push('"');
        for c in value.chars() {
            if matches!(c, '"' | '\\') {
                line.push('\\');
            }
            line.push(c);
        }
        line.push('"');
    }

    fn end(line: &mut Line<Self>) {
        if !line.message.is_empty() {
            line.text.push_str(" : ");
            line.text.push_str(&line.message);
        }
        // A line is one line whatever comes.
        if line.text.contains(['\n', '\r', '\u{1b}']) {
            line.text = sipwhy_parser::printable(line.text.as_bytes()).into_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_one_word_are_quoted() {
        let mut fields = Line::<Fields>::default();
        for (name, value) in [
            ("time", "T"),
            ("kind", "msg"),
            ("start", "200 OK"),
            ("id", "a=\"b"),
            ("none", ""),
        ] {
            fields.pair(name, value);
        }
        fields.message.push_str("well");
        let expected = "T msg start=\"200 OK\" id=\"a=\\\"b\" none=\"\" : well\n";
        assert_eq!(fields.end_line(), expected.as_bytes());
        fields.pair("time", "U\n");
        assert_eq!(fields.end_line(), b"U\\x0a\n");
    }
}
