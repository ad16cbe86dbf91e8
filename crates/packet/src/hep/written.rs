//! Packets of version 3 to be sent: what an agent writes, and [`super::v3`] reads.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::v3::{GENERIC, HEADER, MAGIC, chunk};
use super::{TLS, TYPE_SIP, WEBSOCKET};
use crate::{Flow, Timestamp, Transport};

/// What a packet carries, by the list of protocol types of HEP 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HepContent {
    /// A SIP message.
    Sip,
    /// A line of a log, as text or JSON.
    Log,
}

impl HepContent {
    const fn number(self) -> u8 {
        match self {
            Self::Sip => TYPE_SIP,
            Self::Log => 100,
        }
    }
}

/// A packet to be sent to a collector.
///
/// ```
/// use sipwhy_packet::{Flow, HepContent, HepPacket, Timestamp, Transport};
///
/// let packet = HepPacket {
///     content: HepContent::Sip,
///     flow: Some(Flow {
///         source: "192.0.2.1:5060".parse()?,
///         destination: "192.0.2.2:5060".parse()?,
///         transport: Transport::Udp,
///     }),
///     time: Timestamp::from_nanos(1_700_000_000_123_456_789),
///     agent: 2001,
///     key: None,
///     correlation: b"a84b4c76e66710",
///     payload: b"OPTIONS sip:192.0.2.2 SIP/2.0\r\n\r\n",
/// };
/// let mut bytes = Vec::new();
/// packet.write(&mut bytes)?;
/// assert!(bytes.starts_with(b"HEP3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HepPacket<'a> {
    /// What it carries.
    pub content: HepContent,
    /// Who sent it to whom, where that is known.
    pub flow: Option<Flow>,
    /// When it was captured. What is finer than a microsecond is lost.
    pub time: Timestamp,
    /// The number by which the collector knows who sends this.
    pub agent: u32,
    /// What the collector wants to hear from those it listens to. It goes in the clear.
    pub key: Option<&'a [u8]>,
    /// What packets that belong together have in common; of SIP, the Call-ID. May be empty.
    pub correlation: &'a [u8],
    /// The message or the line.
    pub payload: &'a [u8],
}

/// A packet that would be longer than the 16 bits of its length can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HepTooLong;

impl fmt::Display for HepTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too long for a HEP packet")
    }
}

impl std::error::Error for HepTooLong {}

impl HepPacket<'_> {
    /// Writes it at the end of `out`.
    ///
    /// # Errors
    /// When it has more than 65,535 bytes. Then nothing is written.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), HepTooLong> {
        let begin = out.len();
        let written = self.write_chunks(out);
        let length = u16::try_from(out.len() - begin).map_err(|_| HepTooLong);
        match (written.and(length), out.get_mut(begin + MAGIC.len()..)) {
            (Ok(length), Some([high, low, ..])) => {
                [*high, *low] = length.to_be_bytes();
                Ok(())
            }
            _ => {
                out.truncate(begin);
                Err(HepTooLong)
            }
        }
    }

    /// Writes it with a length to be filled in.
    fn write_chunks(&self, out: &mut Vec<u8>) -> Result<(), HepTooLong> {
        out.extend_from_slice(MAGIC);
        out.resize(out.len() + (HEADER - MAGIC.len()), 0);
        if let Some(flow) = self.flow {
            write_flow(out, flow)?;
        }
        let nanos = self.time.as_nanos();
        // It ends in 2106.
        let seconds = u32::try_from(nanos / 1_000_000_000).unwrap_or(u32::MAX);
        let micros = (nanos % 1_000_000_000 / 1_000) as u32;
        write(out, chunk::SECONDS, &seconds.to_be_bytes())?;
        write(out, chunk::MICROS, &micros.to_be_bytes())?;
        write(out, chunk::KIND, &[self.content.number()])?;
        write(out, chunk::AGENT, &self.agent.to_be_bytes())?;
        if let Some(key) = self.key {
            write(out, chunk::KEY, key)?;
        }
        if !self.correlation.is_empty() {
            write(out, chunk::CORRELATION, self.correlation)?;
        }
        write(out, chunk::PAYLOAD, self.payload)
    }
}

