//! IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Bound, Limits, Undecoded};

/// Protocol numbers (IANA), the same in IPv4's protocol and IPv6's next header field.
pub(crate) mod protocol {
    pub(crate) const ICMP: u8 = 1;
    pub(crate) const TCP: u8 = 6;
    pub(crate) const UDP: u8 = 17;
    pub(crate) const ICMPV6: u8 = 58;

    /// Whether SIP may be in a packet of a protocol that is not decoded: IP in IP (4, 41), GRE,
    /// ESP, Ethernet in IP (97), L2TP, SCTP, UDP-Lite, MPLS in IP (137).
    pub(crate) const fn may_carry_sip(protocol: u8) -> bool {
        matches!(protocol, 4 | 41 | 47 | 50 | 51 | 97 | 115 | 132 | 136 | 137)
    }
}

/// IPv6 extension headers (RFC 8200 §4, RFC 4302, RFC 6275, RFC 7401, RFC 5533).
mod extension {
    pub(super) const HOP_BY_HOP: u8 = 0;
    pub(super) const ROUTING: u8 = 43;
    pub(super) const FRAGMENT: u8 = 44;
    pub(super) const AUTHENTICATION: u8 = 51;
    pub(super) const DESTINATION: u8 = 60;
    pub(super) const MOBILITY: u8 = 135;
    pub(super) const HOST_IDENTITY: u8 = 139;
    pub(super) const SHIM6: u8 = 140;
}

/// An IP packet, or one fragment of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    /// What the payload is. In a fragment of an IPv6 packet: what its fragmentable part starts
    /// with, which may be a further extension header.
    pub(crate) protocol: u8,
    /// The identification field; 0 for IPv6 without a fragment header.
    pub(crate) id: u32,
    /// Where the payload belongs, when this is a fragment.
    pub(crate) fragment: Option<Place>,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// Bytes of the payload that were on the wire and not captured.
    pub(crate) missing: u32,
}

/// A fragment's place in its datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// In bytes from the start of the fragmentable part.
    pub(crate) offset: u32,
    /// Whether further fragments follow.
    pub(crate) more: bool,
}

/// Reads the headers of an IP packet. Checksums are not verified: where the network card fills
/// them in, captured packets carry wrong ones.
#[inline]
pub(crate) fn parse<'a>(data: &'a [u8], limits: &Limits) -> Result<Packet<'a>, Undecoded> {
    match data.first().map(|byte| byte >> 4) {
        Some(4) => v4(data),
        Some(6) => v6(data, limits),
        Some(_) => Err(Undecoded::BadHeader),
        None => Err(Undecoded::Truncated),
    }
}

#[inline]
fn v4(data: &[u8]) -> Result<Packet<'_>, Undecoded> {
    let Some((header, _)) = data.split_first_chunk::<20>() else {
        return Err(Undecoded::Truncated);
    };
    let header_len = usize::from(header[0] & 0xf) * 4;
    if header_len < 20 {
        return Err(Undecoded::BadHeader);
    }
    let Some(rest) = data.get(header_len..) else {
        return Err(Undecoded::Truncated);
    };
    let (payload, missing) = match usize::from(u16::from_be_bytes([header[2], header[3]])) {
        // The network card was left to fill it in (segmentation offload): all there is.
        0 => (rest, 0),
        total => cut(
            rest,
            total.checked_sub(header_len).ok_or(Undecoded::BadHeader)?,
        ),
    };
    let flags = u16::from_be_bytes([header[6], header[7]]);
    let place = Place {
        offset: u32::from(flags & 0x1fff) * 8,
        more: flags & 0x2000 != 0,
    };
    let source: [u8; 4] = [header[12], header[13], header[14], header[15]];
    let destination: [u8; 4] = [header[16], header[17], header[18], header[19]];
    Ok(Packet {
        source: IpAddr::V4(Ipv4Addr::from(source)),
        destination: IpAddr::V4(Ipv4Addr::from(destination)),
        protocol: header[9],
        id: u32::from(u16::from_be_bytes([header[4], header[5]])),
        fragment: (place.more || place.offset != 0).then_some(place),
        payload,
        missing,
    })
}

fn v6<'a>(data: &'a [u8], limits: &Limits) -> Result<Packet<'a>, Undecoded> {
    let Some((header, rest)) = data.split_first_chunk::<40>() else {
        return Err(Undecoded::Truncated);
    };
    let (payload, missing) = match usize::from(u16::from_be_bytes([header[4], header[5]])) {
        // A jumbogram (RFC 2675), or left to the network card: all there is.
        0 => (rest, 0),
        length => cut(rest, length),
    };
    let mut source = [0; 16];
    source.copy_from_slice(&header[8..24]);
    let mut destination = [0; 16];
    destination.copy_from_slice(&header[24..40]);
    let packet = Packet {
        source: IpAddr::V6(Ipv6Addr::from(source)),
        destination: IpAddr::V6(Ipv6Addr::from(destination)),
        protocol: header[6],
        id: 0,
        fragment: None,
        payload,
        missing,
    };
    skip_extensions(packet, limits)
}

