//! Telling what bytes are where no field says so.

use etherparse::{EtherType, ether_type};

use super::{ether_type as numbers, llc};
use crate::checksum;

/// Whether bytes are the start of an IP packet beyond reasonable doubt: the header's checksum is
/// right, or for IPv6, which has none, its length. `missing` bytes at its end were not captured.
pub(crate) fn is_ip(data: &[u8], missing: u32) -> bool {
    const V6_HEADER: u64 = 40;
    match data {
        [first, ..] if first >> 4 == 4 => {
            let length = usize::from(first & 0x0f) * 4;
            length >= 20 && data.get(..length).is_some_and(checksum::is_right)
        }
        [first, _, _, _, high, low, ..] if first >> 4 == 6 => {
            let length = V6_HEADER + u64::from(u16::from_be_bytes([*high, *low]));
            length == data.len() as u64 + u64::from(missing)
        }
        _ => false,
    }
}

/// Whether bytes may be the start of an IP packet of either version.
pub(crate) fn may_be_ip(data: &[u8]) -> bool {
    data.first()
        .is_some_and(|first| matches!(first, 0x45..=0x4f | 0x60..=0x6f))
}

/// Whether bytes are the start of an Ethernet frame by its type, and by the first byte behind it.
pub(crate) fn is_ethernet(data: &[u8]) -> bool {
    let Some((&[.., high, low], rest)) = data.split_first_chunk::<14>() else {
        return false;
    };
    let version = rest.first().map(|first| first >> 4);
    let number = EtherType(u16::from_be_bytes([high, low]));
    match number {
        ether_type::IPV4 => version == Some(4),
        ether_type::IPV6 => version == Some(6),
        // Ethernet and IPv4.
        ether_type::ARP => rest.starts_with(&[0, 1, 8, 0]),
        EtherType(0..=1500) => llc::is_usual(rest),
        number => numbers::is_known(number),
    }
}
