//! The pcapng layout: blocks, each with its type and length at its start and its length again at
//! its end, in sections that each have their own byte order and interfaces.
//!
//! <https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/>

use sipwhy_packet::{LinkType, Timestamp};

use super::buffer::Buffer;
use super::error::{Damage, Fault, Format, Stop};
use super::fields::ByteOrder;
use super::resolution::Resolution;
use super::{Counter, Found, MAX_FRAME_BYTES, Record, Span};

/// The first block of every section; its bytes are the same in either byte order.
pub(super) const SECTION_MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// In a section header, in the byte order of the section.
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;

mod block {
    //! The types of the blocks that are looked into or counted.
    pub(super) const INTERFACE: u32 = 1;
    /// Marked obsolete in the specification, but still found in files.
    pub(super) const PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const NAME_RESOLUTION: u32 = 4;
    pub(super) const ENHANCED_PACKET: u32 = 6;
    pub(super) const DECRYPTION_SECRETS: u32 = 10;

    /// Blocks that hold no frame of a network, but have a frame number in Wireshark: journal
    /// entries, system calls and custom blocks.
    pub(super) const NUMBERED: [u32; 6] = [9, 0x204, 0x216, 0x221, 0xbad, 0x4000_0bad];
}

/// Type and length at a block's start.
const BLOCK_HEADER_BYTES: usize = 8;
/// The length again, at a block's end.
const BLOCK_TRAILER_BYTES: usize = 4;
const SMALLEST_BLOCK_BYTES: u32 = 12;
/// What an enhanced or obsolete packet block says before the frame.
const PACKET_HEADER_BYTES: usize = 20;
/// Section header up to its options.
const SECTION_HEADER_BYTES: usize = 24;
/// Interface description up to its options.
const INTERFACE_HEADER_BYTES: usize = 16;

/// Type and length of the secrets, in a decryption secrets block.
const SECRETS_HEADER_BYTES: usize = 8;
/// Secrets that are lines of a TLS key log, as NSS writes it.
const TLS_KEY_LOG: u32 = 0x544c_534b;

/// The longest block that is looked into: a frame and room for its options. Blocks that are
/// skipped may be of any length.
const MOST_BLOCK_BYTES: usize = MAX_FRAME_BYTES + 64 * 1024;

/// More interfaces than any host has; a file that describes more is made to exhaust memory.
const MOST_INTERFACES: usize = 65_536;

/// The section that is being read.
pub(super) struct Pcapng {
    order: ByteOrder,
    interfaces: Vec<Interface>,
    /// A block that is being passed over; kept here since the rest of it may still have to come.
    skipping: Option<Skipping>,
}

/// A block on its way past.
#[derive(Clone, Copy)]
struct Skipping {
    /// Where it began.
    offset: u64,
    /// Bytes still to come before its trailer.
    left: usize,
    /// Its length, as its start gives it.
    claimed: u32,
    /// Whether it counts as a frame in Wireshark.
    is_numbered: bool,
}

/// What a section says of an interface.
#[derive(Clone, Copy)]
struct Interface {
    link_type: LinkType,
    snaplen: u32,
    resolution: Resolution,
}

impl Pcapng {
    /// A reader before its first section header, which `next_record` or `open_section` reads.
    pub(super) fn new() -> Self {
        Self {
            order: ByteOrder::Little,
            interfaces: Vec::new(),
            skipping: None,
        }
    }

    /// Reads the header of the first section.
    pub(super) fn open(&mut self, input: &mut Buffer) -> Result<(), Fault> {
        self.open_section(input)?;
        self.skip_on(input, &mut Counter::default())
    }

    /// The next block that holds something to hand on; the blocks before it are taken in or
    /// skipped.
    pub(super) fn next(
        &mut self,
        input: &mut Buffer,
        counter: &mut Counter,
    ) -> Result<Option<Found>, Stop> {
        loop {
            let offset = match &self.skipping {
                Some(skipping) => skipping.offset,
                None => input.offset(),
            };
            match self.next_block(input, counter) {
                Ok(Step::Found(found)) => return Ok(Some(found)),
                Ok(Step::Other) => {}
                Ok(Step::End) => return Ok(None),
                Err(fault) => return Err(Stop { offset, fault }),
            }
        }
    }

