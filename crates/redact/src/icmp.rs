//! ICMP and ICMPv6: errors quote the packet that they are about, names and all.

use sipwhy_packet::{Frame, FrameId, Limits, LinkType, Part, Timestamp, anatomy};

use crate::frame::{blank_ip_header, ip_checksum};
use crate::payload::{self, Around};
use crate::permutation::Permutations;
use crate::{addresses, checksum};

const HEADER: usize = 8;

/// Which of both it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V4,
    V6,
}

/// Replaces what a message holds, and puts its checksum right.
pub(crate) fn message(all: Permutations, version: Version, around: Around, bytes: &mut [u8]) {
    let before = checksum::sum(bytes);
    let Some((&mut [kind, ..], rest)) = bytes.split_first_chunk_mut::<HEADER>() else {
        return bytes.fill(0);
    };
    match (version, kind) {
        (Version::V4, 3 | 4 | 11 | 12) | (Version::V6, 1..=4) => quoted(all, rest),
        // Neighbours: the address asked for (RFC 4861 §4.3).
        (Version::V6, 135 | 136) => {
            if let Some((target, options)) = rest.split_first_chunk_mut::<16>() {
                *target = addresses::v6(all, (*target).into()).octets();
                options.fill(0);
            }
        }
        (Version::V4, 0 | 8) | (Version::V6, 128 | 129) => rest.fill(0),
        _ => {
            rest.fill(0);
            if let Some(place) = bytes.get_mut(4..HEADER) {
                place.fill(0);
            }
        }
    }
    let around = match version {
        Version::V4 => Around::default(),
        Version::V6 => around,
    };
    let after = checksum::sum(bytes);
    if let Some(place) = bytes.get_mut(2..4)
        && let &mut [high, low] = place
    {
        let old = u16::from_be_bytes([high, low]);
        let new = checksum::changed(old, before + around.before, after + around.after);
        place.copy_from_slice(&new.to_be_bytes());
    }
}

/// The packet quoted by an error, or its begin.
fn quoted(all: Permutations, bytes: &mut [u8]) {
    let old = bytes.to_vec();
    bytes.fill(0);
    let frame = Frame {
        id: FrameId { file: 0, number: 1 },
        time: Timestamp::ZERO,
        link_type: LinkType::RAW,
        data: &old,
        original_len: old.len() as u32,
    };
    let parts = anatomy(&frame, &Limits::default());
    let Some(Part::Ip(ip)) = parts.first() else {
        return;
    };
    let place = |range: &std::ops::Range<usize>| old.get(range.clone()).unwrap_or_default();
    let mut header = place(&ip.header).to_vec();
    let around = blank_ip_header(all, &mut header);
    ip_checksum(place(&ip.header), &mut header);
    let mut payload = place(&ip.payload).to_vec();
    let is_first = ip.fragment.is_none_or(|fragment| fragment.offset == 0);
    match ip.protocol {
        17 | 136 if is_first => {
            payload::datagram(all, ip.protocol == 136, around, &mut payload);
        }
        // Ports and numbers.
        6 | 132 if is_first => {
            let kept = payload.len().min(8);
            payload.iter_mut().skip(kept).for_each(|byte| *byte = 0);
        }
        _ => payload.fill(0),
    }
    for (range, new) in [(&ip.header, &header), (&ip.payload, &payload)] {
        if let Some(place) = bytes.get_mut(range.clone())
            && place.len() == new.len()
        {
            place.copy_from_slice(new);
        }
    }
}
