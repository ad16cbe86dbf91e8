//! Address resolution: ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::Neighbour;
use crate::ip::Packet;
use crate::seen::Seen;

/// Reads an ARP packet about IPv4 addresses.
pub(crate) fn arp(data: &[u8], seen: Seen) -> Option<Neighbour> {
    const IPV4: [u8; 2] = [0x08, 0x00];
    const IPV4_LEN: u8 = 4;
    let (header, addresses) = data.split_first_chunk::<8>()?;
    if header[2..4] != IPV4 || header[5] != IPV4_LEN {
        return None;
    }
    let is_reply = match header[6..8] {
        [0, 1] => false,
        [0, 2] => true,
        _ => return None,
    };
    let hardware_len = usize::from(header[4]);
    let address = |at: usize| -> Option<IpAddr> {
        let bytes: [u8; 4] = addresses.get(at..at + 4)?.try_into().ok()?;
        Some(IpAddr::V4(Ipv4Addr::from(bytes)))
    };
    let sender = address(hardware_len)?;
    let target = address(2 * hardware_len + 4)?;
    Some(Neighbour {
        sender,
        target,
        is_reply,
        time: seen.time,
        frame: seen.frame,
    })
}

/// Reads a neighbour solicitation or advertisement.
pub(crate) fn discovery(packet: &Packet<'_>, seen: Seen) -> Option<Neighbour> {
    const SOLICITATION: u8 = 135;
    const ADVERTISEMENT: u8 = 136;
    let is_reply = match *packet.payload.first()? {
        SOLICITATION => false,
        ADVERTISEMENT => true,
        _ => return None,
    };
    let target: [u8; 16] = packet.payload.get(8..24)?.try_into().ok()?;
    let target = IpAddr::V6(Ipv6Addr::from(target));
    // An advertisement answers for its target, which need not be the address it was sent from.
    let (sender, target) = if is_reply {
        (target, packet.destination)
    } else {
        (packet.source, target)
    };
    Some(Neighbour {
        sender,
        target,
        is_reply,
        time: seen.time,
        frame: seen.frame,
    })
}
