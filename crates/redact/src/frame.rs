//! A frame written anew: the headers around a packet, and the places of what is in it.

use std::net::IpAddr;
use std::ops::Range;

use sipwhy_packet::{Frame, FrameId, IpPart, Limits, LinkType, Part, Timestamp, anatomy};

use crate::payload::Around;
use crate::permutation::Permutations;
use crate::{addresses, checksum};

/// A frame on its way out.
#[derive(Debug)]
pub(crate) struct Slot {
    id: FrameId,
    time: Timestamp,
    link_type: LinkType,
    original_len: u32,
    /// As it came, while checksums are still to be put right.
    old: Vec<u8>,
    pub(crate) new: Vec<u8>,
    checks: Vec<Check>,
    /// How many of its parts wait for other frames.
    pub(crate) waits: usize,
}

/// A checksum to be put right when everything that it is over is known.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// Where it stands.
    pub(crate) at: usize,
    /// What it is over.
    pub(crate) region: Range<usize>,
    /// The addresses that it is over too, where they stand.
    pub(crate) addresses: Range<usize>,
    /// Whether zero says that there is none.
    pub(crate) is_optional: bool,
}

/// The innermost packet of a frame, whose payload is still to be replaced.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) ip: IpPart,
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    /// The sums over its addresses, before and after.
    pub(crate) around: Around,
    /// Where the addresses stand.
    pub(crate) addresses: Range<usize>,
    pub(crate) payload: Vec<u8>,
}

impl Slot {
    /// Begins a frame anew: everything but the headers that are known is blank.
    pub(crate) fn begin(all: Permutations, frame: &Frame<'_>) -> (Self, Option<Rest>) {
        let mut slot = Self {
            id: frame.id,
            time: frame.time,
            link_type: frame.link_type,
            original_len: frame.original_len,
            old: frame.data.to_vec(),
            new: vec![0; frame.data.len()],
            checks: Vec::new(),
            waits: 0,
        };
        let mut rest = None;
        let mut end = frame.data.len();
        for part in anatomy(frame, &Limits::default()) {
            match part {
                Part::Ethernet(header) => slot.ethernet(all, header),
                Part::Cooked { header, address } => slot.cooked(all, header, address),
                Part::Header(header) => slot.keep(header),
                Part::Gre(header) => slot.gre(header, end),
                Part::Arp(packet) => slot.arp(all, packet),
                Part::Ip(ip) => {
                    end = ip.payload.end;
                    rest = slot.ip(all, ip);
                }
            }
        }
        (slot, rest)
    }

    /// The frame as it goes out, its checksums put right.
    pub(crate) fn finish(&mut self) -> Frame<'_> {
        for check in std::mem::take(&mut self.checks).into_iter().rev() {
            self.put_right(&check);
        }
        Frame {
            id: self.id,
            time: self.time,
            link_type: self.link_type,
            data: &self.new,
            original_len: self.original_len,
        }
    }

    /// How much memory it takes, nearly.
    pub(crate) fn bytes(&self) -> usize {
        self.old.len() + self.new.len() + 256
    }

    /// Writes what was replaced.
    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.new.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    pub(crate) fn check(&mut self, check: Check) {
        self.checks.push(check);
    }

    fn put_right(&mut self, check: &Check) {
        let sums = |bytes: &[u8]| {
            let sum =
                |range: &Range<usize>| checksum::sum(bytes.get(range.clone()).unwrap_or_default());
            sum(&check.region) + sum(&check.addresses)
        };
        let (before, after) = (sums(&self.old), sums(&self.new));
        let Some(place) = self.new.get_mut(check.at..check.at + 2) else {
            return;
        };
        let &mut [high, low] = place else {
            return;
        };
        let old = u16::from_be_bytes([high, low]);
        if check.is_optional && old == 0 {
            return;
        }
        let new = match checksum::changed(old, before, after) {
            0 if check.is_optional => u16::MAX,
            new => new,
        };
        place.copy_from_slice(&new.to_be_bytes());
    }

    /// Takes bytes over as they are.
    fn keep(&mut self, range: Range<usize>) {
        if let (Some(place), Some(old)) = (self.new.get_mut(range.clone()), self.old.get(range)) {
            place.copy_from_slice(old);
        }
    }

    fn hardware(&mut self, all: Permutations, range: Range<usize>) {
        if let Some(address) = self.new.get_mut(range) {
            addresses::hardware(all, address);
        }
    }

    fn ethernet(&mut self, all: Permutations, header: Range<usize>) {
        let start = header.start;
        self.keep(header);
        self.hardware(all, start..start + 6);
        self.hardware(all, start + 6..start + 12);
    }

    fn cooked(&mut self, all: Permutations, header: Range<usize>, address: usize) {
        self.keep(header);
        self.hardware(all, address..address + 6);
        // Room for longer ones.
        self.write(address + 6, &[0; 2]);
    }

    fn gre(&mut self, header: Range<usize>, end: usize) {
        const HAS_CHECKSUM: u8 = 0x80;
        let start = header.start;
        self.keep(header);
        if self
            .old
            .get(start)
            .is_some_and(|flags| flags & HAS_CHECKSUM != 0)
        {
            self.check(Check {
                at: start + 4,
                region: start..end,
                addresses: 0..0,
                is_optional: false,
            });
        }
    }

    /// RFC 826, for Ethernet and IPv4: sender and target, each with both addresses.
    fn arp(&mut self, all: Permutations, packet: Range<usize>) {
        const KNOWN: [u8; 6] = [0, 1, 8, 0, 6, 4];
        let start = packet.start;
        let head = self.old.get(start..start + 6);
        if head != Some(&KNOWN) || packet.len() < 28 {
            return;
        }
        self.keep(start..start + 28);
        for at in [start + 8, start + 18] {
            self.hardware(all, at..at + 6);
            if let Some(place) = self.new.get_mut(at + 6..at + 10)
                && let Ok(address) = <[u8; 4]>::try_from(&*place)
            {
                place.copy_from_slice(&addresses::v4(all, address.into()).octets());
            }
        }
    }

    /// Writes the header of an IP packet. Gives the packet, if nothing is in it that has parts of
    /// its own.
    fn ip(&mut self, all: Permutations, ip: IpPart) -> Option<Rest> {
        const UDP: u8 = 17;
        let old = self.old.get(ip.header.clone())?;
        let (source, destination, addresses) = ends(old)?;
        let mut header = old.to_vec();
        let around = blank_ip_header(all, &mut header);
        ip_checksum(old, &mut header);
        let start = ip.header.start;
        self.write(start, &header);
        let addresses = start + addresses.start..start + addresses.end;
        if !ip.is_tunnel {
            let payload = self.old.get(ip.payload.clone())?.to_vec();
            return Some(Rest {
                ip,
                source,
                destination,
                around,
                addresses,
                payload,
            });
        }
        if ip.protocol == UDP {
            self.check(Check {
                at: ip.payload.start + 6,
                region: ip.payload,
                addresses,
                is_optional: true,
            });
        }
        None
    }
}

