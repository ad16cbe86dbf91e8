//! pcapng: packets with comments, the names of hosts, and the secrets of TLS sessions.
//!
//! <https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/>

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::IpAddr;

use sipwhy_packet::{Frame, LinkType};

use super::block::Block;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
const INTERFACE: u32 = 1;
const NAME_RESOLUTION: u32 = 4;
const ENHANCED_PACKET: u32 = 6;
const DECRYPTION_SECRETS: u32 = 10;

/// The option of any block that holds a comment.
const COMMENT: u16 = 1;
/// Of section headers: hardware, operating system, application.
const HARDWARE: u16 = 2;
const SYSTEM: u16 = 3;
const APPLICATION: u16 = 4;
/// Of interface descriptions: their name, and the unit of their times as a power of ten.
const INTERFACE_NAME: u16 = 2;
const TIME_RESOLUTION: u16 = 9;
const NANOSECONDS: u8 = 9;
/// Records of name resolution blocks.
const IPV4_NAME: u16 = 1;
const IPV6_NAME: u16 = 2;
/// Secrets that are lines of a TLS key log.
const TLS_KEY_LOG: u32 = 0x544c_534b;

/// The longest comment that is written, in bytes; of a longer one the begin.
pub const MOST_COMMENT_BYTES: usize = 8 * 1024;
/// How long all comments of one packet may be together, in bytes; what comes then is left out.
/// Readers bound what they read of options, ours included.
pub const MOST_COMMENTS_BYTES: usize = 48 * 1024;

/// What made a file, as its header says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The hardware; left out if empty.
    pub hardware: &'a str,
    /// The operating system; left out if empty.
    pub system: &'a str,
    /// The program and its version; left out if empty.
    pub application: &'a str,
}

/// Writes a pcapng file of one section to any sink of bytes. Whoever wants buffering wraps it.
///
/// ```
/// use sipwhy_capture::write::{Origin, Pcapng};
/// use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};
///
/// let mut file = Pcapng::new(Vec::new(), Origin::default())?;
/// let frame = Frame {
///     id: FrameId { file: 0, number: 1 },
///     time: Timestamp::from_nanos(1),
///     link_type: LinkType::ETHERNET,
///     data: b"...",
///     original_len: 60,
/// };
/// file.packet("call.pcap", &frame, ["What of it"])?;
/// let bytes = file.into_inner();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Pcapng<W> {
    sink: W,
    block: Block,
    /// Each input's link types, with their places among the interfaces.
    interfaces: BTreeMap<(u16, LinkType), u32>,
}

impl<W: Write> Pcapng<W> {
    /// Begins a file: writes the header of its section.
    ///
    /// # Errors
    /// Those of the sink, here and in every other method.
    pub fn new(sink: W, origin: Origin<'_>) -> io::Result<Self> {
        let mut file = Self {
            sink,
            block: Block::default(),
            interfaces: BTreeMap::new(),
        };
        let block = &mut file.block;
        block.begin(SECTION_HEADER);
        block.u32(BYTE_ORDER_MAGIC);
        block.u16(1);
        block.u16(0);
        // The length of the section, not known beforehand.
        block.u64(u64::MAX);
        let options = [
            (HARDWARE, origin.hardware),
            (SYSTEM, origin.system),
            (APPLICATION, origin.application),
        ];
        for (code, text) in options.into_iter().filter(|(_, text)| !text.is_empty()) {
            block.option(code, text.as_bytes());
        }
        file.put()?;
        Ok(file)
    }

