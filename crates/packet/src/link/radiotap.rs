//! Radiotap headers (<https://www.radiotap.org>): what a wireless card tells of a frame.

use super::wifi;
use crate::Undecoded;
use crate::layer::Layer;

/// Fields that are there, by the bits of the first word that lists them.
const TIMER: u32 = 1;
const FLAGS: u32 = 1 << 1;
/// Another such word follows.
const MORE: u32 = 1 << 31;

/// In the flags: the frame's header is padded to a multiple of four bytes.
const PADDED: u8 = 0x20;

/// Version, padding, length; a list of fields; the fields, in the order of their bits and each
/// aligned to its size from the start of the header.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (&[version, _, low, high], _) =
        data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    if version != 0 {
        return Err(Undecoded::BadHeader);
    }
    let length = usize::from(u16::from_le_bytes([low, high]));
    let (header, frame) = data.split_at_checked(length).ok_or(Undecoded::Truncated)?;
    let is_padded = flags(header).is_some_and(|flags| flags & PADDED != 0);
    wifi::open_padded(frame, is_padded)
}

fn flags(header: &[u8]) -> Option<u8> {
    let words = header.get(4..)?.as_chunks::<4>().0;
    let words = words.iter().map(|word| u32::from_le_bytes(*word));
    let fields = words.clone().next()?;
    if fields & FLAGS == 0 {
        return None;
    }
    let lists = words.take_while(|word| word & MORE != 0).count() + 1;
    let mut at = 4 + 4 * lists;
    if fields & TIMER != 0 {
        at = at.next_multiple_of(8) + 8;
    }
    header.get(at).copied()
}
