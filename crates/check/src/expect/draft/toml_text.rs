//! Values as TOML writes them.

/// Columns after which a list goes over several lines.
const WIDTH: usize = 100;

/// A text in quotes: TOML's basic string (§ String), which takes any character escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A key, bare where it may be.
pub(super) fn key(text: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match !text.is_empty() && text.bytes().all(is_bare) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A list of values, over several lines where it is long.
pub(super) fn list(values: &[String]) -> String {
    let one_line = format!("[{}]", values.join(", "));
    if one_line.chars().count() <= WIDTH {
        return one_line;
    }
    let mut text = "[".to_owned();
    let mut column = WIDTH;
    for value in values {
        let width = value.chars().count() + 2;
        if column + width > WIDTH {
            text.push_str("\n   ");
            column = 3;
        }
        text.push_str(&format!(" {value},"));
        column += width;
    }
    text.push_str("\n]");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "",
            "plain",
            "a\"b\\c'",
            "\u{1b}\n\u{7f}\u{85}",
            "é→\u{2028}",
        ] {
            let list = list(&vec![quoted(text); 30]);
            let file = format!("x = {list}\ny = {{ {} = 1 }}\n", key(text));
            let read: toml::Table = file.parse().unwrap();
            let values = read["x"].as_array().unwrap();
            assert_eq!(values.len(), 30);
            assert!(read["y"].get(text).is_some(), "{file}");
            assert!(values.iter().all(|it| it.as_str() == Some(text)), "{file}");
        }
    }
}
