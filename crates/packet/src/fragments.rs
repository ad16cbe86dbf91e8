//! IP fragments put together (RFC 791 §3.2, RFC 8200 §4.5).

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};

use etherparse::{IpNumber, ip_number};

use crate::counters::{Counters, Undecoded};
use crate::hep;
use crate::ip::{self, Packet};
use crate::layer::{Path, Realm};
use crate::pieces::Pieces;
use crate::seen::Seen;
use crate::udp::DNS_PORT;
use crate::{Bound, Config, Event, Flow, GapKind, Timestamp, Transport, tunnel};

/// The largest payload an IP packet can have, in bytes.
const MAX_PAYLOAD: u64 = 65_535;

/// What the fragments of one datagram have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    id: u32,
    /// 0 for IPv6, where the identification alone tells datagrams apart.
    protocol: IpNumber,
    realm: Realm,
}

/// What the fragments seen so far tell about whether the datagram is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interest {
    /// The one with the ports was not seen yet.
    Unknown,
    /// From or to a SIP port.
    Sip(Flow),
    /// HEP: its loss hides a message of nobody knows which flow.
    Hep,
    /// A tunnel's, which may carry SIP.
    Tunnel,
    /// Wanted, but its loss hides no SIP that would be found otherwise.
    Aside,
    /// Not wanted: only the places of its fragments are kept, to know when it is over.
    Unwanted,
}

/// A datagram of which fragments are missing.
#[derive(Debug)]
struct Datagram {
    /// When it is given up; the serial number tells those apart that came at the same time.
    expiry: (Timestamp, u64),
    interest: Interest,
    pieces: Pieces,
    /// Its length, from the last fragment.
    total: Option<u64>,
    last: Seen,
}

impl Datagram {
    /// Whether a fragment with the same place and length brought other bytes: the sender has used
    /// the identification again, and of the datagram before a fragment was lost.
    fn contradicts(&self, start: u64, data: &[u8]) -> bool {
        self.pieces.iter().any(|piece| {
            piece.start == start && piece.data.len() == data.len() && piece.data != data
        })
    }
}

/// A datagram put together.
pub(crate) struct Whole {
    /// What its payload starts with.
    pub(crate) protocol: IpNumber,
    pub(crate) payload: Vec<u8>,
    /// Bytes at the end that the snap length cut off.
    pub(crate) missing: u32,
    /// The fragment with the first byte.
    pub(crate) first: Seen,
}

/// Datagrams of which fragments are missing.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    datagrams: HashMap<Key, Datagram>,
    /// The keys in the order in which they are given up.
    expiries: BTreeMap<(Timestamp, u64), Key>,
    serial: u64,
    bytes: usize,
}

impl Fragments {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Datagrams held.
    pub(crate) fn len(&self) -> usize {
        self.datagrams.len()
    }

    /// When the oldest datagram is to be given up.
    pub(crate) fn next_expiry(&self) -> Option<Timestamp> {
        self.expiries.first_key_value().map(|(&(time, _), _)| time)
    }

