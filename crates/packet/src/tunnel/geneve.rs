//! GENEVE (RFC 8926 §3.4).

use etherparse::EtherType;

use super::Carried;
use crate::link;
use crate::udp::Udp;

/// Version and length of the options, flags, protocol, network number, zero, options.
pub(super) fn read<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    const CONTROL_AND_CRITICAL: u8 = 0xc0;
    let (&[options @ 0..0x40, flags, high, low, a, b, c, 0], rest) =
        udp.payload.split_first_chunk::<8>()?
    else {
        return None;
    };
    if flags & !CONTROL_AND_CRITICAL != 0 {
        return None;
    }
    let rest = rest.get(usize::from(options) * 4..)?;
    let protocol = EtherType(u16::from_be_bytes([high, low]));
    Some(Carried {
        layer: link::announced(protocol, rest).ok()?,
        network: u32::from_be_bytes([0, a, b, c]),
    })
}