    #[inline]
    fn next_block(&mut self, input: &mut Buffer, counter: &mut Counter) -> Result<Step, Fault> {
        if self.skipping.is_some() {
            self.skip_on(input, counter)?;
        }
        if !input.fill(BLOCK_HEADER_BYTES)? {
            return if input.window().is_empty() {
                Ok(Step::End)
            } else {
                Err(Fault::Cut)
            };
        }
        let head = input.window();
        if head.starts_with(&SECTION_MAGIC) {
            self.open_section(input)?;
            self.skip_on(input, counter)?;
            return Ok(Step::Other);
        }
        let block_type = self.order.u32(head, 0);
        let claimed = self.order.u32(head, 4);
        let len = block_bytes(claimed)?;
        match block_type {
            block::ENHANCED_PACKET | block::PACKET => {
                self.fill_block(input, claimed, len)?;
                let record = self.packet(input.window(), len, block_type)?;
                Ok(take_frame(input, len, record))
            }
            block::SIMPLE_PACKET => {
                self.fill_block(input, claimed, len)?;
                let record = self.simple_packet(input.window(), len, counter.time)?;
                Ok(take_frame(input, len, record))
            }
            block::INTERFACE => {
                self.fill_block(input, claimed, len)?;
                self.describe_interface(&input.window()[..len])?;
                input.consume(len);
                Ok(Step::Other)
            }
            block::NAME_RESOLUTION => {
                self.fill_block(input, claimed, len)?;
                let span = take(input, len, BLOCK_HEADER_BYTES, len - BLOCK_TRAILER_BYTES);
                Ok(Step::Found(Found::Names(span, self.order)))
            }
            block::DECRYPTION_SECRETS => {
                self.fill_block(input, claimed, len)?;
                let key_log = self.key_log(&input.window()[..len])?;
                let span = key_log.map(|end| {
                    let start = BLOCK_HEADER_BYTES + SECRETS_HEADER_BYTES;
                    take(input, len, start, end)
                });
                if span.is_none() {
                    input.consume(len);
                }
                Ok(span.map_or(Step::Other, |span| Step::Found(Found::KeyLog(span))))
            }
            other => {
                self.skipping = Some(Skipping {
                    offset: input.offset(),
                    left: len - BLOCK_TRAILER_BYTES,
                    claimed,
                    is_numbered: block::NUMBERED.contains(&other),
                });
                self.skip_on(input, counter)?;
                Ok(Step::Other)
            }
        }
    }

    /// Reads a section header: a new byte order, and no interfaces yet. What is left of it is
    /// skipped with the next block.
    fn open_section(&mut self, input: &mut Buffer) -> Result<(), Fault> {
        if !input.fill(SECTION_HEADER_BYTES)? {
            return Err(Fault::Cut);
        }
        let head = input.window();
        let order = if ByteOrder::Little.u32(head, 8) == BYTE_ORDER_MAGIC {
            ByteOrder::Little
        } else if ByteOrder::Big.u32(head, 8) == BYTE_ORDER_MAGIC {
            ByteOrder::Big
        } else {
            return Err(Damage::ByteOrder.into());
        };
        let (major, minor) = (order.u16(head, 12), order.u16(head, 14));
        let claimed = order.u32(head, 4);
        // Some writers put 1.2 for 1.0.
        if major != 1 || (minor != 0 && minor != 2) {
            return Err(Damage::Version {
                format: Format::Pcapng,
                major,
                minor,
            }
            .into());
        }
        let len = block_bytes(claimed)?;
        if len < SECTION_HEADER_BYTES + BLOCK_TRAILER_BYTES {
            return Err(Damage::BlockLength { claimed }.into());
        }
        self.order = order;
        self.interfaces.clear();
        self.skipping = Some(Skipping {
            offset: input.offset(),
            left: len - BLOCK_TRAILER_BYTES,
            claimed,
            is_numbered: false,
        });
        Ok(())
    }

