//! HEP, the Homer Encapsulation Protocol: messages that an agent captured elsewhere, sent on with
//! the addresses and the time that they had there.
//!
//! Version 3 (also called EEP) is a list of chunks behind the letters `HEP3`; versions 1 and 2 are
//! fixed headers. Which one it is shows in the bytes, and so does whether it is HEP at all: the
//! port tells little, since agents send to 9060 and to 5060 alike.

mod compressed;
mod fixed;
mod lag;
mod v3;
mod written;

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(crate) use lag::Lag;
pub(crate) use v3::MAGIC;
pub use v3::{Frame as HepFrame, frame_len as hep_frame_len};
pub use written::{HepContent, HepPacket, HepTooLong};

use crate::out::Out;
use crate::seen::Seen;
use crate::{
    Captured, DatagramMark, Event, Flow, GapKind, Limits, Timestamp, Transport, Undecoded,
};

/// The ports that HEP is sent to: 9060 in the clear; agents take 9061 for a second collector.
const HEP_PORTS: [u16; 2] = [9060, 9061];

/// No capture agent is older than this: 2000-01-01T00:00:00Z.
const EARLIEST: Timestamp = Timestamp::from_nanos(946_684_800 * 1_000_000_000);

/// How far an agent's clock may be from the capture's and still be believed.
const LARGEST_SKEW: Duration = Duration::from_secs(3600);

/// What an agent says it sends: SIP, by the list of protocol types of HEP 3.
const TYPE_SIP: u8 = 1;

/// A message as an agent captured it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hep<'a> {
    /// Who sent the message to whom. Agents may leave the addresses out.
    pub(crate) flow: Option<Flow>,
    /// The number of the IP protocol that carried it, or what agents put in its place.
    pub(crate) protocol: u8,
    /// When the agent captured it.
    pub(crate) time: Option<Timestamp>,
    /// What the agent says it is; [`TYPE_SIP`] for SIP.
    pub(crate) kind: Option<u8>,
    /// The message, as much of it as was captured.
    pub(crate) payload: Cow<'a, [u8]>,
    /// Bytes of it that were not. 1 when it is not known how many.
    pub(crate) missing: u32,
}

/// Whether a datagram to this port is HEP, whatever ports SIP is expected on.
pub(crate) fn is_hep_port(port: u16) -> bool {
    HEP_PORTS.contains(&port)
}

/// Whether a payload is HEP, by what it starts with. No SIP message starts like this, and a header
/// of version 1 or 2 must lead to one.
#[inline]
pub(crate) fn is_hep(payload: &[u8]) -> bool {
    match payload.first() {
        Some(b'H') => payload.starts_with(v3::MAGIC),
        Some(1 | 2) => fixed::parse(payload, 0).is_some(),
        _ => false,
    }
}

/// Reads a HEP packet of any version, of which `missing` bytes were not captured.
pub(crate) fn parse<'a>(
    data: &'a [u8],
    missing: u32,
    limits: &Limits,
) -> Result<Hep<'a>, Undecoded> {
    if data.starts_with(v3::MAGIC) {
        v3::parse(data, missing, limits)
    } else {
        fixed::parse(data, missing).ok_or(Undecoded::BadHeader)
    }
}

/// Where a HEP packet was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighting {
    /// The frame that its first byte was in.
    pub(crate) first: Seen,
    /// The frame that completed it.
    pub(crate) last: Seen,
}

/// Tells the message in a HEP packet, of which `missing` bytes were not captured.
///
/// The message's time is the agent's, which is that of the wire; but not one from before 2000 or
/// more than an hour away from when the packet came: that clock is not set, and mixing it with
/// others would order everything wrongly. Then the packet's time has to do.
pub(crate) fn receive<S: FnMut(Event<'_>)>(
    data: &[u8],
    missing: u32,
    sighting: Sighting,
    out: &mut Out<'_, S>,
) {
    let Sighting { first, last } = sighting;
    out.counters.hep += 1;
    let hep = match parse(data, missing, &out.config.limits) {
        Ok(hep) => hep,
        Err(reason) => {
            out.counters.miss(reason, data.len(), last.frame);
            // It may have been a message, of nobody knows which flow.
            return out.tell(Event::gap(None, GapKind::Undecoded, last));
        }
    };
    let is_sip = sipwhy_parser::looks_like_sip(&hep.payload);
    let reason = match (hep.kind, hep.flow) {
        (Some(kind), _) if kind != TYPE_SIP => Some(Undecoded::HepNotSip(kind)),
        _ if !is_sip && crate::udp::is_keep_alive(&hep.payload) => Some(Undecoded::KeepAlive),
        _ if !is_sip && hep.missing > 0 => Some(Undecoded::Truncated),
        _ if !is_sip => Some(Undecoded::NotSip),
        (_, None) => Some(Undecoded::BadHeader),
        _ => None,
    };
    let flow = match (reason, hep.flow) {
        (None, Some(flow)) => flow,
        (reason, _) => {
            let reason = reason.unwrap_or(Undecoded::BadHeader);
            return out.counters.miss(reason, hep.payload.len(), last.frame);
        }
    };
    let time = hep
        .time
        .filter(|&time| is_plausible(time, last.time))
        .unwrap_or(last.time);
    out.lag.note(time, last.time);
    out.counters.hep_messages += 1;
    out.counters.cut_messages += u64::from(hep.missing > 0);
    let bytes = sipwhy_parser::skip_line_ends(&hep.payload);
    let transport = match hep.protocol {
        TLS | WEBSOCKET => named_transport(bytes).unwrap_or(flow.transport),
        _ => flow.transport,
    };
    let flow = Flow { transport, ..flow };
    out.tell_message(Captured {
        bytes,
        flow,
        time,
        first_frame: first.frame,
        last_frame: last.frame,
        mark: Some(mark(&hep.payload)),
        missing: hep.missing,
    });
}

