//! The fields of an event as logfmt: `key=value` throughout, for programs that collect logs.
//!
//! There is no standard for it. This is what its usual readers agree on: a value is one word or a
//! quoted string, escaped as in JSON. Wire bytes cannot leave their value: quotes, backslashes and
//! control characters are escaped, and keys are none of theirs.

use std::fmt::Write as _;

use super::line::{Line, LineForm};

/// Every field with its name, the message too.
#[derive(Debug, Default)]
pub(super) struct Logfmt;

impl LineForm for Logfmt {
    fn shows_name(_: &str) -> bool {
        true
    }

    fn value(line: &mut String, value: &str) {
        let is_special =
            |c: char| c.is_control() || c.is_whitespace() || matches!(c, '"' | '\\' | '=');
        if !value.is_empty() && !value.contains(is_special) {
            line.push_str(value);
            return;
        }
        line.push('"');
        for c in value.chars() {
            // Writing to a String cannot fail.
            let _ = match c {
                '"' | '\\' => write!(line, "\\{c}"),
                '\n' => line.write_str("\\n"),
                '\r' => line.write_str("\\r"),
                '\t' => line.write_str("\\t"),
                // Line ends of Unicode, which are no control characters, among them.
                c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                    write!(line, "\\u{:04x}", u32::from(c))
                }
                c => line.write_char(c),
            };
        }
        line.push('"');
    }

    fn end(line: &mut Line<Self>) {
        if !line.message.is_empty() {
            let message = std::mem::take(&mut line.message);
            line.pair("msg", &message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_leaves_its_quotes() {
        let mut line = Line::<Logfmt>::default();
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
