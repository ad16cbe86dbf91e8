//! Version 3: a list of chunks, each with vendor, type and length.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Hep, compressed, flow, moment};
use crate::{Limits, Undecoded};

/// What a packet starts with.
pub(crate) const MAGIC: &[u8] = b"HEP3";

/// The magic and the total length.
pub(super) const HEADER: usize = 6;

/// Vendor, type and length of a chunk.
const CHUNK_HEADER: usize = 6;

/// The vendor of the chunks that everybody knows; those of others are skipped.
pub(super) const GENERIC: u16 = 0;

/// Types of generic chunks.
pub(super) mod chunk {
    pub(in crate::hep) const FAMILY: u16 = 0x01;
    pub(in crate::hep) const PROTOCOL: u16 = 0x02;
    pub(in crate::hep) const SOURCE_V4: u16 = 0x03;
    pub(in crate::hep) const DESTINATION_V4: u16 = 0x04;
    pub(in crate::hep) const SOURCE_V6: u16 = 0x05;
    pub(in crate::hep) const DESTINATION_V6: u16 = 0x06;
    pub(in crate::hep) const SOURCE_PORT: u16 = 0x07;
    pub(in crate::hep) const DESTINATION_PORT: u16 = 0x08;
    pub(in crate::hep) const SECONDS: u16 = 0x09;
    pub(in crate::hep) const MICROS: u16 = 0x0a;
    pub(in crate::hep) const KIND: u16 = 0x0b;
    pub(in crate::hep) const AGENT: u16 = 0x0c;
    pub(in crate::hep) const KEY: u16 = 0x0e;
    pub(in crate::hep) const PAYLOAD: u16 = 0x0f;
    pub(in crate::hep) const COMPRESSED: u16 = 0x10;
    pub(in crate::hep) const CORRELATION: u16 = 0x11;
}

/// What the first bytes of a HEP stream say about its first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// It has so many bytes, those of its header included. They need not all be there yet.
    Packet(usize),
    /// Too few bytes are there to tell.
    Incomplete,
    /// This is no HEP of version 3, which is the only one that streams carry.
    NotHep,
}

/// Where the HEP packet at the start of a stream ends.
#[must_use]
pub fn frame_len(data: &[u8]) -> Frame {
    let shown = data.len().min(MAGIC.len());
    if data.get(..shown) != MAGIC.get(..shown) {
        return Frame::NotHep;
    }
    match data {
        [_, _, _, _, high, low, ..] => match usize::from(u16::from_be_bytes([*high, *low])) {
            length if length >= HEADER => Frame::Packet(length),
            _ => Frame::NotHep,
        },
        _ => Frame::Incomplete,
    }
}

/// The values of the chunks.
#[derive(Default)]
struct Chunks<'a> {
    family: Option<u8>,
    protocol: Option<u8>,
    v4: [Option<Ipv4Addr>; 2],
    v6: [Option<Ipv6Addr>; 2],
    ports: [Option<u16>; 2],
    seconds: Option<u32>,
    micros: Option<u32>,
    kind: Option<u8>,
    payload: Option<Payload<'a>>,
}

/// What was captured of the message.
#[derive(Clone, Copy)]
struct Payload<'a> {
    data: &'a [u8],
    missing: u32,
    is_compressed: bool,
}

/// Reads a packet. `missing` bytes of the datagram were not captured.
pub(super) fn parse<'a>(
    data: &'a [u8],
    missing: u32,
    limits: &Limits,
) -> Result<Hep<'a>, Undecoded> {
    let too_short = if missing > 0 {
        Undecoded::Truncated
    } else {
        Undecoded::BadHeader
    };
    let Frame::Packet(length) = frame_len(data) else {
        return Err(too_short);
    };
    // What follows the packet in its datagram belongs to nobody.
    let data = data.get(..length).unwrap_or(data);
    let cut = length - data.len();
    if cut > 0 && missing == 0 {
        return Err(Undecoded::BadHeader);
    }
    let mut chunks = Chunks::default();
    let mut rest = data.get(HEADER..).unwrap_or_default();
    while let Some((header, after)) = rest.split_first_chunk::<CHUNK_HEADER>() {
        let [v, w, t, u, high, low] = *header;
        let (vendor, kind) = (u16::from_be_bytes([v, w]), u16::from_be_bytes([t, u]));
        let length = usize::from(u16::from_be_bytes([high, low]))
            .checked_sub(CHUNK_HEADER)
            .ok_or(Undecoded::BadHeader)?;
        let value = match after.get(..length) {
            Some(value) => value,
            None if cut > 0 => after,
            None => return Err(Undecoded::BadHeader),
        };
        if vendor == GENERIC {
            chunks.take(kind, value, length - value.len());
        }
        rest = after.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() && cut == 0 {
        return Err(Undecoded::BadHeader);
    }
    chunks.hep(too_short, limits)
}

