//! A call carried in other ways than bare UDP over IPv4 on Ethernet.
//!
//! Each way is named for its row in `docs/encapsulations.md`. What stacks at hand can speak is
//! recorded (`captures/encapsulated`); these are the rest, and those that no stack would do on
//! purpose, such as fragments in reverse order.

mod hep;
mod ip;
mod link;
mod outer;
mod sctp;
mod segments;
mod tunnel;
mod websocket;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use sipwhy_packet::LinkType;

use crate::ladder::{Ladder, LadderError};
use crate::recording::Recording;
use crate::wire;

/// A SIP message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When, after the beginning.
    pub at: Duration,
    /// From where.
    pub from: SocketAddrV4,
    /// Where to.
    pub to: SocketAddrV4,
    /// The message.
    pub message: Vec<u8>,
}

impl Sent {
    /// The messages of a ladder, which go over UDP there.
    ///
    /// # Errors
    /// As [`Ladder::parse`].
    pub fn of_ladder(text: &str) -> Result<Vec<Self>, LadderError> {
        let recording = Ladder::parse(text)?.recording;
        let frames = recording.frames();
        let begin = frames.first().map_or(0, |frame| frame.time.as_nanos());
        let sent = frames.iter().filter_map(|frame| {
            // Ethernet, an IPv4 header without options, and UDP: as `wire` builds them.
            let (headers, message) = frame.data.split_first_chunk::<42>()?;
            let address = |at: usize, port: usize| {
                let ip = Ipv4Addr::new(
                    headers[at],
                    headers[at + 1],
                    headers[at + 2],
                    headers[at + 3],
                );
                SocketAddrV4::new(ip, u16::from_be_bytes([headers[port], headers[port + 1]]))
            };
            let after = frame.time.as_nanos().saturating_sub(begin);
            Some(Self {
                at: Duration::from_nanos(after),
                from: address(26, 34),
                to: address(30, 36),
                message: message.to_vec(),
            })
        });
        Ok(sent.collect())
    }

    /// The same message, as one that goes over another transport says of itself in its Via.
    pub(crate) fn over(&self, transport: &str) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self.message);
        text.replace("SIP/2.0/UDP", &format!("SIP/2.0/{transport}"))
            .into_bytes()
    }

    /// As a UDP datagram in an IPv4 packet.
    fn ipv4(&self, id: u16) -> Vec<u8> {
        wire::udp(self.from, self.to, id, &self.message)
    }
}

/// A way to carry a call.
#[derive(Clone, Copy, Debug)]
pub struct Encapsulation {
    /// What it is called.
    pub name: &'static str,
    /// The link type of its frames.
    pub link_type: LinkType,
    /// What tshark must be told (`-d …`) to decode it, if anything.
    pub decode: &'static str,
    way: Way,
}

/// What the frames are made from.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// From each IPv4 packet with a message, one frame.
    Packet(fn(&[u8]) -> Vec<u8>),
    /// The same from IPv6 packets.
    Packet6(fn(&[u8]) -> Vec<u8>),
    /// From each message, the IP packets of some frames; Ethernet.
    Message(fn(&Sent, u16) -> Vec<Vec<u8>>),
    /// From the whole call between two hosts.
    Call(fn(&[Sent], &mut Recording)),
}

/// Every way there is, in the order of the table.
pub static ENCAPSULATIONS: &[&[Encapsulation]] = &[
    link::WAYS,
    ip::WAYS,
    tunnel::WAYS,
    segments::WAYS,
    websocket::WAYS,
    sctp::WAYS,
    hep::WAYS,
];

impl Encapsulation {
    const fn new(name: &'static str, link_type: LinkType, way: Way) -> Self {
        Self {
            name,
            link_type,
            decode: "",
            way,
        }
    }

    const fn decode(self, decode: &'static str) -> Self {
        Self { decode, ..self }
    }

    /// Whether any messages can be carried; else, only those between two hosts.
    #[must_use]
    pub const fn is_by_message(&self) -> bool {
        !matches!(self.way, Way::Call(_))
    }

    /// The frames that carry these messages.
    #[must_use]
    pub fn record(&self, call: &[Sent]) -> Recording {
        let mut recording = Recording::of(self.link_type);
        if let Way::Call(carry) = self.way {
            carry(call, &mut recording);
            return recording;
        }
        for (id, sent) in (1_u16..).zip(call) {
            recording.at(sent.at);
            match self.way {
                Way::Packet(wrap) => recording.frame(wrap(&sent.ipv4(id))),
                Way::Packet6(wrap) => recording.frame(wrap(&ip::udp6(sent))),
                Way::Message(split) => {
                    for packet in split(sent, id) {
                        recording.frame(outer::frame(&packet));
                    }
                }
                Way::Call(_) => {}
            }
        }
        recording
    }
}
