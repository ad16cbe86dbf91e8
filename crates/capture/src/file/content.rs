//! What a file is, by its first bytes.

use std::fmt;

use super::Blocks;
use super::buffer::Buffer;
use super::error::{Damage, Fault, OpenError};
use super::packed::Packing;
use super::pcap::Pcap;
use super::pcapng::{Pcapng, SECTION_MAGIC};

/// How many of its first bytes tell the layout or the compression of a file.
const MAGIC_BYTES: usize = 4;
/// How much of a file is looked at to say what it is, in bytes.
const LOOK_BYTES: usize = 64;

/// What a file that is no capture looks like, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// gzip data.
    Gzip,
    /// Zstandard data.
    Zstd,
    /// xz data.
    Xz,
    /// bzip2 data.
    Bzip2,
    /// An LZ4 frame.
    Lz4,
    /// LZ4 data in the layout before the frame format.
    OldLz4,
    /// A zip archive.
    Zip,
    /// A program or library.
    Elf,
    /// The pointer that git keeps in place of a large file.
    GitLfsPointer,
    /// A snoop capture.
    Snoop,
    /// A Microsoft Network Monitor capture.
    NetworkMonitor,
    /// Text.
    Text,
    /// Nothing known: its first four bytes.
    Unknown([u8; 4]),
}

impl fmt::Display for Content {
    /// What it looks like and what to do, as the end of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "it looks like gzip data; decompress it first (gunzip)",
            Self::Zstd => "it looks like Zstandard data; decompress it first (unzstd)",
            Self::Xz => "it looks like xz data; decompress it first (unxz)",
            Self::Bzip2 => "it looks like bzip2 data; decompress it first (bunzip2)",
            Self::Lz4 => "it looks like LZ4 data; decompress it first (unlz4)",
            Self::OldLz4 => {
                "it looks like LZ4 data in the legacy layout; decompress it first (unlz4)"
            }
            Self::Zip => "it looks like a zip archive; unpack it first (unzip)",
            Self::Elf => "it looks like a program (ELF); check the path",
            Self::GitLfsPointer => "it is a Git LFS pointer; fetch the file itself (git lfs pull)",
            Self::Snoop => "it is a snoop capture; convert it first (editcap -F pcap)",
            Self::NetworkMonitor => {
                "it is a Network Monitor capture; convert it first (editcap -F pcap)"
            }
            Self::Text => "it looks like text; check the path",
            Self::Unknown([a, b, c, d]) => {
                return write!(
                    f,
                    "it begins with the bytes {a:02x} {b:02x} {c:02x} {d:02x}; check the path"
                );
            }
        })
    }
}

impl Content {
    fn of(bytes: &[u8]) -> Self {
        const BEGINNINGS: [(&[u8], Content); 12] = [
            (b"\x1f\x8b", Content::Gzip),
            (b"\x28\xb5\x2f\xfd", Content::Zstd),
            (b"\xfd7zXZ\0", Content::Xz),
            (b"BZh", Content::Bzip2),
            (b"\x04\x22\x4d\x18", Content::Lz4),
            (b"\x02\x21\x4c\x18", Content::OldLz4),
            (b"PK\x03\x04", Content::Zip),
            (b"\x7fELF", Content::Elf),
            (b"version https://git-lfs", Content::GitLfsPointer),
            (b"snoop\0\0\0", Content::Snoop),
            (b"GMBU", Content::NetworkMonitor),
            (b"RTSS", Content::NetworkMonitor),
        ];
        if let Some((_, content)) = BEGINNINGS
            .iter()
            .find(|(begin, _)| bytes.starts_with(begin))
        {
            return *content;
        }
        let looked = &bytes[..bytes.len().min(LOOK_BYTES)];
        // A character may be cut off at the end of what was looked at.
        let text = match std::str::from_utf8(looked) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&looked[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => "",
        };
        if !text.is_empty() && !text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
            return Self::Text;
        }
        let mut first = [0; 4];
        for (to, from) in first.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self::Unknown(first)
    }
}

/// How a file is compressed, if it is.
pub(super) fn packing(input: &mut Buffer) -> Result<Option<Packing>, OpenError> {
    input.fill(MAGIC_BYTES)?;
    Ok(Packing::of(input.window()))
}

/// Finds out the layout of a capture and reads its file header.
pub(super) fn recognise(input: &mut Buffer) -> Result<Blocks, OpenError> {
    if !input.fill(MAGIC_BYTES)? {
        return Err(match input.window().len() {
            0 => OpenError::Empty,
            bytes => OpenError::HeaderCut { bytes },
        });
    }
    let magic = input.window().first_chunk().copied().unwrap_or_default();
    if let Some(kind) = Pcap::recognise(magic) {
        return Pcap::open(input, kind).map(Blocks::Pcap);
    }
    if magic == SECTION_MAGIC {
        let mut pcapng = Pcapng::new();
        let available = |input: &Buffer| input.offset() as usize + input.window().len();
        return match pcapng.open(input) {
            Ok(()) => Ok(Blocks::Pcapng(pcapng)),
            Err(Fault::Cut) => Err(OpenError::HeaderCut {
                bytes: available(input),
            }),
            Err(Fault::Io(error)) => Err(error.into()),
            Err(Fault::Packed(fault)) => Err(OpenError::Packed(fault)),
            Err(Fault::Damage(Damage::Version {
                format,
                major,
                minor,
            })) => Err(OpenError::Version {
                format,
                major,
                minor,
            }),
            Err(Fault::Damage(damage)) => Err(OpenError::Damaged(damage)),
        };
    }
    // Enough to tell; a file may well end before.
    input.fill(LOOK_BYTES)?;
    Err(OpenError::NotACapture(Content::of(input.window())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_it_is_not() {
        assert_eq!(Content::of(b"\x1f\x8b\x08\0"), Content::Gzip);
        assert_eq!(Content::of(b"\x7fELF\x02\x01"), Content::Elf);
        assert_eq!(
            Content::of("INVITE sip:zoë@example.com\r\n".as_bytes()),
            Content::Text
        );
        assert_eq!(
            Content::of(b"version https://git-lfs.github.com"),
            Content::GitLfsPointer
        );
        assert_eq!(
            Content::of(&[0, 1, 2, 3, 4]),
            Content::Unknown([0, 1, 2, 3])
        );
        assert_eq!(
            Content::of(&[b'a', 0xff, b'b', b'c']),
            Content::Unknown(*b"a\xffbc")
        );
    }

    #[test]
    fn a_character_cut_at_the_look_is_still_text() {
        let mut text = "x".repeat(LOOK_BYTES - 1);
        text.push('é');
        assert_eq!(Content::of(text.as_bytes()), Content::Text);
    }
}
