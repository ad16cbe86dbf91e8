//! Which transmission sequence numbers were seen.

use std::collections::VecDeque;

use crate::seen::Seen;

/// How many numbers back from the newest are told apart. What is older was seen.
const WINDOW: u64 = 1024;
const WORDS: usize = (WINDOW / 64) as usize;

/// How far from the newest a number can be and still belong to the association.
const FAR: u64 = 1 << 20;

/// Numbers start here once they do not wrap any more, so that earlier ones have a place too.
const ORIGIN: u64 = 1 << 33;

/// How many holes are told apart.
const HOLES: usize = 64;

/// Numbers that have not come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hole {
    first: u64,
    last: u64,
    /// The chunk that came instead.
    pub(super) since: Seen,
}

impl Hole {
    /// How many numbers are missing.
    pub(super) fn len(self) -> u64 {
        self.last - self.first + 1
    }
}

/// What a number is to those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Novelty {
    /// It came for the first time. With the number in a form that does not wrap.
    New(u64),
    /// It came before.
    Repeated,
}

/// The numbers of one direction. Their memory is bounded, whatever comes.
#[derive(Debug, Default)]
pub(super) struct Tsns {
    /// The newest, on the wire and in the form that does not wrap.
    newest: Option<(u32, u64)>,
    /// One bit for each of the last [`WINDOW`] numbers.
    seen: [u64; WORDS],
    holes: VecDeque<Hole>,
}

impl Tsns {
    /// Numbers begin here.
    pub(super) fn begin(&mut self, tsn: u32) {
        let before = tsn.wrapping_sub(1);
        self.newest = Some((before, ORIGIN));
        // Nothing came before the first.
        self.seen = [u64::MAX; WORDS];
    }

    /// Whether a number can be of the same association.
    pub(super) fn is_near(&self, tsn: u32) -> bool {
        self.newest
            .is_none_or(|(newest, _)| distance(newest, tsn).unsigned_abs() <= FAR)
    }

    /// Takes note of a number. A hole is given back when too many are open; it is the oldest.
    pub(super) fn note(&mut self, tsn: u32, seen: Seen) -> (Novelty, Option<Hole>) {
        let Some((newest, position)) = self.newest else {
            self.newest = Some((tsn, ORIGIN));
            self.mark(ORIGIN);
            return (Novelty::New(ORIGIN), None);
        };
        let at = position.saturating_add_signed(distance(newest, tsn));
        if at > position {
            self.forget_between(position, at);
            self.newest = Some((tsn, at));
            self.mark(at);
            if at == position + 1 {
                return (Novelty::New(at), None);
            }
            self.holes.push_back(Hole {
                first: position + 1,
                last: at - 1,
                since: seen,
            });
            let excess = (self.holes.len() > HOLES).then(|| self.holes.pop_front());
            return (Novelty::New(at), excess.flatten());
        }
        if position - at >= WINDOW || self.is_marked(at) {
            return (Novelty::Repeated, None);
        }
        self.mark(at);
        self.fill(at);
        (Novelty::New(at), None)
    }

    /// Nothing up to this number comes any more, and nobody misses it.
    pub(super) fn forward(&mut self, tsn: u32) {
        let Some((newest, position)) = self.newest else {
            return;
        };
        let at = position.saturating_add_signed(distance(newest, tsn));
        if at > position.saturating_add(FAR) {
            return;
        }
        self.holes.retain_mut(|hole| {
            hole.first = hole.first.max(at + 1);
            hole.first <= hole.last
        });
        if at > position {
            self.forget_between(position, at);
            self.newest = Some((tsn, at));
        }
    }

    /// The hole that has been open for longest.
    pub(super) fn oldest_hole(&self) -> Option<Hole> {
        self.holes.front().copied()
    }

    /// Gives up the hole that has been open for longest.
    pub(super) fn give_up_hole(&mut self) -> Option<Hole> {
        self.holes.pop_front()
    }

    /// Takes a number out of the hole it was missing in.
    fn fill(&mut self, at: u64) {
        let index = self
            .holes
            .iter()
            .position(|hole| (hole.first..=hole.last).contains(&at));
        let Some(index) = index else { return };
        let Some(hole) = self.holes.remove(index) else {
            return;
        };
        let parts = [(hole.first, at - 1), (at + 1, hole.last)];
        for (first, last) in parts.into_iter().rev() {
            if first <= last && self.holes.len() < HOLES {
                self.holes.insert(
                    index,
                    Hole {
                        first,
                        last,
                        ..hole
                    },
                );
            }
        }
    }

    fn forget_between(&mut self, from: u64, to: u64) {
        if to - from >= WINDOW {
            self.seen = [0; WORDS];
        } else {
            for at in from + 1..=to {
                let (word, bit) = place(at);
                if let Some(word) = self.seen.get_mut(word) {
                    *word &= !bit;
                }
            }
        }
    }

    fn mark(&mut self, at: u64) {
        let (word, bit) = place(at);
        if let Some(word) = self.seen.get_mut(word) {
            *word |= bit;
        }
    }

    fn is_marked(&self, at: u64) -> bool {
        let (word, bit) = place(at);
        self.seen.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// How far `to` is after `from`; negative before it.
fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from).cast_signed())
}

/// The word and the bit of a number.
fn place(at: u64) -> (usize, u64) {
    let index = usize::try_from(at % WINDOW).unwrap_or(0);
    (index / 64, 1 << (index % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameId, Timestamp};
    use proptest::prelude::*;
    use std::collections::HashSet;

    const SEEN: Seen = Seen {
        frame: FrameId { file: 0, number: 1 },
        time: Timestamp::ZERO,
    };

    proptest! {
        #[test]
        fn agrees_with_a_set_of_all_numbers(
            start: u32,
            steps in prop::collection::vec(-40_i32..60, 1..400),
        ) {
            let mut tsns = Tsns::default();
            let mut all = HashSet::new();
            let (mut tsn, mut newest, mut oldest) = (start, 0_i64, 0_i64);
            let mut at = 0_i64;
            for step in steps {
                tsn = tsn.wrapping_add_signed(step);
                at += i64::from(step);
                prop_assume!(newest - at < WINDOW as i64);
                let (novelty, _) = tsns.note(tsn, SEEN);
                prop_assert_eq!(novelty != Novelty::Repeated, all.insert(at));
                newest = newest.max(at);
                oldest = oldest.min(at);
                if all.len() == 1 {
                    (newest, oldest) = (at, at);
                }
            }
        }

        #[test]
        fn holes_are_what_has_not_come(
            start: u32,
            order in Just((0_u32..40).collect::<Vec<_>>()).prop_shuffle(),
            lost in prop::collection::hash_set(0_u32..40, 0..10),
        ) {
            let mut tsns = Tsns::default();
            tsns.begin(start);
            for number in order.into_iter().filter(|number| !lost.contains(number)) {
                let (novelty, excess) = tsns.note(start.wrapping_add(number), SEEN);
                prop_assert!(novelty != Novelty::Repeated && excess.is_none());
            }
            let newest = (0..40).rev().find(|number| !lost.contains(number)).unwrap();
            let missing = lost.iter().filter(|&&number| number < newest).count() as u64;
            let mut told = 0;
            while let Some(hole) = tsns.give_up_hole() {
                told += hole.len();
            }
            prop_assert_eq!(told, missing);
        }
    }
}
