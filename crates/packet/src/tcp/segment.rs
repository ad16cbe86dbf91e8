//! TCP segments (RFC 9293 §3.1).

use std::net::SocketAddr;

use crate::ip::Packet;
use crate::{Flow, Transport, Undecoded};

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) flow: Flow,
    /// Sequence number of the SYN, or else of the first byte of the payload.
    pub(crate) seq: u32,
    flags: u8,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub(crate) missing: u32,
}

impl Segment<'_> {
    pub(crate) fn has_fin(&self) -> bool {
        self.flags & 0x01 != 0
    }

    pub(crate) fn has_syn(&self) -> bool {
        self.flags & 0x02 != 0
    }

    pub(crate) fn has_rst(&self) -> bool {
        self.flags & 0x04 != 0
    }

    pub(crate) fn has_ack(&self) -> bool {
        self.flags & 0x10 != 0
    }

    /// Bytes of the payload on the wire.
    pub(crate) fn len(&self) -> u32 {
        // An IP packet is at most 64 KiB; one that claims more is cut off there.
        u32::try_from(self.payload.len())
            .unwrap_or(u32::MAX)
            .saturating_add(self.missing)
    }

    /// Whether it only acknowledges.
    pub(crate) fn is_bare(&self) -> bool {
        self.len() == 0 && !self.has_syn() && !self.has_fin() && !self.has_rst()
    }
}

/// Reads a TCP header.
#[inline]
pub(crate) fn parse<'a>(packet: &Packet<'a>) -> Result<Segment<'a>, Undecoded> {
    let too_short = || {
        if packet.missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        }
    };
    let (header, _) = packet
        .payload
        .split_first_chunk::<20>()
        .ok_or_else(too_short)?;
    let header_len = usize::from(header[12] >> 4) * 4;
    if header_len < 20 {
        return Err(Undecoded::BadHeader);
    }
    let payload = packet.payload.get(header_len..).ok_or_else(too_short)?;
    let port = |high, low| u16::from_be_bytes([high, low]);
    Ok(Segment {
        flow: Flow {
            source: SocketAddr::new(packet.source, port(header[0], header[1])),
            destination: SocketAddr::new(packet.destination, port(header[2], header[3])),
            transport: Transport::Tcp,
        },
        seq: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
        flags: header[13],
        payload,
        missing: packet.missing,
    })
}
