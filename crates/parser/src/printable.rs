//! Bytes from the wire, made safe for a terminal or a log line.

use std::borrow::Cow;
use std::fmt::Write;

/// What may safely go to a terminal or a log line: `bytes` as text, with escapes for whatever
/// could act on either.
///
/// Control bytes (ESC, CR, LF, NUL, DEL, ...) and bytes that are not UTF-8 become `\xNN`; C1
/// controls, line separators, and characters that are invisible or turn the direction of writing
/// become `\u{..}`. Backslashes stay as they are, so that the text stays readable; the result is
/// for reading, not for turning back into bytes. It is borrowed where nothing needed an escape.
pub fn printable(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly all is printable ASCII, which takes one look at all bytes together.
    let is_plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if let Ok(text) = std::str::from_utf8(bytes)
        && (is_plain || !text.chars().any(needs_escape))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            // Writing to a String cannot fail.
            let _ = match character {
                c if c.is_ascii_control() => write!(out, "\\x{:02x}", u32::from(c)),
                c if needs_escape(c) => write!(out, "\\u{{{:x}}}", u32::from(c)),
                c => {
                    out.push(c);
                    Ok(())
                }
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    Cow::Owned(out)
}

/// Controls, line separators, and the format characters of Unicode (category Cf): zero-width,
/// directional, interlinear and tag characters.
const fn needs_escape(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
