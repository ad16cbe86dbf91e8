//! Versions 1 and 2: a fixed header, the addresses, in version 2 the time, and the message.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 or 2 |
//! | 1 | length of this header and the addresses |
//! | 1 | address family, as the agent's system numbers it |
//! | 1 | IP protocol |
//! | 2, 2 | source and destination port |
//! | 4, 4 or 16, 16 | source and destination address |
//! | 4, 4, 2 | version 2: seconds and microseconds, little-endian; the agent's number |
//!
//! The last line is a C structure sent as it lies in memory: two bytes of padding follow where the
//! compiler put them. And some agents count it into the length. What decides is where the SIP
//! message starts: these versions carry nothing else that could be told from noise.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sipwhy_parser::Method;

use super::{Hep, TYPE_SIP, flow, moment};

/// Version, length, family, protocol and ports.
const HEADER: usize = 8;

/// Seconds, microseconds and the agent's number, with padding and without.
const TIME: [usize; 2] = [12, 10];

/// Reads a packet, when it is one. `missing` bytes of the datagram were not captured.
pub(super) fn parse(data: &[u8], missing: u32) -> Option<Hep<'_>> {
    let ([version, length, family, protocol, s, t, d, e], rest) = data.split_first_chunk()?;
    let ports = [[s, t], [d, e]].map(|[high, low]| u16::from_be_bytes([*high, *low]));
    let [source_port, destination_port] = ports;
    // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 or 30 on the BSDs.
    let (source, destination, rest): (IpAddr, IpAddr, _) = match family {
        2 => {
            let (source, rest) = rest.split_first_chunk::<4>()?;
            let (destination, rest) = rest.split_first_chunk::<4>()?;
            let (source, destination) = (Ipv4Addr::from(*source), Ipv4Addr::from(*destination));
            (source.into(), destination.into(), rest)
        }
        10 | 24 | 28 | 30 => {
            let (source, rest) = rest.split_first_chunk::<16>()?;
            let (destination, rest) = rest.split_first_chunk::<16>()?;
            let (source, destination) = (Ipv6Addr::from(*source), Ipv6Addr::from(*destination));
            (source.into(), destination.into(), rest)
        }
        _ => return None,
    };
    let addresses = if source.is_ipv4() { 8 } else { 32 };
    let beyond = usize::from(*length).checked_sub(HEADER + addresses)?;
    let (time, payload) = match version {
        1 if beyond == 0 => (None, sip_at(rest, 0)?),
        2 if beyond == 0 || TIME.contains(&beyond) => {
            // Padding may look like part of a method, and what is cut off one like another.
            let payloads = || TIME.iter().filter_map(|&len| sip_at(rest, len));
            let payload = payloads()
                .find(|payload| begins_surely(payload))
                .or_else(|| payloads().next())?;
            let ([a, b, c, d], rest) = rest.split_first_chunk()?;
            let (micros, _) = rest.split_first_chunk()?;
            let seconds = u32::from_le_bytes([*a, *b, *c, *d]);
            (Some(moment(seconds, u32::from_le_bytes(*micros))), payload)
        }
        _ => return None,
    };
    Some(Hep {
        flow: Some(flow(
            *protocol,
            (source, source_port),
            (destination, destination_port),
        )),
        protocol: *protocol,
        time,
        kind: Some(TYPE_SIP),
        payload: Cow::Borrowed(payload),
        missing,
    })
}

/// What follows so many bytes, when it is a SIP message.
fn sip_at(data: &[u8], at: usize) -> Option<&[u8]> {
    data.get(at..)
        .filter(|payload| sipwhy_parser::looks_like_sip(payload))
}

/// Whether a message begins as most do: with a method that is known, or as a response.
fn begins_surely(payload: &[u8]) -> bool {
    let word = payload.split(|&byte| byte == b' ').next();
    word.is_some_and(|word| word.starts_with(b"SIP/") || Method::from_bytes(word).is_known())
}
