//! All associations followed, and which of them is to be given up next.

use std::collections::HashMap;

use slotmap::{SlotMap, new_key_type};

use super::association::Association;
use super::chunk::Chunk;
use super::packet::Packet;
use crate::books::Books;
use crate::out::Out;
use crate::seen::Seen;
use crate::stream::Side;
use crate::tcp::Key;
use crate::{Bound, Event, Flow, Limits, Timestamp, Undecoded};

new_key_type! {
    /// Where an association is kept.
    struct Slot;
}

/// Pairs of addresses of one association that are known by themselves.
const PATHS: usize = 8;

/// Ports and verification tag: what tells a direction of an association whatever its addresses
/// are.
type Tag = (u16, u16, u32);

/// An association, and by what it is found.
#[derive(Debug)]
struct Entry {
    association: Association,
    /// Its pairs of sockets, in the direction of the first packet seen.
    paths: Vec<Flow>,
    tags: [Option<Tag>; 2],
}

/// All associations followed.
///
/// Nothing here is done in the order of a hash map, so that the same frames give the same events.
#[derive(Debug, Default)]
pub(crate) struct Associations {
    slots: HashMap<Key, Slot>,
    /// The associations by their tags, for hosts with several addresses.
    tags: HashMap<Tag, (Slot, Side)>,
    entries: SlotMap<Slot, Entry>,
    books: Books<Slot>,
}

