//! What datagrams carry.

use sipwhy_parser::looks_like_sip;

use crate::body::is_text;
use crate::checksum;
use crate::dns;
use crate::message::{MOST_LEVELS, messages};
use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};

const DNS_PORT: u16 = 53;
const UDP_HEADER: usize = 8;

/// What became of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was read, and what names somebody replaced.
    Replaced,
    /// It is media: its header stays.
    Media,
    /// Nobody knows what it is: it is blank.
    Blanked,
}

/// Sums over the addresses around a datagram, before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// Replaces what a UDP datagram holds, header and all, and puts its checksum right; `is_lite` if it
/// is one of UDP-Lite (RFC 3828).
pub(crate) fn datagram(all: Permutations, is_lite: bool, around: Around, bytes: &mut [u8]) -> Fate {
    let Some((&[a, b, c, d, e, f, g, h], _)) = bytes.split_first_chunk::<UDP_HEADER>() else {
        bytes.fill(0);
        return Fate::Blanked;
    };
    let length = usize::from(u16::from_be_bytes([e, f]));
    let end = match length {
        _ if is_lite => bytes.len(),
        // Left to the network card.
        0 => bytes.len(),
        length => length.clamp(UDP_HEADER, bytes.len()),
    };
    let covered = match length {
        UDP_HEADER.. if is_lite => length.min(end),
        _ => end,
    };
    let before = checksum::sum(bytes.get(..covered).unwrap_or_default());
    // What is behind it is not of it.
    if let Some(padding) = bytes.get_mut(end..) {
        padding.fill(0);
    }
    let ports = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    let payload = bytes.get_mut(UDP_HEADER..end).unwrap_or_default();
    let fate = payload_between(all, ports, payload);
    let after = checksum::sum(bytes.get(..covered).unwrap_or_default());
    let old = u16::from_be_bytes([g, h]);
    // None was made.
    if old != 0 {
        let new = checksum::changed(old, before + around.before, after + around.after);
        // Zero would say that none was made (RFC 768).
        let new = if new == 0 { u16::MAX } else { new };
        if let Some(place) = bytes.get_mut(6..8) {
            place.copy_from_slice(&new.to_be_bytes());
        }
    }
    fate
}

/// Replaces what goes between two ports.
fn payload_between(all: Permutations, ports: [u16; 2], payload: &mut [u8]) -> Fate {
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    let is_keep_alive = payload.iter().all(|byte| b"\0\r\n\t ".contains(byte));
    if is_keep_alive {
        return Fate::Replaced;
    }
    if looks_like_sip(payload) {
        messages(all, MOST_LEVELS, payload);
        return Fate::Replaced;
    }
    if ports.contains(&DNS_PORT) {
        dns::message(all, payload);
        return Fate::Replaced;
    }
    let kept = match payload.first() {
        // RTP and RTCP (RFC 3550 §5.1, §6.4; RFC 5761 §4): up to the source.
        Some(byte) if byte & 0xc0 == 0x80 => match payload.get(1) {
            Some(192..=223) => 8,
            _ => 12,
        },
        // STUN (RFC 8489 §5): up to the cookie.
        _ if payload.get(4..8) == Some(&COOKIE) => 8,
        _ if is_text(payload) => {
            sweep(all, Keep::Nothing, payload);
            return Fate::Replaced;
        }
        _ => 0,
    };
    if let Some(rest) = payload.get_mut(kept..) {
        rest.fill(0);
    }
    if kept == 0 {
        Fate::Blanked
    } else {
        Fate::Media
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn replaced(ports: [u16; 2], payload: &[u8]) -> (Fate, Vec<u8>) {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let mut bytes = Vec::new();
        bytes.extend(ports[0].to_be_bytes());
        bytes.extend(ports[1].to_be_bytes());
        bytes.extend((8 + payload.len() as u16).to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(payload);
        let fate = datagram(all, false, Around::default(), &mut bytes);
        (fate, bytes.split_off(8))
    }

    #[test]
    fn media_keeps_its_header_and_nothing_else() {
        let mut packet = vec![0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4];
        packet.extend([0x55; 20]);
        let (fate, new) = replaced([20_000, 30_000], &packet);
        assert_eq!(fate, Fate::Media);
        assert_eq!(new[..12], packet[..12]);
        assert_eq!(new[12..], [0; 20]);
        // RTCP: a name follows the source.
        let (_, new) = replaced(
            [20_001, 30_001],
            b"\x81\xca\0\x04\x01\x02\x03\x04alice@host",
        );
        assert_eq!(new[8..], [0; 10]);
    }

    #[test]
    fn what_is_not_known_is_blank_and_keep_alives_stay() {
        assert_eq!(replaced([1, 2], b"\x01secret"), (Fate::Blanked, vec![0; 7]));
        assert_eq!(replaced([1, 2], b"\r\n\r\n").1, b"\r\n\r\n");
        let (_, text) = replaced([5060, 5060], b"alice says hello");
        assert!(!text.starts_with(b"alice"));
        assert_eq!(replaced([1, 2], b""), (Fate::Replaced, vec![]));
    }
}