/// Who sent a packet to whom, and where that stands in its header.
fn ends(header: &[u8]) -> Option<(IpAddr, IpAddr, Range<usize>)> {
    match header.first()? >> 4 {
        4 => {
            let bytes: [u8; 8] = header.get(12..20)?.try_into().ok()?;
            let &[a, b, c, d, e, f, g, h] = &bytes;
            Some((
                IpAddr::from([a, b, c, d]),
                IpAddr::from([e, f, g, h]),
                12..20,
            ))
        }
        _ => {
            let source: [u8; 16] = header.get(8..24)?.try_into().ok()?;
            let destination: [u8; 16] = header.get(24..40)?.try_into().ok()?;
            Some((source.into(), destination.into(), 8..40))
        }
    }
}

/// Replaces the addresses in the header of an IP packet, and blanks its options. Gives the sums over
/// the addresses. The checksum is still the old one.
pub(crate) fn blank_ip_header(all: Permutations, header: &mut [u8]) -> Around {
    let Some((source, destination, range)) = ends(header) else {
        return Around::default();
    };
    let sum = |header: &[u8]| checksum::sum(header.get(range.clone()).unwrap_or_default());
    let before = sum(header);
    let new = [source, destination].map(|it| addresses::ip(all, it));
    if let Some(place) = header.get_mut(range.clone()) {
        match new {
            [IpAddr::V4(source), IpAddr::V4(destination)] if place.len() == 8 => {
                place.copy_from_slice(&[source.octets(), destination.octets()].concat());
            }
            [IpAddr::V6(source), IpAddr::V6(destination)] if place.len() == 32 => {
                place.copy_from_slice(&[source.octets(), destination.octets()].concat());
            }
            _ => place.fill(0),
        }
    }
    match header.first().map(|byte| byte >> 4) {
        Some(4) => {
            // Options may name routers: none of them does now (RFC 791 §3.1).
            const NO_OPERATION: u8 = 1;
            header
                .iter_mut()
                .skip(20)
                .for_each(|byte| *byte = NO_OPERATION);
        }
        _ => extensions(all, header),
    }
    Around {
        before,
        after: sum(header),
    }
}

/// The extension headers of IPv6 (RFC 8200 §4): what their options say is blank, the hosts that a
/// packet goes by are replaced (RFC 8754).
fn extensions(all: Permutations, header: &mut [u8]) {
    const FRAGMENT: u8 = 44;
    const AUTHENTICATION: u8 = 51;
    const ROUTING: u8 = 43;
    let mut kind = header.get(6).copied().unwrap_or(59);
    let mut at = 40;
    while let Some(&[next, length]) = header.get(at..).and_then(<[u8]>::first_chunk) {
        let length = match kind {
            FRAGMENT => 8,
            AUTHENTICATION => (usize::from(length) + 2) * 4,
            _ => (usize::from(length) + 1) * 8,
        };
        let end = (at + length).min(header.len());
        let content = header.get_mut(at + 2..end).unwrap_or_default();
        match kind {
            FRAGMENT => {}
            ROUTING => {
                let segments = content.get_mut(6..).unwrap_or_default();
                let (segments, rest) = segments.as_chunks_mut::<16>();
                for segment in segments {
                    *segment = addresses::v6(all, (*segment).into()).octets();
                }
                rest.fill(0);
            }
            // Options of one byte each that say nothing.
            _ => content.fill(0),
        }
        (kind, at) = (next, end);
    }
}

/// Puts the checksum of an IPv4 header right.
pub(crate) fn ip_checksum(old: &[u8], new: &mut [u8]) {
    if new.first().is_none_or(|byte| byte >> 4 != 4) {
        return;
    }
    let (before, after) = (checksum::sum(old), checksum::sum(new));
    if let Some(place) = new.get_mut(10..12)
        && let &mut [high, low] = place
    {
        let old = u16::from_be_bytes([high, low]);
        place.copy_from_slice(&checksum::changed(old, before, after).to_be_bytes());
    }
}
