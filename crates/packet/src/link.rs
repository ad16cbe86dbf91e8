//! Link layers, and what lies between them and IP: from a frame to the packet it carries.
//!
//! Each module opens the headers of one family. What a header announces is a [`Layer`] again, so
//! that any of them may lie in any other, as deep as [`Limits::encapsulations`](crate::Limits).

mod cooked;
mod ether_type;
mod ethernet;
mod llc;
mod loopback;
mod macsec;
pub(crate) mod mpls;
pub(crate) mod nsh;
mod per_packet;
pub(crate) mod plausible;
mod ppp;
mod radiotap;
mod wifi;

pub(crate) use ether_type::{PPP, TRANSPARENT_ETHERNET, announced};
pub(crate) use ppp::is_network_protocol as is_ppp_protocol;
pub(crate) use wifi::subframes;

use crate::layer::{Kind, Layer, Path};
use crate::{LinkType, Undecoded, tunnel};

/// What is left when all layers around it were taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network<'a> {
    /// An IP packet; its version is in the first nibble.
    Ip(&'a [u8]),
    /// An ARP packet.
    Arp(&'a [u8]),
    /// Several frames in one, see [`subframes`].
    Aggregate(&'a [u8]),
}

/// Takes off what is around a packet.
#[inline]
pub(crate) fn strip<'a>(mut layer: Layer<'a>, path: &mut Path) -> Result<Network<'a>, Undecoded> {
    loop {
        let data = layer.data;
        layer = match layer.kind {
            Kind::Ip => return Ok(Network::Ip(data)),
            Kind::Arp => return Ok(Network::Arp(data)),
            Kind::Aggregate => return Ok(Network::Aggregate(data)),
            kind => open(kind, data, path)?,
        };
    }
}

/// The layer that a frame starts with. For Ethernet, what it carries, without a detour.
#[inline]
pub(crate) fn first(link_type: LinkType, data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    if link_type == LinkType::ETHERNET {
        ethernet::open(data)
    } else {
        Ok(Kind::Link(link_type).of(data))
    }
}

/// Takes off one layer.
pub(crate) fn open<'a>(
    kind: Kind,
    data: &'a [u8],
    path: &mut Path,
) -> Result<Layer<'a>, Undecoded> {
    path.descend()?;
    match kind {
        Kind::Link(link_type) => link(link_type, data),
        Kind::Ethernet => ethernet::open(data),
        Kind::Vlan => ethernet::open_vlan(data, path),
        Kind::Tag(length) => ethernet::open_tag(data, length),
        Kind::BackboneTag => ethernet::open_backbone_tag(data, path),
        Kind::MacSec => macsec::open(data),
        Kind::Llc => llc::open(data),
        Kind::Mpls => mpls::open(data),
        Kind::PppOverEthernet => ppp::open_over_ethernet(data, path),
        Kind::Ppp => ppp::open(data),
        Kind::Wifi => wifi::open(data),
        Kind::Radiotap => radiotap::open(data),
        Kind::PerPacketInformation => per_packet::open(data),
        Kind::Nsh => nsh::open(data),
        Kind::Gre => tunnel::gre::open(data, path),
        Kind::EtherIp => tunnel::ether_ip::open(data),
        Kind::L2tp => tunnel::l2tp::open(data, path),
        Kind::Ip | Kind::Arp | Kind::Aggregate => Ok(kind.of(data)),
    }
}

/// The header of a link type (<https://www.tcpdump.org/linktypes.html>).
fn link(link_type: LinkType, data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    match link_type {
        LinkType::ETHERNET => ethernet::open(data),
        LinkType::LINUX_SLL => cooked::open_version_1(data),
        LinkType::LINUX_SLL2 => cooked::open_version_2(data),
        LinkType::NULL | LinkType::LOOP => loopback::open(data),
        LinkType::RAW
        | LinkType::RAW_BSD
        | LinkType::RAW_OPENBSD
        | LinkType::IPV4
        | LinkType::IPV6 => Ok(Kind::Ip.of(data)),
        LinkType::PPP => ppp::open(data),
        LinkType::PPP_HDLC | LinkType::CISCO_HDLC => ppp::open_hdlc(data),
        LinkType::PPP_ETHER => Ok(Kind::PppOverEthernet.of(data)),
        LinkType::PPP_PPPD => ppp::open_pppd(data),
        LinkType::PPP_WITH_DIRECTION => ppp::open_with_direction(data),
        LinkType::IEEE802_11 => wifi::open(data),
        LinkType::IEEE802_11_RADIOTAP => Ok(Kind::Radiotap.of(data)),
        LinkType::PPI => Ok(Kind::PerPacketInformation.of(data)),
        unknown => Err(Undecoded::UnknownLinkType(unknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::Seen;
    use crate::{Bound, FrameId, Limits, Timestamp};

    fn network(link_type: LinkType, data: &[u8]) -> Result<Network<'_>, Undecoded> {
        let seen = Seen {
            frame: FrameId { file: 0, number: 1 },
            time: Timestamp::ZERO,
        };
        let mut path = Path::new(seen, &Limits::default());
        strip(first(link_type, data)?, &mut path)
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
        let bound = Limits::default().encapsulations;
        let mut data = vec![0; 12];
        for tag in [0x88a8_u16, 0x8100, 0x9100, 0x9200]
            .iter()
            .cycle()
            .take(bound)
        {
            data.extend(tag.to_be_bytes());
            data.extend([0, 7]);
        }
        let mut fits = data.clone();
        fits.extend([0x08, 0x00, 0x45]);
        assert_eq!(network(LinkType::ETHERNET, &fits), Ok(Network::Ip(&[0x45])));
        data.extend([0x81, 0x00, 0, 7, 0x08, 0x00, 0x45]);
        let bound = Undecoded::BoundReached(Bound::Encapsulations);
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
