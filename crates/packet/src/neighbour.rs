//! Address resolution: ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{ArpOperation, ArpPacketSlice, EtherType, Icmpv6Slice, icmpv6};

use crate::Neighbour;
use crate::ip::Packet;
use crate::seen::Seen;

/// Reads an ARP packet about IPv4 addresses.
pub(crate) fn arp(data: &[u8], seen: Seen) -> Option<Neighbour> {
    let packet = ArpPacketSlice::from_slice(data).ok()?;
    if packet.proto_addr_type() != EtherType::IPV4 {
        return None;
    }
    let is_reply = match packet.operation() {
        ArpOperation::REQUEST => false,
        ArpOperation::REPLY => true,
        _ => return None,
    };
    // Four bytes, or it is no address of IPv4.
    let address = |bytes: &[u8]| -> Option<IpAddr> {
        let bytes: [u8; 4] = bytes.try_into().ok()?;
        Some(IpAddr::V4(Ipv4Addr::from(bytes)))
    };
    Some(Neighbour {
        sender: address(packet.sender_protocol_addr())?,
        target: address(packet.target_protocol_addr())?,
        is_reply,
        time: seen.time,
        frame: seen.frame,
    })
}

/// Reads a neighbour solicitation or advertisement.
pub(crate) fn discovery(packet: &Packet<'_>, seen: Seen) -> Option<Neighbour> {
    let message = Icmpv6Slice::from_slice(packet.payload).ok()?;
    let is_reply = match message.type_u8() {
        icmpv6::TYPE_NEIGHBOR_SOLICITATION => false,
        icmpv6::TYPE_NEIGHBOR_ADVERTISEMENT => true,
        _ => return None,
    };
    let target: [u8; 16] = message.payload().get(..16)?.try_into().ok()?;
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
