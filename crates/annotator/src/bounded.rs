//! A map of a bounded number, in which the oldest gives way.

use std::collections::VecDeque;
use std::hash::Hash;

use crate::config::HashSeed;
use crate::key::{Seeded, SeededMap};

/// What is known under keys that senders may choose: at most so many, of which the one that came
/// first gives way to a new one and is counted.
#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    known: SeededMap<K, V>,
    /// In the order in which they came.
    order: VecDeque<K>,
    limit: usize,
    /// How many gave way.
    pub(crate) evicted: u64,
}

impl<K: Copy + Eq + Hash, V> Bounded<K, V> {
    /// A map of `limit` entries, or of one where that is none.
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            known: SeededMap::with_hasher(Seeded(seed)),
            order: VecDeque::new(),
            limit: limit.max(1),
            evicted: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.known.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.known.get_mut(key)
    }

    /// Enters what is not known yet, in place of the oldest where there is no room.
    pub(crate) fn enter(&mut self, key: K, value: V) {
        while self.known.len() >= self.limit {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.known.remove(&oldest);
            self.evicted += 1;
        }
        if self.known.insert(key, value).is_none() {
            self.order.push_back(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;
    use crate::config::HashSeed;

    #[test]
    fn the_oldest_gives_way_and_is_counted() {
        let mut bounded = Bounded::new(3, HashSeed(1, 2));
        for key in 0..10 {
            bounded.enter(key, key * 2);
        }
        assert_eq!(bounded.evicted, 7);
        let left: Vec<i32> = (0..10)
            .filter_map(|key| bounded.get(&key).copied())
            .collect();
        assert_eq!(left, [14, 16, 18]);
        // One that is there already takes no further place.
        bounded.enter(8, 0);
        bounded.enter(9, 0);
        assert!(bounded.get(&9).is_some_and(|value| *value == 0));
        assert!(bounded.order.len() <= 3);
    }

    #[test]
    fn there_is_room_for_one_at_least() {
        let mut bounded = Bounded::new(0, HashSeed(1, 2));
        bounded.enter('a', 1);
        bounded.enter('b', 2);
        assert_eq!((bounded.get(&'a'), bounded.get(&'b')), (None, Some(&2)));
    }
}
