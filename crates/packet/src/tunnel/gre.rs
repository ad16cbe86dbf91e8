//! GRE (RFC 2784, RFC 2890), as PPTP enhanced it (RFC 2637 §4.1), and mirrored frames in it
//! (ERSPAN, draft-foschiano-erspan).

use etherparse::{EtherType, ip_number};

use crate::Undecoded;
use crate::layer::{Kind, Layer, Path};
use crate::link;

/// In the first two bytes.
const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGEMENT: u16 = 0x0080;
const VERSION: u16 = 0x0007;

/// ERSPAN I without sequence numbers, II with them.
const MIRRORED: EtherType = EtherType(0x88be);
/// ERSPAN III.
const MIRRORED_3: EtherType = EtherType(0x22eb);
/// Web caches' redirection: IP, with a header of its own before it or without.
const REDIRECTED: EtherType = EtherType(0x883e);

/// Reads a GRE header.
pub(crate) fn open<'a>(data: &'a [u8], path: &mut Path) -> Result<Layer<'a>, Undecoded> {
    let (&[a, b, c, d], rest) = data.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
    let flags = u16::from_be_bytes([a, b]);
    let protocol = EtherType(u16::from_be_bytes([c, d]));
    let has = |flag| flags & flag != 0;
    match flags & VERSION {
        // Source routes (RFC 1701) were never used much.
        0 if !has(ROUTING) => {
            let rest = skip(rest, has(CHECKSUM))?;
            let behind_key = skip(rest, has(KEY))?;
            if has(KEY) {
                path.realm.enter(network(rest, protocol).into());
            }
            let rest = skip(behind_key, has(SEQUENCE))?;
            carried(protocol, has(SEQUENCE), rest)
        }
        1 if protocol == link::PPP && has(KEY) => {
            let (&[_, _, high, low], rest) =
                rest.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
            path.realm.enter(u64::from(u16::from_be_bytes([high, low])));
            let rest = skip(rest, has(SEQUENCE))?;
            let rest = skip(rest, has(ACKNOWLEDGEMENT))?;
            if has(SEQUENCE) {
                Ok(Kind::Ppp.of(rest))
            } else {
                // Only an acknowledgement.
                Err(Undecoded::NotIp)
            }
        }
        _ => Err(Undecoded::UnknownProtocol(ip_number::GRE.0)),
    }
}

/// Skips an optional field of four bytes.
fn skip(data: &[u8], is_there: bool) -> Result<&[u8], Undecoded> {
    if is_there {
        data.get(4..).ok_or(Undecoded::Truncated)
    } else {
        Ok(data)
    }
}

/// The key; with Ethernet inside, less the byte that tells flows apart (RFC 7637 §3.2).
fn network(data: &[u8], protocol: EtherType) -> u32 {
    let key = data
        .first_chunk::<4>()
        .map_or(0, |key| u32::from_be_bytes(*key));
    if protocol == link::TRANSPARENT_ETHERNET {
        key >> 8
    } else {
        key
    }
}

fn carried(protocol: EtherType, is_numbered: bool, data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    match protocol {
        MIRRORED if is_numbered => mirrored(data),
        MIRRORED => Ok(Kind::Ethernet.of(data)),
        MIRRORED_3 => mirrored(data),
        REDIRECTED => Ok(Kind::Ip.of(match data {
            [first, ..] if first >> 4 == 4 => data,
            _ => data.get(4..).ok_or(Undecoded::Truncated)?,
        })),
        // Keep-alives.
        EtherType(0) => Err(Undecoded::NotIp),
        protocol => link::announced(protocol, data),
    }
}

/// An ERSPAN header, by the version in its first nibble.
fn mirrored(data: &[u8]) -> Result<Layer<'_>, Undecoded> {
    const VERSION_II: u8 = 1;
    const VERSION_III: u8 = 2;
    /// In the last byte of version III: a platform's own header follows.
    const SUBHEADER: u8 = 1;
    /// In the byte before it: what the frame is.
    const FRAME_TYPE: u8 = 0x7c;
    const IP: u8 = 2 << 2;
    let (head, rest) = data.split_first_chunk::<8>().ok_or(Undecoded::Truncated)?;
    match head[0] >> 4 {
        VERSION_II => Ok(Kind::Ethernet.of(rest)),
        VERSION_III => {
            let (&[_, _, frame, last], rest) =
                rest.split_first_chunk::<4>().ok_or(Undecoded::Truncated)?;
            let rest = if last & SUBHEADER == 0 {
                rest
            } else {
                rest.get(8..).ok_or(Undecoded::Truncated)?
            };
            let is_ip = frame & FRAME_TYPE == IP;
            Ok(if is_ip { Kind::Ip } else { Kind::Ethernet }.of(rest))
        }
        _ => Err(Undecoded::BadHeader),
    }
}
