//! MPLS label stacks (RFC 3032), and what is under them, which no field tells.

use super::plausible;
use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// Takes off a label. What is under the last one is told by how it looks (RFC 4928 §3), and
/// Ethernet by looking further.
///
/// Labels are no part of the realm: the last one may be there only to spread flows over paths
/// (RFC 6391, RFC 6790), and so differ between the fragments of a datagram.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (label, rest) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    if !is_last(*label) {
        return Ok(Kind::Mpls.of(rest));
    }
    if rest.is_empty() {
        return Err(Undecoded::Truncated);
    }
    carried(rest).ok_or(Undecoded::NotIp)
}

/// A whole label stack, when beyond doubt there is one; `missing` bytes at its end were not
/// captured.
pub(crate) fn whole_stack(mut data: &[u8], missing: u32) -> Option<Layer<'_>> {
    // Some devices push many labels, none this many.
    const DEPTH: usize = 16;
    let start = data;
    for _ in 0..DEPTH {
        let (label, rest) = data.split_first_chunk::<4>()?;
        if is_last(*label) {
            let is_packet = match carried(rest)?.kind {
                Kind::Ip => plausible::is_ip(rest, missing),
                _ => true,
            };
            return is_packet.then_some(Kind::Mpls.of(start));
        }
        data = rest;
    }
    None
}

const fn is_last([_, _, flags, _]: [u8; 4]) -> bool {
    flags & 1 == 1
}

/// IP, or Ethernet behind a control word (RFC 4448 §4.6) or without one.
fn carried(data: &[u8]) -> Option<Layer<'_>> {
    /// The first nibble of a control word; that of 1 is a channel for maintenance.
    const CONTROL: u8 = 0;
    let version = data.first()? >> 4;
    let behind_control = data.get(4..).unwrap_or_default();
    let is_ethernet = plausible::is_ethernet(data);
    match version {
        // An address of Ethernet may begin like this too.
        4 | 6 if plausible::is_ip(data, 0) || !is_ethernet => Some(Kind::Ip.of(data)),
        CONTROL if plausible::is_ethernet(behind_control) => {
            Some(Kind::Ethernet.of(behind_control))
        }
        _ if is_ethernet => Some(Kind::Ethernet.of(data)),
        _ => None,
    }
}
