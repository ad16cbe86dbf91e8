//! Numbers in the byte order of the file.

/// The byte order of the host that wrote a file, or a section of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The 16-bit number at `at`; 0 past the end, which callers rule out by filling first.
    #[inline]
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let Some(raw) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
            return 0;
        };
        match self {
            Self::Little => u16::from_le_bytes(*raw),
            Self::Big => u16::from_be_bytes(*raw),
        }
    }

    /// The 32-bit number at `at`; 0 past the end, as [`ByteOrder::u16`].
    #[inline]
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let Some(raw) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
            return 0;
        };
        match self {
            Self::Little => u32::from_le_bytes(*raw),
            Self::Big => u32::from_be_bytes(*raw),
        }
    }

    /// The first four 32-bit numbers; 0 past the end, as [`ByteOrder::u16`].
    #[inline]
    pub(super) fn four_u32(self, bytes: &[u8]) -> [u32; 4] {
        let (words, _) = bytes.as_chunks();
        let Some(raw) = words.first_chunk() else {
            return [0; 4];
        };
        match self {
            Self::Little => raw.map(u32::from_le_bytes),
            Self::Big => raw.map(u32::from_be_bytes),
        }
    }

    /// The signed 64-bit number at `at`; 0 past the end, as [`ByteOrder::u16`].
    pub(super) fn i64(self, bytes: &[u8], at: usize) -> i64 {
        let Some(raw) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
            return 0;
        };
        match self {
            Self::Little => i64::from_le_bytes(*raw),
            Self::Big => i64::from_be_bytes(*raw),
        }
    }
}
