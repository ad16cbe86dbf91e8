//! Capture files made byte by byte, and what reading them should give.

use std::io::Cursor;

use sipwhy_capture::file::{ReadError, Reader};
use sipwhy_packet::LinkType;

/// The byte order to write in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    pub(crate) fn u16(self, n: u16) -> [u8; 2] {
        match self {
            Self::Little => n.to_le_bytes(),
            Self::Big => n.to_be_bytes(),
        }
    }

    pub(crate) fn u32(self, n: u32) -> [u8; 4] {
        match self {
            Self::Little => n.to_le_bytes(),
            Self::Big => n.to_be_bytes(),
        }
    }

    pub(crate) fn i64(self, n: i64) -> [u8; 8] {
        match self {
            Self::Little => n.to_le_bytes(),
            Self::Big => n.to_be_bytes(),
        }
    }
}

pub(crate) const MICROS: u32 = 0xa1b2_c3d4;
pub(crate) const NANOS: u32 = 0xa1b2_3c4d;

/// A pcap file header.
pub(crate) fn pcap(
    order: Order,
    magic: u32,
    version: (u16, u16),
    snaplen: u32,
    link: u32,
) -> Vec<u8> {
    [
        order.u32(magic).as_slice(),
        &order.u16(version.0),
        &order.u16(version.1),
        &[0; 8],
        &order.u32(snaplen),
        &order.u32(link),
    ]
    .concat()
}

/// A pcap record.
pub(crate) fn record(
    order: Order,
    seconds: u32,
    fraction: u32,
    original: u32,
    data: &[u8],
) -> Vec<u8> {
    [
        order.u32(seconds).as_slice(),
        &order.u32(fraction),
        &order.u32(data.len() as u32),
        &order.u32(original),
        data,
    ]
    .concat()
}

/// A pcapng block, padded.
pub(crate) fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let len = order.u32(padded as u32 + 12);
    let mut out = [order.u32(kind).as_slice(), &len, body].concat();
    out.resize(padded + 8, 0);
    out.extend(len);
    out
}

/// A pcapng option, padded.
pub(crate) fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let mut out = [
        order.u16(code).as_slice(),
        &order.u16(value.len() as u16),
        value,
    ]
    .concat();
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

pub(crate) fn section(order: Order) -> Vec<u8> {
    section_version(order, 1, 0)
}

pub(crate) fn section_version(order: Order, major: u16, minor: u16) -> Vec<u8> {
    let body = [
        order.u32(0x1a2b_3c4d).as_slice(),
        &order.u16(major),
        &order.u16(minor),
        &order.i64(-1),
        &option(order, 4, b"a test"),
        &option(order, 0, b""),
    ]
    .concat();
    block(order, 0x0a0d_0d0a, &body)
}

/// An interface description with the given options.
pub(crate) fn interface(order: Order, link: u16, snaplen: u32, options: &[Vec<u8>]) -> Vec<u8> {
    let head = [
        order.u16(link).as_slice(),
        &order.u16(0),
        &order.u32(snaplen),
    ]
    .concat();
    block(order, 1, &[head, options.concat()].concat())
}

/// An enhanced packet block with a comment after the frame.
pub(crate) fn enhanced(order: Order, id: u32, ticks: u64, original: u32, data: &[u8]) -> Vec<u8> {
    let comment = option(order, 1, b"said of it");
    block(
        order,
        6,
        &[
            packet_body(order, &order.u32(id), ticks, original, data),
            comment,
        ]
        .concat(),
    )
}

/// An obsolete packet block, with a count of drops.
pub(crate) fn obsolete(order: Order, id: u16, ticks: u64, original: u32, data: &[u8]) -> Vec<u8> {
    let head = [order.u16(id), order.u16(9)].concat();
    block(order, 2, &packet_body(order, &head, ticks, original, data))
}

fn packet_body(order: Order, head: &[u8], ticks: u64, original: u32, data: &[u8]) -> Vec<u8> {
    let mut out = [
        head,
        &order.u32((ticks >> 32) as u32),
        &order.u32(ticks as u32),
        &order.u32(data.len() as u32),
        &order.u32(original),
        data,
    ]
    .concat();
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

pub(crate) fn simple(order: Order, original: u32, data: &[u8]) -> Vec<u8> {
    block(order, 3, &[order.u32(original).as_slice(), data].concat())
}

/// A frame that owns its bytes, for comparisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) nanos: u64,
    pub(crate) link: LinkType,
    pub(crate) original: u32,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn kept(number: u64, nanos: u64, link: u16, original: u32, data: &[u8]) -> Kept {
    Kept {
        number,
        nanos,
        link: LinkType(link),
        original,
        data: data.to_vec(),
    }
}

/// Reads to the end or the first fault.
pub(crate) fn read_all(bytes: impl AsRef<[u8]> + Send + 'static) -> (Vec<Kept>, Option<ReadError>) {
    let mut frames = Vec::new();
    let fault = drain(
        Reader::from_reader(Cursor::new(bytes), "made.pcap", 3),
        |kept| {
            frames.push(kept);
        },
    );
    (frames, fault)
}

/// Gives every frame to `each` and returns the fault, if there was one. Checks that the reader
/// stays at its end.
pub(crate) fn drain(
    reader: Result<Reader, ReadError>,
    mut each: impl FnMut(Kept),
) -> Option<ReadError> {
    let mut reader = match reader {
        Ok(reader) => reader,
        Err(error) => return Some(error),
    };
    loop {
        match reader.next_frame() {
            Ok(Some(frame)) => {
                assert_eq!(frame.id.file, 3);
                each(Kept {
                    number: frame.id.number,
                    nanos: frame.time.as_nanos(),
                    link: frame.link_type,
                    original: frame.original_len,
                    data: frame.data.to_vec(),
                });
            }
            Ok(None) => return None,
            Err(error) => {
                assert!(
                    matches!(reader.next_frame(), Ok(None)),
                    "nothing follows a fault"
                );
                return Some(error);
            }
        }
    }
}