/// Takes the extension headers off the front of an IPv6 packet's payload, up to a fragment header
/// that makes it a fragment: what follows that can be read once the datagram is whole.
pub(crate) fn skip_extensions<'a>(
    mut packet: Packet<'a>,
    limits: &Limits,
) -> Result<Packet<'a>, Undecoded> {
    let mut headers = 0;
    loop {
        let data = packet.payload;
        let length = match packet.protocol {
            extension::HOP_BY_HOP
            | extension::ROUTING
            | extension::DESTINATION
            | extension::MOBILITY
            | extension::HOST_IDENTITY
            | extension::SHIM6 => data.get(1).map(|&units| (usize::from(units) + 1) * 8),
            extension::AUTHENTICATION => data.get(1).map(|&units| (usize::from(units) + 2) * 4),
            extension::FRAGMENT => Some(8),
            _ => return Ok(packet),
        };
        if headers == limits.ipv6_extensions {
            return Err(Undecoded::BoundReached(Bound::Ipv6Extensions));
        }
        headers += 1;
        let Some((header, rest)) = length.and_then(|length| data.split_at_checked(length)) else {
            return Err(if packet.missing > 0 {
                Undecoded::Truncated
            } else {
                Undecoded::BadHeader
            });
        };
        let is_fragment_header = packet.protocol == extension::FRAGMENT;
        packet.payload = rest;
        packet.protocol = header.first().copied().unwrap_or_default();
        if let (true, &[_, _, high, low, a, b, c, d]) = (is_fragment_header, header) {
            packet.id = u32::from_be_bytes([a, b, c, d]);
            let flags = u16::from_be_bytes([high, low]);
            let place = Place {
                offset: u32::from(flags & 0xfff8),
                more: flags & 1 != 0,
            };
            // Neither offset nor successor: a datagram in one piece (RFC 6946).
            if place.more || place.offset != 0 {
                packet.fragment = Some(place);
                return Ok(packet);
            }
        }
    }
}

/// Cuts off what the link layer padded, and says how much the capture cut off.
#[inline]
fn cut(data: &[u8], length: usize) -> (&[u8], u32) {
    match data.get(..length) {
        Some(payload) => (payload, 0),
        None => (data, u32::try_from(length - data.len()).unwrap_or(u32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{LaxIpSlice, LaxIpv4Slice, LaxIpv6Slice};
    use proptest::prelude::*;

    /// What etherparse reads in a packet, where it has no complaint.
    fn oracle(data: &[u8]) -> Option<(IpAddr, IpAddr, u8, bool, &[u8])> {
        let (packet, fault) = LaxIpSlice::from_slice(data).ok()?;
        if fault.is_some() {
            return None;
        }
        let payload = packet.payload();
        let (source, destination) = match &packet {
            LaxIpSlice::Ipv4(LaxIpv4Slice { .. }) => {
                let header = packet.ipv4()?.header();
                (
                    IpAddr::V4(header.source_addr()),
                    IpAddr::V4(header.destination_addr()),
                )
            }
            LaxIpSlice::Ipv6(LaxIpv6Slice { .. }) => {
                let header = packet.ipv6()?.header();
                (
                    IpAddr::V6(header.source_addr()),
                    IpAddr::V6(header.destination_addr()),
                )
            }
        };
        Some((
            source,
            destination,
            payload.ip_number.0,
            payload.fragmented,
            payload.payload,
        ))
    }

    proptest! {
        #[test]
        fn agrees_with_etherparse(
            is_v4: bool,
            length in 0_u16..80,
            fragment in prop_oneof![Just(0_u16), any::<u16>()],
            headers in prop::collection::vec(
                prop_oneof![Just(0_u8), Just(43), Just(44), Just(60)], 0..4),
            mut bytes in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let header_len = if is_v4 { 20 } else { 40 };
            bytes.resize(bytes.len() + header_len, 0);
            if is_v4 {
                bytes[0] = 0x45 + bytes[1] % 3;
                bytes[2..4].copy_from_slice(&length.to_be_bytes());
                bytes[6..8].copy_from_slice(&fragment.to_be_bytes());
                bytes[9] = 17;
            } else {
                bytes[0] = 0x60;
                bytes[4..6].copy_from_slice(&length.to_be_bytes());
                // A chain of extension headers of 8 bytes each.
                for (index, &header) in headers.iter().enumerate() {
                    bytes[if index == 0 { 6 } else { 32 + 8 * index }] = header;
                    bytes.resize(bytes.len().max(48 + 8 * index), 0);
                    bytes[41 + 8 * index] = 0;
                }
                bytes[if headers.is_empty() { 6 } else { 32 + 8 * headers.len() }] = 17;
            }
            let ours = parse(&bytes, &Limits::default()).ok();
            let theirs = oracle(&bytes);
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                prop_assert_eq!(ours.source, theirs.0);
                prop_assert_eq!(ours.destination, theirs.1);
                prop_assert_eq!(ours.fragment.is_some(), theirs.3);
                // What follows the fragment header of a fragment is not for the taking yet.
                if ours.fragment.is_none() {
                    prop_assert_eq!(ours.protocol, theirs.2);
                    prop_assert_eq!(ours.payload, theirs.4);
                }
            }
        }
    }

    #[test]
    fn lengths_that_lie_are_told_from_packets_that_were_cut() {
        let mut packet = vec![0x45, 0, 0, 30, 0, 0, 0, 0, 64, 17, 0, 0];
        packet.extend([0; 8]);
        packet.extend([7; 12]);
        let limits = Limits::default();
        let payload = |packet: &[u8]| {
            parse(packet, &limits).map(|packet| (packet.payload.len(), packet.missing))
        };
        assert_eq!(payload(&packet), Ok((10, 0)));
        assert_eq!(payload(&packet[..25]), Ok((5, 5)));
        assert_eq!(payload(&packet[..19]), Err(Undecoded::Truncated));
        packet[3] = 19;
        assert_eq!(payload(&packet), Err(Undecoded::BadHeader));
        packet[3] = 0;
        assert_eq!(payload(&packet), Ok((12, 0)));
        packet[0] = 0x44;
        assert_eq!(payload(&packet), Err(Undecoded::BadHeader));
        packet[0] = 0x55;
        assert_eq!(payload(&packet), Err(Undecoded::BadHeader));
    }
}
