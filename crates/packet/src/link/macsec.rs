//! MACsec (IEEE 802.1AE §9).

use super::ethernet;
use crate::Undecoded;
use crate::counters::Encryption;
use crate::layer::Layer;

/// In the first byte of the tag: a version other than 0.
const VERSION: u8 = 0x80;
/// There is an explicit channel identifier.
const CHANNEL: u8 = 0x20;
/// The payload is encrypted, or else changed in another way.
const CONCEALED: u8 = 0x08 | 0x04;

/// What is behind the EtherType of a tag: flags, a short length, a packet number, perhaps the
/// channel. What is only protected against change follows in the clear. The check value at the
/// end is beyond the length of the packet, as padding is.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const SHORT: usize = 6;
    const WITH_CHANNEL: usize = SHORT + 8;
    let &flags = data.first().ok_or(Undecoded::Truncated)?;
    if flags & VERSION != 0 {
        return Err(Undecoded::BadHeader);
    }
    if flags & CONCEALED != 0 {
        return Err(Undecoded::EncryptedBelow(Encryption::MacSec));
    }
    let length = if flags & CHANNEL == 0 {
        SHORT
    } else {
        WITH_CHANNEL
    };
    ethernet::open_tag(data, length)
}
