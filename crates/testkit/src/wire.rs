//! Packets as bytes, from the inside out.

use std::net::{Ipv4Addr, SocketAddrV4};

/// Octets of an IPv4 header without options.
const IP_HEADER: usize = 20;
/// Octets of a datagram that an ICMP error quotes; more than RFC 792 asks for, as RFC 1812 allows.
const QUOTED: usize = 548;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ESP: u8 = 50;

/// TCP flags (RFC 9293 §3.1).
pub(crate) mod flags {
    pub(crate) const FIN: u8 = 0x01;
    pub(crate) const SYN: u8 = 0x02;
    pub(crate) const RST: u8 = 0x04;
    pub(crate) const PSH: u8 = 0x08;
    pub(crate) const ACK: u8 = 0x10;
}

/// What an ICMP error says, by type and code (RFC 792, RFC 1812 §5.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icmp {
    /// No route to the network.
    Network,
    /// The host does not answer.
    Host,
    /// Nothing listens on the port.
    Port,
    /// A filter forbids it.
    Prohibited,
    /// Too big for the path, and not to be fragmented.
    TooBig,
    /// The hop limit ran out.
    TimeExceeded,
}

impl Icmp {
    /// The words of a ladder for it.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "network" => Self::Network,
            "host" => Self::Host,
            "port" => Self::Port,
            "prohibited" => Self::Prohibited,
            "too-big" => Self::TooBig,
            "time-exceeded" => Self::TimeExceeded,
            _ => return None,
        })
    }

    const fn type_and_code(self) -> [u8; 2] {
        match self {
            Self::Network => [3, 0],
            Self::Host => [3, 1],
            Self::Port => [3, 3],
            Self::Prohibited => [3, 13],
            Self::TooBig => [3, 4],
            Self::TimeExceeded => [11, 0],
        }
    }
}

/// A TCP segment's header, as far as it varies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) from: SocketAddrV4,
    pub(crate) to: SocketAddrV4,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: u32,
    pub(crate) flags: u8,
}

