//! HEP, by which agents send copies of messages to a collector
//! (<https://github.com/sipcapture/HEP>).

use std::net::{Ipv4Addr, SocketAddrV4};

use sipwhy_packet::LinkType;

use super::{Encapsulation, Sent, Way};
use crate::recording::BEGIN;
use crate::wire;

const AGENT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(172, 16, 0, 1), 40_000);
const COLLECTOR: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(172, 16, 0, 2), 9060);

const INTERNET: u8 = 2;
const UDP: u8 = 17;
const SIP: u8 = 1;
/// Chunk types of HEP 3.
const PAYLOAD: u16 = 15;
const COMPRESSED_PAYLOAD: u16 = 16;

const fn way(name: &'static str, split: fn(&Sent, u16) -> Vec<Vec<u8>>) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Message(split))
}

pub(super) static WAYS: &[Encapsulation] = &[
    way("HEP 2", |sent, id| to_collector(id, &hep2(sent))),
    way("HEP 3", |sent, id| {
        to_collector(id, &hep3(sent, PAYLOAD, &sent.message))
    }),
    way("HEP 3, compressed", |sent, id| {
        to_collector(id, &hep3(sent, COMPRESSED_PAYLOAD, &zlib(&sent.message)))
    }),
];

fn to_collector(id: u16, payload: &[u8]) -> Vec<Vec<u8>> {
    vec![wire::udp(AGENT, COLLECTOR, id, payload)]
}

/// Seconds and microseconds of the message's time.
fn time(sent: &Sent) -> [u32; 2] {
    let micros = BEGIN.as_nanos() / 1000 + u64::from(sent.at.subsec_micros());
    let seconds = micros / 1_000_000 + sent.at.as_secs();
    [
        u32::try_from(seconds).unwrap_or_default(),
        u32::try_from(micros % 1_000_000).unwrap_or_default(),
    ]
}

/// The header, addresses, and a time in the byte order of the agent, here little-endian.
fn hep2(sent: &Sent) -> Vec<u8> {
    let mut packet = vec![2, 28, INTERNET, UDP];
    packet.extend(sent.from.port().to_be_bytes());
    packet.extend(sent.to.port().to_be_bytes());
    packet.extend(sent.from.ip().octets());
    packet.extend(sent.to.ip().octets());
    for word in time(sent) {
        packet.extend(word.to_le_bytes());
    }
    // The agent's number, and two octets that fill up the word.
    packet.extend([7, 0, 0, 0]);
    packet.extend(&sent.message);
    packet
}

/// Chunks of a vendor, a type, a length and a value.
fn hep3(sent: &Sent, kind: u16, payload: &[u8]) -> Vec<u8> {
    let [seconds, micros] = time(sent).map(u32::to_be_bytes);
    let (from, to) = (sent.from.ip().octets(), sent.to.ip().octets());
    let ports = [sent.from.port(), sent.to.port()].map(u16::to_be_bytes);
    let chunks: [(u16, &[u8]); 11] = [
        (1, &[INTERNET]),
        (2, &[UDP]),
        (3, &from),
        (4, &to),
        (7, &ports[0]),
        (8, &ports[1]),
        (9, &seconds),
        (10, &micros),
        (11, &[SIP]),
        (12, &[0, 0, 0, 7]),
        (kind, payload),
    ];
    let mut packet = b"HEP3".to_vec();
    let length: usize = chunks.iter().map(|(_, value)| 6 + value.len()).sum();
    packet.extend(wire::length(6 + length).to_be_bytes());
    for (kind, value) in chunks {
        packet.extend([0, 0]);
        packet.extend(kind.to_be_bytes());
        packet.extend(wire::length(6 + value.len()).to_be_bytes());
        packet.extend(value);
    }
    packet
}

/// RFC 1950 around one stored block (RFC 1951 §3.2.4).
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let length = wire::length(bytes.len());
    let mut packed = vec![0x78, 0x01, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(bytes);
    let (mut one, mut other) = (1_u32, 0_u32);
    for byte in bytes {
        one = (one + u32::from(*byte)) % 65_521;
        other = (other + one) % 65_521;
    }
    packed.extend((other << 16 | one).to_be_bytes());
    packed
}
