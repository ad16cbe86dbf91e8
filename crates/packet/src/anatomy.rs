//! Where the parts of a frame lie, for whoever writes it anew.

use std::ops::Range;

use etherparse::ip_number;

use crate::layer::{Kind, Layer, Path};
use crate::link;
use crate::seen::Seen;
use crate::{Frame, Limits, LinkType, ip, tunnel, udp};

/// A part of a frame, and where it lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// An Ethernet header: two hardware addresses, and what follows.
    Ethernet(Range<usize>),
    /// The header of a Linux cooked capture, whose 8 bytes from `address` on are a hardware
    /// address.
    Cooked {
        /// The header.
        header: Range<usize>,
        /// Where the hardware address begins in it.
        address: usize,
    },
    /// A header that names nobody: a tag, a label, a tunnel's number.
    Header(Range<usize>),
    /// A GRE header, whose checksum, if it has one, is over all that follows up to the end of the
    /// packet around it.
    Gre(Range<usize>),
    /// An ARP packet, up to the end of the frame.
    Arp(Range<usize>),
    /// An IP packet, or a fragment of one.
    Ip(IpPart),
}

/// Where an IP packet lies in its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpPart {
    /// The header with its options or extension headers; the version is in its first nibble.
    pub header: Range<usize>,
    /// What it carries; of a fragment, as its first header says.
    pub protocol: u8,
    /// Its place in its datagram, if it is a fragment.
    pub fragment: Option<FragmentPart>,
    /// What it carries, without padding, as much as was captured.
    pub payload: Range<usize>,
    /// Whether a tunnel's UDP header begins the payload, and further parts follow.
    pub is_tunnel: bool,
}

/// A fragment's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentPart {
    /// What its fragments have in common, beside the addresses.
    pub id: u32,
    /// In bytes from the start of the datagram.
    pub offset: u32,
    /// Whether further ones follow.
    pub more: bool,
}

/// The parts of a frame, from the outside in. They end where a frame cannot be looked into further:
/// then the last is no [`Part::Ip`], or one whose payload nobody opens.
#[must_use]
pub fn anatomy(frame: &Frame<'_>, limits: &Limits) -> Vec<Part> {
    let mut parts = Vec::new();
    let seen = Seen {
        frame: frame.id,
        time: frame.time,
    };
    let mut path = Path::new(seen, limits);
    let mut next = Some(Kind::Link(frame.link_type).of(frame.data));
    while let Some(layer) = next {
        next = take_off(frame.data, layer, &mut path, limits, &mut parts);
    }
    parts
}

/// Notes the outermost part of a layer. Gives what is inside.
fn take_off<'a>(
    frame: &'a [u8],
    layer: Layer<'a>,
    path: &mut Path,
    limits: &Limits,
    parts: &mut Vec<Part>,
) -> Option<Layer<'a>> {
    let whole = place(frame, layer.data)?;
    match layer.kind {
        Kind::Arp => {
            parts.push(Part::Arp(whole));
            None
        }
        Kind::Ip => ip(frame, layer.data, path, limits, parts),
        Kind::Aggregate | Kind::Wifi | Kind::MacSec | Kind::BackboneTag => None,
        kind => {
            let inner = link::open(kind, layer.data, path).ok()?;
            let header = whole.start..place(frame, inner.data)?.start;
            // Where nothing is left, its place tells nothing.
            if header.start <= header.end && !inner.data.is_empty() {
                parts.extend(header_part(kind, header));
                return Some(inner);
            }
            None
        }
    }
}

fn header_part(kind: Kind, header: Range<usize>) -> Option<Part> {
    /// Where the address begins that cooked headers have room for.
    const VERSION_1: usize = 6;
    const VERSION_2: usize = 12;
    let cooked = |address| Part::Cooked {
        address: header.start + address,
        header: header.clone(),
    };
    Some(match kind {
        Kind::Ethernet | Kind::Link(LinkType::ETHERNET) => Part::Ethernet(header),
        Kind::Link(LinkType::LINUX_SLL) => cooked(VERSION_1),
        Kind::Link(LinkType::LINUX_SLL2) => cooked(VERSION_2),
        Kind::Gre => Part::Gre(header),
        // Nothing was taken off.
        _ if header.is_empty() => return None,
        _ => Part::Header(header),
    })
}

