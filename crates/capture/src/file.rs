//! Capture files: pcap and its variants, and pcapng, in either byte order, compressed or not, from a
//! file or a pipe.
//!
//! Frames are handed out as slices of one buffer, so nothing is copied and nothing is allocated per
//! frame. No length in a file is believed before the bytes are there.

mod buffer;
mod comments;
mod content;
mod error;
mod fields;
mod folder;
mod gauge;
mod growing;
mod merge;
mod names;
mod packed;
mod pcap;
mod pcapng;
mod resolution;

use std::fs::File;
use std::io::{self, Read};
use std::mem;
use std::path::Path;

use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};

pub use self::comments::Comments;
pub use self::content::Content;
pub use self::error::{Damage, Format, OpenError, ReadError};
pub use self::folder::{Folder, captures_in};
pub use self::gauge::Gauge;
pub use self::growing::Follow;
pub use self::merge::{InputEnd, MOST_OVERLAPPING, Merge, Merged};
pub use self::names::Names;
pub use self::packed::{MOST_WINDOW_BYTES, PackedDamage, PackedFault, Packing};

use self::buffer::Buffer;
use self::error::{Fault, Stop};
use self::fields::ByteOrder;
use self::gauge::Gauged;
use self::packed::Unpacked;
use self::pcap::Pcap;
use self::pcapng::Pcapng;
use crate::printable::printable;

/// The longest frame that is read, in bytes. No link carries longer ones, and a damaged length must
/// not be able to ask for more memory than this.
pub const MAX_FRAME_BYTES: usize = 16 * 1024 * 1024;

/// What names standard input in error messages.
const STANDARD_INPUT: &str = "standard input";

/// Reads the frames of one capture file, in file order.
///
/// ```no_run
/// use sipwhy_capture::file::Reader;
///
/// let mut reader = Reader::open("call.pcap", 0)?;
/// while let Some(frame) = reader.next_frame()? {
///     println!("{} bytes at {:?}", frame.data.len(), frame.time);
/// }
/// # Ok::<(), sipwhy_capture::file::ReadError>(())
/// ```
pub struct Reader {
    name: String,
    file: u16,
    input: Buffer,
    blocks: Blocks,
    counter: Counter,
    packing: Option<Packing>,
    finished: bool,
}

