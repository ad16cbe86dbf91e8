//! ICMP errors (RFC 792, RFC 4443) and the packets they quote.

use std::net::SocketAddr;

use etherparse::{Icmpv4Slice, Icmpv6Slice, icmpv4, icmpv6, ip_number};

use crate::ip::{self, Packet};
use crate::{Flow, Limits, Transport, UnreachableReason};

/// An ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IcmpError<'a> {
    pub(crate) reason: UnreachableReason,
    /// The flow of the quoted packet.
    pub(crate) flow: Flow,
    /// What was quoted of the payload behind its UDP header; empty for TCP and SCTP.
    pub(crate) quoted: &'a [u8],
}

/// Reads an ICMP or ICMPv6 message, when it is an error about a UDP, TCP or SCTP packet.
pub(crate) fn error<'a>(packet: &Packet<'a>, limits: &Limits) -> Option<IcmpError<'a>> {
    let (reason, quote) = if packet.protocol == ip_number::ICMP {
        let message = Icmpv4Slice::from_slice(packet.payload).ok()?;
        let reason = reason_v4(message.type_u8(), message.code_u8())?;
        (reason, message.payload())
    } else {
        let message = Icmpv6Slice::from_slice(packet.payload).ok()?;
        let reason = reason_v6(message.type_u8(), message.code_u8())?;
        (reason, message.payload())
    };
    let quote = ip::parse(quote, limits).ok()?;
    if quote.fragment.is_some_and(|place| place.offset != 0) {
        return None;
    }
    let unfragmented = Packet {
        fragment: None,
        ..quote
    };
    let quote = ip::skip_extensions(unfragmented, limits).ok()?;
    let transport = match quote.protocol {
        ip_number::UDP => Transport::Udp,
        ip_number::TCP => Transport::Tcp,
        ip_number::SCTP => Transport::Sctp,
        _ => return None,
    };
    // RFC 792 quotes no more than 8 bytes of it: the ports, but no whole TCP header.
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
        _ => &[],
    };
    Some(IcmpError {
        reason,
        flow,
        quoted,
    })
}

/// RFC 792; RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1 for the later codes.
fn reason_v4(kind: u8, code: u8) -> Option<UnreachableReason> {
    use icmpv4::{TYPE_DEST_UNREACH, TYPE_PARAMETER_PROBLEM, TYPE_TIME_EXCEEDED};
    Some(match (kind, code) {
        (TYPE_DEST_UNREACH, 0 | 6 | 11) => UnreachableReason::Network,
        (TYPE_DEST_UNREACH, 1 | 7 | 8 | 12) => UnreachableReason::Host,
        (TYPE_DEST_UNREACH, 2 | 3) => UnreachableReason::Port,
        (TYPE_DEST_UNREACH, 4) => UnreachableReason::TooBig,
        (TYPE_DEST_UNREACH, 9 | 10 | 13) => UnreachableReason::Prohibited,
        (TYPE_TIME_EXCEEDED, _) => UnreachableReason::TimeExceeded,
        (TYPE_DEST_UNREACH | TYPE_PARAMETER_PROBLEM, _) => UnreachableReason::Other,
        _ => return None,
    })
}

/// RFC 4443 §3.
fn reason_v6(kind: u8, code: u8) -> Option<UnreachableReason> {
    use icmpv6::{
        TYPE_DST_UNREACH, TYPE_PACKET_TOO_BIG, TYPE_PARAMETER_PROBLEM, TYPE_TIME_EXCEEDED,
    };
    Some(match (kind, code) {
        (TYPE_DST_UNREACH, 0 | 6) => UnreachableReason::Network,
        (TYPE_DST_UNREACH, 1 | 5) => UnreachableReason::Prohibited,
        (TYPE_DST_UNREACH, 3) => UnreachableReason::Host,
        (TYPE_DST_UNREACH, 4) | (TYPE_PARAMETER_PROBLEM, 1) => UnreachableReason::Port,
        (TYPE_PACKET_TOO_BIG, _) => UnreachableReason::TooBig,
        (TYPE_TIME_EXCEEDED, _) => UnreachableReason::TimeExceeded,
        (TYPE_DST_UNREACH | TYPE_PARAMETER_PROBLEM, _) => UnreachableReason::Other,
        _ => return None,
    })
}
