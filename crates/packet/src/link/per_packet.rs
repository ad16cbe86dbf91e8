//! Per-packet information headers, an older sister of radiotap's
//! (<https://www.tcpdump.org/linktypes/LINKTYPE_PPI.html>).

use crate::layer::{Kind, Layer};
use crate::{LinkType, Undecoded};

/// Version, flags, length, and the link type of what follows the header's fields.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const HEADER: usize = 8;
    let (&[version, _, low, high, link_type @ ..], _) = data
        .split_first_chunk::<HEADER>()
        .ok_or(Undecoded::Truncated)?;
    let length = usize::from(u16::from_le_bytes([low, high]));
    if version != 0 || length < HEADER {
        return Err(Undecoded::BadHeader);
    }
    let frame = data.get(length..).ok_or(Undecoded::Truncated)?;
    let link_type = u16::try_from(u32::from_le_bytes(link_type)).unwrap_or(u16::MAX);
    Ok(Kind::Link(LinkType(link_type)).of(frame))
}
