//! Deadlines on capture time.

use std::collections::BTreeMap;

use sipwhy_packet::Timestamp;

use crate::ids::{RedirectId, RuleIndex, TransactionId};

/// What a deadline is for. A deadline is never taken back: whoever it wakes looks whether it
/// still matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// A rule asked to look at a transaction again.
    Rule {
        rule: RuleIndex,
        subject: TransactionId,
        stage: u8,
    },
    /// A redirection has waited long enough.
    Redirect(RedirectId),
    /// A transaction may be forgotten.
    Transaction(TransactionId),
    /// Calls that nothing was heard of may be forgotten.
    IdleCalls,
}

/// A deadline, and how many were set before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    due: Timestamp,
    number: u64,
    timer: Timer,
}

/// Deadlines are kept by the stretch of time they fall into, unsorted until that stretch is next:
/// 2^27 ns, about 134 ms. There are far more deadlines than stretches, so setting one costs an
/// append.
const STRETCH_BITS: u32 = 27;

/// How many stretches ahead have a place of their own: some 137 s, longer than all but a few
/// deadlines wait.
const RING: usize = 1024;

/// So many deadlines may wait, and twice as many as mattered when that was last looked at, before
/// it is looked at which still matter: what they were set for may be gone long before they are due.
const FEWEST: usize = 1 << 16;

const fn stretch(due: Timestamp) -> u64 {
    due.as_nanos() >> STRETCH_BITS
}

/// The deadlines still ahead, earliest first; those of one moment in the order they were set.
#[derive(Debug)]
pub(crate) struct Timers {
    /// Those of the stretch that has begun, latest first.
    near: Vec<Entry>,
    /// That stretch, or while `near` is empty one before all that is set.
    near_stretch: u64,
    /// Those of the stretches behind it, each at its number modulo the length.
    ring: Box<[Vec<Entry>]>,
    /// The room that stretches took that are over, for others to come: far fewer than the ring has
    /// places are in use at a time.
    spare: Vec<Vec<Entry>>,
    in_ring: usize,
    /// Those that lay further off than the ring reached when they were set.
    far: BTreeMap<u64, Vec<Entry>>,
    in_far: usize,
    /// How many mattered when that was last looked at.
    mattered: usize,
    set: u64,
    now: Timestamp,
    /// The earliest deadline, to be looked at for every message.
    next: Option<Timestamp>,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            near: Vec::new(),
            near_stretch: 0,
            ring: vec![Vec::new(); RING].into(),
            spare: Vec::new(),
            in_ring: 0,
            far: BTreeMap::new(),
            in_far: 0,
            mattered: 0,
            set: 0,
            now: Timestamp::ZERO,
            next: None,
        }
    }
}

impl Timers {
    pub(crate) fn set(&mut self, due: Timestamp, timer: Timer) {
        self.set += 1;
        let number = self.set;
        let entry = Entry { due, number, timer };
        let next = self.next.map_or(due, |next| next.min(due));
        self.next = Some(next);
        if self.near.is_empty() {
            // So that the ring reaches as far ahead as it can, however long nothing was due.
            let past = stretch(next.min(self.now)).saturating_sub(1);
            self.near_stretch = self.near_stretch.max(past);
        }
        let stretch = stretch(due);
        if stretch <= self.near_stretch {
            let place = self.near.partition_point(|other| *other > entry);
            self.near.insert(place, entry);
        } else if stretch - self.near_stretch < RING as u64 {
            let entries = &mut self.ring[place(stretch)];
            if entries.capacity() == 0 {
                *entries = self.spare.pop().unwrap_or_default();
            }
            entries.push(entry);
            self.in_ring += 1;
        } else {
            self.far.entry(stretch).or_default().push(entry);
            self.in_far += 1;
        }
    }

    /// How many are set.
    const fn len(&self) -> usize {
        self.near.len() + self.in_ring + self.in_far
    }

    pub(crate) const fn next_due(&self) -> Option<Timestamp> {
        self.next
    }

