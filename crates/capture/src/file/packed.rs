//! Compressed captures: gzip, Zstandard, xz and LZ4, told by their first bytes, whatever the file
//! is called, and decompressed as they are read.
//!
//! Memory is bounded whatever a file claims: nothing is held but the window that the format looks
//! back into, and a window beyond [`MOST_WINDOW_BYTES`] is refused. What was decompressed before a
//! fault is handed on before the fault is told.

mod fault;
mod gzip;
mod lz4;
mod source;
mod xz;
mod zstd;

use std::fmt;
use std::io::{self, Read};

use self::gzip::Gzip;
use self::lz4::Lz4;
use self::source::Source;
use self::xz::Xz;
use self::zstd::Zstd;

pub use self::fault::{PackedDamage, PackedFault};

/// The furthest a compressed file may look back, in bytes. What `zstd --ultra -22 --long=27` and
/// `xz -9` need, and as much as `zstd` itself takes unless told otherwise; a header that asks for
/// more is made to exhaust memory.
pub const MOST_WINDOW_BYTES: u64 = 128 << 20;

/// How a capture file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
    /// xz, any number of streams.
    Xz,
    /// LZ4 frames, any number of them.
    Lz4,
}

impl Packing {
    /// The compression that a file with this beginning has.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        const BEGINNINGS: [(&[u8], Packing); 4] = [
            (b"\x1f\x8b", Packing::Gzip),
            (b"\x28\xb5\x2f\xfd", Packing::Zstd),
            (b"\xfd7zX", Packing::Xz),
            (b"\x04\x22\x4d\x18", Packing::Lz4),
        ];
        if is_skippable(bytes) {
            // Both formats may begin with a frame to pass over; parallel zstd writes them.
            return Some(Self::Zstd);
        }
        BEGINNINGS
            .iter()
            .find(|(begin, _)| bytes.starts_with(begin))
            .map(|(_, packing)| *packing)
    }

    /// The command that decompresses such a file to its standard output.
    pub(super) const fn command(self) -> &'static str {
        match self {
            Self::Gzip => "gzip -dc",
            Self::Zstd => "zstd -dc",
            Self::Xz => "xz -dc",
            Self::Lz4 => "lz4 -dc",
        }
    }
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Lz4 => "LZ4",
        })
    }
}

/// Whether a frame begins that decoders of Zstandard and LZ4 pass over (RFC 8878 §3.1.2).
fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The decompressed bytes of a compressed source.
pub(super) struct Unpacked {
    packing: Packing,
    unpacker: Box<dyn Unpack + Send>,
    /// A fault was told; nothing follows it.
    is_over: bool,
}

/// What a format does.
trait Unpack {
    /// Where the compressed bytes come from.
    fn source(&mut self) -> &mut Source;

    /// The next decompressed bytes, 0 at the end. `into` is not empty. What came before a fault is
    /// given before the fault.
    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Stopped>;
}

/// Why decompressing stopped, as the format sees it. Whether the source failed or ended is for
/// [`Source`] to say.
enum Stopped {
    /// The source failed, or ended too early; or the data makes no sense.
    Broken,
    /// The data looks back further than is held.
    Window(Option<u64>),
    /// It cannot be decompressed without a dictionary of the writer's.
    Dictionary,
}

impl From<io::Error> for Stopped {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

impl Unpacked {
    /// Decompresses `rest`, of which `begin` was read already.
    pub(super) fn new(packing: Packing, begin: Vec<u8>, rest: Box<dyn Read + Send>) -> Self {
        let source = Source::new(begin, rest);
        let unpacker: Box<dyn Unpack + Send> = match packing {
            Packing::Gzip => Box::new(Gzip::new(source)),
            Packing::Zstd => Box::new(Zstd::new(source)),
            Packing::Xz => Box::new(Xz::new(source)),
            Packing::Lz4 => Box::new(Lz4::new(source)),
        };
        Self {
            packing,
            unpacker,
            is_over: false,
        }
    }

    #[cold]
    fn fault(&mut self, stopped: &Stopped) -> io::Error {
        self.is_over = true;
        let source = self.unpacker.source();
        if let Some(error) = source.take_fault() {
            return error;
        }
        let damage = match *stopped {
            Stopped::Window(bytes) => PackedDamage::Window { bytes },
            Stopped::Dictionary => PackedDamage::Dictionary,
            Stopped::Broken if source.was_short() => PackedDamage::Cut,
            Stopped::Broken => PackedDamage::Broken,
        };
        io::Error::new(
            io::ErrorKind::InvalidData,
            PackedFault {
                packing: self.packing,
                offset: source.consumed(),
                damage,
            },
        )
    }
}

impl Read for Unpacked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.is_over || into.is_empty() {
            return Ok(0);
        }
        let unpacked = self.unpacker.unpack(into);
        unpacked.map_err(|stopped| self.fault(&stopped))
    }
}