fn write_flow(out: &mut Vec<u8>, flow: Flow) -> Result<(), HepTooLong> {
    let (source, destination) = (flow.source, flow.destination);
    // IPv4 addresses that were written as IPv6 go with those that were not.
    let (family, kinds) = match (source, destination) {
        (SocketAddr::V4(_), SocketAddr::V4(_)) => (INET, [chunk::SOURCE_V4, chunk::DESTINATION_V4]),
        _ => (INET6, [chunk::SOURCE_V6, chunk::DESTINATION_V6]),
    };
    write(out, chunk::FAMILY, &[family])?;
    write(out, chunk::PROTOCOL, &[protocol(flow.transport)])?;
    for (kind, address) in kinds.into_iter().zip([source.ip(), destination.ip()]) {
        match address {
            IpAddr::V4(address) if family == INET => write(out, kind, &address.octets())?,
            IpAddr::V4(address) => write(out, kind, &address.to_ipv6_mapped().octets())?,
            IpAddr::V6(address) => write(out, kind, &address.octets())?,
        }
    }
    write(out, chunk::SOURCE_PORT, &source.port().to_be_bytes())?;
    write(
        out,
        chunk::DESTINATION_PORT,
        &destination.port().to_be_bytes(),
    )
}

/// Address families, as Linux numbers them.
const INET: u8 = 2;
const INET6: u8 = 10;

/// What stands for a transport: the number of the IP protocol, or what agents put in its place
/// where there is none.
const fn protocol(transport: Transport) -> u8 {
    match transport {
        Transport::Udp => 17,
        Transport::Tcp => 6,
        Transport::Tls => TLS,
        Transport::Ws | Transport::Wss => WEBSOCKET,
        Transport::Sctp => 132,
    }
}