/// Whether to believe an agent's clock, for a packet that came at `received`.
fn is_plausible(time: Timestamp, received: Timestamp) -> bool {
    time >= EARLIEST && time.since(received).max(received.since(time)) <= LARGEST_SKEW
}

/// Marks a message that two agents may report, each from its end of the wire, on streams as well.
/// HEP hands on neither identification nor checksum; the sum over the message stands for them.
fn mark(payload: &[u8]) -> DatagramMark {
    let (words, rest) = payload.as_chunks::<2>();
    let sum: u32 = words
        .iter()
        .map(|&word| u32::from(u16::from_be_bytes(word)))
        .chain(rest.iter().map(|&byte| u32::from(byte) << 8))
        .fold(0, u32::wrapping_add);
    let [a, b, c, d] = sum.to_be_bytes();
    DatagramMark {
        ip_id: 0,
        checksum: u16::from_be_bytes([a, b]).wrapping_add(u16::from_be_bytes([c, d])),
        len: u16::try_from(payload.len()).unwrap_or(u16::MAX),
    }
}

/// What agents write for a transport that is no IP protocol: numbers that no SIP is carried by, 22
/// (IDP) for TLS and 50 (ESP) for WebSocket. Kamailio's siptrace writes 22 for WebSocket too,
/// secure or not, so that the number alone only says that it is a stream.
const TLS: u8 = 22;
const WEBSOCKET: u8 = 50;

/// The transport that the sender of a request named in the topmost Via (RFC 3261 §18.1.1, RFC 7118
/// §5); it is that of the response too.
fn named_transport(message: &[u8]) -> Option<Transport> {
    let mut scanner = sipwhy_parser::Scanner::new();
    let transport = scanner.scan(message).top_via()?.transport;
    let named = [
        (b"TLS".as_slice(), Transport::Tls),
        (b"WSS", Transport::Wss),
        (b"WS", Transport::Ws),
    ];
    let found = named
        .into_iter()
        .find(|(name, _)| transport.eq_ignore_ascii_case(name))?;
    Some(found.1)
}

/// The flow of a message, by the number of the IP protocol that carried it.
fn flow(protocol: u8, source: (IpAddr, u16), destination: (IpAddr, u16)) -> Flow {
    let transport = match protocol {
        6 | TLS | WEBSOCKET => Transport::Tcp,
        132 => Transport::Sctp,
        _ => Transport::Udp,
    };
    Flow {
        source: SocketAddr::new(source.0, source.1),
        destination: SocketAddr::new(destination.0, destination.1),
        transport,
    }
}

/// A moment of seconds and microseconds.
fn moment(seconds: u32, micros: u32) -> Timestamp {
    Timestamp::ZERO + Duration::from_secs(seconds.into()) + Duration::from_micros(micros.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_are_not_set_are_not_believed() {
        let received = moment(1_700_000_000, 0);
        assert!(is_plausible(moment(1_700_003_600, 0), received));
        assert!(!is_plausible(moment(1_700_003_601, 0), received));
        assert!(is_plausible(moment(1_699_996_400, 0), received));
        assert!(!is_plausible(moment(1_699_996_399, 0), received));
        assert!(!is_plausible(moment(5, 0), moment(10, 0)));
    }

    #[test]
    fn marks_differ_where_messages_do() {
        assert_eq!(mark(b"BYE sip:a"), mark(b"BYE sip:a"));
        assert_ne!(mark(b"BYE sip:a"), mark(b"BYE sip:b"));
    }
}
