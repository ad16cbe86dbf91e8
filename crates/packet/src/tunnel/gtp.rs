//! What mobile networks carry for a handset: GTP-U version 1 (3GPP TS 29.281 §5).

use super::Carried;
use crate::layer::Kind;
use crate::link::plausible;
use crate::udp::Udp;

/// In the first byte: version 1, and no charging protocol.
const VERSION: u8 = 0xf8;
const VERSION_1: u8 = 0x30;
/// An extension header, a sequence number or a packet number is there: then all their fields are.
const OPTIONS: u8 = 0x07;
const EXTENSION: u8 = 0x04;
/// The message that carries a packet.
const PACKET: u8 = 0xff;

/// Flags, message, length of what follows, tunnel; options and extension headers if announced.
pub(super) fn read<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    let (&[flags, PACKET, high, low, ref tunnel @ ..], rest) =
        udp.payload.split_first_chunk::<8>()?
    else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let on_wire = usize::from(udp.len).checked_sub(8)?;
    if flags & VERSION != VERSION_1 || length != on_wire {
        return None;
    }
    let packet = if flags & OPTIONS == 0 {
        rest
    } else {
        let (&[_, _, _, next], rest) = rest.split_first_chunk::<4>()?;
        if flags & EXTENSION == 0 {
            rest
        } else {
            skip_extensions(next, rest)?
        }
    };
    // Nothing tells what the packet is: the ends agreed on it before.
    let kind = if plausible::may_be_ip(packet) {
        Kind::Ip
    } else if plausible::is_ethernet(packet) {
        Kind::Ethernet
    } else {
        return None;
    };
    Some(Carried {
        layer: kind.of(packet),
        network: u32::from_be_bytes(*tunnel),
    })
}

/// Extension headers: a length in words of four bytes, contents, and the kind of the next one.
fn skip_extensions(mut next: u8, mut data: &[u8]) -> Option<&[u8]> {
    while next != 0 {
        let words = usize::from(*data.first()?);
        let length = words.checked_mul(4).filter(|length| *length > 0)?;
        let (header, rest) = data.split_at_checked(length)?;
        next = *header.last()?;
        data = rest;
    }
    Some(data)
}
