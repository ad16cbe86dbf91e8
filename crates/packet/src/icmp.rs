//! ICMP errors (RFC 792, RFC 4443) and the packets they quote.

use std::net::SocketAddr;

use crate::ip::{self, Packet, protocol};
use crate::{Flow, Limits, Transport, UnreachableReason};

/// The header in front of the quoted packet, in bytes.
const HEADER: usize = 8;

/// An ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IcmpError<'a> {
    pub(crate) reason: UnreachableReason,
    /// The flow of the quoted packet.
    pub(crate) flow: Flow,
    /// What was quoted of the payload behind its UDP header; empty for TCP.
    pub(crate) quoted: &'a [u8],
}

/// Reads an ICMP or ICMPv6 message, when it is an error about a UDP or TCP packet.
pub(crate) fn error<'a>(packet: &Packet<'a>, limits: &Limits) -> Option<IcmpError<'a>> {
    let &[kind, code, ..] = packet.payload else {
        return None;
    };
    let reason = match packet.protocol {
        protocol::ICMP => reason_v4(kind, code)?,
        _ => reason_v6(kind, code)?,
    };
    let quote = ip::parse(packet.payload.get(HEADER..)?, limits).ok()?;
    if quote.fragment.is_some_and(|place| place.offset != 0) {
        return None;
    }
    let unfragmented = Packet {
        fragment: None,
        ..quote
    };
    let quote = ip::skip_extensions(unfragmented, limits).ok()?;
    let transport = match quote.protocol {
        protocol::UDP => Transport::Udp,
        protocol::TCP => Transport::Tcp,
        _ => return None,
    };
    let &[a, b, c, d, ..] = quote.payload else {
        return None;
    };
    let flow = Flow {
        source: SocketAddr::new(quote.source, u16::from_be_bytes([a, b])),
        destination: SocketAddr::new(quote.destination, u16::from_be_bytes([c, d])),
        transport,
    };
    let quoted = match transport {
        Transport::Udp => quote.payload.get(8..).unwrap_or_default(),
        Transport::Tcp => &[],
    };
    Some(IcmpError {
        reason,
        flow,
        quoted,
    })
}

/// RFC 792; RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1 for the later codes.
fn reason_v4(kind: u8, code: u8) -> Option<UnreachableReason> {
    Some(match (kind, code) {
        (3, 0 | 6 | 11) => UnreachableReason::Network,
        (3, 1 | 7 | 8 | 12) => UnreachableReason::Host,
        (3, 2 | 3) => UnreachableReason::Port,
        (3, 4) => UnreachableReason::TooBig,
        (3, 9 | 10 | 13) => UnreachableReason::Prohibited,
        (11, _) => UnreachableReason::TimeExceeded,
        (3 | 12, _) => UnreachableReason::Other,
        _ => return None,
    })
}

/// RFC 4443 §3.
fn reason_v6(kind: u8, code: u8) -> Option<UnreachableReason> {
    Some(match (kind, code) {
        (1, 0 | 6) => UnreachableReason::Network,
        (1, 1 | 5) => UnreachableReason::Prohibited,
        (1, 3) => UnreachableReason::Host,
        (1, 4) | (4, 1) => UnreachableReason::Port,
        (2, _) => UnreachableReason::TooBig,
        (3, _) => UnreachableReason::TimeExceeded,
        (1 | 4, _) => UnreachableReason::Other,
        _ => return None,
    })
}
