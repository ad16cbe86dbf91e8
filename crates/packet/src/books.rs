//! The books on a table of what is followed: who was silent for longest, who waits, what is held.

use std::collections::BTreeSet;

use crate::stream::Side;
use crate::{Limits, Timestamp};

/// The books on a table's entries, which are known by `K`.
#[derive(Debug)]
pub(crate) struct Books<K> {
    /// Entries by when they were last heard of. Put right only when one comes to the front: the
    /// times here may be too early, never too late.
    ages: BTreeSet<(Timestamp, K)>,
    /// Directions that wait for something, by since when.
    waits: BTreeSet<(Timestamp, K, Side)>,
    /// The times that the two begin with, which every frame asks for.
    oldest: Option<Timestamp>,
    longest_wait: Option<Timestamp>,
    bytes: usize,
}

impl<K> Default for Books<K> {
    fn default() -> Self {
        Self {
            ages: BTreeSet::new(),
            waits: BTreeSet::new(),
            oldest: None,
            longest_wait: None,
            bytes: 0,
        }
    }
}

/// How an entry stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// Bytes held.
    pub(crate) bytes: usize,
    /// Since when each of its directions, in the order of [`Side::BOTH`], has been waiting.
    pub(crate) waits: Waits,
}

type Waits = [Option<Timestamp>; 2];

impl<K: Copy + Ord> Books<K> {
    /// Bytes held of all entries.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// When there may be something to give up.
    pub(crate) fn next_expiry(&self, limits: &Limits) -> Option<Timestamp> {
        Timestamp::earliest(
            self.oldest.map(|last| last + limits.connection_idle),
            self.longest_wait.map(|since| since + limits.hole_wait),
        )
    }

    /// The direction that has waited for longest, and since when.
    pub(crate) fn longest_wait(&self) -> Option<(Timestamp, K, Side)> {
        self.waits.first().copied()
    }

    /// Enters what was first heard of at `time`.
    pub(crate) fn enter(&mut self, key: K, time: Timestamp) {
        self.ages.insert((time, key));
        self.note_oldest();
    }

    fn note_oldest(&mut self) {
        self.oldest = self.ages.first().map(|&(time, _)| time);
    }

    /// Takes note of how an entry stood before something was done with it, and stands now.
    #[inline]
    pub(crate) fn note(&mut self, key: K, before: Standing, now: Standing) {
        self.bytes = self.bytes - before.bytes + now.bytes;
        if before.waits != now.waits {
            self.note_waits(key, before.waits, now.waits);
        }
    }

    #[inline(never)]
    fn note_waits(&mut self, key: K, before: Waits, now: Waits) {
        for ((side, before), now) in Side::BOTH.into_iter().zip(before).zip(now) {
            if before != now {
                if let Some(since) = before {
                    self.waits.remove(&(since, key, side));
                }
                if let Some(since) = now {
                    self.waits.insert((since, key, side));
                }
            }
        }
        self.longest_wait = self.waits.first().map(|&(since, ..)| since);
    }

    /// The entry that has been silent for longest; `last` says when one was last heard of.
    pub(crate) fn oldest(&mut self, last: impl Fn(K) -> Option<Timestamp>) -> Option<K> {
        loop {
            let &(time, key) = self.ages.first()?;
            let last = last(key).unwrap_or(time);
            if last <= time {
                return Some(key);
            }
            self.ages.remove(&(time, key));
            self.ages.insert((last, key));
            self.note_oldest();
        }
    }

    /// Strikes out the entry that is [`Self::oldest`].
    pub(crate) fn strike_oldest(&mut self) {
        self.ages.pop_first();
        self.note_oldest();
    }

    /// Whose bytes to give up when more than `limit` are held of all together: of those silent for
    /// longest. An eighth of the bound is freed at once, so that this is seldom needed.
    #[inline]
    pub(crate) fn excess(&self, limit: usize, held: impl Fn(K) -> usize) -> Vec<K> {
        if self.bytes <= limit {
            return Vec::new();
        }
        self.victims(limit, held)
    }

    #[cold]
    fn victims(&self, limit: usize, held: impl Fn(K) -> usize) -> Vec<K> {
        let mut victims = Vec::new();
        let mut excess = self.bytes - (limit - limit / 8);
        for &(_, key) in &self.ages {
            let held = held(key);
            if held > 0 {
                victims.push(key);
                excess = excess.saturating_sub(held);
                if excess == 0 {
                    break;
                }
            }
        }
        victims
    }
}
