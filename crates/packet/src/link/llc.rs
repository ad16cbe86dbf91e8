//! Logical link control (IEEE 802.2) and the protocol number behind it (SNAP, RFC 1042).

use etherparse::EtherType;

use super::ether_type::announced;
use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// Who a frame is for and from, as two service access points, and that it is unnumbered.
const SNAP: [u8; 3] = [0xaa, 0xaa, 3];
/// The same for IP, before there was SNAP (RFC 948).
const IP: [u8; 3] = [6, 6, 3];

/// Vendors whose protocol numbers are EtherTypes: none (RFC 1042), and 802.1H's for those that
/// must not be made EtherTypes of a frame.
const ENCAPSULATED: [u8; 3] = [0, 0, 0];
const BRIDGE_TUNNEL: [u8; 3] = [0, 0, 0xf8];

/// Reads an LLC header.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (header, rest) = data.split_first_chunk::<3>().ok_or(Undecoded::Truncated)?;
    match *header {
        SNAP => {
            let (vendor, rest) = rest.split_first_chunk::<3>().ok_or(Undecoded::Truncated)?;
            let (number, rest) = rest.split_first_chunk::<2>().ok_or(Undecoded::Truncated)?;
            match *vendor {
                ENCAPSULATED | BRIDGE_TUNNEL => {
                    announced(EtherType(u16::from_be_bytes(*number)), rest)
                }
                _ => Err(Undecoded::NotIp),
            }
        }
        IP => Ok(Kind::Ip.of(rest)),
        _ => Err(Undecoded::NotIp),
    }
}

/// Whether bytes begin as LLC frames on an Ethernet do: SNAP, IP, or a spanning tree's.
pub(super) fn is_usual(data: &[u8]) -> bool {
    const SPANNING_TREE: [u8; 3] = [0x42, 0x42, 3];
    [SNAP, IP, SPANNING_TREE]
        .iter()
        .any(|header| data.starts_with(header))
}