/// An IPv4 packet with a UDP datagram.
pub(crate) fn udp(from: SocketAddrV4, to: SocketAddrV4, id: u16, payload: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::with_capacity(8 + payload.len());
    datagram.extend(from.port().to_be_bytes());
    datagram.extend(to.port().to_be_bytes());
    datagram.extend(length(8 + payload.len()).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(payload);
    seal(&mut datagram, 6, (*from.ip(), *to.ip()), UDP);
    ipv4((*from.ip(), *to.ip()), UDP, id, &datagram)
}

/// An IPv4 packet with a TCP segment.
pub(crate) fn tcp(segment: &Segment, id: u16, payload: &[u8]) -> Vec<u8> {
    let Segment { from, to, .. } = segment;
    let mut bytes = Vec::with_capacity(20 + payload.len());
    bytes.extend(from.port().to_be_bytes());
    bytes.extend(to.port().to_be_bytes());
    bytes.extend(segment.sequence.to_be_bytes());
    bytes.extend(segment.acknowledged.to_be_bytes());
    // Five words of header; a window of 64 kB; no urgent data.
    bytes.extend([0x50, segment.flags, 0xff, 0xff, 0, 0, 0, 0]);
    bytes.extend(payload);
    seal(&mut bytes, 16, (*from.ip(), *to.ip()), TCP);
    ipv4((*from.ip(), *to.ip()), TCP, id, &bytes)
}

/// An IPv4 packet with an ICMP error about `packet`.
pub(crate) fn icmp(from: Ipv4Addr, to: Ipv4Addr, id: u16, icmp: Icmp, packet: &[u8]) -> Vec<u8> {
    let mut bytes = icmp.type_and_code().to_vec();
    bytes.extend([0; 6]);
    bytes.extend(&packet[..packet.len().min(QUOTED)]);
    let sum = checksum(&[&bytes]);
    bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    ipv4((from, to), ICMP, id, &bytes)
}

/// An IPv4 packet with an encapsulated security payload of no meaning (RFC 4303).
pub(crate) fn esp(from: Ipv4Addr, to: Ipv4Addr, id: u16) -> Vec<u8> {
    let index = 0x5eed_u32.to_be_bytes();
    let sequence = u32::from(id).to_be_bytes();
    let payload = [0xa7; 64];
    ipv4(
        (from, to),
        ESP,
        id,
        &[&index[..], &sequence, &payload].concat(),
    )
}

/// An Ethernet frame with an IPv4 packet.
pub(crate) fn ethernet(packet: &[u8]) -> Vec<u8> {
    let address = |from: usize| -> [u8; 4] {
        let mut octets = [0; 4];
        octets.copy_from_slice(&packet[from..from + 4]);
        octets
    };
    let mut frame = Vec::with_capacity(14 + packet.len());
    frame.extend(hardware(address(16)));
    frame.extend(hardware(address(12)));
    frame.extend([0x08, 0x00]);
    frame.extend(packet);
    frame
}

/// An Ethernet frame with an ARP request, or the reply to one (RFC 826).
pub(crate) fn arp(from: Ipv4Addr, to: Ipv4Addr, is_reply: bool) -> Vec<u8> {
    let (sender, target) = (from.octets(), to.octets());
    let wanted = if is_reply { hardware(target) } else { [0; 6] };
    let receiver = if is_reply { wanted } else { [0xff; 6] };
    let mut frame = Vec::with_capacity(42);
    frame.extend(receiver);
    frame.extend(hardware(sender));
    frame.extend([
        0x08,
        0x06,
        0,
        1,
        0x08,
        0x00,
        6,
        4,
        0,
        1 + u8::from(is_reply),
    ]);
    frame.extend(hardware(sender));
    frame.extend(sender);
    frame.extend(wanted);
    frame.extend(target);
    frame
}

/// A locally administered hardware address made from a host's own.
pub(crate) fn hardware(address: [u8; 4]) -> [u8; 6] {
    let [a, b, c, d] = address;
    [0x02, 0, a, b, c, d]
}

pub(crate) fn ipv4(
    (from, to): (Ipv4Addr, Ipv4Addr),
    protocol: u8,
    id: u16,
    payload: &[u8],
) -> Vec<u8> {
    let mut packet = Vec::with_capacity(IP_HEADER + payload.len());
    packet.extend([0x45, 0]);
    packet.extend(length(IP_HEADER + payload.len()).to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend([0, 0, 64, protocol, 0, 0]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    let sum = checksum(&[&packet]);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet.extend(payload);
    packet
}

/// An IPv4 packet cut into fragments that fit into 1500 octets each (RFC 791 §3.2).
pub(crate) fn fragments(packet: &[u8]) -> Vec<Vec<u8>> {
    /// Octets in a fragment: a multiple of 8.
    const PIECE: usize = 1480;
    const MORE: u16 = 0x2000;
    let (header, payload) = packet.split_at(IP_HEADER);
    let count = payload.len().div_ceil(PIECE);
    let cut = |(place, piece): (usize, &[u8])| {
        let more = if place + 1 < count { MORE } else { 0 };
        let offset = length(place * PIECE / 8) | more;
        let mut fragment = header.to_vec();
        fragment[2..4].copy_from_slice(&length(IP_HEADER + piece.len()).to_be_bytes());
        fragment[6..8].copy_from_slice(&offset.to_be_bytes());
        fragment[10..12].fill(0);
        let sum = checksum(&[&fragment]);
        fragment[10..12].copy_from_slice(&sum.to_be_bytes());
        fragment.extend(piece);
        fragment
    };
    payload.chunks(PIECE).enumerate().map(cut).collect()
}

/// Fills in the checksum of a UDP or TCP header, `place` octets into it.
pub(crate) fn seal(bytes: &mut [u8], place: usize, (from, to): (Ipv4Addr, Ipv4Addr), protocol: u8) {
    let mut pseudo = Vec::with_capacity(12);
    pseudo.extend(from.octets());
    pseudo.extend(to.octets());
    pseudo.extend([0, protocol]);
    pseudo.extend(length(bytes.len()).to_be_bytes());
    let sum = checksum(&[&pseudo, bytes]);
    bytes[place..place + 2].copy_from_slice(&sum.to_be_bytes());
}

/// The Internet checksum (RFC 1071). Every part but the last has an even length.
pub(crate) fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        let low = pair.get(1).copied().unwrap_or(0);
        sum += u32::from(u16::from_be_bytes([pair[0], low]));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// What a length field says; a packet longer than it can say is a fault of the test.
pub(crate) fn length(octets: usize) -> u16 {
    u16::try_from(octets).unwrap_or(u16::MAX)
}
