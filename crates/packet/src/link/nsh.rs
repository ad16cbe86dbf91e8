//! Service function chaining headers (RFC 8300 §2).

use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// What a header announces, here and in VXLAN's generic protocol extension.
pub(crate) const fn kind(protocol: u8) -> Option<Kind> {
    Some(match protocol {
        1 | 2 => Kind::Ip,
        3 => Kind::Ethernet,
        4 => Kind::Nsh,
        5 => Kind::Mpls,
        _ => return None,
    })
}

/// A header whose length is in its second byte, in words of four bytes.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const VERSION: u8 = 0xc0;
    const SHORTEST: usize = 8;
    let (&[first, second, _, protocol], _) =
        data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    let length = usize::from(second & 0x3f) * 4;
    if first & VERSION != 0 || length < SHORTEST {
        return Err(Undecoded::BadHeader);
    }
    let rest = data.get(length..).ok_or(Undecoded::Truncated)?;
    kind(protocol)
        .map(|kind| kind.of(rest))
        .ok_or(Undecoded::NotIp)
}
