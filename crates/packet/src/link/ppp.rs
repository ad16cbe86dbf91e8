//! PPP (RFC 1661) in its framings: HDLC's (RFC 1662), Cisco's, and over Ethernet (RFC 2516).

use etherparse::EtherType;

use super::ether_type::announced;
use crate::Undecoded;
use crate::counters::Encryption;
use crate::layer::{Kind, Layer, Path};

/// Address and control field of HDLC-like framing; both peers may agree to leave it out.
const ALL_STATIONS: [u8; 2] = [0xff, 3];

/// Protocols (<https://www.iana.org/assignments/ppp-numbers>).
const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;
const MULTILINK: u16 = 0x003d;
const MPLS: u16 = 0x0281;
const MPLS_MULTICAST: u16 = 0x0283;
/// Encrypted by ECP (RFC 1968), over all links of a bundle and on one.
const ENCRYPTED: u16 = 0x0053;
const ENCRYPTED_LINK: u16 = 0x0055;
/// Compressed by CCP (RFC 1962), over all links of a bundle and on one. MPPE encrypts under the
/// same number (RFC 3078).
const COMPRESSED: u16 = 0x00fd;
const COMPRESSED_LINK: u16 = 0x00fb;
/// TCP headers compressed (RFC 1144), and bridged frames (RFC 3518).
const COMPRESSED_TCP: u16 = 0x002d;
const UNCOMPRESSED_TCP: u16 = 0x002f;
const BRIDGED: u16 = 0x0031;

/// A PPP frame, with or without its address and control field.
pub(super) fn open(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let data = data.strip_prefix(&ALL_STATIONS).unwrap_or(data);
    let (protocol, rest) = protocol(data).ok_or(Undecoded::Truncated)?;
    match protocol {
        IPV4 | IPV6 => Ok(Kind::Ip.of(rest)),
        MPLS | MPLS_MULTICAST => Ok(Kind::Mpls.of(rest)),
        MULTILINK => multilink(rest),
        ENCRYPTED | ENCRYPTED_LINK | COMPRESSED | COMPRESSED_LINK => {
            Err(Undecoded::EncryptedBelow(Encryption::Ppp))
        }
        COMPRESSED_TCP | UNCOMPRESSED_TCP | BRIDGED => Err(Undecoded::UnknownPppProtocol(protocol)),
        _ => Err(Undecoded::NotIp),
    }
}

/// Whether bytes begin with the number of a protocol that PPP carries or is run by.
pub(crate) fn is_network_protocol(data: &[u8]) -> bool {
    let data = data.strip_prefix(&ALL_STATIONS).unwrap_or(data);
    protocol(data).is_some_and(|(number, _)| {
        matches!(
            number,
            IPV4 | IPV6
                | MULTILINK
                | MPLS
                | MPLS_MULTICAST
                | ENCRYPTED
                | COMPRESSED
                | COMPRESSED_TCP
                | UNCOMPRESSED_TCP
                // What sets up networks, and links.
                | 0x8021..=0x80fd
                | 0xc021..=0xc281
        )
    })
}

/// The protocol field: one byte if it is odd, else two, of which the second is (RFC 1661 §2).
fn protocol(data: &[u8]) -> Option<(u16, &[u8])> {
    let (&first, rest) = data.split_first()?;
    if first & 1 == 1 {
        return Some((u16::from(first), rest));
    }
    let (&second, rest) = rest.split_first()?;
    Some((u16::from_be_bytes([first, second]), rest))
}

/// Multilink PPP with the long header (RFC 1990 §3): a packet in one piece. Pieces of one are not
/// put together.
fn multilink(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const WHOLE: u8 = 0xc0;
    let (&[flags, ..], rest) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    if flags == WHOLE {
        Ok(Kind::Ppp.of(rest))
    } else {
        Err(Undecoded::LinkFragment)
    }
}

/// HDLC-like framing, or Cisco's, whose address is another and which has an EtherType.
pub(super) fn open_hdlc(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const UNICAST: u8 = 0x0f;
    const BROADCAST: u8 = 0x8f;
    match data {
        [UNICAST | BROADCAST, 0, high, low, rest @ ..] => {
            announced(EtherType(u16::from_be_bytes([*high, *low])), rest)
        }
        [UNICAST | BROADCAST, ..] => Err(Undecoded::Truncated),
        _ => open(data),
    }
}

/// HDLC-like framing, with the direction in place of the address.
pub(super) fn open_pppd(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    match data {
        [0 | 1, 3, rest @ ..] => open(rest),
        _ => open(data),
    }
}

/// The direction in a byte, and PPP with or without HDLC-like framing.
pub(super) fn open_with_direction(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    let (_, rest) = data.split_first().ok_or(Undecoded::Truncated)?;
    open(rest)
}

/// A PPPoE header: version and type, code, session, length (RFC 2516 §4).
pub(super) fn open_over_ethernet<'a>(
    data: &'a [u8],
    path: &mut Path,
) -> Result<Layer<'a>, Undecoded> {
    const VERSION_AND_TYPE: u8 = 0x11;
    const SESSION: u8 = 0;
    let (header, rest) = data.split_first_chunk::<6>().ok_or(Undecoded::Truncated)?;
    match *header {
        [VERSION_AND_TYPE, SESSION, id_high, id_low, high, low] => {
            path.realm
                .enter(u64::from(u16::from_be_bytes([id_high, id_low])));
            let length = usize::from(u16::from_be_bytes([high, low]));
            Ok(Kind::Ppp.of(rest.get(..length).unwrap_or(rest)))
        }
        // Another code is discovery, on the link type that has both.
        [VERSION_AND_TYPE, ..] => Err(Undecoded::NotIp),
        _ => Err(Undecoded::BadHeader),
    }
}
