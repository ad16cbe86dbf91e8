//! SCTP packets (RFC 9260): whole messages in them are replaced, all else that is carried blank.

use sipwhy_parser::looks_like_sip;

use crate::checksum::crc32c;
use crate::message::{MOST_LEVELS, messages};
use crate::permutation::Permutations;

const HEADER: usize = 12;
const CHUNK_HEADER: usize = 4;
const DATA: u8 = 0;
/// What a chunk of data says before the data.
const DATA_HEADER: usize = 16;
/// Both flags of a message that is in one chunk.
const WHOLE: u8 = 3;

/// Replaces what a packet holds, and puts its checksum right if it was.
pub(crate) fn packet(all: Permutations, bytes: &mut [u8]) {
    let was_right = is_right(bytes);
    let mut at = HEADER;
    while let Some(&[kind, flags, high, low]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < CHUNK_HEADER {
            break;
        }
        let end = (at + length.next_multiple_of(4)).min(bytes.len());
        let payload = bytes.get_mut(at + DATA_HEADER..end).unwrap_or_default();
        if kind == DATA && flags & WHOLE == WHOLE && looks_like_sip(payload) {
            messages(all, MOST_LEVELS, payload);
        } else {
            payload.fill(0);
        }
        at = end;
    }
    bytes.get_mut(at..).unwrap_or_default().fill(0);
    if was_right {
        set(bytes);
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut packet = bytes.to_vec();
    if let Some(place) = packet.get_mut(8..HEADER) {
        place.fill(0);
    }
    crc32c(&packet).to_le_bytes()
}

fn is_right(bytes: &[u8]) -> bool {
    bytes.get(8..HEADER) == Some(&checksum(bytes))
}

fn set(bytes: &mut [u8]) {
    let new = checksum(bytes);
    if let Some(place) = bytes.get_mut(8..HEADER) {
        place.copy_from_slice(&new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    #[test]
    fn messages_are_replaced_and_the_checksum_stays_right() {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let text = b"OPTIONS sip:alice@acme.com SIP/2.0\r\nFrom: bob\r\n\r\n";
        let mut bytes = vec![0x13, 0xc4, 0x13, 0xc4, 0, 0, 0, 1, 0, 0, 0, 0];
        // A cookie, and a message.
        bytes.extend([10, 0, 0, 24]);
        bytes.extend([0x55; 20]);
        bytes.extend([0, 3]);
        bytes.extend((16 + text.len() as u16).to_be_bytes());
        bytes.extend([0; 12]);
        bytes.extend(text);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        set(&mut bytes);
        packet(all, &mut bytes);
        assert!(is_right(&bytes));
        assert_eq!(bytes[28..36], [0; 8]);
        assert!(bytes[52..].starts_with(b"OPTIONS sip:"));
        for gone in [&b"alice"[..], b"acme", b"bob"] {
            assert!(!bytes.windows(gone.len()).any(|it| it == gone));
        }
        for cut in 0..bytes.len() {
            packet(all, &mut bytes[..cut].to_vec());
        }
    }
}
