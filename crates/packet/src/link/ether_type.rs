//! What an EtherType announces (<https://www.iana.org/assignments/ieee-802-numbers>).

use etherparse::{EtherType, ether_type};

use crate::Undecoded;
use crate::layer::{Kind, Layer};

/// Another number that QinQ used before 802.1ad, beside [`ether_type::VLAN_DOUBLE_TAGGED_FRAME`].
const OLD_DOUBLE_TAG: EtherType = EtherType(0x9200);
/// The service tag of a provider backbone bridge (IEEE 802.1ah).
const BACKBONE_TAG: EtherType = EtherType(0x88e7);
/// The tag of Cisco's fabric extenders.
const VN_TAG: EtherType = EtherType(0x8926);
/// The tag of a bridge port extender (IEEE 802.1BR).
const PORT_EXTENDER_TAG: EtherType = EtherType(0x893f);
/// The sequence tag of frames sent twice (IEEE 802.1CB).
const REDUNDANCY_TAG: EtherType = EtherType(0xf1c1);
/// The tag of frames sent both ways round a ring (IEC 62439-3).
const RING_TAG: EtherType = EtherType(0x892f);
/// PPPoE (RFC 2516), once the session stands.
const PPPOE_SESSION: EtherType = EtherType(0x8864);
/// Service function chaining (RFC 8300).
const NSH: EtherType = EtherType(0x894f);
/// MPLS (RFC 3032).
const MPLS: EtherType = EtherType(0x8847);
/// MPLS to several receivers, or with a label that its receiver chose (RFC 5332).
const MPLS_MULTICAST: EtherType = EtherType(0x8848);
/// PPP.
pub(crate) const PPP: EtherType = EtherType(0x880b);
/// An Ethernet frame in a tunnel (RFC 1701).
pub(crate) const TRANSPARENT_ETHERNET: EtherType = EtherType(0x6558);

/// The layer behind an EtherType.
#[inline]
pub(crate) fn announced(number: EtherType, data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    if matches!(number, ether_type::IPV4 | ether_type::IPV6) {
        return Ok(Kind::Ip.of(data));
    }
    kind(number).map(|kind| kind.of(data))
}

/// What is behind an EtherType that is not IP's.
fn kind(number: EtherType) -> Result<Kind, Undecoded> {
    Ok(match number {
        ether_type::IPV4 | ether_type::IPV6 => Kind::Ip,
        ether_type::ARP => Kind::Arp,
        ether_type::VLAN_TAGGED_FRAME
        | ether_type::PROVIDER_BRIDGING
        | ether_type::VLAN_DOUBLE_TAGGED_FRAME
        | OLD_DOUBLE_TAG => Kind::Vlan,
        ether_type::MACSEC => Kind::MacSec,
        VN_TAG | REDUNDANCY_TAG | RING_TAG => Kind::Tag(4),
        PORT_EXTENDER_TAG => Kind::Tag(6),
        BACKBONE_TAG => Kind::BackboneTag,
        MPLS | MPLS_MULTICAST => Kind::Mpls,
        PPPOE_SESSION => Kind::PppOverEthernet,
        PPP => Kind::Ppp,
        NSH => Kind::Nsh,
        TRANSPARENT_ETHERNET => Kind::Ethernet,
        number if carries_no_ip(number) => return Err(Undecoded::NotIp),
        EtherType(number) => return Err(Undecoded::UnknownEtherType(number)),
    })
}

/// Protocols that keep a network running or are rivals of IP. What is not among them may be a tag
/// or tunnel that this crate does not know.
const fn carries_no_ip(EtherType(number): EtherType) -> bool {
    matches!(
        number,
        // Not EtherTypes: undefined, or numbers of Linux's own in its cooked captures.
        0..0x0600
            | 0x0842 // Wake-on-LAN
            | 0x2000..=0x2004 // Cisco's discovery, trunk and ring protocols, in SNAP
            | 0x22f0 // AVTP
            | 0x22ea // stream reservation
            | 0x6001..=0x6007 // DECnet
            | 0x8035 // RARP
            | 0x809b | 0x80f3 // AppleTalk
            | 0x8137 | 0x8138 // IPX
            | 0x8204 // QNX
            | 0x8808 // flow control
            | 0x8809 // slow protocols, such as LACP
            | 0x8819 // CobraNet
            | 0x8863 // PPPoE discovery
            | 0x886d // Intel's teaming probes
            | 0x888e // 802.1X
            | 0x8892 // PROFINET
            | 0x889a // HyperSCSI
            | 0x88a2 // ATA over Ethernet
            | 0x88a4 // EtherCAT
            | 0x88ab // Powerlink
            | 0x88b8..=0x88ba // IEC 61850
            | 0x88c7 // 802.11 pre-authentication
            | 0x88ca // TIPC
            | 0x88cc // LLDP
            | 0x88cd // SERCOS
            | 0x88e1 // HomePlug
            | 0x88e3 // media redundancy
            | 0x88f5..=0x88f7 // MVRP, MMRP, PTP
            | 0x88fb // parallel redundancy
            | 0x8902 // connectivity fault management
            | 0x8906 // Fibre Channel
            | 0x890d // 802.11 management
            | 0x8914 // Fibre Channel initialisation
            | 0x8915 // RDMA
            | 0x9000 // loop tests
            | 0x9003 // loop detection
    )
}

/// Whether an EtherType is one that this crate knows.
pub(super) fn is_known(number: EtherType) -> bool {
    number.0 >= 0x0600 && !matches!(kind(number), Err(Undecoded::UnknownEtherType(_)))
}
