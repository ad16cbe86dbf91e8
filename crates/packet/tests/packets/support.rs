//! Packets to decode, and the events told about them in a form that can be kept and compared.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::{
    Config, Decoder, Event, Flow, Frame, FrameId, GapKind, LinkType, TcpStepKind, Timestamp,
    Transport, UnreachableReason,
};

pub(crate) const ALICE: &str = "192.0.2.1:5060";
pub(crate) const BOB: &str = "192.0.2.2:5060";

/// An event without its borrowed parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Message(Message),
    Dns {
        payload: Vec<u8>,
        flow: Flow,
    },
    Unreachable {
        reporter: IpAddr,
        flow: Flow,
        reason: UnreachableReason,
    },
    Tcp {
        kind: TcpStepKind,
        flow: Flow,
        frame: u64,
    },
    Neighbour {
        sender: IpAddr,
        target: IpAddr,
        is_reply: bool,
    },
    Gap {
        kind: GapKind,
        flow: Option<Flow>,
        frame: u64,
    },
}

/// A SIP message told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) flow: Flow,
    pub(crate) time: Timestamp,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) missing: u32,
    pub(crate) ip_id: Option<u32>,
}

/// A decoder, and what it told.
pub(crate) struct Run {
    pub(crate) decoder: Decoder,
    pub(crate) told: Vec<Told>,
    number: u64,
    now: Duration,
}

impl Run {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            decoder: Decoder::new(config),
            told: Vec::new(),
            number: 0,
            now: Duration::ZERO,
        }
    }

    /// Lets capture time pass. Frames are 1 ms apart otherwise.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_nanos(1_000_000_000) + self.now
    }

    /// Decodes a frame of any link type.
    pub(crate) fn frame(
        &mut self,
        link_type: LinkType,
        data: &[u8],
        original_len: usize,
    ) -> &mut Self {
        self.number += 1;
        self.now += Duration::from_millis(1);
        let frame = Frame {
            id: FrameId {
                file: 0,
                number: self.number,
            },
            time: self.now(),
            link_type,
            data,
            original_len: u32::try_from(original_len).unwrap(),
        };
        let told = &mut self.told;
        self.decoder
            .decode(&frame, &mut |event| told.push(keep(event)));
        self
    }

    /// Decodes a raw IP packet.
    pub(crate) fn ip(&mut self, packet: &[u8]) -> &mut Self {
        self.frame(LinkType::RAW, packet, packet.len())
    }

    pub(crate) fn advance(&mut self) -> &mut Self {
        let now = self.now();
        let told = &mut self.told;
        self.decoder
            .advance(now, &mut |event| told.push(keep(event)));
        self
    }

    pub(crate) fn finish(&mut self) -> &mut Self {
        let told = &mut self.told;
        self.decoder.finish(&mut |event| told.push(keep(event)));
        self
    }

    pub(crate) fn messages(&self) -> Vec<&Message> {
        self.told
            .iter()
            .filter_map(|told| {
                if let Told::Message(message) = told {
                    Some(message)
                } else {
                    None
                }
            })
            .collect()
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.messages()
            .into_iter()
            .map(|message| message.text.as_str())
            .collect()
    }

    pub(crate) fn gaps(&self) -> Vec<GapKind> {
        self.told
            .iter()
            .filter_map(|told| {
                if let Told::Gap { kind, .. } = told {
                    Some(*kind)
                } else {
                    None
                }
            })
            .collect()
    }

    pub(crate) fn steps(&self) -> Vec<TcpStepKind> {
        self.told
            .iter()
            .filter_map(|told| {
                if let Told::Tcp { kind, .. } = told {
                    Some(*kind)
                } else {
                    None
                }
            })
            .collect()
    }
}

fn keep(event: Event<'_>) -> Told {
    match event {
        Event::Message(_, message) => Told::Message(Message {
            text: String::from_utf8_lossy(message.bytes).into_owned(),
            flow: message.flow,
            time: message.time,
            first: message.first_frame.number,
            last: message.last_frame.number,
            missing: message.missing,
            ip_id: message.mark.map(|mark| mark.ip_id),
        }),
        Event::Dns(dns) => Told::Dns {
            payload: dns.payload.to_vec(),
            flow: dns.flow,
        },
        Event::Unreachable(error) => Told::Unreachable {
            reporter: error.reporter,
            flow: error.flow,
            reason: error.reason,
        },
        Event::Tcp(step) => Told::Tcp {
            kind: step.kind,
            flow: step.flow,
            frame: step.frame.number,
        },
        Event::Neighbour(found) => Told::Neighbour {
            sender: found.sender,
            target: found.target,
            is_reply: found.is_reply,
        },
        Event::Gap(gap) => Told::Gap {
            kind: gap.kind,
            flow: gap.flow,
            frame: gap.frame.number,
        },
    }
}

