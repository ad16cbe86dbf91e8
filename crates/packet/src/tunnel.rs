//! Tunnels over IP and UDP: from a packet to the layer it carries.

pub(crate) mod ether_ip;
mod geneve;
pub(crate) mod gre;
mod gtp;
pub(crate) mod l2tp;
mod tzsp;
mod vxlan;

use etherparse::{IpNumber, ip_number};

use crate::Undecoded;
use crate::counters::Encryption;
use crate::layer::{Kind, Layer};
use crate::link::mpls;
use crate::udp::Udp;

/// IP in IP as it was done before RFC 2003.
const OLD_IP_IN_IP: IpNumber = IpNumber(94);

/// What an IP protocol carries, if it is a tunnel.
pub(crate) const fn kind(protocol: IpNumber) -> Option<Kind> {
    Some(match protocol {
        // RFC 2003, RFC 4213, RFC 2473.
        ip_number::IPV4 | ip_number::IPV6 | OLD_IP_IN_IP => Kind::Ip,
        ip_number::GRE => Kind::Gre,
        ip_number::ETHER_IP => Kind::EtherIp,
        ip_number::LAYER2_TUNNELING_PROTOCOL => Kind::L2tp,
        // RFC 4023.
        ip_number::MPLS_IN_IP => Kind::Mpls,
        _ => return None,
    })
}

/// What a tunnel over UDP carries.
pub(crate) struct Carried<'a> {
    pub(crate) layer: Layer<'a>,
    /// The number of the network it belongs to.
    pub(crate) network: u32,
}

/// Reads the header of a tunnel, if a datagram begins with one: the port alone does not tell, and
/// anything may be sent from any.
type Reader = for<'a> fn(&Udp<'a>) -> Option<Carried<'a>>;

/// The port of IPsec through NAT (RFC 3948).
const IPSEC_PORT: u16 = 4500;

/// What a datagram carries, if it is of a tunnel.
#[inline]
pub(crate) fn in_datagram<'a>(udp: &Udp<'a>) -> Result<Option<Carried<'a>>, Undecoded> {
    match reader(udp.destination).or_else(|| reader(udp.source)) {
        Some(read) => read_header(read, udp),
        None => Ok(None),
    }
}

/// Whether datagrams between two ports may be of a tunnel.
pub(crate) fn is_port(port: u16) -> bool {
    reader(port).is_some()
}

fn reader(port: u16) -> Option<Reader> {
    Some(match port {
        1701 => l2tp::read,
        2152 => gtp::read,
        // Assigned, and what Linux uses unless told otherwise.
        4789 | 8472 => vxlan::read,
        4790 => vxlan::read_generic,
        6081 => geneve::read,
        // RFC 7510.
        6635 => labels,
        37_008 => tzsp::read,
        IPSEC_PORT => nothing,
        _ => return None,
    })
}

fn read_header<'a>(read: Reader, udp: &Udp<'a>) -> Result<Option<Carried<'a>>, Undecoded> {
    /// Enough of any header to tell whether it is one.
    const HEADER: usize = 16;
    if let Some(carried) = read(udp) {
        return Ok(Some(carried));
    }
    let is_ipsec = udp.source == IPSEC_PORT || udp.destination == IPSEC_PORT;
    if is_ipsec && may_be_esp(udp) {
        return Err(Undecoded::EncryptedBelow(Encryption::Ipsec));
    }
    if udp.missing > 0 && udp.payload.len() < HEADER {
        return Err(Undecoded::Truncated);
    }
    Ok(None)
}

fn nothing<'a>(_: &Udp<'a>) -> Option<Carried<'a>> {
    None
}

/// Whether a datagram on the port of IPsec is an encrypted packet: no key exchange, which begins
/// with zeros, no keep-alive (RFC 3948 §2), and padded to four bytes (RFC 4303 §2.4).
fn may_be_esp(udp: &Udp<'_>) -> bool {
    const SHORTEST: usize = 24;
    udp.payload.len() >= SHORTEST && udp.len.is_multiple_of(4) && !udp.payload.starts_with(&[0; 4])
}

/// A label stack.
fn labels<'a>(udp: &Udp<'a>) -> Option<Carried<'a>> {
    Some(Carried {
        layer: mpls::whole_stack(udp.payload, udp.missing)?,
        network: 0,
    })
}
