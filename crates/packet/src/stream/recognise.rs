//! What a stream carries, by its bytes.

use memchr::{memchr, memmem};
use sipwhy_parser::looks_like_sip;

use super::hep;

/// What a stream can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// SIP, as it is.
    Sip,
    /// HTTP, which may become WebSocket (RFC 6455 §1.7), or WebSocket already.
    Web,
    /// TLS.
    Tls,
    /// The Homer Encapsulation Protocol: packets of others, SIP among them.
    Hep,
    /// Something that carries no SIP.
    Other,
}

/// What the beginning of a stream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    Is(Kind),
    /// More bytes are needed.
    Short,
    /// Nothing known begins so.
    Unknown,
}

/// How long a first line is waited for. Longer than any real one.
const LONGEST_LINE: usize = 8192;

/// What a stream carries that begins with these bytes.
pub(super) fn beginning(bytes: &[u8]) -> Beginning {
    match bytes {
        [] => Beginning::Short,
        // Keep-alives (RFC 5626 §3.5.1).
        [b'\r' | b'\n', ..] => Beginning::Is(Kind::Sip),
        [0x14..=0x17, rest @ ..] => match rest {
            [] | [3] => Beginning::Short,
            [3, 0..=4, ..] => Beginning::Is(Kind::Tls),
            _ => Beginning::Unknown,
        },
        _ if hep::is_promising(bytes) => Beginning::Is(Kind::Hep),
        _ if looks_like_sip(bytes) => Beginning::Is(Kind::Sip),
        [first, ..] if first.is_ascii_graphic() => match memchr(b'\n', bytes) {
            Some(end) => other_protocol(bytes.get(..end).unwrap_or_default())
                .map_or(Beginning::Unknown, Beginning::Is),
            None if bytes.len() < LONGEST_LINE => Beginning::Short,
            None => Beginning::Unknown,
        },
        _ => Beginning::Unknown,
    }
}

/// What a stream carries that was joined somewhere, in which a segment begins so. Only what a
/// segment in the midst of something else hardly ever begins with.
pub(super) fn segment(bytes: &[u8]) -> Option<Kind> {
    if is_tls_records(bytes) {
        return Some(Kind::Tls);
    }
    match beginning(bytes) {
        Beginning::Is(Kind::Tls) | Beginning::Short | Beginning::Unknown => None,
        // Empty lines are in everything.
        Beginning::Is(Kind::Sip) if !looks_like_sip(bytes) => None,
        Beginning::Is(kind) => Some(kind),
    }
}

/// Whether a start line ends in these bytes, whatever stands before it in its line.
pub(super) fn has_start_line(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"SIP/2.0").any(|at| {
        let (before, rest) = bytes.split_at_checked(at).unwrap_or_default();
        match rest.get(7..).unwrap_or_default() {
            [b' ', digit, ..] => digit.is_ascii_digit(),
            [b'\n', ..] | [b'\r', b'\n', ..] => before.ends_with(b" "),
            _ => false,
        }
    })
}

/// The protocols whose lines look most like SIP's.
fn other_protocol(line: &[u8]) -> Option<Kind> {
    let line = line.trim_ascii_end();
    let last = line.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
    let names = |protocol: &[u8]| line.starts_with(protocol) || last.starts_with(protocol);
    if names(b"HTTP/") {
        Some(Kind::Web)
    } else if names(b"RTSP/") {
        Some(Kind::Other)
    } else {
        None
    }
}

/// Whether TLS records (RFC 8446 §5.1) begin here, as far as these bytes go.
fn is_tls_records(mut bytes: &[u8]) -> bool {
    const LONGEST: usize = (1 << 14) + 2048;
    let mut count = 0;
    while count < 4 && !bytes.is_empty() {
        let &[0x14..=0x17, 3, 0..=4, high, low, ref rest @ ..] = bytes else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length == 0 || length > LONGEST {
            return false;
        }
        count += 1;
        bytes = rest.get(length..).unwrap_or_default();
    }
    count > 0
}