    /// Writes a packet. `input` is the name of where it came from: packets of one file and one link
    /// type are of one interface of that name.
    ///
    /// Comments are bounded by [`MOST_COMMENT_BYTES`] and [`MOST_COMMENTS_BYTES`].
    ///
    /// # Errors
    /// Those of the sink; [`io::ErrorKind::InvalidInput`] when a packet is too long for the format.
    pub fn packet<C: AsRef<str>>(
        &mut self,
        input: &str,
        frame: &Frame<'_>,
        comments: impl IntoIterator<Item = C>,
    ) -> io::Result<()> {
        let interface = self.interface(frame, input)?;
        let captured = u32::try_from(frame.data.len()).map_err(|_| too_long())?;
        let ticks = frame.time.as_nanos();
        let block = &mut self.block;
        block.begin(ENHANCED_PACKET);
        block.u32(interface);
        block.u32((ticks >> 32) as u32);
        block.u32(ticks as u32);
        block.u32(captured);
        block.u32(frame.original_len.max(captured));
        block.raw(frame.data);
        block.pad();
        let mut left = MOST_COMMENTS_BYTES;
        for comment in comments {
            let comment = begin(comment.as_ref(), MOST_COMMENT_BYTES);
            let Some(rest) = left.checked_sub(comment.len()) else {
                break;
            };
            left = rest;
            block.option(COMMENT, comment.as_bytes());
        }
        self.put()
    }

    /// Writes lines of a TLS key log. Readers that decrypt as they read need them before the
    /// packets that they are for.
    ///
    /// # Errors
    /// Those of the sink; [`io::ErrorKind::InvalidInput`] when they are too long for the format.
    pub fn key_log(&mut self, lines: &[u8]) -> io::Result<()> {
        let length = u32::try_from(lines.len()).map_err(|_| too_long())?;
        let block = &mut self.block;
        block.begin(DECRYPTION_SECRETS);
        block.u32(TLS_KEY_LOG);
        block.u32(length);
        block.raw(lines);
        block.pad();
        self.put()
    }

    /// Writes what hosts are called. Names that are empty, hold a zero byte or are longer than the
    /// format allows are left out.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn names<'n>(
        &mut self,
        names: impl IntoIterator<Item = (IpAddr, &'n [u8])>,
    ) -> io::Result<()> {
        self.block.begin(NAME_RESOLUTION);
        let mut value = Vec::new();
        for (address, name) in names {
            if name.is_empty() || name.contains(&0) {
                continue;
            }
            value.clear();
            let kind = match address {
                IpAddr::V4(address) => {
                    value.extend(address.octets());
                    IPV4_NAME
                }
                IpAddr::V6(address) => {
                    value.extend(address.octets());
                    IPV6_NAME
                }
            };
            value.extend(name);
            value.push(0);
            self.block.option(kind, &value);
        }
        // Unlike options, records are always ended, even if there are none.
        self.block.end_records();
        self.put()
    }

    /// The sink.
    pub const fn sink(&self) -> &W {
        &self.sink
    }

    /// The sink, to hand on what it holds back.
    pub const fn sink_mut(&mut self) -> &mut W {
        &mut self.sink
    }

    /// The sink, with all that was written handed to it.
    pub fn into_inner(self) -> W {
        self.sink
    }

    /// The place of a frame's interface, which is described if it was not yet.
    fn interface(&mut self, frame: &Frame<'_>, name: &str) -> io::Result<u32> {
        let key = (frame.id.file, frame.link_type);
        if let Some(place) = self.interfaces.get(&key) {
            return Ok(*place);
        }
        // No more than the pairs of two numbers of 16 bits.
        let place = u32::try_from(self.interfaces.len()).map_err(|_| too_long())?;
        self.interfaces.insert(key, place);
        let block = &mut self.block;
        block.begin(INTERFACE);
        block.u16(frame.link_type.0);
        block.u16(0);
        // No snap length that holds for all of them is known.
        block.u32(0);
        if !name.is_empty() {
            block.option(INTERFACE_NAME, name.as_bytes());
        }
        block.option(TIME_RESOLUTION, &[NANOSECONDS]);
        self.put()?;
        Ok(place)
    }

    fn put(&mut self) -> io::Result<()> {
        let bytes = self.block.finish().ok_or_else(too_long)?;
        self.sink.write_all(bytes)
    }
}

/// As much of the begin of a text as fits into so many bytes.
fn begin(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev();
    let end = end.into_iter().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "longer than a pcapng block can be",
    )
}
