//! The HTTP that opens a WebSocket (RFC 6455 §4).

use memchr::memmem;

/// The head of an HTTP message, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A request to go on with WebSocket.
    Request,
    /// The answer that accepts it, and what was agreed on compression.
    Accepted(Agreed),
    /// Any other.
    Other,
}

/// What was agreed on compression (RFC 7692 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    /// Whether a message of the client may refer to those before it.
    pub(super) client_takes_over: bool,
    /// The same for the server.
    pub(super) server_takes_over: bool,
}

/// Whether these bytes may begin an HTTP message. No frame begins with one of these letters: the
/// opcodes they stand for are reserved, or they break a rule for their kind.
pub(super) fn begins_head(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'C'..=b'Z'))
}

/// Where the head ends, past its empty line, if it does. Nothing ends before `from`.
pub(super) fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let from = from.saturating_sub(3);
    let rest = bytes.get(from..)?;
    memmem::find(rest, b"\r\n\r\n").map(|at| from + at + 4)
}

/// Reads a whole head.
pub(super) fn read(head: &[u8]) -> Head {
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let mut is_upgrade = false;
    let mut agreed = Agreed {
        client_takes_over: true,
        server_takes_over: true,
    };
    for line in lines {
        let Some(colon) = memchr::memchr(b':', line) else {
            continue;
        };
        let (name, value) = line.split_at_checked(colon).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"upgrade") {
            is_upgrade |= contains(value, b"websocket");
        } else if name.eq_ignore_ascii_case(b"sec-websocket-extensions") {
            agreed.client_takes_over &= !contains(value, b"client_no_context_takeover");
            agreed.server_takes_over &= !contains(value, b"server_no_context_takeover");
        }
    }
    let mut words = first.split(|&byte| byte == b' ');
    match words.next() {
        Some(b"GET") if is_upgrade => Head::Request,
        Some(version) if version.starts_with(b"HTTP/") && is_upgrade => {
            if words.next() == Some(b"101") {
                Head::Accepted(agreed)
            } else {
                Head::Other
            }
        }
        _ => Head::Other,
    }
}

/// Whether a list holds this word, in letters of either case.
fn contains(value: &[u8], word: &[u8]) -> bool {
    value
        .split(|byte| matches!(byte, b':' | b',' | b';' | b' ' | b'\t'))
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether the front of an HTTP message asks for, or agrees on, WebSocket with SIP in it (RFC
/// 7118 §4.1).
pub(super) fn is_for_sip(bytes: &[u8]) -> bool {
    bytes
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .take_while(|line| !line.is_empty())
        .any(|line| {
            const NAME: &[u8] = b"sec-websocket-protocol:";
            line.split_at_checked(NAME.len())
                .is_some_and(|(name, value)| {
                    name.eq_ignore_ascii_case(NAME) && contains(value, b"sip")
                })
        })
}
