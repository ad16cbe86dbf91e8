//! TCP segments (RFC 9293 §3.1).

use std::net::SocketAddr;

use etherparse::TcpHeaderSlice;
use etherparse::err::tcp::HeaderSliceError;

use crate::ip::Packet;
use crate::{Flow, Transport, Undecoded};

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) flow: Flow,
    /// Sequence number of the SYN, or else of the first byte of the payload.
    pub(crate) seq: u32,
    syn: bool,
    fin: bool,
    rst: bool,
    ack: bool,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub(crate) missing: u32,
}

impl Segment<'_> {
    pub(crate) fn has_fin(&self) -> bool {
        self.fin
    }

    pub(crate) fn has_syn(&self) -> bool {
        self.syn
    }

    pub(crate) fn has_rst(&self) -> bool {
        self.rst
    }

    pub(crate) fn has_ack(&self) -> bool {
        self.ack
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
#[inline(always)]
pub(crate) fn parse<'a>(packet: &Packet<'a>) -> Result<Segment<'a>, Undecoded> {
    let too_short = || {
        if packet.missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        }
    };
    let header = TcpHeaderSlice::from_slice(packet.payload).map_err(|error| match error {
        HeaderSliceError::Len(_) => too_short(),
        HeaderSliceError::Content(_) => Undecoded::BadHeader,
    })?;
    let payload = packet.payload.get(header.slice().len()..);
    Ok(Segment {
        flow: Flow {
            source: SocketAddr::new(packet.source, header.source_port()),
            destination: SocketAddr::new(packet.destination, header.destination_port()),
            transport: Transport::Tcp,
        },
        seq: header.sequence_number(),
        syn: header.syn(),
        fin: header.fin(),
        rst: header.rst(),
        ack: header.ack(),
        payload: payload.unwrap_or_default(),
        missing: packet.missing,
    })
}
