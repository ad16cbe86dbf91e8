//! Where a Content-Length that is a little too large runs into the next message.

use sipwhy_parser::{Method, looks_like_sip};

/// How many bytes before `end`, where a message ended by its Content-Length, the next one begins:
/// the length was a little too large when a start line lies across its end.
pub(super) fn overrun(bytes: &[u8], end: usize) -> Option<usize> {
    const LITTLE: usize = 64;
    let rest = bytes.get(end..)?;
    let is_start = |line: &[u8]| {
        let word = line.split(|&byte| byte == b' ').next().unwrap_or_default();
        Method::from_bytes(word).is_known() || word == b"SIP/2.0"
    };
    if is_start(rest) {
        return None;
    }
    let line_end = end + memchr::memchr(b'\n', rest)? + 1;
    let before = bytes.get(..end)?;
    // Within one line: what lies before it was told.
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    (1..=LITTLE.min(end - line_start)).find(|back| {
        let line = bytes.get(end - back..line_end).unwrap_or_default();
        is_start(line) && looks_like_sip(line)
    })
}
