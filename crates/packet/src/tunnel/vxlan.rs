//! VXLAN (RFC 7348), with group policies, and its generic protocol extension
//! (draft-ietf-nvo3-vxlan-gpe).

use super::Carried;
use crate::layer::Kind;
use crate::link::nsh;
use crate::udp::Udp;

/// The network number is valid.
const HAS_NETWORK: u8 = 0x08;
/// There is a group policy (draft-smith-vxlan-group-policy).
const HAS_GROUP: u8 = 0x80;
/// There is a next protocol.
const HAS_PROTOCOL: u8 = 0x04;

/// Flags, a group or zeros, network number, zero.
pub(super) fn read<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    let (&[flags, group @ .., a, b, c, 0], rest) = udp.payload.split_first_chunk::<8>()? else {
        return None;
    };
    let is_plain = flags == HAS_NETWORK && group == [0; 3];
    let has_group = flags == HAS_NETWORK | HAS_GROUP;
    (is_plain || has_group).then_some(Carried {
        layer: Kind::Ethernet.of(rest),
        network: u32::from_be_bytes([0, a, b, c]),
    })
}

/// Flags, zeros, next protocol, network number, zero.
pub(super) fn read_generic<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    /// What a receiver need not know: that it goes to all, that it is maintenance.
    const IGNORED: u8 = 0x02 | 0x01;
    let (&[flags, 0, 0, protocol, a, b, c, 0], rest) = udp.payload.split_first_chunk::<8>()? else {
        return None;
    };
    let kind = match flags & !IGNORED {
        HAS_NETWORK if protocol == 0 => Kind::Ethernet,
        flags if flags == HAS_NETWORK | HAS_PROTOCOL => nsh::kind(protocol)?,
        _ => return None,
    };
    Some(Carried {
        layer: kind.of(rest),
        network: u32::from_be_bytes([0, a, b, c]),
    })
}
