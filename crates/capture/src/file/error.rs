//! What can be wrong with a capture file.

use std::{fmt, io};

use thiserror::Error;

use super::content::Content;
use super::merge::MOST_OVERLAPPING;
use super::packed::{PackedFault, Packing};

/// Why a capture file could not be read, or not to its end. Each is one line that says what is
/// wrong and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing was read.
    #[error("{input}: {reason}")]
    Open {
        /// The file.
        input: String,
        /// What is wrong with it.
        reason: OpenError,
    },
    /// The file ends in the middle of a record.
    #[error(
        "{input}: cut off in the record at byte {offset}, {}; everything before it was read; \
         copy or capture the file again to have the rest",
        Place(*.after)
    )]
    Truncated {
        /// The file.
        input: String,
        /// The number of the last whole frame; 0 when there was none.
        after: u64,
        /// Where the incomplete record begins, in bytes from the start of the file.
        offset: u64,
    },
    /// A record makes no sense, so that nothing after it can be found.
    #[error(
        "{input}: damaged at byte {offset}, {}: {damage}; everything before it was read; \
         copy or capture the file again to have the rest",
        Place(*.after)
    )]
    Corrupt {
        /// The file.
        input: String,
        /// The number of the last whole frame; 0 when there was none.
        after: u64,
        /// Where the damaged record begins, in bytes from the start of the file.
        offset: u64,
        /// What is wrong with it.
        damage: Damage,
    },
    /// What the file is compressed with says that it is not whole.
    #[error(
        "{input}: {fault}, {}; everything before it was read; {}",
        Place(*.after),
        .fault.remedy()
    )]
    Packed {
        /// The file.
        input: String,
        /// The number of the last whole frame; 0 when there was none.
        after: u64,
        /// What is wrong, and where.
        fault: PackedFault,
    },
    /// The system could not read on.
    #[error(
        "{input}: cannot be read on at byte {offset}, {}: {source}; everything before it was read",
        Place(*.after)
    )]
    Io {
        /// The file.
        input: String,
        /// The number of the last whole frame; 0 when there was none.
        after: u64,
        /// Where the record begins that could not be read, in bytes from the start of the file.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
}

impl ReadError {
    pub(super) fn open(input: String, reason: OpenError) -> Self {
        Self::Open { input, reason }
    }

    /// The number of the last whole frame before the fault, 0 if there was none; `None` when the
    /// file could not be opened at all.
    #[must_use]
    pub fn frames_before(&self) -> Option<u64> {
        match self {
            Self::Open { .. } => None,
            Self::Truncated { after, .. }
            | Self::Corrupt { after, .. }
            | Self::Packed { after, .. }
            | Self::Io { after, .. } => Some(*after),
        }
    }
}

/// The place of a fault among the frames, in words.
struct Place(u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("before the first frame"),
            n => write!(f, "after frame {n}"),
        }
    }
}

/// Why nothing of a file could be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("no such file; check the path")]
    NotFound,
    /// The file may not be read.
    #[error(
        "permission denied; make the file readable for this user, or run as one who may read it"
    )]
    Permission,
    /// It is a directory.
    #[error("is a directory; name the capture files in it")]
    Directory,
    /// It cannot grow: it is a pipe or a device.
    #[error("is no file, and cannot be followed; read it without --follow, as it comes")]
    NotGrowing,
    /// More files than can be read at the same time overlap.
    #[error("overlaps in time with {MOST_OVERLAPPING} other captures; read fewer at a time")]
    TooManyOverlap,
    /// It has no bytes.
    #[error("is empty; nothing was captured, or nothing has been written to it yet")]
    Empty,
    /// It is something else.
    #[error("is not a pcap or pcapng capture: {0}")]
    NotACapture(Content),
    /// It ends within its header.
    #[error("ends within its file header, after {bytes} bytes; copy or capture the file again")]
    HeaderCut {
        /// How many bytes there are.
        bytes: usize,
    },
    /// It has a version that is not known.
    #[error(
        "is {format} version {major}.{minor}, which is not known here; \
         convert it first (editcap -F {format})"
    )]
    Version {
        /// The layout.
        format: Format,
        /// Its major version.
        major: u16,
        /// Its minor version.
        minor: u16,
    },
    /// Its header makes no sense.
    #[error("has a damaged file header: {0}; copy or capture the file again")]
    Damaged(Damage),
    /// What it is compressed with says that it is not whole, before anything came of it.
    #[error("cannot be decompressed: {fault}; {remedy}", fault = .0, remedy = .0.remedy())]
    Packed(PackedFault),
    /// It is compressed, and growing.
    #[error(
        "is compressed, and cannot be followed as it grows; \
         decompress it into a pipe and read standard input ({command})",
        command = .0.command()
    )]
    PackedAndGrowing(Packing),
    /// The system could not open or read it.
    #[error("cannot be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Permission,
            io::ErrorKind::IsADirectory => Self::Directory,
            _ => match PackedFault::of(&error) {
                Some(fault) => Self::Packed(fault),
                None => Self::Io(error),
            },
        }
    }
}

/// What is wrong with a record or block.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Damage {
    /// A frame longer than it can be.
    #[error("a frame of {claimed} bytes where at most {most} can be")]
    FrameTooLong {
        /// The length in the file.
        claimed: u32,
        /// The most there can be.
        most: u32,
    },
    /// A block too short or too long for what it is.
    #[error("a block of {claimed} bytes")]
    BlockLength {
        /// The length in the file.
        claimed: u32,
    },
    /// A block whose end does not repeat the length at its start.
    #[error("a block of {first} bytes that says {second} at its end")]
    BlockLengthsDiffer {
        /// The length at its start.
        first: u32,
        /// The length at its end.
        second: u32,
    },
    /// A frame from an interface that the section did not describe.
    #[error("a frame from interface {id} of a section with {described} interfaces")]
    UnknownInterface {
        /// The interface's number.
        id: u32,
        /// How many interfaces the section has.
        described: usize,
    },
    /// More interfaces than can be.
    #[error("more interfaces than a file can have")]
    TooManyInterfaces,
    /// A section that does not tell its byte order.
    #[error("a section without a byte order")]
    ByteOrder,
    /// A section of a version that is not known.
    #[error("a section of {format} version {major}.{minor}, which is not known here")]
    Version {
        /// The layout.
        format: Format,
        /// Its major version.
        major: u16,
        /// Its minor version.
        minor: u16,
    },
}

/// The two layouts of capture files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// pcap: a header, then frames.
    Pcap,
    /// pcapng: blocks of many kinds.
    Pcapng,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcap => "pcap",
            Self::Pcapng => "pcapng",
        })
    }
}

/// Why reading stopped, and where the record began that stopped it.
pub(super) struct Stop {
    pub(super) offset: u64,
    pub(super) fault: Fault,
}

/// Why reading stopped.
pub(super) enum Fault {
    /// The input ended within a record.
    Cut,
    Damage(Damage),
    Packed(PackedFault),
    Io(io::Error),
}

impl Fault {
    /// Whether the input has nothing more now, and may have later.
    pub(super) fn is_wait(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl From<Damage> for Fault {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match PackedFault::of(&error) {
            Some(fault) => Self::Packed(fault),
            None => Self::Io(error),
        }
    }
}
