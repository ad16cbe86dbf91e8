//! The common header (RFC 9260 §3.1).

use std::net::SocketAddr;

use super::checksum;
use super::chunk::Chunks;
use crate::ip;
use crate::{Flow, Transport, Undecoded};

/// An SCTP packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) flow: Flow,
    /// The verification tag: which association it belongs to, by a number of the receiver's.
    pub(super) tag: u32,
    /// Whether the checksum is right; unknown when the packet was cut. Wrong ones are common where
    /// the network card was left to fill them in.
    pub(crate) has_bad_checksum: bool,
    /// The chunks, as far as they were captured.
    chunks: &'a [u8],
    /// Bytes of them that were not.
    missing: u32,
}

impl<'a> Packet<'a> {
    /// The chunks, up to the first whose length cannot be right.
    pub(super) fn chunks(&self) -> Chunks<'a> {
        Chunks::new(self.chunks, self.missing)
    }
}

/// Reads an SCTP packet out of an IP packet, or out of the payload of a UDP datagram.
pub(crate) fn parse<'a>(packet: &ip::Packet<'a>) -> Result<Packet<'a>, Undecoded> {
    let data = packet.payload;
    let Some((header, chunks)) = data.split_first_chunk::<12>() else {
        return Err(if packet.missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        });
    };
    let [s, t, d, e, v0, v1, v2, v3, c0, c1, c2, c3] = *header;
    let checksum = u32::from_le_bytes([c0, c1, c2, c3]);
    Ok(Packet {
        flow: Flow {
            source: SocketAddr::new(packet.source, u16::from_be_bytes([s, t])),
            destination: SocketAddr::new(packet.destination, u16::from_be_bytes([d, e])),
            transport: Transport::Sctp,
        },
        tag: u32::from_be_bytes([v0, v1, v2, v3]),
        // Zero: the ends agreed to leave it out (RFC 9653).
        has_bad_checksum: packet.missing == 0 && checksum != 0 && checksum != checksum::of(data),
        chunks,
        missing: packet.missing,
    })
}
