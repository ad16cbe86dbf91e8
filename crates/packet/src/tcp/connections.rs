//! All connections followed, and which of them is to be given up next.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};

use slotmap::{SlotMap, new_key_type};

use super::Segment;
use super::connection::Connection;
use super::recent::Recent;
use crate::books::Books;
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, Flow, Limits, Timestamp, Undecoded};

new_key_type! {
    /// Where a connection is kept.
    struct Slot;
}

/// The two sockets of a connection, the smaller one first. IPv4 addresses are held as the IPv6
/// addresses they map to, for a key of one shape that hashes in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u128; 2], u32);

impl Key {
    pub(crate) fn new(flow: Flow) -> Self {
        let (low, high) = if flow.source <= flow.destination {
            (flow.source, flow.destination)
        } else {
            (flow.destination, flow.source)
        };
        let bits = |socket: SocketAddr| match socket.ip() {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        };
        Self(
            [bits(low), bits(high)],
            u32::from(low.port()) << 16 | u32::from(high.port()),
        )
    }
}

/// All connections followed.
///
/// Nothing here is done in the order of the hash map, so that the same frames give the same
/// events.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    slots: HashMap<Key, Slot>,
    recent: Recent<Slot>,
    connections: SlotMap<Slot, Connection>,
    books: Books<Slot>,
    /// Connections that hold what a key may open that has not come yet.
    waiting: BTreeSet<Slot>,
    /// Those of them that are over otherwise, by when that was.
    closed: BTreeSet<(Timestamp, Slot)>,
}

impl Connections {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.books.bytes()
    }

    /// Connections followed.
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Whether this connection is followed.
    pub(crate) fn follows(&self, flow: Flow) -> bool {
        !self.connections.is_empty() && self.slots.contains_key(&Key::new(flow))
    }

    /// When there may be something to give up.
    pub(crate) fn next_expiry(&self, limits: &Limits) -> Option<Timestamp> {
        let key = self
            .closed
            .first()
            .map(|&(since, _)| since + limits.hole_wait);
        Timestamp::earliest(self.books.next_expiry(limits), key)
    }

    /// Whether a key that comes may open something.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Decrypts what was held until its key came.
    pub(crate) fn retry<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let slots: Vec<Slot> = self.waiting.iter().copied().collect();
        for slot in slots {
            self.work(slot, |connection| connection.retry(out));
        }
        self.relieve(out);
    }

    /// Takes in a segment of a connection to follow.
    pub(crate) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        segment: &Segment<'_>,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        let recent = self.recent.get(segment.flow);
        let is_recent = self
            .connections
            .get(recent)
            .is_some_and(|connection| connection.has(segment.flow));
        let slot = if is_recent {
            recent
        } else {
            let Some(slot) = self.find_or_begin(segment, seen, out) else {
                return;
            };
            self.recent.set(segment.flow, slot);
            slot
        };
        if segment.is_bare()
            && let Some(connection) = self.connections.get_mut(slot)
        {
            connection.hear(seen.time);
            return;
        }
        self.work(slot, |connection| connection.receive(segment, seen, out));
        self.relieve(out);
    }

    /// The connection of a segment; `None` for one that is not worth following.
    fn find_or_begin<S: FnMut(Event<'_>)>(
        &mut self,
        segment: &Segment<'_>,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) -> Option<Slot> {
        let key = Key::new(segment.flow);
        if let Some(&slot) = self.slots.get(&key) {
            return Some(slot);
        }
        if segment.is_bare() {
            return None;
        }
        while self.len() >= out.config.limits.connections.max(1) {
            self.drop_oldest(seen, out);
        }
        let slot = self
            .connections
            .insert(Connection::new(segment.flow, seen.time));
        self.slots.insert(key, slot);
        self.books.enter(slot, seen.time);
        out.counters.connections += 1;
        Some(slot)
    }

    /// Gives up the holes and the connections whose time is over.
    pub(crate) fn expire<S: FnMut(Event<'_>)>(&mut self, now: Timestamp, out: &mut Out<'_, S>) {
        let limits = &out.config.limits;
        while let Some((since, slot, side)) = self.books.longest_wait()
            && since + limits.hole_wait <= now
        {
            self.work(slot, |connection| connection.give_up_hole(side, out));
        }
        while let Some(&(since, slot)) = self.closed.first()
            && since + limits.hole_wait <= now
        {
            self.work(slot, |connection| connection.finish(out));
        }
        while let Some(slot) = self.oldest()
            && let Some(connection) = self.connections.get(slot)
            && connection.last + limits.connection_idle <= now
        {
            self.remove(slot, out);
        }
    }

    /// Tells what is held of all connections; no more comes.
    pub(crate) fn finish<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        while let Some(slot) = self.oldest() {
            self.remove(slot, out);
        }
    }

    /// Does something with a connection, and keeps the books.
    fn work(&mut self, slot: Slot, work: impl FnOnce(&mut Connection)) {
        let Some(connection) = self.connections.get_mut(slot) else {
            return;
        };
        let before = connection.standing();
        let (was_waiting, closed) = (connection.is_waiting(), connection.waits_since());
        work(connection);
        self.books.note(slot, before, connection.standing());
        if was_waiting || connection.is_waiting() {
            if connection.is_waiting() {
                self.waiting.insert(slot);
            } else {
                self.waiting.remove(&slot);
            }
            if let Some(since) = closed {
                self.closed.remove(&(since, slot));
            }
            if let Some(since) = connection.waits_since() {
                self.closed.insert((since, slot));
            }
        }
    }

    /// The connection that has been silent for longest.
    fn oldest(&mut self) -> Option<Slot> {
        let connections = &self.connections;
        self.books.oldest(|slot| Some(connections.get(slot)?.last))
    }

    /// Makes room for another connection.
    fn drop_oldest<S: FnMut(Event<'_>)>(&mut self, seen: Seen, out: &mut Out<'_, S>) {
        let Some(slot) = self.oldest() else { return };
        self.work(slot, |connection| {
            connection.give_up(Bound::Connections, out);
        });
        out.counters
            .miss(Undecoded::BoundReached(Bound::Connections), 0, seen.frame);
        self.remove(slot, out);
    }

    /// Removes a connection that is [`Self::oldest`].
    fn remove<S: FnMut(Event<'_>)>(&mut self, slot: Slot, out: &mut Out<'_, S>) {
        self.work(slot, |connection| connection.finish(out));
        self.books.strike_oldest();
        if let Some(connection) = self.connections.remove(slot) {
            self.slots.remove(&Key::new(connection.flow()));
        }
    }

    /// When too much is held of all together, gives up what the connections silent for longest hold.
    fn relieve<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let connections = &self.connections;
        let held = |slot| connections.get(slot).map_or(0, Connection::bytes);
        let victims = self.books.excess(out.config.limits.stream_bytes, held);
        for slot in victims {
            self.work(slot, |connection| {
                connection.give_up(Bound::StreamBytes, out);
            });
        }
    }
}
