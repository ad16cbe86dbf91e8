//! rsip's typed view of a message, for those who want rsip's types.

use crate::{HeaderName, Message, StartLine};

/// The message in rsip's types.
///
/// rsip reads a narrower language than the wire speaks (see decision record 0002), so it is given
/// a tidied copy: single spaces in the start line, long header names, folds taken out, CRLF line ends, no space before colons, no
/// leading empty lines, no lines that are no headers, no trailing bytes. Allocates; not meant for
/// every message.
///
/// # Errors
/// Whatever rsip still cannot read, IPv6 addresses in URIs among it. That says nothing about the
/// message being wrong.
pub fn to_rsip(message: &Message<'_, '_>) -> Result<rsip::SipMessage, rsip::Error> {
    let mut tidy = Vec::with_capacity(message.bytes().len() + 64);
    match message.start_line() {
        StartLine::Request {
            method,
            uri,
            version,
        } => {
            line(&mut tidy, [method.as_bytes(), b" ", uri, b" ", version]);
        }
        StartLine::Status {
            code,
            reason,
            version,
        } => {
            line(
                &mut tidy,
                [version, b" ", code.to_string().as_bytes(), b" ", reason],
            );
        }
        StartLine::Malformed(text) => line(&mut tidy, [text]),
    }
    for header in message.headers().filter(|header| !header.is_malformed()) {
        let name = match header.name {
            HeaderName::Other => header.raw_name,
            known => known.as_str().as_bytes(),
        };
        line(&mut tidy, [name, b": ", &*header.unfolded()]);
    }
    line(&mut tidy, []);
    tidy.extend_from_slice(message.body());
    rsip::SipMessage::try_from(tidy)
}

fn line<const PARTS: usize>(tidy: &mut Vec<u8>, parts: [&[u8]; PARTS]) {
    for part in parts {
        tidy.extend_from_slice(part);
    }
    tidy.extend_from_slice(b"\r\n");
}
