//! L2TP, version 2 (RFC 2661 §3.1) and 3 (RFC 3931 §3.2, §4.1).

use super::Carried;
use crate::Undecoded;
use crate::layer::{Kind, Layer, Path};
use crate::link::{self, plausible};
use crate::udp::Udp;

/// In the first two bytes, over UDP.
const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const RESERVED: u16 = 0x34f0;
const VERSION: u16 = 0x000f;

/// A data message over UDP.
pub(super) fn read<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    let (&[high, low], rest) = udp.payload.split_first_chunk::<2>()?;
    let flags = u16::from_be_bytes([high, low]);
    if flags & (CONTROL | RESERVED) != 0 {
        return None;
    }
    match flags & VERSION {
        2 => version_2(flags, rest, udp),
        3 => version_3(rest.get(2..)?, udp.missing),
        _ => None,
    }
}

/// A session header directly over IP (RFC 3931 §4.1.1). Session 0 is control.
pub(crate) fn open<'a>(data: &'a [u8], path: &mut Path) -> Result<Layer<'a>, Undecoded> {
    if data.len() < 4 {
        return Err(Undecoded::Truncated);
    }
    let carried = version_3(data, 0).ok_or(Undecoded::NotIp)?;
    path.realm.enter(carried.network.into());
    Ok(carried.layer)
}

/// Perhaps the length, tunnel and session, perhaps two sequence numbers, perhaps padding; PPP.
fn version_2<'a>(flags: u16, data: &'a [u8], udp: &Udp<'a>) -> Option<Carried<'a>> {
    let mut data = data;
    if flags & LENGTH != 0 {
        let (length, rest) = data.split_first_chunk::<2>()?;
        if u16::from_be_bytes(*length) > udp.len {
            return None;
        }
        data = rest;
    }
    let (ids, mut data) = data.split_first_chunk::<4>()?;
    if flags & SEQUENCE != 0 {
        data = data.get(4..)?;
    }
    if flags & OFFSET != 0 {
        let (length, rest) = data.split_first_chunk::<2>()?;
        data = rest.get(usize::from(u16::from_be_bytes(*length))..)?;
    }
    link::is_ppp_protocol(data).then_some(Carried {
        layer: Kind::Ppp.of(data),
        network: u32::from_be_bytes(*ids),
    })
}

/// A session, then what the ends agreed on and no field tells: a cookie of no, four or eight
/// bytes, perhaps four bytes for sequence numbers, and what is carried.
fn version_3(data: &[u8], missing: u32) -> Option<Carried<'_>> {
    let (session, rest) = data.split_first_chunk::<4>()?;
    let network = u32::from_be_bytes(*session);
    if network == 0 {
        return None;
    }
    [0, 4, 8, 12].into_iter().find_map(|skipped| {
        let data = rest.get(skipped..)?;
        let kind = if plausible::is_ethernet(data) {
            Kind::Ethernet
        } else if plausible::is_ip(data, missing) {
            Kind::Ip
        } else if data.starts_with(&[0xff, 3]) && link::is_ppp_protocol(data) {
            Kind::Ppp
        } else {
            return None;
        };
        Some(Carried {
            layer: kind.of(data),
            network,
        })
    })
}
