//! Text as XML holds it.

/// Text for content and for attributes in double quotes. What XML 1.0 §2.2 does not allow, be it
/// escaped, is replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_is_xmls_is_escaped() {
        assert_eq!(
            escaped("<a b='c'>&\"</a>"),
            "&lt;a b=&#39;c&#39;&gt;&amp;&quot;&lt;/a&gt;"
        );
        assert_eq!(
            escaped("a\0\u{ffff}\u{85}b 名前"),
            "a\u{fffd}\u{fffd}\u{fffd}b 名前"
        );
    }
}
