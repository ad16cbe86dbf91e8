//! IPv6 with its extension headers, IP in IP, fragments, UDP-Lite.

use std::net::{Ipv4Addr, Ipv6Addr};

use sipwhy_packet::LinkType;

use super::outer::{frame, in_ipv4, in_ipv6, ipv6};
use super::{Encapsulation, Sent, Way};
use crate::wire;

const UDP: u8 = 17;
const UDP_LITE: u8 = 136;
/// Octets of an IPv4 header without options, of an IPv6 header, and of a UDP header.
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
/// Octets of a fragment.
const PIECE: usize = 120;

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;

const fn ip4(name: &'static str, wrap: fn(&[u8]) -> Vec<u8>) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Packet(wrap))
}

const fn ip6(name: &'static str, wrap: fn(&[u8]) -> Vec<u8>) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Packet6(wrap))
}

const fn pieces(name: &'static str, split: fn(&Sent, u16) -> Vec<Vec<u8>>) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Message(split))
}

pub(super) static WAYS: &[Encapsulation] = &[
    ip4("IPv4 with options", |packet| frame(&with_options(packet))),
    ip6("IPv6", frame),
    ip6("IPv6, hop-by-hop options", |packet| {
        extended(packet, &[HOP_BY_HOP])
    }),
    ip6("IPv6, destination options", |packet| {
        extended(packet, &[DESTINATION])
    }),
    ip6("IPv6, routing header", |packet| {
        extended(packet, &[ROUTING])
    }),
    ip6("IPv6, fragment header of a whole datagram", |packet| {
        extended(packet, &[FRAGMENT])
    }),
    ip6("IPv6, authentication header", |packet| {
        extended(packet, &[AUTHENTICATION])
    }),
    ip6("IPv6, five extension headers", |packet| {
        let headers = [HOP_BY_HOP, DESTINATION, ROUTING, FRAGMENT, AUTHENTICATION];
        extended(packet, &headers)
    }),
    ip4("IPv4 in IPv4 (4in4)", |packet| in_ipv4(4, packet)),
    ip6("IPv6 in IPv4 (6in4)", |packet| in_ipv4(41, packet)),
    ip4("IPv4 in IPv6 (4in6)", |packet| in_ipv6(4, packet)),
    ip6("IPv6 in IPv6 (6in6)", |packet| in_ipv6(41, packet)),
    pieces("UDP-Lite", |sent, id| vec![udp_lite(sent, id)]),
    pieces("IPv4 fragments", |sent, id| fragments(&sent.ipv4(id), 0)),
    pieces("IPv4 fragments, reversed", |sent, id| {
        reversed(fragments(&sent.ipv4(id), 0))
    }),
    pieces("IPv4 fragments, overlapping", |sent, id| {
        fragments(&sent.ipv4(id), 16)
    }),
    pieces("IPv6 fragments", |sent, id| fragments6(&udp6(sent), id)),
    pieces("IPv6 fragments, reversed", |sent, id| {
        reversed(fragments6(&udp6(sent), id))
    }),
];

/// The IPv6 address that stands for an IPv4 one.
fn in_v6(address: Ipv4Addr) -> Ipv6Addr {
    let [a, b, c, d] = address.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, high, low)
}

