//! Frames put on record, as a capture would hold them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};
use sipwhy_pipeline::{Config, Observer, Pipeline, Summary};

use crate::outcome::Outcome;
use crate::wire::{self, Icmp, Segment, flags};

/// When every recording begins: 2024-01-01T00:00:00Z.
pub(crate) const BEGIN: Timestamp = Timestamp::from_nanos(1_704_067_200_000_000_000);
/// The first port that a TCP client is given.
const EPHEMERAL: u16 = 40_000;

/// One frame of a [`Recording`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFrame {
    /// When it was captured.
    pub time: Timestamp,
    /// The bytes kept.
    pub data: Vec<u8>,
    /// How long it was on the wire.
    pub original_len: u32,
    /// How many frames were lost right before it.
    pub dropped: u64,
}

/// Frames in the order of capture. Times only move on.
#[derive(Clone, Debug)]
pub struct Recording {
    link_type: LinkType,
    frames: Vec<RecordedFrame>,
    now: Timestamp,
    dropped: u64,
    next_ip_id: u16,
    next_port: u16,
    /// Open connections by client address and server, with the client's port.
    connections: BTreeMap<(Ipv4Addr, SocketAddrV4), Connection>,
}

#[derive(Clone, Copy, Debug)]
struct Connection {
    port: u16,
    /// What client and server sent so far, as their next sequence numbers.
    next: [u32; 2],
    accepted: bool,
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            link_type: LinkType::ETHERNET,
            frames: Vec::new(),
            now: BEGIN,
            dropped: 0,
            next_ip_id: 1,
            next_port: EPHEMERAL,
            connections: BTreeMap::new(),
        }
    }
}

impl Recording {
    /// An empty recording of frames with this link type; the methods that build packets are for
    /// Ethernet, which is the default.
    #[must_use]
    pub fn of(link_type: LinkType) -> Self {
        Self {
            link_type,
            ..Self::default()
        }
    }

    /// What was recorded so far.
    #[must_use]
    pub fn frames(&self) -> &[RecordedFrame] {
        &self.frames
    }

    /// Moves the clock to `offset` after the beginning. It never goes back.
    pub fn at(&mut self, offset: Duration) {
        self.now = self.now.max(BEGIN + offset);
    }

    /// Records any frame.
    pub fn frame(&mut self, data: Vec<u8>) {
        let original_len = u32::try_from(data.len()).unwrap_or(u32::MAX);
        self.frames.push(RecordedFrame {
            time: self.now,
            data,
            original_len,
            dropped: std::mem::take(&mut self.dropped),
        });
    }