fn ip<'a>(
    frame: &'a [u8],
    data: &'a [u8],
    path: &mut Path,
    limits: &Limits,
    parts: &mut Vec<Part>,
) -> Option<Layer<'a>> {
    let whole = place(frame, data)?;
    let packet = ip::parse(data, limits).ok()?;
    let payload = match packet.payload {
        [] => whole.end..whole.end,
        payload => place(frame, payload)?,
    };
    let mut part = IpPart {
        header: whole.start..payload.start,
        protocol: packet.protocol.0,
        fragment: packet.fragment.map(|it| FragmentPart {
            id: packet.id,
            offset: it.offset,
            more: it.more,
        }),
        payload,
        is_tunnel: false,
    };
    let inner = if packet.fragment.is_some() || path.descend().is_err() {
        None
    } else if packet.protocol == ip_number::UDP {
        udp::parse(packet.payload, packet.missing)
            .and_then(|datagram| tunnel::in_datagram(&datagram))
            .ok()
            .flatten()
            .map(|carried| carried.layer)
    } else {
        tunnel::kind(packet.protocol).map(|kind| kind.of(packet.payload))
    };
    part.is_tunnel = inner.is_some();
    let begin = part.payload.start;
    parts.push(Part::Ip(part));
    let inner = inner.filter(|inner| !inner.data.is_empty())?;
    let header = begin..place(frame, inner.data)?.start;
    if !header.is_empty() {
        parts.push(Part::Header(header));
    }
    Some(inner)
}

/// Where a piece of a frame lies in it.
fn place(frame: &[u8], piece: &[u8]) -> Option<Range<usize>> {
    let start = (piece.as_ptr() as usize).checked_sub(frame.as_ptr() as usize)?;
    let end = start.checked_add(piece.len())?;
    (end <= frame.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameId, Timestamp};

    fn parts(link_type: LinkType, data: &[u8]) -> Vec<Part> {
        let frame = Frame {
            id: FrameId { file: 0, number: 1 },
            time: Timestamp::ZERO,
            link_type,
            data,
            original_len: data.len() as u32,
        };
        anatomy(&frame, &Limits::default())
    }

    /// An IPv4 packet.
    fn v4(protocol: u8, flags: u16, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0];
        packet.extend((20 + payload.len() as u16).to_be_bytes());
        packet.extend([0, 7]);
        packet.extend(flags.to_be_bytes());
        packet.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        packet.extend(payload);
        packet
    }

    #[test]
    fn parts_lie_one_behind_the_other_and_padding_is_in_none() {
        let mut frame = vec![2; 12];
        frame.extend([0x81, 0, 0, 7, 8, 0]);
        frame.extend(v4(17, 0, &[0; 9]));
        frame.extend([9; 6]);
        let ip = IpPart {
            header: 18..38,
            protocol: 17,
            fragment: None,
            payload: 38..47,
            is_tunnel: false,
        };
        let expected = [Part::Ethernet(0..14), Part::Header(14..18), Part::Ip(ip)];
        assert_eq!(parts(LinkType::ETHERNET, &frame), expected);
    }

    #[test]
    fn tunnels_are_entered_and_fragments_are_not() {
        let inner = v4(17, 0, &[0; 8]);
        let told = parts(LinkType::RAW, &v4(4, 0, &inner));
        let [Part::Ip(outer), Part::Ip(inside)] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(outer.is_tunnel && !inside.is_tunnel);
        assert_eq!(inside.header, 20..40);
        let told = parts(LinkType::RAW, &v4(4, 0x2000, &inner));
        let [Part::Ip(fragment)] = told.as_slice() else {
            panic!("{told:?}")
        };
        let place = FragmentPart {
            id: 7,
            offset: 0,
            more: true,
        };
        assert_eq!(fragment.fragment, Some(place));
    }

    #[test]
    fn what_is_not_known_has_no_parts() {
        assert_eq!(parts(LinkType(147), &[1; 60]), []);
        assert_eq!(parts(LinkType::ETHERNET, &[1; 13]), []);
        assert_eq!(parts(LinkType::RAW, &[]), []);
    }
}