fn write(out: &mut Vec<u8>, kind: u16, value: &[u8]) -> Result<(), HepTooLong> {
    const CHUNK_HEADER: usize = 6;
    let length = u16::try_from(value.len() + CHUNK_HEADER).map_err(|_| HepTooLong)?;
    out.extend_from_slice(&GENERIC.to_be_bytes());
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Hep, parse};
    use super::*;
    use crate::Limits;
    use proptest::prelude::*;

    const MESSAGE: &[u8] = b"BYE sip:bob@192.0.2.2 SIP/2.0\r\nCall-ID: 1\r\n\r\n";

    fn packet(payload: &[u8]) -> HepPacket<'_> {
        HepPacket {
            content: HepContent::Sip,
            flow: Some(Flow {
                source: "192.0.2.1:5060".parse().unwrap(),
                destination: "192.0.2.2:5062".parse().unwrap(),
                transport: Transport::Udp,
            }),
            time: Timestamp::from_nanos(1_700_000_000_123_456_000),
            agent: 2001,
            key: None,
            correlation: b"1",
            payload,
        }
    }

    fn written(packet: &HepPacket<'_>) -> Vec<u8> {
        let mut bytes = b"before".to_vec();
        packet.write(&mut bytes).unwrap();
        bytes.split_off(b"before".len())
    }

    #[test]
    fn a_packet_has_the_bytes_that_the_specification_says() {
        let packet = HepPacket {
            key: Some(b"key"),
            payload: b"x",
            ..packet(b"")
        };
        let chunks: [&[u8]; 14] = [
            b"HEP3\0\x74",
            &[0, 0, 0, 1, 0, 7, 2],
            &[0, 0, 0, 2, 0, 7, 17],
            &[0, 0, 0, 3, 0, 10, 192, 0, 2, 1],
            &[0, 0, 0, 4, 0, 10, 192, 0, 2, 2],
            &[0, 0, 0, 7, 0, 8, 0x13, 0xc4],
            &[0, 0, 0, 8, 0, 8, 0x13, 0xc6],
            &[0, 0, 0, 9, 0, 10, 0x65, 0x53, 0xf1, 0x00],
            &[0, 0, 0, 10, 0, 10, 0x00, 0x01, 0xe2, 0x40],
            &[0, 0, 0, 11, 0, 7, 1],
            &[0, 0, 0, 12, 0, 10, 0, 0, 0x07, 0xd1],
            b"\0\0\0\x0e\0\x09key",
            b"\0\0\0\x11\0\x071",
            b"\0\0\0\x0f\0\x07x",
        ];
        assert_eq!(written(&packet), chunks.concat());
    }

    #[test]
    fn what_is_too_long_is_not_written_and_not_cut() {
        let without = written(&packet(b"")).len();
        let payload = vec![b'x'; usize::from(u16::MAX) - without + 1];
        assert_eq!(written(&packet(&payload[1..])).len(), 65_535);
        for payload in [&payload[..], &[b'x'; 70_000]] {
            let mut bytes = b"before".to_vec();
            assert_eq!(packet(payload).write(&mut bytes), Err(HepTooLong));
            assert_eq!(bytes, b"before");
        }
    }

    #[test]
    fn lines_of_a_log_are_no_sip() {
        let line = HepPacket {
            content: HepContent::Log,
            flow: None,
            payload: b"{}",
            ..packet(b"")
        };
        let bytes = written(&line);
        let read = parse(&bytes, 0, &Limits::default()).unwrap();
        assert_eq!(
            (read.kind, read.flow, &read.payload[..]),
            (Some(100), None, &b"{}"[..])
        );
    }

    fn sockets() -> impl Strategy<Value = (SocketAddr, SocketAddr)> {
        let v4 = any::<([u8; 4], u16, [u8; 4], u16)>()
            .prop_map(|(a, p, b, q)| (SocketAddr::from((a, p)), SocketAddr::from((b, q))));
        let v6 = any::<([u8; 16], u16, [u8; 16], u16)>()
            .prop_map(|(a, p, b, q)| (SocketAddr::from((a, p)), SocketAddr::from((b, q))));
        prop_oneof![v4, v6]
    }

    fn transports() -> impl Strategy<Value = (Transport, Transport)> {
        // What stands for TLS and WebSocket says only that it is a stream; Via says which.
        use Transport::{Sctp, Tcp, Tls, Udp, Ws, Wss};
        prop_oneof![
            Just((Udp, Udp)),
            Just((Tcp, Tcp)),
            Just((Sctp, Sctp)),
            Just((Tls, Tcp)),
            Just((Ws, Tcp)),
            Just((Wss, Tcp)),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            (source, destination) in sockets(),
            (transport, read_as) in transports(),
            seconds: u32,
            micros in 0_u64..1_000_000,
            key: Option<Vec<u8>>,
            correlation: Vec<u8>,
            rest: Vec<u8>,
        ) {
            let nanos = (u64::from(seconds) * 1_000_000 + micros) * 1_000;
            let payload = [MESSAGE, &rest].concat();
            let packet = HepPacket {
                flow: Some(Flow { source, destination, transport }),
                time: Timestamp::from_nanos(nanos),
                key: key.as_deref(),
                correlation: &correlation,
                ..packet(&payload)
            };
            let bytes = written(&packet);
            let read = parse(&bytes, 0, &Limits::default()).unwrap();
            prop_assert_eq!(read, Hep {
                flow: Some(Flow { source, destination, transport: read_as }),
                protocol: protocol(transport),
                time: Some(packet.time),
                kind: Some(TYPE_SIP),
                payload: payload.as_slice().into(),
                missing: 0,
            });
        }
    }
}
