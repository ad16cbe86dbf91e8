//! Linux cooked captures: what the interface `any` gives, and interfaces without a link layer.
//!
//! Not etherparse's slices, which refuse hardware that they do not know, tunnels for one.

use etherparse::EtherType;

use super::ether_type::announced;
use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// The hardware type of interfaces that capture with radiotap headers.
const HARDWARE_RADIOTAP: [u8; 2] = 803_u16.to_be_bytes();

/// <https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html>: the protocol is at byte 14.
pub(super) fn open_version_1(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (header, rest) = data.split_first_chunk::<16>().ok_or(Undecoded::Truncated)?;
    let &[_, _, hardware_high, hardware_low, .., high, low] = header;
    carried([hardware_high, hardware_low], [high, low], rest)
}

/// <https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html>: the protocol is at byte 0.
pub(super) fn open_version_2(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (header, rest) = data.split_first_chunk::<20>().ok_or(Undecoded::Truncated)?;
    let &[high, low, _, _, _, _, _, _, hardware_high, hardware_low, ..] = header;
    carried([hardware_high, hardware_low], [high, low], rest)
}

fn carried(hardware: [u8; 2], protocol: [u8; 2], data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    /// 802.2 frames, among the numbers below the EtherTypes that Linux gives its own meanings.
    const LLC: u16 = 4;
    if hardware == HARDWARE_RADIOTAP {
        return Ok(Kind::Radiotap.of(data));
    }
    match u16::from_be_bytes(protocol) {
        LLC => Ok(Kind::Llc.of(data)),
        protocol => announced(EtherType(protocol), data),
    }
}
