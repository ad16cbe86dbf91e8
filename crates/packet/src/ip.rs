//! IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.

use std::net::IpAddr;

use etherparse::err::{ip_auth, ipv4, ipv6};
use etherparse::{
    IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice, ip_number,
};

use crate::{Bound, Limits, Undecoded};

/// Whether SIP may be in a packet of a protocol that is not decoded: other tunnels, compression,
/// and transports that SIP can run over.
pub(crate) const fn may_carry_sip(protocol: IpNumber) -> bool {
    const MINIMAL_ENCAPSULATION: IpNumber = IpNumber(55);
    const COMPRESSION: IpNumber = IpNumber(108);
    matches!(protocol, MINIMAL_ENCAPSULATION | COMPRESSION)
}

/// An IP packet, or one fragment of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    /// What the payload is. In a fragment of an IPv6 packet: what its fragmentable part starts
    /// with, which may be a further extension header.
    pub(crate) protocol: IpNumber,
    /// The identification field; 0 for IPv6 without a fragment header.
    pub(crate) id: u32,
    /// Where the payload belongs, when this is a fragment.
    pub(crate) fragment: Option<Place>,
    /// The header, if it is one with a checksum.
    pub(crate) header: &'a [u8],
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

/// Reads the headers of an IP packet, whether their checksum is right or not: where the network
/// card fills them in, captured packets carry wrong ones.
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
    let header = Ipv4HeaderSlice::from_slice(data).map_err(|error| match error {
        ipv4::HeaderSliceError::Len(_) => Undecoded::Truncated,
        ipv4::HeaderSliceError::Content(_) => Undecoded::BadHeader,
    })?;
    let header_len = header.slice().len();
    let rest = data.get(header_len..).unwrap_or_default();
    let (payload, missing) = match usize::from(header.total_len()) {
        // The network card was left to fill it in (segmentation offload): all there is.
        0 => (rest, 0),
        total => cut(
            rest,
            total.checked_sub(header_len).ok_or(Undecoded::BadHeader)?,
        ),
    };
    let place = Place {
        offset: u32::from(header.fragments_offset().byte_offset()),
        more: header.more_fragments(),
    };
    Ok(Packet {
        source: IpAddr::V4(header.source_addr()),
        destination: IpAddr::V4(header.destination_addr()),
        protocol: header.protocol(),
        id: u32::from(header.identification()),
        fragment: header.is_fragmenting_payload().then_some(place),
        header: header.slice(),
        payload,
        missing,
    })
}

fn v6<'a>(data: &'a [u8], limits: &Limits) -> Result<Packet<'a>, Undecoded> {
    let header = Ipv6HeaderSlice::from_slice(data).map_err(|error| match error {
        ipv6::HeaderSliceError::Len(_) => Undecoded::Truncated,
        ipv6::HeaderSliceError::Content(_) => Undecoded::BadHeader,
    })?;
    let rest = data.get(header.slice().len()..).unwrap_or_default();
    let (payload, missing) = match usize::from(header.payload_length()) {
        // A jumbogram (RFC 2675), or left to the network card: all there is.
        0 => (rest, 0),
        length => cut(rest, length),
    };
    let packet = Packet {
        source: IpAddr::V6(header.source_addr()),
        destination: IpAddr::V6(header.destination_addr()),
        protocol: header.next_header(),
        id: 0,
        fragment: None,
        header: &[],
        payload,
        missing,
    };
    skip_extensions(packet, limits)
}

/// Takes the extension headers off the front of an IPv6 packet's payload, up to a fragment header
/// that makes it a fragment: what follows that can be read once the datagram is whole.
///
/// Header by header, since a walk over the whole chain at once would refuse all of it where one
/// header is cut, and has no bound of ours.
pub(crate) fn skip_extensions<'a>(
    mut packet: Packet<'a>,
    limits: &Limits,
) -> Result<Packet<'a>, Undecoded> {
    let too_short = if packet.missing > 0 {
        Undecoded::Truncated
    } else {
        Undecoded::BadHeader
    };
    let mut headers = 0;
    loop {
        let data = packet.payload;
        let is_fragment_header = packet.protocol == ip_number::IPV6_FRAGMENTATION_HEADER;
        let is_authentication = packet.protocol == ip_number::AUTHENTICATION_HEADER;
        if !is_fragment_header
            && !is_authentication
            && !Ipv6RawExtHeaderSlice::header_type_supported(packet.protocol)
        {
            return Ok(packet);
        }
        if headers == limits.ipv6_extensions {
            return Err(Undecoded::BoundReached(Bound::Ipv6Extensions));
        }
        headers += 1;
        let (next, length) = if is_fragment_header {
            let header = Ipv6FragmentHeaderSlice::from_slice(data).map_err(|_| too_short)?;
            packet.id = header.identification();
            // Neither offset nor successor: a datagram in one piece (RFC 6946).
            packet.fragment = header.is_fragmenting_payload().then(|| Place {
                offset: u32::from(header.fragment_offset().byte_offset()),
                more: header.more_fragments(),
            });
            (header.next_header(), header.slice().len())
        } else if is_authentication {
            let header = IpAuthHeaderSlice::from_slice(data).map_err(|error| match error {
                ip_auth::HeaderSliceError::Len(_) => too_short,
                ip_auth::HeaderSliceError::Content(_) => Undecoded::BadHeader,
            })?;
            (header.next_header(), header.slice().len())
        } else {
            let header = Ipv6RawExtHeaderSlice::from_slice(data).map_err(|_| too_short)?;
            (header.next_header(), header.slice().len())
        };
        packet.payload = data.get(length..).unwrap_or_default();
        packet.protocol = next;
        if packet.fragment.is_some() {
            return Ok(packet);
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
                    prop_assert_eq!(ours.protocol.0, theirs.2);
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