    /// Brings a whole block into the window, and checks that it ends with its length again.
    #[inline]
    fn fill_block(&self, input: &mut Buffer, claimed: u32, len: usize) -> Result<(), Fault> {
        if len > MOST_BLOCK_BYTES {
            return Err(Damage::BlockLength { claimed }.into());
        }
        if !input.fill(len)? {
            return Err(Fault::Cut);
        }
        let trailer = self.order.u32(input.window(), len - BLOCK_TRAILER_BYTES);
        check_trailer(claimed, trailer)
    }

    /// Passes over a block without keeping it, with the same check. Goes on where it was, if the
    /// input had nothing more the last time.
    fn skip_on(&mut self, input: &mut Buffer, counter: &mut Counter) -> Result<(), Fault> {
        let Some(skipping) = &mut self.skipping else {
            return Ok(());
        };
        if !input.skip(&mut skipping.left)? || !input.fill(BLOCK_TRAILER_BYTES)? {
            return Err(Fault::Cut);
        }
        let trailer = self.order.u32(input.window(), 0);
        let claimed = skipping.claimed;
        counter.number += u64::from(skipping.is_numbered);
        self.skipping = None;
        input.consume(BLOCK_TRAILER_BYTES);
        check_trailer(claimed, trailer)
    }

    /// Where the lines of a key log end in a decryption secrets block; `None` for secrets of
    /// another kind.
    fn key_log(&self, bytes: &[u8]) -> Result<Option<usize>, Damage> {
        let damage = Damage::BlockLength {
            claimed: bytes.len() as u32,
        };
        let start = BLOCK_HEADER_BYTES + SECRETS_HEADER_BYTES;
        let room = bytes.len().checked_sub(start + BLOCK_TRAILER_BYTES);
        let room = room.ok_or(damage.clone())?;
        let length = self.order.u32(bytes, BLOCK_HEADER_BYTES + 4) as usize;
        if length > room {
            return Err(damage);
        }
        let is_key_log = self.order.u32(bytes, BLOCK_HEADER_BYTES) == TLS_KEY_LOG;
        Ok(is_key_log.then_some(start + length))
    }

    /// An enhanced packet block or its obsolete forerunner, which differ in how they number the
    /// interface.
    #[inline]
    fn packet(&self, bytes: &[u8], len: usize, block_type: u32) -> Result<Record, Fault> {
        let room = len
            .checked_sub(BLOCK_HEADER_BYTES + PACKET_HEADER_BYTES + BLOCK_TRAILER_BYTES)
            .ok_or(Damage::BlockLength {
                claimed: len as u32,
            })?;
        let id = if block_type == block::PACKET {
            u32::from(self.order.u16(bytes, 8))
        } else {
            self.order.u32(bytes, 8)
        };
        let interface = self.interface(id)?;
        let high = self.order.u32(bytes, 12);
        let low = self.order.u32(bytes, 16);
        let kept = self.order.u32(bytes, 20);
        if kept as usize > room.min(MAX_FRAME_BYTES) {
            let most = room.min(MAX_FRAME_BYTES) as u32;
            return Err(Damage::FrameTooLong {
                claimed: kept,
                most,
            }
            .into());
        }
        // The length of the block is a multiple of four bytes, and so is what is left of it.
        let options = room.saturating_sub((kept as usize).next_multiple_of(4));
        Ok(Record {
            start: BLOCK_HEADER_BYTES + PACKET_HEADER_BYTES,
            len: kept as usize,
            original_len: self.order.u32(bytes, 24),
            time: interface
                .resolution
                .time((u64::from(high) << 32) | u64::from(low)),
            link_type: interface.link_type,
            options_len: options as u32,
            order: self.order,
        })
    }

