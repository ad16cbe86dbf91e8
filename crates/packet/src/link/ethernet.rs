//! Ethernet: Ethernet II (RFC 894), 802.3, and the tags that bridges put in.

use etherparse::{EtherType, Ethernet2HeaderSlice};

use super::ether_type::announced;
use crate::Undecoded;
use crate::layer::{Kind, Layer, Path};

/// The largest number that is a length and not an EtherType (IEEE 802.3 §3.2.6).
const MAX_LENGTH: u16 = 1500;

/// Ethernet II, or 802.3 if the type is a length.
#[inline]
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let header = Ethernet2HeaderSlice::from_slice(data).map_err(|_| Undecoded::Truncated)?;
    let rest = data.get(header.slice().len()..).unwrap_or_default();
    carried(header.ether_type(), rest)
}

/// The rest of an 802.1Q or 802.1ad tag: priority and VLAN number.
pub(super) fn open_vlan<'a>(data: &'a [u8], path: &mut Path) -> Result<Layer<'a>, Undecoded> {
    const NUMBER: u16 = 0x0fff;
    let (control, _) = data.split_first_chunk::<2>().ok_or(Undecoded::Truncated)?;
    path.realm
        .enter(u64::from(u16::from_be_bytes(*control) & NUMBER));
    open_tag(data, control.len())
}

/// A tag of `length` bytes that tells nothing we want, and the EtherType behind it.
pub(super) fn open_tag(data: &[u8], length: usize) -> Result<Layer<'_>, Undecoded> {
    let rest = data.get(length..).ok_or(Undecoded::Truncated)?;
    let (number, rest) = rest.split_first_chunk::<2>().ok_or(Undecoded::Truncated)?;
    carried(EtherType(u16::from_be_bytes(*number)), rest)
}

/// The rest of a backbone service tag (IEEE 802.1Q §9.7): flags, a service number, and the
/// customer's frame.
pub(super) fn open_backbone_tag<'a>(
    data: &'a [u8],
    path: &mut Path,
) -> Result<Layer<'a>, Undecoded> {
    const NUMBER: u32 = 0x00ff_ffff;
    let (tag, frame) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    path.realm
        .enter(u64::from(u32::from_be_bytes(*tag) & NUMBER));
    open(frame)
}

/// What the type or length field of a frame says.
#[inline]
fn carried(number: EtherType, rest: &[u8]) -> Result<Layer<'_>, Undecoded> {
    if number.0 > MAX_LENGTH {
        return announced(number, rest);
    }
    // What is beyond the length is padding.
    Ok(Kind::Llc.of(rest.get(..usize::from(number.0)).unwrap_or(rest)))
}
