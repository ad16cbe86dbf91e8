//! Telling SIP from other protocols by its first line.

use crate::lanes::find;
use crate::lexical::{cut, is_space, is_token, is_token_byte, split_word, trim_end};
use crate::start_line::is_version;
use crate::{HeaderName, Method};

/// How far a start line is read when nothing ends it. Longer than any real Request-URI.
const LONGEST: usize = 8192;

/// Whether a datagram, or the beginning of a stream, is SIP: a cheap test of its first line,
/// after empty lines.
///
/// A request line counts when it ends in a SIP version, or, broken or cut off, when it begins
/// with a method that SIP knows and a `sip:`, `sips:`, `tel:` or `urn:` URI. A status line counts
/// when a SIP version and a digit begin it. HTTP and RTSP do not count, nor does what
/// [`is_lookalike`] finds.
pub fn looks_like_sip(bytes: &[u8]) -> bool {
    if is_usual_status(bytes) {
        return true;
    }
    let text = skip_line_ends(bytes);
    // Most of what is not SIP ends here: RTP, STUN, DNS and TLS begin with other bytes.
    if !text.first().is_some_and(|&byte| is_token_byte(byte)) {
        return false;
    }
    let text = text.get(..LONGEST).unwrap_or(text);
    match find(text, b'\n') {
        Some(end) => {
            let line = cut(text, 0..end);
            (is_usual_request(line) || is_start_line(line)) && !is_lookalike(text)
        }
        None => is_start_line(text) || is_known_request(text),
    }
}

/// What is left without the line ends that may come before a start line (RFC 3261 §7.5).
pub fn skip_line_ends(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    cut(bytes, start.unwrap_or(bytes.len())..bytes.len())
}

/// Whether a message has no more of SIP than the first line: a method that SIP does not know, and
/// a whole head without any of the headers that every request must have (RFC 3261 §8.1.1). Yahoo's
/// messenger asked for its servers so (`YAHOOREF sip:… SIP/2.0`).
pub fn is_lookalike(message: &[u8]) -> bool {
    let word = message.iter().position(|&byte| !is_token_byte(byte));
    let method = cut(message, 0..word.unwrap_or(message.len()));
    if Method::from_bytes(method).is_known() || message.get(method.len()) == Some(&b'/') {
        return false;
    }
    let lines = message.split_inclusive(|&byte| byte == b'\n');
    for line in lines.skip(1) {
        if matches!(line, b"\n" | b"\r\n") {
            return true;
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let name = trim_end(cut(line, 0..colon.unwrap_or(0)));
        if matches!(
            HeaderName::from_bytes(name),
            HeaderName::Via
                | HeaderName::From
                | HeaderName::To
                | HeaderName::CallId
                | HeaderName::CSeq
        ) {
            return false;
        }
    }
    // The head goes on where it was cut.
    false
}

/// Whether a line is a start line as nearly all write them; [`is_start_line`] knows the others.
#[inline]
pub(crate) fn is_usual_start_line(line: &[u8]) -> bool {
    is_usual_status(line) || is_usual_request(line)
}

#[inline]
fn is_usual_status(line: &[u8]) -> bool {
    matches!(line.strip_prefix(b"SIP/2.0 "), Some([digit, ..]) if digit.is_ascii_digit())
}

/// Whether a line is a method, a URI and the version as nearly all write them, which takes no more
/// than a look at either end.
fn is_usual_request(line: &[u8]) -> bool {
    let Some(rest) = line.strip_suffix(b" SIP/2.0\r") else {
        return false;
    };
    let method = rest.iter().position(|&byte| !is_token_byte(byte));
    let after = method.map(|end| cut(rest, end..rest.len()));
    method != Some(0) && matches!(after, Some([b' ', first, ..]) if *first > b' ')
}

/// Whether a whole line, its LF taken off, is a start line, if a slightly broken one.
pub(crate) fn is_start_line(line: &[u8]) -> bool {
    let line = trim_end(line);
    if !line.first().is_some_and(|&byte| is_token_byte(byte)) {
        return false;
    }
    if is_version(line) {
        return is_status(line);
    }
    match line.iter().rposition(|&byte| is_space(byte)) {
        Some(space) if is_version(line.get(space + 1..).unwrap_or_default()) => {
            // A method, something for a URI, and the version.
            let (method, rest) = split_word(line.get(..space).unwrap_or_default());
            is_token(method) && !rest.is_empty()
        }
        Some(_) => is_known_request(line) && !is_other_protocol(line),
        None => false,
    }
}

/// `SIP/x.y` and a digit after white space; whether the code is a good one is not asked. A Via
/// value, which begins with `SIP/2.0/`, is none.
fn is_status(line: &[u8]) -> bool {
    let (version, rest) = split_word(line);
    let number = version.get(4..).unwrap_or_default();
    number
        .iter()
        .all(|&byte| byte.is_ascii_digit() || byte == b'.')
        && rest.first().is_some_and(u8::is_ascii_digit)
}

/// A method that SIP knows and the scheme of a URI that it uses.
fn is_known_request(line: &[u8]) -> bool {
    let (method, rest) = split_word(line);
    if !Method::from_bytes(method).is_known() {
        return false;
    }
    let uri = rest.strip_prefix(b"<").unwrap_or(rest);
    [&b"sip:"[..], b"sips:", b"tel:", b"urn:"]
        .iter()
        .any(|scheme| {
            uri.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
}

/// The line names another protocol where the SIP version belongs.
fn is_other_protocol(line: &[u8]) -> bool {
    let last = line
        .rsplit(|&byte| is_space(byte))
        .next()
        .unwrap_or_default();
    last.starts_with(b"HTTP/") || last.starts_with(b"RTSP/")
}
