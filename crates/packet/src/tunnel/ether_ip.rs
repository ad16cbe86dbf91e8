//! Ethernet in IP (RFC 3378).

use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// Version 3 in the first nibble, and zeros.
pub(crate) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const HEADER: [u8; 2] = [0x30, 0];
    let (header, rest) = data.split_first_chunk::<2>().ok_or(Undecoded::Truncated)?;
    if *header == HEADER {
        Ok(Kind::Ethernet.of(rest))
    } else {
        Err(Undecoded::BadHeader)
    }
}