    /// Takes the earliest deadline that is at or before `now`. When a stretch begins, those of its
    /// deadlines that do not matter any more are dropped; all such are when they are too many.
    pub(crate) fn pop_due(
        &mut self,
        now: Timestamp,
        matters: impl Fn(&Timer) -> bool,
    ) -> Option<(Timestamp, Timer)> {
        self.now = self.now.max(now);
        if self.len() >= 2 * self.mattered.max(FEWEST) {
            self.sweep(&matters);
        }
        while self.next? <= now {
            if self.near.is_empty() {
                self.approach();
                // One after the other these look-ups do not wait for each other, as they would
                // when each deadline is met; and what they bring near is near then.
                self.near.retain(|entry| matters(&entry.timer));
                self.near.sort_unstable_by(|one, other| other.cmp(one));
                // What is left may not be due yet.
                self.next = self.earliest();
                continue;
            }
            let entry = self.near.pop();
            self.next = self.earliest();
            if let Some(entry) = entry {
                return Some((entry.due, entry.timer));
            }
        }
        None
    }

    /// Drops what does not matter any more.
    #[cold]
    fn sweep(&mut self, matters: impl Fn(&Timer) -> bool) {
        let is_kept = |entry: &Entry| matters(&entry.timer);
        self.near.retain(is_kept);
        self.in_ring = 0;
        for entries in &mut self.ring {
            entries.retain(is_kept);
            entries.shrink_to(2 * entries.len());
            self.in_ring += entries.len();
        }
        self.in_far = 0;
        self.far.retain(|_, entries| {
            entries.retain(is_kept);
            self.in_far += entries.len();
            !entries.is_empty()
        });
        self.mattered = self.len();
        self.next = self.earliest();
    }

    fn earliest(&self) -> Option<Timestamp> {
        match self.near.last() {
            Some(entry) => Some(entry.due),
            None => self.earliest_ahead(),
        }
    }

    /// The next stretches behind the near one that hold anything, in the ring and beyond.
    fn ahead(&self) -> (Option<u64>, Option<u64>) {
        let in_ring = (self.near_stretch + 1..)
            .take(if self.in_ring > 0 { RING } else { 0 })
            .find(|stretch| !self.ring[place(*stretch)].is_empty());
        (in_ring, self.far.keys().next().copied())
    }

    fn earliest_ahead(&self) -> Option<Timestamp> {
        let (in_ring, in_far) = self.ahead();
        let in_ring = in_ring.map(|stretch| &self.ring[place(stretch)]);
        let in_far = in_far.and_then(|stretch| self.far.get(&stretch));
        let entries = in_ring.into_iter().chain(in_far).flatten();
        entries.map(|entry| entry.due).min()
    }

    /// Makes the next stretch that holds anything the near one, which is empty.
    fn approach(&mut self) {
        let (in_ring, in_far) = self.ahead();
        let Some(next) = in_ring.into_iter().chain(in_far).min() else {
            return;
        };
        self.near_stretch = next;
        if in_ring == Some(next) {
            let entries = std::mem::take(&mut self.ring[place(next)]);
            self.in_ring -= entries.len();
            let mut spare = std::mem::replace(&mut self.near, entries);
            // A flood is over some time; the room for it is not kept.
            if spare.capacity() > 4 * self.near.len().max(16) {
                spare.shrink_to(2 * self.near.len());
            }
            self.spare.push(spare);
        }
        if in_far == Some(next) {
            let entries = self.far.remove(&next).unwrap_or_default();
            self.in_far -= entries.len();
            self.near.extend(entries);
        }
    }
}

