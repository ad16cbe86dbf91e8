//! The headers that tunnels are put into.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};

use crate::wire;

/// The ends of every tunnel.
const ENDS: (Ipv4Addr, Ipv4Addr) = (Ipv4Addr::new(172, 16, 0, 1), Ipv4Addr::new(172, 16, 0, 2));
const ENDS_6: (Ipv6Addr, Ipv6Addr) = (
    Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, 1),
    Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, 2),
);

/// Two hardware addresses.
pub(super) const STATIONS: [u8; 12] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

pub(super) const IPV4: u16 = 0x0800;
pub(super) const IPV6: u16 = 0x86dd;

/// The EtherType of an IP packet.
pub(super) fn ether_type(packet: &[u8]) -> u16 {
    match packet.first() {
        Some(first) if first >> 4 == 6 => IPV6,
        _ => IPV4,
    }
}

/// An Ethernet frame.
pub(super) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = STATIONS.to_vec();
    frame.extend(ether_type.to_be_bytes());
    frame.extend(payload);
    frame
}

/// An Ethernet frame with an IP packet of either version.
pub(super) fn frame(packet: &[u8]) -> Vec<u8> {
    ethernet(ether_type(packet), packet)
}

/// An IPv4 packet between the ends of a tunnel, on Ethernet.
pub(super) fn in_ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    frame(&wire::ipv4(ENDS, protocol, 7, payload))
}

/// An IPv6 packet between the ends of a tunnel, on Ethernet.
pub(super) fn in_ipv6(next_header: u8, payload: &[u8]) -> Vec<u8> {
    frame(&ipv6(ENDS_6, next_header, payload))
}

/// A UDP datagram between the ends of a tunnel, on Ethernet.
pub(super) fn in_udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let from = SocketAddrV4::new(ENDS.0, 49_152);
    frame(&wire::udp(
        from,
        SocketAddrV4::new(ENDS.1, port),
        7,
        payload,
    ))
}

/// An IPv6 packet.
pub(super) fn ipv6((from, to): (Ipv6Addr, Ipv6Addr), next_header: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(wire::length(payload.len()).to_be_bytes());
    packet.extend([next_header, 64]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    packet.extend(payload);
    packet
}
