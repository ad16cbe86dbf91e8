//! The pcap layout: a file header, then records of a 16-byte header and a frame each.
//!
//! <https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/>

use sipwhy_packet::{LinkType, Timestamp};

use super::buffer::Buffer;
use super::error::{Damage, Fault, Format, OpenError, Stop};
use super::fields::ByteOrder;
use super::{Found, MAX_FRAME_BYTES, Record};

/// The magic number of files that count microseconds, in the byte order of the writer.
const MAGIC_MICROS: u32 = 0xa1b2_c3d4;
/// The magic number of files that count nanoseconds.
const MAGIC_NANOS: u32 = 0xa1b2_3c4d;
/// The magic number of Kuznetsov's patched libpcap, as Linux distributions had it around 2000.
const MAGIC_MODIFIED: u32 = 0xa1b2_cd34;
/// The magic number of IXIA's captures in software.
const MAGIC_IXIA_SOFTWARE: u32 = 0x1c00_01ab;
/// The magic number of IXIA's captures in hardware.
const MAGIC_IXIA_HARDWARE: u32 = 0x1c00_01ac;

const FILE_HEADER_BYTES: usize = 24;
const RECORD_HEADER_BYTES: usize = 16;
/// Interface index, protocol and packet type, which the modified layout adds to a record's header.
const MODIFIED_RECORD_BYTES: usize = 8;
/// The length of all records, which IXIA adds to the file header.
const IXIA_FILE_BYTES: usize = 4;

/// No capture tool keeps more of a frame unless told to, and then the file header says so. A
/// record that claims more is damaged.
const USUAL_MOST_BYTES: usize = 262_144;

/// What the first four bytes of a file say of the rest.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    order: ByteOrder,
    /// Nanoseconds in a unit of a record's second time field.
    fraction_nanos: u64,
    file_header: usize,
    record_header: usize,
}

/// What a file's header says of its records.
pub(super) struct Pcap {
    kind: Kind,
    link_type: LinkType,
    longest: usize,
    /// Written before version 2.4, when the two lengths of a record could be the other way round.
    lengths_may_be_swapped: bool,
}

impl Pcap {
    /// What a file is that begins with these bytes.
    pub(super) fn recognise(magic: [u8; 4]) -> Option<Kind> {
        for (order, value) in [
            (ByteOrder::Little, u32::from_le_bytes(magic)),
            (ByteOrder::Big, u32::from_be_bytes(magic)),
        ] {
            let plain = |fraction_nanos| Kind {
                order,
                fraction_nanos,
                file_header: FILE_HEADER_BYTES,
                record_header: RECORD_HEADER_BYTES,
            };
            let ixia = |fraction_nanos| Kind {
                file_header: FILE_HEADER_BYTES + IXIA_FILE_BYTES,
                ..plain(fraction_nanos)
            };
            return Some(match value {
                MAGIC_MICROS => plain(1_000),
                MAGIC_NANOS => plain(1),
                MAGIC_MODIFIED => Kind {
                    record_header: RECORD_HEADER_BYTES + MODIFIED_RECORD_BYTES,
                    ..plain(1_000)
                },
                MAGIC_IXIA_SOFTWARE => ixia(1_000),
                MAGIC_IXIA_HARDWARE => ixia(1),
                _ => continue,
            });
        }
        None
    }

    /// Reads the file header, of which `recognise` has seen the beginning.
    pub(super) fn open(input: &mut Buffer, kind: Kind) -> Result<Self, OpenError> {
        let order = kind.order;
        if !input.fill(kind.file_header)? {
            return Err(OpenError::HeaderCut {
                bytes: input.window().len(),
            });
        }
        let header = input.window();
        let (major, minor) = (order.u16(header, 4), order.u16(header, 6));
        let snaplen = order.u32(header, 16) as usize;
        // The upper half holds the length of the frame check sequence, which decoders find by
        // themselves, since every layer above says how long it is.
        let link_type = LinkType((order.u32(header, 20) & 0xffff) as u16);
        if major != 2 {
            return Err(OpenError::Version {
                format: Format::Pcap,
                major,
                minor,
            });
        }
        input.consume(kind.file_header);
        Ok(Self {
            kind,
            link_type,
            longest: snaplen.clamp(USUAL_MOST_BYTES, MAX_FRAME_BYTES),
            lengths_may_be_swapped: minor < 4,
        })
    }

    #[inline]
    pub(super) fn next(&self, input: &mut Buffer) -> Result<Option<Found>, Stop> {
        let offset = input.offset();
        let Kind {
            order,
            fraction_nanos,
            record_header,
            ..
        } = self.kind;
        let stop = |fault: Fault| Stop { offset, fault };
        if !input
            .fill(record_header)
            .map_err(|error| stop(error.into()))?
        {
            return if input.window().is_empty() {
                Ok(None)
            } else {
                Err(stop(Fault::Cut))
            };
        }
        let [seconds, fraction, mut len, mut original_len] = order.four_u32(input.window());
        if self.lengths_may_be_swapped && len > original_len {
            (len, original_len) = (original_len, len);
        }
        if len as usize > self.longest {
            let damage = Damage::FrameTooLong {
                claimed: len,
                most: self.longest as u32,
            };
            return Err(stop(damage.into()));
        }
        let len = len as usize;
        let whole = record_header + len;
        if !input.fill(whole).map_err(|error| stop(error.into()))? {
            return Err(stop(Fault::Cut));
        }
        let start = input.start() + record_header;
        input.consume(whole);
        let nanos = u64::from(seconds) * 1_000_000_000 + u64::from(fraction) * fraction_nanos;
        Ok(Some(Found::Frame(Record {
            start,
            len,
            original_len,
            time: Timestamp::from_nanos(nanos),
            link_type: self.link_type,
            options_len: 0,
            order,
        })))
    }
}
