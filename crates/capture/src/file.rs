//! Capture files: pcap (microseconds and nanoseconds) and pcapng, in either byte order, from a file
//! or a pipe.
//!
//! Frames are handed out as slices of one buffer, so nothing is copied and nothing is allocated per
//! frame. No length in a file is believed before the bytes are there.

mod buffer;
mod content;
mod error;
mod fields;
mod pcap;
mod pcapng;
mod resolution;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};

pub use self::content::Content;
pub use self::error::{Damage, Format, OpenError, ReadError};

use self::buffer::Buffer;
use self::error::{Fault, Stop};
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
    finished: bool,
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
        Self::from_reader(source, &name, file)
    }

    /// Reads a capture from any source of bytes; `name` is what error messages call it.
    ///
    /// Bytes are read in large pieces, but never more than are there: a frame that came through a
    /// pipe is handed out at once.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn from_reader(
        source: impl Read + Send + 'static,
        name: &str,
        file: u16,
    ) -> Result<Self, ReadError> {
        let name = printable(name);
        let mut input = Buffer::new(Box::new(source));
        match content::recognise(&mut input) {
            Ok(blocks) => {
                let counter = Counter::default();
                Ok(Self {
                    name,
                    file,
                    input,
                    blocks,
                    counter,
                    finished: false,
                })
            }
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

    /// The next frame, or `None` at the end of the file. The frame borrows the reader's buffer.
    ///
    /// # Errors
    /// [`ReadError::Truncated`], [`ReadError::Corrupt`] or [`ReadError::Io`] at the place where
    /// the file stops making sense. All frames before it have been handed out, and no later call
    /// gives more than `None`.
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ReadError> {
        if self.finished {
            return Ok(None);
        }
        let next = match &mut self.blocks {
            Blocks::Pcap(pcap) => pcap.next_record(&mut self.input),
            Blocks::Pcapng(pcapng) => pcapng.next_record(&mut self.input, &mut self.counter),
        };
        match next {
            Ok(Some(record)) => {
                self.counter.number += 1;
                self.counter.time = record.time;
                Ok(Some(Frame {
                    id: FrameId {
                        file: self.file,
                        number: self.counter.number,
                    },
                    time: record.time,
                    link_type: record.link_type,
                    data: self.input.slice(record.start, record.len),
                    // Some writers leave the length on the wire out, or give one too short.
                    original_len: record.original_len.max(record.len as u32),
                }))
            }
            Ok(None) => {
                self.finished = true;
                Ok(None)
            }
            Err(stop) => Err(self.stopped(stop)),
        }
    }

    #[cold]
    fn stopped(&mut self, stop: Stop) -> ReadError {
        self.finished = true;
        let (input, after, offset) = (self.name.clone(), self.counter.number, stop.offset);
        match stop.fault {
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
            Fault::Io(source) => ReadError::Io {
                input,
                after,
                offset,
                source,
            },
        }
    }
}
