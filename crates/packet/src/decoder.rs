//! The way of a frame through the layers.

use std::net::SocketAddr;
use std::time::Duration;

use etherparse::ip_number;
use sipwhy_parser::Scanner;
use sipwhy_tls::{Added, KeyLog};

use crate::counters::{Counters, Encryption, Undecoded};
use crate::fragments::Fragments;
use crate::hep::{self, Lag};
use crate::ip::{self, Packet, Place};
use crate::layer::{Layer, Path};
use crate::link::{self, Network};
use crate::out::Common;
use crate::sctp::{self, Associations};
use crate::seen::Seen;
use crate::stream;
use crate::tcp::{self, Connections};
use crate::udp::{self, DNS_PORT};
use crate::{
    Captured, Config, Datagram, DatagramMark, Event, Flow, Frame, GapKind, LinkType, Timestamp,
    Transport, Unreachable, checksum, icmp, media, neighbour, tunnel,
};

/// From frames to [`Event`]s.
///
/// It does no I/O and reads no clock. Frames go in with their capture time, in the order in which
/// they were captured; events come out through the sink, as soon as they are known and always the
/// same for the same frames. What had to wait (a message behind a hole in its stream, a datagram
/// whose fragments never came) is told late, with the time of the frames it was in.
///
/// ```
/// use sipwhy_packet::{Config, Decoder, Event, Frame, FrameId, LinkType, Timestamp};
///
/// let mut decoder = Decoder::new(Config::default());
/// let mut messages = 0;
/// let mut sink = |event: Event<'_>| messages += usize::from(matches!(event, Event::Message(..)));
/// let frame = Frame {
///     id: FrameId { file: 0, number: 1 },
///     time: Timestamp::from_nanos(0),
///     link_type: LinkType::RAW,
///     data: &[0x45],
///     original_len: 1,
/// };
/// decoder.decode(&frame, &mut sink);
/// decoder.finish(&mut sink);
/// assert_eq!(messages, 0);
/// assert_eq!(decoder.counters().frames, 1);
/// ```
#[derive(Debug)]
pub struct Decoder {
    common: Common,
    fragments: Fragments,
    connections: Connections,
    associations: Associations,
    /// When what was held until its key came is looked at next, since keys have come.
    retry_at: Option<Timestamp>,
    /// When it was looked at last.
    retried: Timestamp,
}

/// How long keys that come are gathered before all that wait for one are looked at.
const KEY_PAUSE: Duration = Duration::from_millis(20);

/// What the decoder holds at the moment, to be compared with the [`Limits`](crate::Limits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Datagrams waiting for fragments.
    pub fragment_datagrams: usize,
    /// Bytes in fragments.
    pub fragment_bytes: usize,
    /// TCP connections followed.
    pub connections: usize,
    /// Bytes of TCP streams.
    pub stream_bytes: usize,
    /// SCTP associations followed.
    pub associations: usize,
    /// Bytes of SCTP associations.
    pub association_bytes: usize,
    /// TLS sessions whose secrets are known.
    pub key_sessions: usize,
}