impl<'a> Chunks<'a> {
    /// Takes in a generic chunk, of whose value `missing` bytes were not captured. One whose length
    /// is not that of its type is as good as absent.
    fn take(&mut self, kind: u16, value: &'a [u8], missing: usize) {
        let [source_v4, destination_v4] = &mut self.v4;
        let [source_v6, destination_v6] = &mut self.v6;
        let [source_port, destination_port] = &mut self.ports;
        match kind {
            chunk::FAMILY => self.family = exactly(value).map(u8::from_be_bytes),
            chunk::PROTOCOL => self.protocol = exactly(value).map(u8::from_be_bytes),
            chunk::SOURCE_V4 => *source_v4 = v4(value),
            chunk::DESTINATION_V4 => *destination_v4 = v4(value),
            chunk::SOURCE_V6 => *source_v6 = v6(value),
            chunk::DESTINATION_V6 => *destination_v6 = v6(value),
            chunk::SOURCE_PORT => *source_port = exactly(value).map(u16::from_be_bytes),
            chunk::DESTINATION_PORT => *destination_port = exactly(value).map(u16::from_be_bytes),
            chunk::SECONDS => self.seconds = exactly(value).map(u32::from_be_bytes),
            chunk::MICROS => self.micros = exactly(value).map(u32::from_be_bytes),
            chunk::KIND => self.kind = exactly(value).map(u8::from_be_bytes),
            chunk::PAYLOAD | chunk::COMPRESSED => {
                self.payload = Some(Payload {
                    data: value,
                    missing: u32::try_from(missing).unwrap_or(u32::MAX),
                    is_compressed: kind == chunk::COMPRESSED,
                });
            }
            _ => {}
        }
    }

    /// The addresses, source first. The family need not be given where there is one pair alone.
    fn addresses(&self) -> Option<[IpAddr; 2]> {
        let v4 = self.v4.map(|address| address.map(IpAddr::V4));
        let v6 = self.v6.map(|address| address.map(IpAddr::V6));
        // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux and others elsewhere.
        let pairs = if self.family == Some(2) {
            [v4, v6]
        } else {
            [v6, v4]
        };
        pairs.into_iter().find_map(|pair| match pair {
            [Some(source), Some(destination)] => Some([source, destination]),
            _ => None,
        })
    }

    /// What the chunks say together.
    fn hep(self, no_payload: Undecoded, limits: &Limits) -> Result<Hep<'a>, Undecoded> {
        let ports = self.ports.map(Option::unwrap_or_default);
        let flow = self.addresses().map(|[source, destination]| {
            let [source_port, destination_port] = ports;
            let protocol = self.protocol.unwrap_or_default();
            flow(
                protocol,
                (source, source_port),
                (destination, destination_port),
            )
        });
        let time = self
            .seconds
            .map(|seconds| moment(seconds, self.micros.unwrap_or(0)));
        let is_sip = self.kind.is_none_or(|kind| kind == super::TYPE_SIP);
        let payload = match self.payload {
            Some(payload) => payload,
            None if is_sip => return Err(no_payload),
            None => Payload {
                data: &[],
                missing: 0,
                is_compressed: false,
            },
        };
        // What is no SIP is not worth the work.
        let (data, missing) = if payload.is_compressed && is_sip {
            let (text, is_whole) = compressed::inflate(payload.data, payload.missing > 0, limits)?;
            (Cow::Owned(text), u32::from(!is_whole))
        } else {
            (Cow::Borrowed(payload.data), payload.missing)
        };
        Ok(Hep {
            flow,
            protocol: self.protocol.unwrap_or_default(),
            time,
            kind: self.kind,
            payload: data,
            missing,
        })
    }
}

/// An IPv4 address.
fn v4(value: &[u8]) -> Option<Ipv4Addr> {
    exactly::<4>(value).map(Ipv4Addr::from)
}

/// An IPv6 address.
fn v6(value: &[u8]) -> Option<Ipv6Addr> {
    exactly::<16>(value).map(Ipv6Addr::from)
}

/// A value of a fixed length.
fn exactly<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    value.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_cut_by_the_total_length() {
        let packet = b"HEP3\0\x0crestHEP3";
        for len in 0..6 {
            assert_eq!(frame_len(&packet[..len]), Frame::Incomplete, "{len}");
        }
        for len in 6..packet.len() {
            assert_eq!(frame_len(&packet[..len]), Frame::Packet(12), "{len}");
        }
        for not in [&b"HEP2\0\x0c"[..], b"GET /", b"HEP3\0\x05", b"h"] {
            assert_eq!(frame_len(not), Frame::NotHep, "{not:?}");
        }
    }
}
