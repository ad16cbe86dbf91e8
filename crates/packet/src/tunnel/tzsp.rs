//! What routers and sensors send of the frames they capture: the TaZmen Sniffer Protocol
//! (<https://en.wikipedia.org/wiki/TZSP>).

use super::Carried;
use crate::layer::Kind;
use crate::udp::Udp;

/// Version, message, protocol, fields.
pub(super) fn read<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    const VERSION: u8 = 1;
    const RECEIVED: u8 = 0;
    const TO_BE_SENT: u8 = 1;
    const ETHERNET: u16 = 1;
    const WIFI: u16 = 18;
    let (&[VERSION, RECEIVED | TO_BE_SENT, high, low], rest) =
        udp.payload.split_first_chunk::<4>()?
    else {
        return None;
    };
    let kind = match u16::from_be_bytes([high, low]) {
        ETHERNET => Kind::Ethernet,
        WIFI => Kind::Wifi,
        _ => return None,
    };
    Some(Carried {
        layer: kind.of(skip_fields(rest)?),
        network: 0,
    })
}

/// Fields of a kind, a length and contents, up to the one that ends them.
fn skip_fields(mut data: &[u8]) -> Option<&[u8]> {
    const PADDING: u8 = 0;
    const END: u8 = 1;
    loop {
        data = match data {
            [END, rest @ ..] => return Some(rest),
            [PADDING, rest @ ..] => rest,
            [_, length, rest @ ..] => rest.get(usize::from(*length)..)?,
            _ => return None,
        };
    }
}
