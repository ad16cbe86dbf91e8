//! Link layers: from a frame to the packet it carries.

use etherparse::{EtherType, Ethernet2HeaderSlice, SingleVlanHeaderSlice, ether_type};

use crate::{Bound, Frame, Limits, LinkType, Undecoded};

/// Another number that QinQ used before 802.1ad, beside [`ether_type::VLAN_DOUBLE_TAGGED_FRAME`].
const OLD_DOUBLE_TAG: EtherType = EtherType(0x9200);

/// What a link layer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network<'a> {
    /// An IP packet; its version is in the first nibble.
    Ip(&'a [u8]),
    /// An ARP packet.
    Arp(&'a [u8]),
}

/// Takes the link layer off a frame.
#[inline]
pub(crate) fn strip<'a>(frame: &Frame<'a>, limits: &Limits) -> Result<Network<'a>, Undecoded> {
    let data = frame.data;
    match frame.link_type {
        LinkType::ETHERNET => ethernet(data, limits),
        LinkType::LINUX_SLL => {
            // https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html: protocol at byte 14.
            // Not etherparse's slice, which refuses hardware it does not know, tunnels for one.
            let (header, rest) = data.split_first_chunk::<16>().ok_or(Undecoded::Truncated)?;
            let protocol = u16::from_be_bytes([header[14], header[15]]);
            tagged(EtherType(protocol), rest, limits)
        }
        LinkType::LINUX_SLL2 => {
            // https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html: protocol at byte 0.
            let (header, rest) = data.split_first_chunk::<20>().ok_or(Undecoded::Truncated)?;
            let protocol = u16::from_be_bytes([header[0], header[1]]);
            tagged(EtherType(protocol), rest, limits)
        }
        LinkType::NULL | LinkType::LOOP => loopback(data),
        LinkType::RAW
        | LinkType::RAW_BSD
        | LinkType::RAW_OPENBSD
        | LinkType::IPV4
        | LinkType::IPV6 => Ok(Network::Ip(data)),
        unknown => Err(Undecoded::UnknownLinkType(unknown)),
    }
}

/// Ethernet II (RFC 894).
#[inline]
fn ethernet<'a>(data: &'a [u8], limits: &Limits) -> Result<Network<'a>, Undecoded> {
    let header = Ethernet2HeaderSlice::from_slice(data).map_err(|_| Undecoded::Truncated)?;
    let rest = data.get(header.slice().len()..).unwrap_or_default();
    tagged(header.ether_type(), rest, limits)
}

/// What an EtherType announces, past any VLAN tags.
#[inline]
fn tagged<'a>(
    mut announced: EtherType,
    mut data: &'a [u8],
    limits: &Limits,
) -> Result<Network<'a>, Undecoded> {
    let mut tags = 0;
    loop {
        match announced {
            ether_type::IPV4 | ether_type::IPV6 => return Ok(Network::Ip(data)),
            ether_type::ARP => return Ok(Network::Arp(data)),
            ether_type::VLAN_TAGGED_FRAME
            | ether_type::PROVIDER_BRIDGING
            | ether_type::VLAN_DOUBLE_TAGGED_FRAME
            | OLD_DOUBLE_TAG => {
                if tags == limits.vlan_tags {
                    return Err(Undecoded::BoundReached(Bound::VlanTags));
                }
                tags += 1;
                let tag =
                    SingleVlanHeaderSlice::from_slice(data).map_err(|_| Undecoded::Truncated)?;
                announced = tag.ether_type();
                data = data.get(tag.slice().len()..).unwrap_or_default();
            }
            _ => return Err(Undecoded::NotIp),
        }
    }
}

/// BSD loopback: a 4-byte address family, by default in the byte order of the host that captured.
fn loopback(data: &[u8]) -> Result<Network<'_>, Undecoded> {
    let (family, rest) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    // Families fit in a byte, so the byte order shows in where the zeros are.
    let family = match u32::from_be_bytes(*family) {
        big if big <= 0xff => big,
        other => other.swap_bytes(),
    };
    match family {
        // AF_INET is 2 everywhere. AF_INET6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD and
        // DragonFly, 30 on Darwin, 10 on Linux, 23 on Windows.
        2 | 10 | 23 | 24 | 28 | 30 => Ok(Network::Ip(rest)),
        _ => Err(Undecoded::NotIp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameId, Timestamp};

    fn network(link_type: LinkType, data: &[u8]) -> Result<Network<'_>, Undecoded> {
        let frame = Frame {
            id: FrameId { file: 0, number: 1 },
            time: Timestamp::ZERO,
            link_type,
            data,
            original_len: 0,
        };
        strip(&frame, &Limits::default())
    }

    #[test]
    fn loopback_families_are_read_in_both_byte_orders() {
        for family in [2_u32, 10, 23, 24, 28, 30] {
            for bytes in [family.to_be_bytes(), family.to_le_bytes()] {
                let mut data = bytes.to_vec();
                data.push(0x45);
                for link_type in [LinkType::NULL, LinkType::LOOP] {
                    assert_eq!(network(link_type, &data), Ok(Network::Ip(&[0x45])));
                }
            }
        }
        assert_eq!(
            network(LinkType::NULL, &[0, 0, 0, 7, 1]),
            Err(Undecoded::NotIp)
        );
    }

    #[test]
    fn vlan_tags_nest_up_to_the_bound() {
        let mut data = vec![0; 12];
        for tag in [0x88a8_u16, 0x8100, 0x9100, 0x9200, 0x8100, 0x8100, 0x8100] {
            data.extend(tag.to_be_bytes());
            data.extend([0, 7]);
        }
        let mut fits = data.clone();
        fits.extend([0x81, 0x00, 0, 7, 0x08, 0x00, 0x45]);
        assert_eq!(network(LinkType::ETHERNET, &fits), Ok(Network::Ip(&[0x45])));
        data.extend([0x81, 0x00, 0, 7, 0x81, 0x00, 0, 7, 0x08, 0x00, 0x45]);
        let bound = Undecoded::BoundReached(Bound::VlanTags);
        assert_eq!(network(LinkType::ETHERNET, &data), Err(bound));
    }

    #[test]
    fn unknown_link_types_are_named() {
        let unknown = LinkType(147);
        assert_eq!(
            network(unknown, &[]),
            Err(Undecoded::UnknownLinkType(unknown))
        );
    }
}