    /// Takes in a fragment. Gives the datagram when this was the last one missing.
    pub(crate) fn add(
        &mut self,
        packet: &Packet<'_>,
        place: ip::Place,
        path: &Path,
        config: &Config,
        counters: &mut Counters,
        sink: &mut impl FnMut(Event<'_>),
    ) -> Option<Whole> {
        let limits = &config.limits;
        let seen = path.last;
        let start = u64::from(place.offset);
        let end = start + packet.payload.len() as u64 + u64::from(packet.missing);
        if end > MAX_PAYLOAD {
            counters.miss(Undecoded::BadHeader, packet.payload.len(), seen.frame);
            return None;
        }
        let key = Key {
            source: packet.source,
            destination: packet.destination,
            id: packet.id,
            protocol: if packet.source.is_ipv4() {
                packet.protocol
            } else {
                IpNumber(0)
            },
            realm: path.realm,
        };
        if let Some(stale) = self.datagrams.get(&key)
            && stale.contradicts(start, packet.payload)
        {
            let expiry = stale.expiry;
            self.give_up(expiry, None, counters, sink);
        }
        if !self.datagrams.contains_key(&key) {
            while self.len() >= limits.fragment_datagrams.max(1) {
                self.give_up_oldest(Some(Bound::FragmentDatagrams), counters, sink);
            }
            self.serial += 1;
            let expiry = (seen.time + limits.fragment_age, self.serial);
            self.expiries.insert(expiry, key);
            let datagram = Datagram {
                expiry,
                interest: Interest::Unknown,
                pieces: Pieces::default(),
                total: None,
                last: seen,
            };
            self.datagrams.insert(key, datagram);
        }
        let datagram = self.datagrams.get_mut(&key)?;
        let held_before = datagram.pieces.bytes();
        datagram.last = seen;
        if datagram.interest == Interest::Unknown {
            datagram.interest = interest(packet, start == 0, config);
            if datagram.interest == Interest::Unwanted {
                datagram.pieces.forget_data();
            }
        }
        if datagram.interest == Interest::Unwanted {
            let length = u32::try_from(end - start).unwrap_or(u32::MAX);
            datagram.pieces.insert(start, &[], length, path.first);
        } else {
            counters.fragments += 1;
            datagram
                .pieces
                .insert(start, packet.payload, packet.missing, path.first);
        }
        if !place.more {
            datagram.total.get_or_insert(end);
        }
        self.bytes = self.bytes - held_before + datagram.pieces.bytes();

        if let Some(total) = datagram.total
            && is_complete(&datagram.pieces, total)
        {
            let datagram = self.remove(key)?;
            if datagram.interest == Interest::Unwanted {
                return None;
            }
            counters.reassembled += 1;
            return assemble(&datagram.pieces, total, packet.protocol);
        }
        if datagram.pieces.len() > limits.fragments_per_datagram {
            let expiry = datagram.expiry;
            self.give_up(expiry, Some(Bound::FragmentsPerDatagram), counters, sink);
        }
        while self.bytes > limits.fragment_bytes {
            self.give_up_oldest(Some(Bound::FragmentBytes), counters, sink);
        }
        None
    }

    /// Gives up the datagrams whose time is over.
    pub(crate) fn expire(
        &mut self,
        now: Timestamp,
        counters: &mut Counters,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        while self.next_expiry().is_some_and(|expiry| expiry <= now) {
            self.give_up_oldest(None, counters, sink);
        }
    }

    /// Gives up all datagrams.
    pub(crate) fn finish(&mut self, counters: &mut Counters, sink: &mut impl FnMut(Event<'_>)) {
        while !self.expiries.is_empty() {
            self.give_up_oldest(None, counters, sink);
        }
    }

    fn remove(&mut self, key: Key) -> Option<Datagram> {
        let datagram = self.datagrams.remove(&key)?;
        self.expiries.remove(&datagram.expiry);
        self.bytes -= datagram.pieces.bytes();
        Some(datagram)
    }

    fn give_up_oldest(
        &mut self,
        bound: Option<Bound>,
        counters: &mut Counters,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        if let Some((&expiry, _)) = self.expiries.first_key_value() {
            self.give_up(expiry, bound, counters, sink);
        }
    }

    /// Gives up a datagram, and tells of it when it was SIP or may have been.
    fn give_up(
        &mut self,
        expiry: (Timestamp, u64),
        bound: Option<Bound>,
        counters: &mut Counters,
        sink: &mut impl FnMut(Event<'_>),
    ) {
        let Some(datagram) = self
            .expiries
            .get(&expiry)
            .copied()
            .and_then(|key| self.remove(key))
        else {
            return;
        };
        let flow = match datagram.interest {
            Interest::Unwanted => return,
            Interest::Sip(flow) => Some(flow),
            Interest::Unknown | Interest::Hep | Interest::Tunnel | Interest::Aside => None,
        };
        let frame = datagram
            .pieces
            .first()
            .map_or(datagram.last, |piece| piece.seen)
            .frame;
        let (reason, kind) = match bound {
            Some(bound) => (Undecoded::BoundReached(bound), GapKind::BoundReached),
            None => (Undecoded::FragmentMissing, GapKind::FragmentsMissing),
        };
        counters.miss(reason, datagram.pieces.bytes(), frame);
        if datagram.interest != Interest::Aside {
            sink(Event::gap(flow, kind, datagram.last));
        }
    }
}

/// What a fragment tells of its datagram.
fn interest(packet: &Packet<'_>, is_first: bool, config: &Config) -> Interest {
    // A first fragment holds all extension headers and the ports (RFC 7112).
    let unfragmented = Packet {
        fragment: None,
        ..*packet
    };
    let packet = match ip::skip_extensions(unfragmented, &config.limits) {
        Ok(packet) if is_first => packet,
        // In later fragments, the payload only looks like extension headers.
        _ => unfragmented,
    };
    let transport = match packet.protocol {
        ip_number::UDP => Transport::Udp,
        ip_number::TCP => Transport::Tcp,
        ip_number::SCTP => Transport::Sctp,
        ip_number::ICMP | ip_number::IPV6_ICMP | ip_number::ENCAPSULATING_SECURITY_PAYLOAD => {
            return Interest::Aside;
        }
        ip_number::UDP_LITE => return Interest::Tunnel,
        ip_number::AUTHENTICATION_HEADER => return Interest::Unknown,
        protocol if is_first || packet.source.is_ipv4() => {
            return if tunnel::kind(protocol).is_some() {
                Interest::Tunnel
            } else if ip::may_carry_sip(protocol) {
                Interest::Aside
            } else {
                Interest::Unwanted
            };
        }
        _ => return Interest::Unknown,
    };
    if !is_first {
        return Interest::Unknown;
    }
    let &[a, b, c, d, ..] = packet.payload else {
        return Interest::Unknown;
    };
    let (source, destination) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let ports = &config.ports;
    let flow = Flow {
        source: SocketAddr::new(packet.source, source),
        destination: SocketAddr::new(packet.destination, destination),
        transport,
    };
    let by_content = || match transport {
        Transport::Udp => packet
            .payload
            .get(8..)
            .is_some_and(sipwhy_parser::looks_like_sip),
        // Whether the segment is wanted depends on its connection.
        _ => true,
    };
    let is_hep = || {
        let is_expected = ports.contains(source)
            || ports.contains(destination)
            || ports.is_any()
            || hep::is_hep_port(destination);
        transport == Transport::Udp
            && is_expected
            && packet.payload.get(8..).is_some_and(hep::is_hep)
    };
    if is_hep() {
        Interest::Hep
    } else if ports.contains(source) || ports.contains(destination) {
        Interest::Sip(flow)
    } else if ports.is_any() && by_content() {
        if transport == Transport::Udp {
            Interest::Sip(flow)
        } else {
            Interest::Aside
        }
    } else if transport == Transport::Udp
        && (tunnel::is_port(source) || tunnel::is_port(destination))
    {
        Interest::Tunnel
    } else if transport == Transport::Udp && (source == DNS_PORT || destination == DNS_PORT) {
        Interest::Aside
    } else {
        Interest::Unwanted
    }
}

/// Whether pieces fill a datagram of `total` bytes.
fn is_complete(pieces: &Pieces, total: u64) -> bool {
    let mut end = 0;
    for piece in pieces.iter() {
        if piece.start > end {
            return false;
        }
        end = piece.end();
    }
    end >= total
}

/// Joins the pieces, up to the first byte that was not captured.
fn assemble(pieces: &Pieces, total: u64, protocol: IpNumber) -> Option<Whole> {
    let mut payload = Vec::with_capacity(pieces.bytes());
    for piece in pieces.iter() {
        payload.extend_from_slice(&piece.data);
        if piece.missing > 0 {
            break;
        }
    }
    payload.truncate(usize::try_from(total).unwrap_or(usize::MAX));
    let missing = u32::try_from(total - payload.len() as u64).unwrap_or(u32::MAX);
    Some(Whole {
        protocol,
        payload,
        missing,
        first: pieces.first()?.seen,
    })
}
