//! The floor: the least that any analyzer of a capture must do. It walks the records, decodes
//! link, network and transport layer, and looks once at every byte of payload.

use std::io::{self, Read};

use anyhow::{Context, bail};
use serde::Serialize;

/// What was met on the way.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Floor {
    /// Records in the file.
    pub frames: u64,
    /// UDP datagrams.
    pub udp: u64,
    /// TCP segments.
    pub tcp: u64,
    /// Frames of anything else, IP fragments beyond the first among them.
    pub other: u64,
    /// Bytes of UDP and TCP payload.
    pub payload_bytes: u64,
    /// Newlines in them, as memchr finds them.
    pub newlines: u64,
    /// The sum of their places in their payloads.
    pub line_ends: u64,
}

const BUFFER: usize = 1 << 20;
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;

/// Walks a classic pcap file (Ethernet; either byte order; µs or ns) once.
pub fn walk(mut input: impl Read) -> anyhow::Result<Floor> {
    let mut floor = Floor::default();
    let mut buffer = vec![0u8; BUFFER];
    let (mut start, mut end) = (0, 0);
    fill(&mut input, &mut buffer, &mut start, &mut end)?;
    if end < FILE_HEADER {
        bail!("the file is shorter than a pcap header");
    }
    let big_endian = match buffer[..4] {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1] => false,
        [0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d] => true,
        _ => bail!("not a classic pcap file"),
    };
    start = FILE_HEADER;
    loop {
        while let Some((record, length)) = record(&buffer[start..end], big_endian) {
            floor.frames += 1;
            frame(
                &buffer[start + RECORD_HEADER..start + record],
                length,
                &mut floor,
            );
            start += record;
        }
        if start == 0 && end == buffer.len() {
            // One record fills the whole buffer: make room for larger ones, up to a bound.
            if buffer.len() > 64 * BUFFER {
                bail!(
                    "a record of more than {} bytes: the file is damaged",
                    buffer.len()
                );
            }
            buffer.resize(buffer.len() * 2, 0);
        }
        if !fill(&mut input, &mut buffer, &mut start, &mut end)? {
            break;
        }
    }
    if start < end {
        bail!("the last record is cut off");
    }
    Ok(floor)
}

/// Moves what is left to the front and reads on; false at the end of the file.
fn fill(
    input: &mut impl Read,
    buffer: &mut [u8],
    start: &mut usize,
    end: &mut usize,
) -> anyhow::Result<bool> {
    buffer.copy_within(*start..*end, 0);
    *end -= *start;
    *start = 0;
    loop {
        match input.read(&mut buffer[*end..]) {
            Ok(read) => {
                *end += read;
                return Ok(read > 0);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("reading the capture"),
        }
    }
}

/// The size of the record at the front, header included, and of its frame; `None` if it is not
/// there whole.
fn record(bytes: &[u8], big_endian: bool) -> Option<(usize, usize)> {
    let length = *bytes.get(8..12)?.first_chunk::<4>()?;
    let length = if big_endian {
        u32::from_be_bytes(length)
    } else {
        u32::from_le_bytes(length)
    };
    let length = length as usize;
    (bytes.len() >= RECORD_HEADER + length).then_some((RECORD_HEADER + length, length))
}

fn frame(bytes: &[u8], length: usize, floor: &mut Floor) {
    debug_assert_eq!(bytes.len(), length);
    let Some((is_tcp, payload)) = payload(bytes) else {
        floor.other += 1;
        return;
    };
    if is_tcp {
        floor.tcp += 1;
    } else {
        floor.udp += 1;
    }
    floor.payload_bytes += payload.len() as u64;
    // Every newline's place is looked at: `count()` alone would add up bit masks and never say
    // where a line ends, which is less than any analyzer can do.
    for place in memchr::memchr_iter(b'\n', payload) {
        floor.newlines += 1;
        floor.line_ends = floor.line_ends.wrapping_add(place as u64);
    }
}

/// Ethernet with VLAN tags, IPv4 or IPv6 without extension headers, UDP or TCP.
fn payload(bytes: &[u8]) -> Option<(bool, &[u8])> {
    let mut at = 12;
    let mut kind = be16(bytes, at)?;
    while matches!(kind, 0x8100 | 0x88a8) {
        at += 4;
        kind = be16(bytes, at)?;
    }
    let ip = bytes.get(at + 2..)?;
    let (protocol, segment) = match kind {
        0x0800 => {
            let header = usize::from(ip.first()? & 0x0f) * 4;
            let total = usize::from(be16(ip, 2)?);
            if be16(ip, 6)? & 0x1fff != 0 {
                return None;
            }
            (*ip.get(9)?, ip.get(header..total.min(ip.len()))?)
        }
        0x86dd => {
            let total = 40 + usize::from(be16(ip, 4)?);
            (*ip.get(6)?, ip.get(40..total.min(ip.len()))?)
        }
        _ => return None,
    };
    match protocol {
        17 => {
            let length = usize::from(be16(segment, 4)?);
            Some((false, segment.get(8..length.min(segment.len()))?))
        }
        6 => {
            let header = usize::from(segment.get(12)? >> 4) * 4;
            Some((true, segment.get(header..)?))
        }
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..at + 2)?.first_chunk()?))
}