/// A piece of what a capture file holds.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// Lines of a TLS key log, from a decryption secrets block. They may be for frames that came
    /// before.
    KeyLog(&'a [u8]),
    /// Host names, from a name resolution block.
    Names(Names<'a>),
}

/// The two layouts of capture files.
enum Blocks {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// What runs on through the whole file, whatever its layout.
#[derive(Default)]
struct Counter {
    /// The number of the last frame; 0 before the first.
    number: u64,
    /// The time of the last frame.
    time: Timestamp,
}

/// What was found in a file, and where it lies in the buffer.
#[derive(Clone, Copy)]
enum Found {
    Frame(Record),
    KeyLog(Span),
    Names(Span, ByteOrder),
}

/// Bytes of the buffer.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    len: usize,
}

/// Where a frame lies in the buffer, and what the file says of it.
#[derive(Clone, Copy)]
struct Record {
    /// The first byte of the frame in the buffer.
    start: usize,
    /// Bytes kept.
    len: usize,
    /// Bytes on the wire.
    original_len: u32,
    time: Timestamp,
    link_type: LinkType,
    /// Bytes of the options after it, in a pcapng file, and their byte order.
    options_len: u32,
    order: ByteOrder,
}

impl Reader {
    /// Opens a capture file, or standard input if `path` is `-`, and reads its header.
    ///
    /// `file` is the input's place in the list of inputs, from 0; it comes back in every
    /// [`FrameId`].
    ///
    /// # Errors
    /// [`ReadError::Open`] when there is no such file, it may not be read, or it is no capture.
    pub fn open(path: impl AsRef<Path>, file: u16) -> Result<Self, ReadError> {
        Self::open_gauged(path, file, &Gauge::default())
    }

    /// As [`Reader::open`]. Bytes that are read of a file count for `gauge`; those of standard
    /// input do not.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_gauged(
        path: impl AsRef<Path>,
        file: u16,
        gauge: &Gauge,
    ) -> Result<Self, ReadError> {
        let path = path.as_ref();
        if path.as_os_str() == "-" {
            return Self::from_reader(io::stdin(), STANDARD_INPUT, file);
        }
        let name = path.to_string_lossy();
        let failed = |error: io::Error| ReadError::open(printable(&name), error.into());
        let source = File::open(path).map_err(failed)?;
        if source.metadata().map_err(failed)?.is_dir() {
            return Err(ReadError::open(printable(&name), OpenError::Directory));
        }
        Self::from_reader(Gauged::new(source, gauge.clone()), &name, file)
    }

    /// Reads a capture from any source of bytes; `name` is what error messages call it.
    ///
    /// Bytes are read in large pieces, but never more than are there: a frame that came through a
    /// pipe is handed out at once. A source that fails with [`io::ErrorKind::WouldBlock`] has
    /// nothing more now: there is no next frame then, and the reader may be asked again later.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn from_reader(
        source: impl Read + Send + 'static,
        name: &str,
        file: u16,
    ) -> Result<Self, ReadError> {
        Self::recognise(Box::new(source), printable(name), file)
    }

    fn recognise(source: Box<dyn Read + Send>, name: String, file: u16) -> Result<Self, ReadError> {
        let mut input = Buffer::new(source);
        let mut packing = None;
        let blocks = content::packing(&mut input).and_then(|found| {
            if let Some(found) = found {
                let (begin, rest) = mem::replace(&mut input, Buffer::empty()).into_parts();
                input = Buffer::new(Box::new(Unpacked::new(found, begin, rest)));
                packing = Some(found);
            }
            content::recognise(&mut input)
        });
        match blocks {
            Ok(blocks) => Ok(Self {
                name,
                file,
                input,
                blocks,
                counter: Counter::default(),
                packing,
                finished: false,
            }),
            Err(error) => Err(ReadError::open(name, error)),
        }
    }

    /// What the input is called in error messages, with control characters escaped.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the last frame handed out; 0 before the first.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.counter.number
    }

    /// How many bytes of the file have been read through.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.input.offset()
    }

    /// How the file is compressed, if it is.
    #[must_use]
    pub fn packing(&self) -> Option<Packing> {
        self.packing
    }

    /// The next frame, or `None` at the end of the file. The frame borrows the reader's buffer.
    /// Whatever else the file holds is passed over.
    ///
    /// # Errors
    /// As [`Reader::next_item`].
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ReadError> {
        loop {
            match self.find()? {
                Some(Found::Frame(record)) => return Ok(Some(self.frame(&record))),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// The next piece, or `None` at the end of the file. It borrows the reader's buffer.
    ///
    /// # Errors
    /// [`ReadError::Truncated`], [`ReadError::Corrupt`], [`ReadError::Packed`] or
    /// [`ReadError::Io`] at the place where the file stops making sense. All frames before it have
    /// been handed out, and no later call gives more than `None`.
    #[inline]
    pub fn next_item(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        let found = self.find()?;
        Ok(found.map(|found| self.item(&found)))
    }

    /// Finds the next piece. It stays where it is in the buffer until the next call.
    #[inline]
    fn find(&mut self) -> Result<Option<Found>, ReadError> {
        if self.finished {
            return Ok(None);
        }
        let next = match &mut self.blocks {
            Blocks::Pcap(pcap) => pcap.next(&mut self.input),
            Blocks::Pcapng(pcapng) => pcapng.next(&mut self.input, &mut self.counter),
        };
        match next {
            Ok(Some(found)) => {
                if let Found::Frame(record) = &found {
                    self.counter.number += 1;
                    self.counter.time = record.time;
                }
                Ok(Some(found))
            }
            Ok(None) => {
                self.finished = true;
                Ok(None)
            }
            Err(stop) => self.stopped(stop),
        }
    }

    /// The piece that was found last.
    #[inline]
    fn item(&self, found: &Found) -> Item<'_> {
        match found {
            Found::Frame(record) => Item::Frame(self.frame(record)),
            Found::KeyLog(span) => Item::KeyLog(self.input.slice(span.start, span.len)),
            Found::Names(span, order) => {
                Item::Names(Names::new(*order, self.input.slice(span.start, span.len)))
            }
        }
    }

    /// The comments on the piece that was found last: a file has them on frames.
    fn comments(&self, found: &Found) -> Comments<'_> {
        match found {
            Found::Frame(record) if record.options_len > 0 => {
                let start = record.start + record.len.next_multiple_of(4);
                let options = self.input.slice(start, record.options_len as usize);
                Comments::new(record.order, options)
            }
            Found::Frame(_) | Found::KeyLog(_) | Found::Names(..) => Comments::default(),
        }
    }

    /// The frame that was found last.
    #[inline]
    fn frame(&self, record: &Record) -> Frame<'_> {
        Frame {
            id: FrameId {
                file: self.file,
                number: self.counter.number,
            },
            time: record.time,
            link_type: record.link_type,
            data: self.input.slice(record.start, record.len),
            // Some writers leave the length on the wire out, or give one too short.
            original_len: record.original_len.max(record.len as u32),
        }
    }

    #[cold]
    fn stopped(&mut self, stop: Stop) -> Result<Option<Found>, ReadError> {
        if stop.fault.is_wait() {
            return Ok(None);
        }
        self.finished = true;
        let (after, offset) = (self.counter.number, stop.offset);
        let input = match self.packing {
            // Bytes are counted in what came of it.
            Some(_) => format!("{} (decompressed)", self.name),
            None => self.name.clone(),
        };
        Err(match stop.fault {
            Fault::Cut => ReadError::Truncated {
                input,
                after,
                offset,
            },
            Fault::Damage(damage) => ReadError::Corrupt {
                input,
                after,
                offset,
                damage,
            },
            Fault::Packed(fault) => ReadError::Packed {
                input: self.name.clone(),
                after,
                fault,
            },
            Fault::Io(source) => ReadError::Io {
                input,
                after,
                offset,
                source,
            },
        })
    }
}
