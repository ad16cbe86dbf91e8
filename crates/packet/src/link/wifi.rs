//! 802.11 frames (IEEE 802.11 §9.2, §9.3.2).

use crate::Undecoded;
use crate::counters::Encryption;
use crate::layer::{Kind, Layer};

/// In the first byte of the header: version and type, and within the type of data.
const VERSION_AND_TYPE: u8 = 0x0f;
const DATA: u8 = 0x08;
const WITHOUT_DATA: u8 = 0x40;
const WITH_QUALITY: u8 = 0x80;

/// In the second byte.
const BETWEEN_ACCESS_POINTS: u8 = 0x03;
const MORE_FRAGMENTS: u8 = 0x04;
const PROTECTED: u8 = 0x40;
/// With a quality field, that there is a high-throughput control field.
const ORDER: u8 = 0x80;

/// In the first byte of the quality field: the frame is several in one.
const AGGREGATE: u8 = 0x80;

/// Before each frame of an aggregate: two addresses and a length.
const SUBFRAME_HEADER: usize = 14;

/// An 802.11 frame.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    open_padded(data, false)
}

/// An 802.11 frame whose header may be padded to a multiple of four bytes.
pub(super) fn open_padded(data: &[u8], is_padded: bool) -> Result<Layer<'_>, Undecoded> {
    const ADDRESS: usize = 6;
    const QUALITY: usize = 2;
    const HIGH_THROUGHPUT: usize = 4;
    let (&[kind, flags], _) = data.split_first_chunk::<2>().ok_or(Undecoded::Truncated)?;
    if kind & VERSION_AND_TYPE != DATA || kind & WITHOUT_DATA != 0 {
        // Management and control.
        return Err(Undecoded::NotIp);
    }
    if flags & PROTECTED != 0 {
        return Err(Undecoded::EncryptedBelow(Encryption::Wifi));
    }
    // Duration, three addresses, and where the frame is in the sequence.
    let (&[.., sequence, _], _) = data.split_first_chunk::<24>().ok_or(Undecoded::Truncated)?;
    if flags & MORE_FRAGMENTS != 0 || sequence & 0x0f != 0 {
        return Err(Undecoded::LinkFragment);
    }
    let mut length = 24;
    if flags & BETWEEN_ACCESS_POINTS == BETWEEN_ACCESS_POINTS {
        length += ADDRESS;
    }
    let mut is_aggregate = false;
    if kind & WITH_QUALITY != 0 {
        let quality = data.get(length).ok_or(Undecoded::Truncated)?;
        is_aggregate = quality & AGGREGATE != 0;
        length += QUALITY;
        if flags & ORDER != 0 {
            length += HIGH_THROUGHPUT;
        }
    }
    if is_padded {
        length = length.next_multiple_of(4);
    }
    let rest = data.get(length..).ok_or(Undecoded::Truncated)?;
    match is_aggregate {
        true if rest.len() < SUBFRAME_HEADER => Err(Undecoded::Truncated),
        true => Ok(Kind::Aggregate.of(rest)),
        false => Ok(Kind::Llc.of(rest)),
    }
}

/// The frames of an aggregate: each has two addresses and a length, and is padded to a multiple
/// of four bytes. What is left at the end is a check sequence.
pub(crate) fn subframes(mut data: &[u8]) -> impl Iterator<Item = Layer<'_>> {
    std::iter::from_fn(move || {
        let (&[.., high, low], rest) = data.split_first_chunk::<SUBFRAME_HEADER>()?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        data = data
            .get((SUBFRAME_HEADER + length).next_multiple_of(4)..)
            .unwrap_or_default();
        Some(Kind::Llc.of(rest.get(..length).unwrap_or(rest)))
    })
}
