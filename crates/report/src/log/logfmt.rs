//! The fields of an event as logfmt: `key=value` throughout, for programs that collect logs.
//!
//! There is no standard for it. This is what its usual readers agree on: a value is one word or a
//! quoted string, escaped as in JSON. Wire bytes cannot leave their value: quotes, backslashes and
//! control characters are escaped, and keys are none of theirs.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};

use super::line::LineForm;

/// A line that grows field by field.
#[derive(Debug, Default)]
pub(super) struct Logfmt {
    line: String,
    message: String,
}

impl LineForm for Logfmt {
    fn end_line(&mut self) -> &[u8] {
        if !self.message.is_empty() {
            let message = std::mem::take(&mut self.message);
            self.pair("msg", &message);
        }
        self.line.push('\n');
        self.line.as_bytes()
    }
}

impl Logfmt {
    fn name(&mut self, name: &str) {
        if self.line.ends_with('\n') {
            self.line.clear();
        }
        if !self.line.is_empty() {
            self.line.push(' ');
        }
        self.line.push_str(name);
        self.line.push('=');
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.name(name);
        let is_special =
            |c: char| c.is_control() || c.is_whitespace() || matches!(c, '"' | '\\' | '=');
        if !value.is_empty() && !value.contains(is_special) {
            self.line.push_str(value);
            return;
        }
        self.line.push('"');
        for c in value.chars() {
            // Writing to a String cannot fail.
            let _ = match c {
                '"' | '\\' => write!(self.line, "\\{c}"),
                '\n' => self.line.write_str("\\n"),
                '\r' => self.line.write_str("\\r"),
                '\t' => self.line.write_str("\\t"),
                // Line ends of Unicode, which are no control characters, among them.
                c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                    write!(self.line, "\\u{:04x}", u32::from(c))
                }
                c => self.line.write_char(c),
            };
        }
        self.line.push('"');
    }
}

impl Visit for Logfmt {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => self.pair(name, value),
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
    fn no_value_leaves_its_quotes() {
        let mut line = Logfmt::default();
        for (name, value) in [
            ("time", "T"),
            ("start", "200 OK"),
            ("call_id", "x\" rule=\"forged"),
            ("back", "a\\"),
            ("slash", "a\\\" b=\"c"),
            ("lines", "1\r\n2\t\u{1b}[31m\u{85}\u{2028}"),
            ("none", ""),
            ("word", "é"),
        ] {
            line.pair(name, value);
        }
        line.message.push_str("well done");
        let expected = concat!(
            r#"time=T start="200 OK" call_id="x\" rule=\"forged" back="a\\" "#,
            r#"slash="a\\\" b=\"c" lines="1\r\n2\t\u001b[31m\u0085\u2028" none="" word=é "#,
            r#"msg="well done""#,
            "\n"
        );
        assert_eq!(std::str::from_utf8(line.end_line()), Ok(expected));
        line.pair("time", "U");
        assert_eq!(line.end_line(), b"time=U\n", "the next line is a new one");
    }
}
