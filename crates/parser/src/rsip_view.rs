//! rsip's typed view of a message, for those who want rsip's types.

use crate::{HeaderName, Message};

/// The message in rsip's types.
///
/// rsip reads a narrower language than the wire speaks (see decision record 0002), so it is given
/// a tidied copy: long header names, folds taken out, CRLF line ends, no space before colons, no
/// leading empty lines, no lines that are no headers, no trailing bytes. Allocates; not meant for
/// every message.
///
/// # Errors
/// Whatever rsip still cannot read, IPv6 addresses in URIs among it. That says nothing about the
/// message being wrong.
pub fn to_rsip(message: &Message<'_, '_>) -> Result<rsip::SipMessage, rsip::Error> {
    let mut tidy = Vec::with_capacity(message.bytes().len() + 64);
    tidy.extend_from_slice(message.start_line_bytes());
    tidy.extend_from_slice(b"\r\n");
    for header in message.headers().filter(|header| !header.is_malformed()) {
        let name = match header.name {
            HeaderName::Other => header.raw_name,
            known => known.as_str().as_bytes(),
        };
        tidy.extend_from_slice(name);
        tidy.extend_from_slice(b": ");
        tidy.extend_from_slice(&header.unfolded());
        tidy.extend_from_slice(b"\r\n");
    }
    tidy.extend_from_slice(b"\r\n");
    tidy.extend_from_slice(message.body());
    rsip::SipMessage::try_from(tidy)
}
