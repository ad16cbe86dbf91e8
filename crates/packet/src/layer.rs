//! The layers of a frame, and the way through them.

use std::net::IpAddr;

use crate::seen::Seen;
use crate::{Bound, Limits, LinkType, Undecoded};

/// A layer that was not looked into yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layer<'a> {
    pub(crate) kind: Kind,
    /// From the first byte of its header to the end of what was captured, or of what the layer
    /// around it holds.
    pub(crate) data: &'a [u8],
}

/// What a layer begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The header of a link type.
    Link(LinkType),
    /// A destination and a source address.
    Ethernet,
    /// The rest of a VLAN tag, behind the EtherType that announces it.
    Vlan,
    /// As many bytes of another tag, behind the EtherType that announces it, and an EtherType.
    Tag(usize),
    /// The rest of a backbone service tag, and a frame of its own.
    BackboneTag,
    /// The rest of a MACsec tag.
    MacSec,
    /// A logical link control header.
    Llc,
    /// A label stack.
    Mpls,
    /// A PPPoE session header.
    PppOverEthernet,
    /// A PPP frame, with or without its address and control field.
    Ppp,
    /// An 802.11 frame.
    Wifi,
    /// A radiotap header.
    Radiotap,
    /// A per-packet information header.
    PerPacketInformation,
    /// A service function chaining header.
    Nsh,
    /// A GRE header.
    Gre,
    /// An EtherIP header.
    EtherIp,
    /// An L2TPv3 session header, directly over IP.
    L2tp,
    /// An IP header; the version is in its first nibble.
    Ip,
    /// An ARP header.
    Arp,
    /// Frames put together by an 802.11 station, each with a header of its own.
    Aggregate,
}

impl Kind {
    /// A layer of this kind.
    pub(crate) const fn of(self, data: &[u8]) -> Layer<'_> {
        Layer { kind: self, data }
    }
}

/// Which of many virtual networks a packet belongs to. Private addresses come again in each of
/// them, so that a packet is told by its addresses only within one.
///
/// It is a digest of the VLANs and tunnels around the packet: addresses of tunnel ends and numbers
/// of networks, but nothing that differs between the packets of one tunnel, such as ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Realm(u64);

impl Realm {
    /// The realm of a number within this one.
    pub(crate) fn enter(&mut self, number: u64) {
        // The multiplier of Knuth's MMIX generator: odd, and its bits well spread.
        const SPREAD: u64 = 6_364_136_223_846_793_005;
        self.0 = (self.0.rotate_left(29) ^ number)
            .wrapping_add(1)
            .wrapping_mul(SPREAD);
    }

    /// The realm of a tunnel between two addresses, the same in both directions.
    pub(crate) fn enter_between(&mut self, one: IpAddr, other: IpAddr) {
        let number = |address| match address {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                let mut halves = Self((bits >> 64) as u64);
                halves.enter(bits as u64);
                halves.0
            }
        };
        self.enter(number(one).wrapping_add(number(other)));
    }
}

/// The way to where the work is in a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    /// The frame with the first byte of the packet: another than the last if it came in fragments.
    pub(crate) first: Seen,
    /// The frame being worked on.
    pub(crate) last: Seen,
    pub(crate) realm: Realm,
    /// Between whom the packet went that could not be looked into.
    pub(crate) hosts: Option<(IpAddr, IpAddr)>,
    /// How many more layers may be taken off.
    left: usize,
}

impl Path {
    /// The way into a frame.
    pub(crate) fn new(seen: Seen, limits: &Limits) -> Self {
        Self {
            first: seen,
            last: seen,
            realm: Realm::default(),
            hosts: None,
            left: limits.encapsulations,
        }
    }

    /// Counts a layer taken off.
    #[inline]
    pub(crate) fn descend(&mut self) -> Result<(), Undecoded> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Undecoded::BoundReached(Bound::Encapsulations))?;
        Ok(())
    }
}
