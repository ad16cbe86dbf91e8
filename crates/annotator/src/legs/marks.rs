//! What an INVITE carries that another leg of its call carries too, or names.

use std::collections::VecDeque;

use hashbrown::HashTable;
use sipwhy_parser::headers::ChargingVector;
use sipwhy_parser::{HeaderName, Message};
use smallvec::SmallVec;

use super::Joint;
use crate::ids::CallId;
use crate::key::{Key, KeyMaker};

/// Headers by which back-to-back user agents name the Call-ID of the leg before. None is
/// registered; each vendor has its own.
const CALL_ID_HEADERS: [&[u8]; 8] = [
    b"X-CID",
    b"X-Call-ID",
    b"X-CallID",
    b"X-Original-Call-ID",
    b"X-Orig-Call-ID",
    b"X-Inbound-Call-ID",
    b"X-Parent-Call-ID",
    b"X-Leg-Call-ID",
];
/// Headers that are not registered which are looked at in one message.
const MOST_HEADERS: usize = 64;
/// Marks that are taken of one message.
const MOST_MARKS: usize = 8;

/// Something that legs of one call have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    pub(crate) joint: Joint,
    pub(crate) key: Key,
}

impl Mark {
    /// One number for both parts.
    const fn distinct_key(self) -> Key {
        self.key.beside(self.joint as u64)
    }

    /// The marks of a request, the surest first.
    pub(crate) fn all(message: &Message<'_, '_>, keys: &KeyMaker) -> SmallVec<[Self; 2]> {
        let mut marks: SmallVec<[Self; 2]> = SmallVec::new();
        let mut add = |joint, key| {
            let mark = Self { joint, key };
            if marks.len() < MOST_MARKS && !marks.contains(&mark) {
                marks.push(mark);
            }
        };
        if let Some(session) = message.session_id() {
            // Either half is an end's own name for this session; the nil UUID is nobody's.
            for half in [Some(session.local), session.remote].into_iter().flatten() {
                if half.iter().all(|digit| *digit == b'0') {
                    continue;
                }
                // A UUID always fits.
                if let Some(mut uuid) = half.first_chunk::<32>().copied() {
                    uuid.make_ascii_lowercase();
                    add(Joint::SessionId, keys.of(&uuid));
                }
            }
        }
        for call_id in named_call_ids(message) {
            add(Joint::CallIdHeader, keys.of(call_id));
        }
        if let Some(vector) = message.value(HeaderName::PChargingVector)
            && let Some(icid) = ChargingVector::parse(vector).icid()
            && !icid.is_empty()
        {
            add(Joint::ChargingVector, keys.of(icid));
        }
        marks
    }
}

/// The Call-IDs that headers such as X-CID name.
pub(crate) fn named_call_ids<'a>(message: &Message<'_, 'a>) -> impl Iterator<Item = &'a [u8]> {
    let others = message.all(HeaderName::Other).take(MOST_HEADERS);
    others
        .filter(|header| {
            let mut known = CALL_ID_HEADERS.iter();
            known.any(|name| header.raw_name.eq_ignore_ascii_case(name))
        })
        .map(|header| header.value.trim_ascii())
        .filter(|value| !value.is_empty())
}

/// The calls that carry marks, by these.
#[derive(Debug)]
pub(crate) struct Marks {
    known: HashTable<(Key, CallId)>,
    /// In the order in which they were first seen.
    order: VecDeque<Key>,
    limit: usize,
    /// Whether any names a Call-ID, so that a new one may be the one that was named.
    pub(crate) has_named: bool,
    /// Marks given up because the table was full.
    pub(crate) evicted: u64,
}

impl Marks {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            known: HashTable::new(),
            order: VecDeque::new(),
            limit: limit.max(1),
            has_named: false,
            evicted: 0,
        }
    }

    /// The call that carries the mark.
    pub(crate) fn get(&self, mark: Mark) -> Option<CallId> {
        let key = mark.distinct_key();
        let found = self.known.find(key.hash(), |(known, _)| *known == key);
        found.map(|(_, call)| *call)
    }

    /// From now on the mark is this call's.
    pub(crate) fn set(&mut self, mark: Mark, call: CallId) {
        self.has_named |= mark.joint == Joint::CallIdHeader;
        let key = mark.distinct_key();
        let is_it = |(known, _): &(Key, CallId)| *known == key;
        if let Some((_, known)) = self.known.find_mut(key.hash(), is_it) {
            *known = call;
            return;
        }
        while self.known.len() >= self.limit {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            if let Ok(entry) = self
                .known
                .find_entry(oldest.hash(), |(key, _)| *key == oldest)
            {
                entry.remove();
                self.evicted += 1;
            }
        }
        let entry = (key, call);
        self.known
            .insert_unique(key.hash(), entry, |(key, _)| key.hash());
        self.order.push_back(key);
    }
}

#[cfg(test)]
mod tests {
    use slotmap::SlotMap;

    use super::*;
    use crate::config::HashSeed;

    #[test]
    fn the_table_holds_no_more_than_its_limit_and_counts_what_it_gave_up() {
        let keys = KeyMaker::new(HashSeed::default());
        let mut calls: SlotMap<CallId, ()> = SlotMap::with_key();
        let call = calls.insert(());
        let mark = |number: u8| Mark {
            joint: Joint::SessionId,
            key: keys.of(&[number]),
        };
        let mut marks = Marks::new(3);
        for number in 0..10 {
            marks.set(mark(number), call);
            marks.set(mark(number), call);
        }
        assert_eq!(marks.evicted, 7);
        assert_eq!(marks.get(mark(6)), None);
        assert_eq!(marks.get(mark(9)), Some(call));
        // The same bytes elsewhere are another mark.
        let joint = Joint::ChargingVector;
        let elsewhere = Mark { joint, ..mark(9) };
        assert_eq!(marks.get(elsewhere), None);
    }
}
