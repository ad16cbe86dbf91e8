//! BSD loopback.

use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// A 4-byte address family, by default in the byte order of the host that captured.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (family, rest) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    // Families fit in a byte, so the byte order shows in where the zeros are.
    let family = match u32::from_be_bytes(*family) {
        big if big <= 0xff => big,
        other => other.swap_bytes(),
    };
    match family {
        // AF_INET is 2 everywhere. AF_INET6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD and
        // DragonFly, 30 on Darwin, 10 on Linux, 23 on Windows.
        2 | 10 | 23 | 24 | 28 | 30 => Ok(Kind::Ip.of(rest)),
        _ => Err(Undecoded::NotIp),
    }
}