impl Decoder {
    /// A decoder that has seen nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            common: Common {
                config,
                keys: KeyLog::new(),
                counters: Counters::default(),
                lag: Lag::default(),
                scanner: Scanner::new(),
            },
            fragments: Fragments::default(),
            connections: Connections::default(),
            associations: Associations::default(),
            retry_at: None,
            retried: Timestamp::ZERO,
        }
    }

    /// Takes in lines of a TLS key log, whenever they come: secrets are looked for when records
    /// need them, and [`Self::advance`] looks at those that wait already. How many sessions are
    /// held is for [`KeyLog`] to bound.
    pub fn secrets(&mut self, key_log: &[u8]) -> Added {
        let added = self.common.keys.add(key_log);
        if added.secrets > 0 && self.connections.is_waiting() {
            self.retry_at.get_or_insert(self.retried + KEY_PAUSE);
        }
        added
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.common.config
    }

    /// What was seen so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.common.counters
    }

    /// What is held at the moment.
    #[must_use]
    pub fn held(&self) -> Held {
        Held {
            fragment_datagrams: self.fragments.len(),
            fragment_bytes: self.fragments.bytes(),
            connections: self.connections.len(),
            stream_bytes: self.connections.bytes(),
            associations: self.associations.len(),
            association_bytes: self.associations.bytes(),
            key_sessions: self.common.keys.sessions(),
        }
    }

    /// Takes in a frame. What its time has made overdue is told first.
    pub fn decode<S: FnMut(Event<'_>)>(&mut self, frame: &Frame<'_>, sink: &mut S) {
        self.advance(frame.time, sink);
        let on_wire = u64::from(frame.original_len).max(frame.data.len() as u64);
        self.common.counters.frames += 1;
        self.common.counters.bytes += on_wire;
        self.common.counters.cut_frames += u64::from(on_wire > frame.data.len() as u64);

        if frame.link_type == LinkType::ETHERNET
            && media::is_plain(frame.data, &self.common.config.ports)
        {
            self.common.counters.other_frames += 1;
            return;
        }
        let seen = Seen {
            frame: frame.id,
            time: frame.time,
        };
        let mut path = Path::new(seen, &self.common.config.limits);
        if frame.link_type == LinkType::HEP {
            let missing = on_wire - frame.data.len() as u64;
            let missing = u32::try_from(missing).unwrap_or(u32::MAX);
            return self.hep(frame.data, missing, &path, sink);
        }
        let result = match link::first(frame.link_type, frame.data) {
            Ok(layer) => self.follow(layer, &mut path, sink),
            Err(reason) => Err(reason),
        };
        if let Err(reason) = result {
            self.miss(reason, frame.data.len(), &path, sink);
        }
    }

    /// Counts what was not decoded, and tells of it where it may be SIP.
    fn miss<S: FnMut(Event<'_>)>(
        &mut self,
        reason: Undecoded,
        bytes: usize,
        path: &Path,
        sink: &mut S,
    ) {
        self.common.counters.miss(reason, bytes, path.last.frame);
        if reason.hides_sip() {
            let flow = path.hosts.map(|(source, destination)| Flow {
                source: SocketAddr::new(source, 0),
                destination: SocketAddr::new(destination, 0),
                transport: Transport::Udp,
            });
            sink(Event::gap(flow, GapKind::Undecoded, path.last));
        }
    }

    /// The moment up to which everything must have been handed in when a frame of `now` was: `now`
    /// itself, but for what HEP agents tell, which comes later than it was captured.
    #[must_use]
    pub fn settled(&self, now: Timestamp) -> Timestamp {
        self.common.lag.settled(now)
    }

    /// When [`Self::advance`] will have something to do, if no frame comes before.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let limits = &self.common.config.limits;
        // Most captures hold one of these or none: each is asked only where there is something.
        let mut next = Timestamp::earliest(self.fragments.next_expiry(), self.retry_at);
        if self.connections.len() > 0 {
            next = Timestamp::earliest(next, self.connections.next_expiry(limits));
        }
        if self.associations.len() > 0 {
            next = Timestamp::earliest(next, self.associations.next_expiry(limits));
        }
        next
    }

    /// Gives up what was waited for until `now` and did not come. [`Self::decode`] does this with
    /// the time of each frame; live capture has to while no frames come.
    pub fn advance<S: FnMut(Event<'_>)>(&mut self, now: Timestamp, sink: &mut S) {
        if self.next_timeout().is_some_and(|timeout| timeout <= now) {
            self.fragments.expire(now, &mut self.common.counters, sink);
            let mut out = self.common.out(sink);
            // What a key opens now is not given up.
            if self.retry_at.is_some_and(|due| due <= now) {
                self.retry_at = None;
                self.retried = now;
                self.connections.retry(&mut out);
            }
            self.connections.expire(now, &mut out);
            self.associations.expire(now, &mut out);
        }
    }

    /// Tells what is held; the capture ends. Messages of which a part is missing are told as far
    /// as they came.
    pub fn finish<S: FnMut(Event<'_>)>(&mut self, sink: &mut S) {
        self.fragments.finish(&mut self.common.counters, sink);
        let mut out = self.common.out(sink);
        self.connections.finish(&mut out);
        self.associations.finish(&mut out);
    }

    /// Goes from layer to layer, in and out of tunnels, to what carries SIP.
    fn follow<S: FnMut(Event<'_>)>(
        &mut self,
        layer: Layer<'_>,
        path: &mut Path,
        sink: &mut S,
    ) -> Result<(), Undecoded> {
        let mut next = Some(layer);
        while let Some(layer) = next {
            next = match link::strip(layer, path)? {
                Network::Ip(data) => self.ip(data, path, sink)?,
                Network::Arp(data) => {
                    self.arp(data, path.last, sink);
                    None
                }
                Network::Aggregate(data) => {
                    path.descend()?;
                    for layer in link::subframes(data) {
                        let mut path = *path;
                        if let Err(reason) = self.follow(layer, &mut path, sink) {
                            self.miss(reason, layer.data.len(), &path, sink);
                        }
                    }
                    None
                }
            };
        }
        Ok(())
    }

    fn arp<S: FnMut(Event<'_>)>(&mut self, data: &[u8], seen: Seen, sink: &mut S) {
        match neighbour::arp(data, seen) {
            Some(neighbour) => {
                self.common.counters.neighbours += 1;
                sink(Event::Neighbour(neighbour));
            }
            None => self.common.counters.other_frames += 1,
        }
    }

    /// Takes in an IP packet. Gives what it carries if that is not the end of the way.
    fn ip<'a, S: FnMut(Event<'_>)>(
        &mut self,
        data: &'a [u8],
        path: &mut Path,
        sink: &mut S,
    ) -> Result<Option<Layer<'a>>, Undecoded> {
        let packet = ip::parse(data, &self.common.config.limits)?;
        let carried = match packet.fragment {
            None => self.transport(&packet, path, sink),
            Some(place) => self.fragment(&packet, place, path, sink).map(|()| None),
        };
        if carried.is_err() {
            // Of packets one in the other it is the innermost.
            path.hosts
                .get_or_insert((packet.source, packet.destination));
        }
        carried
    }

    /// Takes in a fragment, and goes on with the packet when it is whole.
    #[inline(never)]
    fn fragment<S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'_>,
        place: Place,
        path: &mut Path,
        sink: &mut S,
    ) -> Result<(), Undecoded> {
        let Self {
            common: Common {
                config, counters, ..
            },
            fragments,
            ..
        } = self;
        let Some(whole) = fragments.add(packet, place, path, config, counters, sink) else {
            return Ok(());
        };
        let packet = Packet {
            protocol: whole.protocol,
            payload: &whole.payload,
            missing: whole.missing,
            fragment: None,
            header: &[],
            ..*packet
        };
        let packet = ip::skip_extensions(packet, &self.common.config.limits)?;
        path.first = whole.first;
        // What was put together lives here, so the rest of the way has to be gone from here.
        match self.transport(&packet, path, sink)? {
            Some(inner) => self.follow(inner, path, sink),
            None => Ok(()),
        }
    }

    /// Takes in what an IP packet carries. Gives what is in it if it is a tunnel.
    fn transport<'a, S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'a>,
        path: &mut Path,
        sink: &mut S,
    ) -> Result<Option<Layer<'a>>, Undecoded> {
        match packet.protocol {
            ip_number::UDP | ip_number::UDP_LITE => return self.udp(packet, path, sink),
            ip_number::TCP => self.tcp(packet, path, sink)?,
            ip_number::SCTP => self.sctp(packet, path, sink)?,
            ip_number::ICMP | ip_number::IPV6_ICMP => self.icmp(packet, path.last, sink),
            ip_number::AUTHENTICATION_HEADER => {
                path.descend()?;
                let packet = ip::skip_extensions(*packet, &self.common.config.limits)?;
                return self.transport(&packet, path, sink);
            }
            ip_number::ENCAPSULATING_SECURITY_PAYLOAD => {
                return Err(Undecoded::EncryptedBelow(Encryption::Ipsec));
            }
            other => {
                if let Some(kind) = tunnel::kind(other) {
                    path.descend()?;
                    path.realm.enter_between(packet.source, packet.destination);
                    return Ok(Some(kind.of(packet.payload)));
                }
                if ip::may_carry_sip(other) {
                    return Err(Undecoded::UnknownProtocol(other.0));
                }
                self.common.counters.other_frames += 1;
            }
        }
        Ok(None)
    }

    fn udp<'a, S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'a>,
        path: &mut Path,
        sink: &mut S,
    ) -> Result<Option<Layer<'a>>, Undecoded> {
        let udp = if packet.protocol == ip_number::UDP {
            udp::parse(packet.payload, packet.missing)?
        } else {
            udp::parse_lite(packet.payload, packet.missing)?
        };
        let ports = &self.common.config.ports;
        let is_sip_port = ports.contains(udp.source) || ports.contains(udp.destination);
        if !is_sip_port && media::is_likely(udp.source, udp.destination, udp.payload) {
            self.common.counters.other_frames += 1;
            return Ok(None);
        }
        let flow = Flow {
            source: SocketAddr::new(packet.source, udp.source),
            destination: SocketAddr::new(packet.destination, udp.destination),
            transport: Transport::Udp,
        };
        if self.is_own(flow) {
            self.common.counters.other_frames += 1;
            return Ok(None);
        }
        if (is_sip_port || ports.is_any() || hep::is_hep_port(udp.destination))
            && hep::is_hep(udp.payload)
        {
            self.hep(udp.payload, udp.missing, path, sink);
            return Ok(None);
        }
        if !is_sip_port
            && [udp.source, udp.destination].contains(&sctp::ENCAPSULATION_PORT)
            && !sipwhy_parser::looks_like_sip(udp.payload)
        {
            let inner = Packet {
                payload: udp.payload,
                missing: udp.missing,
                ..*packet
            };
            if self.sctp(&inner, path, sink).is_err() {
                self.common.counters.other_frames += 1;
            }
            return Ok(None);
        }
        let Seen { frame, time } = path.last;
        if (is_sip_port || ports.is_any()) && sipwhy_parser::looks_like_sip(udp.payload) {
            self.common.counters.datagrams += 1;
            self.common.counters.datagram_messages += 1;
            self.common.counters.cut_messages += u64::from(udp.missing > 0);
            if !checksum::are_right(packet, udp.whole, udp.checksum != 0) {
                self.common
                    .counters
                    .wrong_checksums
                    .add(packet.payload.len(), frame);
            }
            self.common.out(sink).tell_message(Captured {
                bytes: sipwhy_parser::skip_line_ends(udp.payload),
                flow,
                time,
                first_frame: path.first.frame,
                last_frame: frame,
                mark: Some(DatagramMark {
                    ip_id: packet.id,
                    checksum: udp.checksum,
                    len: udp.len,
                }),
                missing: udp.missing,
            });
            return Ok(None);
        }
        if let Some(carried) = tunnel::in_datagram(&udp)? {
            path.descend()?;
            path.realm.enter_between(packet.source, packet.destination);
            path.realm.enter(carried.network.into());
            return Ok(Some(carried.layer));
        }
        if is_sip_port {
            self.common.counters.datagrams += 1;
            let reason = if udp.missing > 0 {
                Undecoded::Truncated
            } else if udp::is_keep_alive(udp.payload) {
                Undecoded::KeepAlive
            } else {
                Undecoded::NotSip
            };
            self.common.counters.miss(reason, udp.payload.len(), frame);
        } else if udp.source == DNS_PORT || udp.destination == DNS_PORT {
            self.common.counters.dns += 1;
            sink(Event::Dns(Datagram {
                payload: udp.payload,
                flow,
                time,
                frame,
            }));
        } else {
            self.common.counters.other_frames += 1;
        }
        Ok(None)
    }

    fn sctp<S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'_>,
        path: &Path,
        sink: &mut S,
    ) -> Result<(), Undecoded> {
        let packet = sctp::parse(packet)?;
        let mut out = self.common.out(sink);
        self.associations.receive(&packet, path.last, &mut out);
        Ok(())
    }

    fn hep<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        missing: u32,
        &Path { first, last, .. }: &Path,
        sink: &mut S,
    ) {
        let mut out = self.common.out(sink);
        let sighting = hep::Sighting { first, last };
        hep::receive(data, missing, sighting, &mut out);
    }

    fn tcp<S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'_>,
        path: &Path,
        sink: &mut S,
    ) -> Result<(), Undecoded> {
        let segment = tcp::parse(packet)?;
        if self.wants(segment.flow, segment.payload) {
            self.common.counters.segments += 1;
            if !segment.payload.is_empty()
                && packet.missing == 0
                && !checksum::are_right(packet, packet.payload, true)
            {
                self.common
                    .counters
                    .wrong_checksums
                    .add(packet.payload.len(), path.last.frame);
            }
            let mut out = self.common.out(sink);
            self.connections.receive(&segment, path.last, &mut out);
        } else {
            self.common.counters.other_frames += 1;
        }
        Ok(())
    }

    fn icmp<S: FnMut(Event<'_>)>(&mut self, packet: &Packet<'_>, seen: Seen, sink: &mut S) {
        let Seen { frame, time } = seen;
        if let Some(error) = icmp::error(packet, &self.common.config.limits)
            && self.wants(error.flow, error.quoted)
        {
            self.common.counters.unreachable += 1;
            let (reporter, flow, reason) = (packet.source, error.flow, error.reason);
            sink(Event::Unreachable(Unreachable {
                reporter,
                flow,
                reason,
                time,
                frame,
            }));
        } else if packet.protocol == ip_number::IPV6_ICMP
            && let Some(neighbour) = neighbour::discovery(packet, seen)
        {
            self.common.counters.neighbours += 1;
            sink(Event::Neighbour(neighbour));
        } else {
            self.common.counters.other_frames += 1;
        }
    }

    /// Whether a flow carries what was seen here to a collector, or its answers back.
    fn is_own(&self, flow: Flow) -> bool {
        let collectors = &self.common.config.collectors;
        collectors.contains(&flow.destination) || collectors.contains(&flow.source)
    }

    /// Whether a flow is SIP by its ports, by what was seen of it before, or by this payload.
    fn wants(&self, flow: Flow, payload: &[u8]) -> bool {
        if self.is_own(flow) {
            return false;
        }
        let ports = &self.common.config.ports;
        ports.contains(flow.source.port())
            || ports.contains(flow.destination.port())
            || flow.transport == Transport::Tcp
                && [flow.source, flow.destination]
                    .iter()
                    .any(|socket| hep::is_hep_port(socket.port()))
            || ports.is_any()
                && (flow.transport == Transport::Tcp && self.connections.follows(flow)
                    || sipwhy_parser::looks_like_sip(payload)
                    || flow.transport == Transport::Tcp
                        && stream::is_promising(
                            payload,
                            &self.common.config.limits,
                            &self.common.keys,
                        ))
    }
}