/// A message as a UDP datagram in an IPv6 packet; its addresses are IPv6 within too.
pub(super) fn udp6(sent: &Sent) -> Vec<u8> {
    let (from, to) = (in_v6(*sent.from.ip()), in_v6(*sent.to.ip()));
    let mut text = String::from_utf8_lossy(&sent.message).into_owned();
    for address in [sent.from.ip(), sent.to.ip()] {
        text = text.replace(&address.to_string(), &format!("[{}]", in_v6(*address)));
    }
    let length = wire::length(8 + text.len());
    let mut datagram = Vec::new();
    datagram.extend(sent.from.port().to_be_bytes());
    datagram.extend(sent.to.port().to_be_bytes());
    datagram.extend(length.to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(text.as_bytes());
    let [high, low] = length.to_be_bytes();
    let pseudo = [
        from.octets().as_slice(),
        &to.octets(),
        &[0, 0, high, low, 0, 0, 0, UDP],
    ]
    .concat();
    let sum = wire::checksum(&[&pseudo, &datagram]);
    datagram[6..8].copy_from_slice(&sum.to_be_bytes());
    ipv6((from, to), UDP, &datagram)
}

/// RFC 791 §3.1: a router alert, and the header two words longer.
fn with_options(packet: &[u8]) -> Vec<u8> {
    let (header, rest) = packet.split_at(IPV4_HEADER);
    let mut header = header.to_vec();
    header[0] = 0x47;
    header[2..4].copy_from_slice(&wire::length(packet.len() + 8).to_be_bytes());
    header[10..12].copy_from_slice(&[0, 0]);
    // A router alert (RFC 2113), three times nothing, and the end of the list.
    header.extend([0x94, 4, 0, 0, 1, 1, 1, 0]);
    let sum = wire::checksum(&[&header]);
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    header.extend(rest);
    header
}

/// Extension headers (RFC 8200 §4) between an IPv6 header and what it carries, on Ethernet.
fn extended(packet: &[u8], headers: &[u8]) -> Vec<u8> {
    let (fixed, payload) = packet.split_at(IPV6_HEADER);
    let mut extensions = Vec::new();
    for (place, header) in headers.iter().enumerate() {
        let next = headers.get(place + 1).copied().unwrap_or(fixed[6]);
        match *header {
            // Type 2 (RFC 6275 §6.4), no segments left, a home address.
            ROUTING => {
                extensions.extend([next, 2, 2, 0, 0, 0, 0, 0]);
                extensions.extend(&fixed[24..40]);
            }
            // The one fragment of its datagram (RFC 6946).
            FRAGMENT => extensions.extend([next, 0, 0, 0, 0, 0, 0, 9]),
            // RFC 4302 §2: its length in words less two, SPI, number, twelve octets of check value.
            AUTHENTICATION => {
                extensions.extend([next, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
                extensions.extend([0xaa; 12]);
            }
            // Four octets of padding, PadN.
            _ => extensions.extend([next, 0, 1, 4, 0, 0, 0, 0]),
        }
    }
    let mut longer = fixed.to_vec();
    longer[4..6].copy_from_slice(&wire::length(extensions.len() + payload.len()).to_be_bytes());
    longer[6] = headers.first().copied().unwrap_or(fixed[6]);
    longer.extend(extensions);
    longer.extend(payload);
    frame(&longer)
}

/// RFC 3828: as UDP, but the length says how much the checksum covers; here, the header alone.
fn udp_lite(sent: &Sent, id: u16) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(sent.from.port().to_be_bytes());
    header.extend(sent.to.port().to_be_bytes());
    header.extend([0, 8, 0, 0]);
    let [high, low] = wire::length(8 + sent.message.len()).to_be_bytes();
    let pseudo = [
        sent.from.ip().octets().as_slice(),
        &sent.to.ip().octets(),
        &[0, UDP_LITE, high, low],
    ]
    .concat();
    let sum = wire::checksum(&[&pseudo, &header]);
    header[6..8].copy_from_slice(&sum.to_be_bytes());
    header.extend(&sent.message);
    wire::ipv4((*sent.from.ip(), *sent.to.ip()), UDP_LITE, id, &header)
}

fn reversed(mut packets: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    packets.reverse();
    packets
}

/// Cuts an IPv4 packet into fragments, each of which repeats `overlap` octets of the one before.
fn fragments(packet: &[u8], overlap: usize) -> Vec<Vec<u8>> {
    let (header, payload) = packet.split_at(IPV4_HEADER);
    let fragment = |begin: usize| {
        let from = begin.saturating_sub(overlap);
        let to = payload.len().min(begin + PIECE);
        let more = u16::from(to < payload.len()) << 13;
        let place = more | wire::length(from / 8);
        let mut fragment = header.to_vec();
        fragment[2..4].copy_from_slice(&wire::length(IPV4_HEADER + to - from).to_be_bytes());
        fragment[6..8].copy_from_slice(&place.to_be_bytes());
        fragment[10..12].copy_from_slice(&[0, 0]);
        let sum = wire::checksum(&[&fragment]);
        fragment[10..12].copy_from_slice(&sum.to_be_bytes());
        fragment.extend(&payload[from..to]);
        fragment
    };
    (0..payload.len()).step_by(PIECE).map(fragment).collect()
}

/// Cuts an IPv6 packet into fragments (RFC 8200 §4.5).
fn fragments6(packet: &[u8], id: u16) -> Vec<Vec<u8>> {
    let (header, payload) = packet.split_at(IPV6_HEADER);
    let fragment = |from: usize| {
        let to = payload.len().min(from + PIECE);
        let place = wire::length(from) | u16::from(to < payload.len());
        let mut fragment = header.to_vec();
        fragment[4..6].copy_from_slice(&wire::length(8 + to - from).to_be_bytes());
        fragment[6] = FRAGMENT;
        fragment.extend([UDP, 0]);
        fragment.extend(place.to_be_bytes());
        fragment.extend(u32::from(id).to_be_bytes());
        fragment.extend(&payload[from..to]);
        fragment
    };
    (0..payload.len()).step_by(PIECE).map(fragment).collect()
}