impl Associations {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.books.bytes()
    }

    /// Associations followed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// When there may be something to give up.
    pub(crate) fn next_expiry(&self, limits: &Limits) -> Option<Timestamp> {
        self.books.next_expiry(limits)
    }

    /// Takes in a packet, when its ports or what is in it make it ours.
    pub(crate) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'_>,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        let flow = packet.flow;
        let (slot, side) = match self.find(packet) {
            Some(found) => found,
            None if is_wanted(packet, out) && has_effect(packet) => {
                while self.len() >= out.config.limits.associations.max(1) {
                    self.drop_oldest(seen, out);
                }
                (self.insert(flow, seen.time, out), Side::Forward)
            }
            None => {
                out.counters.other_frames += 1;
                return;
            }
        };
        out.counters.sctp_packets += 1;
        out.counters.bad_sctp_checksums += u64::from(packet.has_bad_checksum);
        self.learn_tag(packet, slot, side);
        self.work(slot, |association| {
            association.receive(packet, side, seen, out);
        });
        self.relieve(out);
    }

    /// The association that a packet is of, and its direction there.
    fn find(&mut self, packet: &Packet<'_>) -> Option<(Slot, Side)> {
        let flow = packet.flow;
        if let Some(&slot) = self.slots.get(&Key::new(flow)) {
            let entry = self.entries.get(slot)?;
            let is_forward = entry.paths.contains(&flow);
            let side = if is_forward {
                Side::Forward
            } else {
                Side::Backward
            };
            return Some((slot, side));
        }
        // A further pair of addresses of an association, when the numbers agree too.
        let &(slot, side) = self.tags.get(&tag(packet)?)?;
        let entry = self.entries.get_mut(slot)?;
        let tsn = packet.chunks().find_map(|chunk| match chunk {
            Ok(Chunk::Data(data)) => Some(data.tsn),
            _ => None,
        });
        if tsn.is_some_and(|tsn| !entry.association.is_near(side, tsn)) {
            return None;
        }
        if entry.paths.len() < PATHS {
            entry.paths.push(match side {
                Side::Forward => flow,
                Side::Backward => flow.reversed(),
            });
            self.slots.insert(Key::new(flow), slot);
        }
        Some((slot, side))
    }

    fn insert<S>(&mut self, flow: Flow, time: Timestamp, out: &mut Out<'_, S>) -> Slot {
        let slot = self.entries.insert(Entry {
            association: Association::new(flow, time),
            paths: vec![flow],
            tags: [None; 2],
        });
        self.slots.insert(Key::new(flow), slot);
        self.books.enter(slot, time);
        out.counters.associations += 1;
        slot
    }

    /// Takes note of the tag of a direction.
    fn learn_tag(&mut self, packet: &Packet<'_>, slot: Slot, side: Side) {
        let (Some(tag), Some(entry)) = (tag(packet), self.entries.get_mut(slot)) else {
            return;
        };
        let [forward, backward] = &mut entry.tags;
        let known = match side {
            Side::Forward => forward,
            Side::Backward => backward,
        };
        if *known == Some(tag) {
            return;
        }
        // The first to have it keeps it: the numbers of another would not fit.
        if self.tags.contains_key(&tag) {
            return;
        }
        if let Some(old) = known.replace(tag) {
            self.tags.remove(&old);
        }
        self.tags.insert(tag, (slot, side));
    }

    /// Gives up what did not come in time, and the associations whose time is over.
    pub(crate) fn expire<S: FnMut(Event<'_>)>(&mut self, now: Timestamp, out: &mut Out<'_, S>) {
        let limits = &out.config.limits;
        while let Some((since, slot, side)) = self.books.longest_wait()
            && since + limits.hole_wait <= now
        {
            self.work(slot, |association| association.expire(side, since, out));
        }
        while let Some(slot) = self.oldest()
            && let Some(entry) = self.entries.get(slot)
            && entry.association.last + limits.connection_idle <= now
        {
            self.remove(slot, out);
        }
    }

    /// Tells what is held of all associations; no more comes.
    pub(crate) fn finish<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        while let Some(slot) = self.oldest() {
            self.remove(slot, out);
        }
    }

    /// Does something with an association, and keeps the books.
    fn work(&mut self, slot: Slot, work: impl FnOnce(&mut Association)) {
        let Some(entry) = self.entries.get_mut(slot) else {
            return;
        };
        let association = &mut entry.association;
        let before = association.standing();
        work(association);
        self.books.note(slot, before, association.standing());
    }

    /// The association that has been silent for longest.
    fn oldest(&mut self) -> Option<Slot> {
        let entries = &self.entries;
        self.books
            .oldest(|slot| Some(entries.get(slot)?.association.last))
    }

    /// Makes room for another association.
    fn drop_oldest<S: FnMut(Event<'_>)>(&mut self, seen: Seen, out: &mut Out<'_, S>) {
        let Some(slot) = self.oldest() else { return };
        self.work(slot, |association| {
            association.give_up(Bound::Associations, out);
        });
        out.counters
            .miss(Undecoded::BoundReached(Bound::Associations), 0, seen.frame);
        self.remove(slot, out);
    }

    /// Removes an association that is [`Self::oldest`].
    fn remove<S: FnMut(Event<'_>)>(&mut self, slot: Slot, out: &mut Out<'_, S>) {
        self.work(slot, |association| association.finish(out));
        self.books.strike_oldest();
        if let Some(entry) = self.entries.remove(slot) {
            for path in entry.paths {
                self.slots.remove(&Key::new(path));
            }
            for tag in entry.tags.into_iter().flatten() {
                self.tags.remove(&tag);
            }
        }
    }

    /// When too much is held of all together, gives up what the associations silent for longest hold.
    fn relieve<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let entries = &self.entries;
        let held = |slot| {
            entries
                .get(slot)
                .map_or(0, |entry| entry.association.bytes())
        };
        let victims = self.books.excess(out.config.limits.sctp_bytes, held);
        for slot in victims {
            self.work(slot, |association| {
                association.give_up(Bound::SctpBytes, out);
            });
        }
    }
}

/// What tells the direction of a packet. INIT has no tag yet.
fn tag(packet: &Packet<'_>) -> Option<Tag> {
    let Flow {
        source,
        destination,
        ..
    } = packet.flow;
    (packet.tag != 0).then(|| (source.port(), destination.port(), packet.tag))
}

/// Whether an association not followed yet is SIP, by its ports or by what is in this packet.
fn is_wanted<S>(packet: &Packet<'_>, out: &Out<'_, S>) -> bool {
    let ports = &out.config.ports;
    ports.contains(packet.flow.source.port())
        || ports.contains(packet.flow.destination.port())
        || ports.is_any()
            && packet.chunks().any(|chunk| match chunk {
                Ok(Chunk::Data(data)) => {
                    data.is_first && sipwhy_parser::looks_like_sip(data.payload)
                }
                _ => false,
            })
}

/// Whether a packet does anything that is worth following its association for.
fn has_effect(packet: &Packet<'_>) -> bool {
    packet
        .chunks()
        .any(|chunk| !matches!(chunk, Ok(Chunk::Other | Chunk::Forward(_))))
}
