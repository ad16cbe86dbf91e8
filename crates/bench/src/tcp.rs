//! Messages over long-lived TCP connections: joined and split, now and then out of order.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use crate::pcap::PcapWriter;
use crate::people::{People, Transport};
use crate::rng::Rng;
use crate::tls::{Opening, Sealer};
use crate::wire::{self, Flow, MAX_SEGMENT, flag};

/// How long a message may wait for others to share its segment, in microseconds.
pub const LONGEST_WAIT: u64 = 5_000;

/// One direction of one connection, by the hosts at its ends.
pub type Direction = (usize, usize);

#[derive(Debug, Default)]
struct Lane {
    next: u32,
    waiting: Vec<u8>,
    sealer: Option<Sealer>,
}

/// All connections.
#[derive(Debug)]
pub struct Connections {
    is_sealed: bool,
    seed: u64,
    lanes: BTreeMap<Direction, Lane>,
    opened: u64,
    ip_id: u16,
    key_log: String,
}

impl Connections {
    /// None yet.
    #[must_use]
    pub fn new(transport: Transport, seed: u64) -> Self {
        Self {
            is_sealed: transport == Transport::Tls,
            seed,
            lanes: BTreeMap::new(),
            opened: 0,
            ip_id: 0,
            key_log: String::new(),
        }
    }

    /// What decrypts them.
    #[must_use]
    pub fn into_key_log(self) -> String {
        self.key_log
    }

    /// Puts a message into its direction's queue; true when a flush must be arranged for it.
    pub fn queue<W: Write>(
        &mut self,
        direction: Direction,
        text: &[u8],
        now: u64,
        people: &People,
        out: &mut PcapWriter<W>,
        rng: &mut Rng,
    ) -> io::Result<bool> {
        if !self.lanes.contains_key(&direction) {
            self.open(direction, now, people, out, rng)?;
        }
        let lane = self.lanes.entry(direction).or_default();
        let first = lane.waiting.is_empty();
        match &mut lane.sealer {
            Some(sealer) => sealer.seal(text, &mut lane.waiting)?,
            None => lane.waiting.extend_from_slice(text),
        }
        Ok(first)
    }

    /// The handshake. Every fourth connection is older than the capture and shows none, unless it
    /// is encrypted: nobody could read that one.
    fn open<W: Write>(
        &mut self,
        direction: Direction,
        now: u64,
        people: &People,
        out: &mut PcapWriter<W>,
        rng: &mut Rng,
    ) -> io::Result<()> {
        let (near, far) = direction;
        // The side with the higher index is the client: the two proxies come first.
        let ways = [
            (near.max(far), near.min(far)),
            (near.min(far), near.max(far)),
        ];
        let starts = ways.map(|_| rng.bits() as u32);
        for (way, start) in ways.into_iter().zip(starts) {
            self.lanes.insert(
                way,
                Lane {
                    next: start.wrapping_add(1),
                    ..Lane::default()
                },
            );
        }
        self.opened += 1;
        if self.opened.is_multiple_of(4) && !self.is_sealed {
            return Ok(());
        }
        let [client, server] = starts;
        let shake = [
            (ways[0], client, 0, flag::SYN),
            (
                ways[1],
                server,
                client.wrapping_add(1),
                flag::SYN | flag::ACK,
            ),
            (
                ways[0],
                client.wrapping_add(1),
                server.wrapping_add(1),
                flag::ACK,
            ),
        ];
        for (way, sequence, acknowledged, flags) in shake {
            self.ip_id = self.ip_id.wrapping_add(1);
            let flow = flow(people, way);
            let head = wire::tcp(flow, self.ip_id, sequence, acknowledged, flags, &[]);
            out.frame(now, &head, &[])?;
        }
        if self.is_sealed {
            let opening = Opening::new(self.seed, self.opened)?;
            self.key_log.push_str(&opening.key_log);
            let said = [
                (ways[0], opening.client_hello),
                (ways[1], opening.server_flight),
                (ways[0], opening.client_finished),
            ];
            for (way, bytes) in said {
                self.lanes.entry(way).or_default().waiting = bytes;
                self.flush(way, now, people, out, rng)?;
            }
            self.lanes.entry(ways[0]).or_default().sealer = Some(opening.client);
            self.lanes.entry(ways[1]).or_default().sealer = Some(opening.server);
        }
        Ok(())
    }

    /// Sends what waits in one direction, and the other side's acknowledgement.
    pub fn flush<W: Write>(
        &mut self,
        direction: Direction,
        now: u64,
        people: &People,
        out: &mut PcapWriter<W>,
        rng: &mut Rng,
    ) -> io::Result<()> {
        let back = (direction.1, direction.0);
        let acknowledged = self.lanes.entry(back).or_default().next;
        let lane = self.lanes.entry(direction).or_default();
        let bytes = std::mem::take(&mut lane.waiting);
        let start = lane.next;
        lane.next = start.wrapping_add(bytes.len() as u32);
        let end = lane.next;

        let flow_out = flow(people, direction);
        for Range {
            start: low,
            end: high,
        } in segments(bytes.len(), rng)
        {
            self.ip_id = self.ip_id.wrapping_add(1);
            let flags = if high == bytes.len() {
                flag::PSH | flag::ACK
            } else {
                flag::ACK
            };
            let sequence = start.wrapping_add(low as u32);
            let part = &bytes[low..high];
            let head = wire::tcp(flow_out, self.ip_id, sequence, acknowledged, flags, part);
            out.frame(now, &head, part)?;
        }
        self.ip_id = self.ip_id.wrapping_add(1);
        let head = wire::tcp(
            flow(people, back),
            self.ip_id,
            acknowledged,
            end,
            flag::ACK,
            &[],
        );
        out.frame(now + 200, &head, &[])?;

        // The buffer goes back to its lane, so that a steady stream allocates nothing.
        let mut bytes = bytes;
        bytes.clear();
        self.lanes.entry(direction).or_default().waiting = bytes;
        Ok(())
    }
}

/// Cuts a stretch of stream into segments, in the order in which the tap sees them.
fn segments(length: usize, rng: &mut Rng) -> Vec<Range<usize>> {
    let torn = rng.chance(60);
    let mut parts = Vec::with_capacity(2);
    let mut at = 0;
    while at < length {
        let most = if torn {
            rng.range(60, 900) as usize
        } else {
            MAX_SEGMENT
        };
        let end = length.min(at + most);
        parts.push(at..end);
        at = end;
    }
    if parts.len() > 1 && rng.chance(40) {
        let first = rng.below(parts.len() as u64 - 1) as usize;
        parts.swap(first, first + 1);
    }
    if rng.chance(3)
        && let Some(last) = parts.last().cloned()
    {
        parts.push(last);
    }
    parts
}

fn flow(people: &People, (from, to): Direction) -> Flow {
    let end = |host: usize| (people.hosts[host].address, people.hosts[host].port);
    Flow {
        from: end(from),
        to: end(to),
    }
}