pub(crate) fn socket(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(crate) fn flow(source: &str, destination: &str, transport: Transport) -> Flow {
    Flow {
        source: socket(source),
        destination: socket(destination),
        transport,
    }
}

/// A request with a body of `body` bytes.
pub(crate) fn request(method: &str, number: u32, body: usize) -> String {
    let text: String = "v=0\r\n".chars().cycle().take(body).collect();
    format!(
        "{method} sip:bob@192.0.2.2 SIP/2.0\r\n\
         Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK{number}\r\n\
         Call-ID: {number}@192.0.2.1\r\n\
         CSeq: {number} {method}\r\n\
         Content-Length: {body}\r\n\r\n{text}"
    )
}

/// The messages of one call.
pub(crate) fn call() -> Vec<String> {
    let response = |line: &str, body: usize| {
        let text: String = "a=b\r\n".chars().cycle().take(body).collect();
        format!("SIP/2.0 {line}\r\nCSeq: 1 INVITE\r\nContent-Length: {body}\r\n\r\n{text}")
    };
    vec![
        request("INVITE", 1, 40),
        response("100 Trying", 0),
        response("180 Ringing", 0),
        response("200 OK", 25),
        request("ACK", 1, 0),
        request("BYE", 2, 0),
        response("200 OK", 0),
    ]
}

/// A UDP datagram, header and payload.
pub(crate) fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = source.to_be_bytes().to_vec();
    bytes.extend(destination.to_be_bytes());
    bytes.extend(u16::try_from(payload.len() + 8).unwrap().to_be_bytes());
    bytes.extend([0xab, 0xcd]);
    bytes.extend(payload);
    bytes
}

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const ACK: u8 = 0x10;

/// A TCP segment, header and payload.
pub(crate) fn tcp(source: u16, destination: u16, seq: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = source.to_be_bytes().to_vec();
    bytes.extend(destination.to_be_bytes());
    bytes.extend(seq.to_be_bytes());
    bytes.extend([0; 4]);
    // Three words of options: no-operations.
    bytes.extend([8 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
    bytes.extend([1; 12]);
    bytes.extend(payload);
    bytes
}

/// An IPv4 or IPv6 packet.
pub(crate) fn ip(source: IpAddr, destination: IpAddr, protocol: u8, payload: &[u8]) -> Vec<u8> {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let mut bytes = vec![0x45, 0];
            bytes.extend(u16::try_from(payload.len() + 20).unwrap().to_be_bytes());
            bytes.extend([0x12, 0x34, 0, 0, 64, protocol, 0, 0]);
            bytes.extend(source.octets());
            bytes.extend(destination.octets());
            bytes.extend(payload);
            bytes
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let mut bytes = vec![0x60, 0, 0, 0];
            bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
            bytes.extend([protocol, 64]);
            bytes.extend(source.octets());
            bytes.extend(destination.octets());
            bytes.extend(payload);
            bytes
        }
        _ => panic!("both addresses are of one family"),
    }
}

/// A UDP datagram in an IP packet.
pub(crate) fn udp_packet(source: &str, destination: &str, payload: &[u8]) -> Vec<u8> {
    let (source, destination) = (socket(source), socket(destination));
    let datagram = udp(source.port(), destination.port(), payload);
    ip(source.ip(), destination.ip(), 17, &datagram)
}

/// A TCP segment in an IP packet.
pub(crate) fn tcp_packet(
    source: &str,
    destination: &str,
    seq: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let (source, destination) = (socket(source), socket(destination));
    let segment = tcp(source.port(), destination.port(), seq, flags, payload);
    ip(source.ip(), destination.ip(), 6, &segment)
}

/// The fragments of an IP packet, each with at most `size` bytes (a multiple of 8) of it.
pub(crate) fn fragments(packet: &[u8], id: u16, size: usize) -> Vec<Vec<u8>> {
    let is_v4 = packet[0] >> 4 == 4;
    let (header, payload) = packet.split_at(if is_v4 { 20 } else { 40 });
    let count = payload.len().div_ceil(size);
    payload
        .chunks(size)
        .enumerate()
        .map(|(index, chunk)| {
            let more = index + 1 < count;
            let offset = u16::try_from(index * size).unwrap();
            let mut bytes = header.to_vec();
            if is_v4 {
                let length = u16::try_from(chunk.len() + 20).unwrap();
                bytes[2..4].copy_from_slice(&length.to_be_bytes());
                bytes[4..6].copy_from_slice(&id.to_be_bytes());
                let flags = (offset / 8) | if more { 0x2000 } else { 0 };
                bytes[6..8].copy_from_slice(&flags.to_be_bytes());
            } else {
                let length = u16::try_from(chunk.len() + 8).unwrap();
                bytes[4..6].copy_from_slice(&length.to_be_bytes());
                bytes.extend([bytes[6], 0]);
                bytes[6] = 44;
                bytes.extend((offset | u16::from(more)).to_be_bytes());
                bytes.extend(u32::from(id).to_be_bytes());
            }
            bytes.extend(chunk);
            bytes
        })
        .collect()
}