    /// Cuts the last frame right after the first place where it holds `text`, as a snap length
    /// would. Says whether the text was there.
    pub fn cut_after(&mut self, text: &str) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let mut places = frame.data.windows(text.len().max(1));
        let Some(place) = places.position(|window| window == text.as_bytes()) else {
            return false;
        };
        frame.data.truncate(place + text.len());
        true
    }

    /// Records that `count` frames were lost before the next one.
    pub fn dropped(&mut self, count: u64) {
        self.dropped += count;
    }

    /// An unrelated frame: all it proves is that time passed.
    pub fn clock(&mut self) {
        let one = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 1), 9);
        let other = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 2), 9);
        let packet = wire::udp(one, other, 0, b"tick");
        self.frame(wire::ethernet(&packet));
    }

    /// A UDP datagram. Gives the IP packet, for [`Recording::packet`] and [`Recording::icmp`].
    pub fn udp(&mut self, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
        let packet = self.udp_packet(from, to, payload);
        self.packet(&packet);
        packet
    }

    /// A UDP datagram that is sent and not captured.
    pub fn udp_packet(&mut self, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
        let id = self.ip_id();
        wire::udp(from, to, id, payload)
    }

    /// A UDP datagram in fragments that fit into 1500 bytes each, or the first of them alone.
    pub fn udp_in_fragments(
        &mut self,
        from: SocketAddrV4,
        to: SocketAddrV4,
        payload: &[u8],
        only_first: bool,
    ) {
        let packet = self.udp_packet(from, to, payload);
        let fragments = wire::fragments(&packet);
        let count = if only_first { 1 } else { fragments.len() };
        for fragment in fragments.iter().take(count) {
            self.packet(fragment);
        }
    }

    /// Records an IP packet once more, as when it passes the capture twice.
    pub fn packet(&mut self, packet: &[u8]) {
        self.frame(wire::ethernet(packet));
    }

    /// An ICMP error about an IP packet.
    pub fn icmp(&mut self, from: Ipv4Addr, to: Ipv4Addr, icmp: Icmp, about: &[u8]) {
        let id = self.ip_id();
        let packet = wire::icmp(from, to, id, icmp, about);
        self.packet(&packet);
    }

    /// An ARP request for `to`, or the reply to one by it.
    pub fn arp(&mut self, from: Ipv4Addr, to: Ipv4Addr, is_reply: bool) {
        self.frame(wire::arp(from, to, is_reply));
    }

    /// A packet that IPsec encrypted (ESP, RFC 4303).
    pub fn esp(&mut self, from: Ipv4Addr, to: Ipv4Addr) {
        let id = self.ip_id();
        let packet = wire::esp(from, to, id);
        self.packet(&packet);
    }

    /// Bytes on a TCP connection between two hosts, which is opened first unless one is open.
    /// Gives the IP packet.
    pub fn tcp(&mut self, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
        let (key, is_client) = self.connect(from, to);
        let packet = self.segment(key, is_client, flags::PSH | flags::ACK, payload);
        self.packet(&packet);
        packet
    }

    /// A SYN that asks for a connection; its repetitions are the same SYN.
    pub fn syn(&mut self, from: SocketAddrV4, to: SocketAddrV4) {
        let key = self.connection(from, to);
        let packet = self.segment(key, true, flags::SYN, b"");
        self.packet(&packet);
    }

    /// An RST: `from` refuses the connection that `to` asked for, or gives an open one up.
    pub fn reset(&mut self, from: SocketAddrV4, to: SocketAddrV4) {
        let (key, is_client) = match self.open_between(from, to) {
            Some(open) => open,
            None => (self.connection(to, from), false),
        };
        if let Some(connection) = self.connections.get_mut(&key)
            && !connection.accepted
        {
            // The SYN counts as an octet.
            connection.next[0] = connection.next[0].max(1);
        }
        let packet = self.segment(key, is_client, flags::RST | flags::ACK, b"");
        self.packet(&packet);
        self.connections.remove(&key);
    }

    /// The frames as a pcap file, to look at with other tools.
    #[must_use]
    pub fn to_pcap(&self) -> Vec<u8> {
        let mut file = Vec::new();
        // https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap: nanoseconds.
        let link_type = u32::from(self.link_type.0);
        for word in [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, link_type] {
            file.extend(word.to_le_bytes());
        }
        for frame in &self.frames {
            let nanos = frame.time.as_nanos();
            let seconds = u32::try_from(nanos / 1_000_000_000).unwrap_or(u32::MAX);
            let kept = u32::try_from(frame.data.len()).unwrap_or(u32::MAX);
            for word in [
                seconds,
                (nanos % 1_000_000_000) as u32,
                kept,
                frame.original_len,
            ] {
                file.extend(word.to_le_bytes());
            }
            file.extend(&frame.data);
        }
        file
    }

    /// Plays every frame through a pipeline and gives what came of it.
    #[must_use]
    pub fn replay(&self, config: Config) -> Outcome {
        let mut outcome = Outcome::default();
        self.play(config, &mut outcome);
        outcome
    }

    /// Plays the frames through a pipeline, and gives what it counted.
    pub fn play(&self, config: Config, observer: &mut impl Observer) -> Summary {
        let mut pipeline = Pipeline::new(config);
        for (number, recorded) in (1_u64..).zip(&self.frames) {
            let id = FrameId { file: 0, number };
            if recorded.dropped > 0 {
                pipeline.dropped(recorded.dropped, id, observer);
            }
            let frame = Frame {
                id,
                time: recorded.time,
                link_type: self.link_type,
                data: &recorded.data,
                original_len: recorded.original_len,
            };
            pipeline.frame(&frame, observer);
        }
        pipeline.finish(observer);
        pipeline.summary()
    }

    fn ip_id(&mut self) -> u16 {
        self.next_ip_id = self.next_ip_id.wrapping_add(1);
        self.next_ip_id
    }

    fn open_between(
        &self,
        from: SocketAddrV4,
        to: SocketAddrV4,
    ) -> Option<((Ipv4Addr, SocketAddrV4), bool)> {
        let (as_client, as_server) = ((*from.ip(), to), (*to.ip(), from));
        if self.connections.contains_key(&as_client) {
            Some((as_client, true))
        } else if self.connections.contains_key(&as_server) {
            Some((as_server, false))
        } else {
            None
        }
    }

    /// The connection from one host to another's port, begun now if need be.
    fn connection(&mut self, from: SocketAddrV4, to: SocketAddrV4) -> (Ipv4Addr, SocketAddrV4) {
        let key = (*from.ip(), to);
        if !self.connections.contains_key(&key) {
            let connection = Connection {
                port: self.next_port,
                next: [0, 0],
                accepted: false,
            };
            self.next_port += 1;
            self.connections.insert(key, connection);
        }
        key
    }

    /// The connection between two hosts, with its handshake on record, and whether `from` is its
    /// client.
    fn connect(
        &mut self,
        from: SocketAddrV4,
        to: SocketAddrV4,
    ) -> ((Ipv4Addr, SocketAddrV4), bool) {
        let (key, is_client) = match self.open_between(from, to) {
            Some(open) => open,
            None => (self.connection(from, to), true),
        };
        if self.connections.get(&key).is_some_and(|it| !it.accepted) {
            let syn = self.segment(key, true, flags::SYN, b"");
            self.packet(&syn);
            self.advance(key, true, 1);
            let accept = self.segment(key, false, flags::SYN | flags::ACK, b"");
            self.packet(&accept);
            self.advance(key, false, 1);
            let ack = self.segment(key, true, flags::ACK, b"");
            self.packet(&ack);
            if let Some(connection) = self.connections.get_mut(&key) {
                connection.accepted = true;
            }
        }
        (key, is_client)
    }

    fn advance(&mut self, key: (Ipv4Addr, SocketAddrV4), is_client: bool, octets: u32) {
        if let Some(connection) = self.connections.get_mut(&key) {
            connection.next[usize::from(!is_client)] += octets;
        }
    }

    fn segment(
        &mut self,
        key: (Ipv4Addr, SocketAddrV4),
        is_client: bool,
        flags: u8,
        payload: &[u8],
    ) -> Vec<u8> {
        let id = self.ip_id();
        let (port, [client_next, server_next]) = self
            .connections
            .get(&key)
            .map_or((EPHEMERAL, [0, 0]), |it| (it.port, it.next));
        let client = SocketAddrV4::new(key.0, port);
        let segment = if is_client {
            Segment {
                from: client,
                to: key.1,
                sequence: 1000 + client_next,
                acknowledged: if server_next == 0 {
                    0
                } else {
                    5000 + server_next
                },
                flags,
            }
        } else {
            Segment {
                from: key.1,
                to: client,
                sequence: 5000 + server_next,
                acknowledged: 1000 + client_next,
                flags,
            }
        };
        self.advance(key, is_client, u32::try_from(payload.len()).unwrap_or(0));
        wire::tcp(&segment, id, payload)
    }
}