/// Where a stretch lies in the ring.
const fn place(stretch: u64) -> usize {
    (stretch % RING as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{RuleIndex, TransactionId};

    fn timer(stage: u8) -> Timer {
        Timer::Rule {
            rule: RuleIndex(0),
            subject: TransactionId::default(),
            stage,
        }
    }

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::from_nanos(1_700_000_000_000_000_000 + milliseconds * 1_000_000)
    }

    fn pop(timers: &mut Timers, now: Timestamp) -> Option<(Timestamp, u8)> {
        match timers.pop_due(now, |_| true) {
            Some((due, Timer::Rule { stage, .. })) => Some((due, stage)),
            _ => None,
        }
    }

    #[test]
    fn deadlines_come_in_order_of_time_and_then_of_setting() {
        // Within one stretch, within the ring, and beyond it.
        for scale in [1, 40, 1_000, 30_000] {
            let mut timers = Timers::default();
            // Falling, two at each moment, some set while others are taken.
            let moment = |stage: u8| at(scale * (20 - u64::from(stage / 2)));
            assert_eq!(pop(&mut timers, at(0)), None);
            for stage in 0..40_u8 {
                timers.set(moment(stage), timer(stage));
            }
            let mut popped = Vec::new();
            for now in 0..=20 {
                while let Some((due, stage)) = pop(&mut timers, at(scale * now)) {
                    assert!(due <= at(scale * now));
                    if stage == 38 {
                        timers.set(moment(0), timer(40));
                        timers.set(moment(38), timer(41));
                    }
                    popped.push((due, stage));
                }
                assert!(timers.next_due().is_none_or(|due| due > at(scale * now)));
            }
            assert!(popped.is_sorted());
            assert_eq!(popped.len(), 42);
            assert_eq!(timers.next_due(), None);
        }
    }

    #[test]
    fn many_deadlines_over_hours_come_in_order_whenever_they_are_set() {
        let mut timers = Timers::default();
        let mut random = 7_u64;
        let mut next = || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            random >> 33
        };
        let mut waiting = std::collections::BTreeSet::new();
        let (mut now, mut number) = (0, 0_u64);
        for _ in 0..20_000 {
            // Mostly busy, now and then an hour of silence.
            now += if next() % 100 == 0 {
                next() % 3_600_000
            } else {
                next() % 50
            };
            while let Some((due, _)) = pop(&mut timers, at(now)) {
                let (expected, _) = waiting.pop_first().unwrap_or_default();
                assert_eq!(due, at(expected));
                // Whoever is woken may ask to be woken again.
                if next() % 2 == 0 {
                    number += 1;
                    let again = expected + [5, 10_000, 300_000][(next() % 3) as usize];
                    waiting.insert((again, number));
                    timers.set(at(again), timer(0));
                }
            }
            assert_eq!(timers.next_due(), waiting.first().map(|(due, _)| at(*due)));
            let wait = [6_000, 64_000, 180_000, 3_600_000][(next() % 4) as usize];
            number += 1;
            waiting.insert((now + 1 + wait, number));
            timers.set(at(now + 1 + wait), timer(0));
        }
    }

    #[test]
    fn what_does_not_matter_any_more_is_not_told() {
        let mut timers = Timers::default();
        for second in 0..10_u8 {
            timers.set(at(1_000 * u64::from(second)), timer(second));
        }
        let odd = |timer: &Timer| matches!(timer, Timer::Rule { stage, .. } if stage % 2 == 1);
        let mut told = Vec::new();
        while let Some((due, _)) = timers.pop_due(at(8_500), odd) {
            told.push(due);
        }
        assert_eq!(told, [1, 3, 5, 7].map(|second| at(1_000 * second)));
        assert_eq!(timers.next_due(), Some(at(9_000)));
    }

    #[test]
    fn what_does_not_matter_brings_nothing_forward() {
        let mut timers = Timers::default();
        timers.set(at(10), timer(0));
        timers.set(at(12), timer(1));
        let matters = |timer: &Timer| matches!(timer, Timer::Rule { stage: 1, .. });
        assert_eq!(timers.pop_due(at(11), matters), None);
        assert_eq!(timers.next_due(), Some(at(12)));
        assert_eq!(pop(&mut timers, at(12)), Some((at(12), 1)));
    }

    #[test]
    fn what_matters_no_more_takes_no_room_for_long() {
        let mut timers = Timers::default();
        // Within the near stretch, within the ring, and beyond it; one of a thousand matters.
        let matters = |timer: &Timer| matches!(timer, Timer::Rule { stage, .. } if *stage == 1);
        for number in 0..1_000_000_u64 {
            let due = [100, 60_000, 600_000][(number % 3) as usize];
            timers.set(at(due), timer(u8::from(number % 1_000 == 0)));
            assert_eq!(timers.pop_due(at(0), matters), None);
            assert!(timers.len() <= 2 * FEWEST);
        }
        let mut told = 0;
        while timers.pop_due(at(1_000_000), matters).is_some() {
            told += 1;
        }
        assert_eq!((told, timers.len()), (1_000, 0));
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        let mut timers = Timers::default();
        timers.set(at(7), timer(0));
        assert_eq!(pop(&mut timers, at(6)), None);
        assert!(pop(&mut timers, at(7)).is_some());
    }
}