    /// A simple packet block: the section's first interface, and no time. It gets the time of the
    /// frame before it, since time must not run backwards for what has none.
    fn simple_packet(&self, bytes: &[u8], len: usize, time: Timestamp) -> Result<Record, Fault> {
        const FRAME_AT: usize = BLOCK_HEADER_BYTES + 4;
        let room = len
            .checked_sub(FRAME_AT + BLOCK_TRAILER_BYTES)
            .ok_or(Damage::BlockLength {
                claimed: len as u32,
            })?;
        let interface = self.interface(0)?;
        let original_len = self.order.u32(bytes, 8);
        let most = if interface.snaplen == 0 {
            u32::MAX
        } else {
            interface.snaplen
        };
        let kept = original_len.min(most) as usize;
        if kept > room.min(MAX_FRAME_BYTES) {
            let most = room.min(MAX_FRAME_BYTES) as u32;
            return Err(Damage::FrameTooLong {
                claimed: kept as u32,
                most,
            }
            .into());
        }
        let link_type = interface.link_type;
        Ok(Record {
            start: FRAME_AT,
            len: kept,
            original_len,
            time,
            link_type,
            options_len: 0,
            order: self.order,
        })
    }

    #[inline]
    fn interface(&self, id: u32) -> Result<&Interface, Damage> {
        let described = self.interfaces.len();
        self.interfaces
            .get(id as usize)
            .ok_or(Damage::UnknownInterface { id, described })
    }

    fn describe_interface(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        const TIME_RESOLUTION: u16 = 9;
        const TIME_OFFSET: u16 = 14;
        let order = self.order;
        let Some(mut options) =
            bytes.get(INTERFACE_HEADER_BYTES..bytes.len() - BLOCK_TRAILER_BYTES)
        else {
            return Err(Damage::BlockLength {
                claimed: bytes.len() as u32,
            });
        };
        if self.interfaces.len() == MOST_INTERFACES {
            return Err(Damage::TooManyInterfaces);
        }
        let (mut exponent, mut offset) = (6, 0);
        // A code of 0 ends the options; so does whatever does not fit any more.
        while let Some((head, rest)) = options.split_at_checked(4) {
            let (code, len) = (order.u16(head, 0), usize::from(order.u16(head, 2)));
            let Some(value) = rest.get(..len) else { break };
            match (code, value) {
                (0, _) => break,
                (TIME_RESOLUTION, [power, ..]) => exponent = *power,
                (TIME_OFFSET, value) if value.len() >= 8 => offset = order.i64(value, 0),
                _ => {}
            }
            options = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        }
        self.interfaces.push(Interface {
            link_type: LinkType(order.u16(bytes, 8)),
            snaplen: order.u32(bytes, 12),
            resolution: Resolution::new(exponent, offset),
        });
        Ok(())
    }
}

/// What a block was.
enum Step {
    /// Something to hand on.
    Found(Found),
    /// Nothing to hand on.
    Other,
    /// There was none.
    End,
}

/// Consumes a block and places its frame in the buffer.
#[inline]
fn take_frame(input: &mut Buffer, len: usize, record: Record) -> Step {
    let start = input.start() + record.start;
    input.consume(len);
    Step::Found(Found::Frame(Record { start, ..record }))
}

/// Consumes a block and places the part of it from `from` to `to` in the buffer.
fn take(input: &mut Buffer, len: usize, from: usize, to: usize) -> Span {
    let start = input.start() + from;
    input.consume(len);
    Span {
        start,
        len: to - from,
    }
}

/// How many bytes a block takes in the file: its length, up to the next multiple of four.
#[inline]
fn block_bytes(claimed: u32) -> Result<usize, Damage> {
    if claimed < SMALLEST_BLOCK_BYTES {
        return Err(Damage::BlockLength { claimed });
    }
    // As other readers do, for writers that leave the padding out of the length.
    (claimed as usize)
        .checked_next_multiple_of(4)
        .ok_or(Damage::BlockLength { claimed })
}

#[inline]
fn check_trailer(claimed: u32, trailer: u32) -> Result<(), Fault> {
    if claimed == trailer {
        Ok(())
    } else {
        Err(Damage::BlockLengthsDiffer {
            first: claimed,
            second: trailer,
        }
        .into())
    }
}
