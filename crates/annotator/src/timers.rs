//! Deadlines on capture time.

use std::collections::BTreeMap;

use sipwhy_packet::Timestamp;

use crate::ids::{CallId, RedirectId, RuleIndex, TransactionId};

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
    /// A call may be forgotten.
    Call(CallId),
}

/// A deadline, and how many were set before it.
type Entry = (Timestamp, u64, Timer);

/// Deadlines are kept by the stretch of time they fall into, unsorted until that stretch is next:
/// 2^27 ns, about 134 ms. There are far more deadlines than stretches, so setting one costs a
/// look-up in a small tree and an append.
const STRETCH_BITS: u32 = 27;

const fn stretch(due: Timestamp) -> u64 {
    due.as_nanos() >> STRETCH_BITS
}

/// The deadlines still ahead, earliest first; those of one moment in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    /// Those of the stretch that is next and all before it, latest first.
    near: Vec<Entry>,
    near_stretch: u64,
    far: BTreeMap<u64, Vec<Entry>>,
    set: u64,
    /// The earliest deadline, to be looked at for every message.
    next: Option<Timestamp>,
}

impl Timers {
    pub(crate) fn set(&mut self, due: Timestamp, timer: Timer) {
        self.set += 1;
        let entry = (due, self.set, timer);
        if self.next.is_none_or(|next| due < next) {
            self.next = Some(due);
        }
        let stretch = stretch(due);
        if stretch <= self.near_stretch {
            let place = self.near.partition_point(|other| *other > entry);
            self.near.insert(place, entry);
        } else {
            self.far.entry(stretch).or_default().push(entry);
        }
    }

    pub(crate) const fn next_due(&self) -> Option<Timestamp> {
        self.next
    }

    /// Takes the earliest deadline that is at or before `now`.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<(Timestamp, Timer)> {
        if self.next? > now {
            return None;
        }
        self.approach();
        let entry = self.near.pop();
        self.approach();
        self.next = self.near.last().map(|entry| entry.0);
        entry.map(|(due, _, timer)| (due, timer))
    }

    /// Makes the next stretch that holds anything the near one, when the near one is empty.
    fn approach(&mut self) {
        if self.near.is_empty()
            && let Some((stretch, entries)) = self.far.pop_first()
        {
            self.near_stretch = stretch;
            self.near = entries;
            self.near.sort_unstable_by(|one, other| other.cmp(one));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CallId, RuleIndex, TransactionId};

    #[test]
    fn deadlines_come_in_order_of_time_and_then_of_setting() {
        let mut timers = Timers::default();
        let at = Timestamp::from_nanos;
        let timer = |stage| Timer::Rule {
            rule: RuleIndex(0),
            subject: TransactionId::default(),
            stage,
        };
        // Over many stretches, falling, two at each moment, some set while others are taken.
        let moment = |stage: u8| at(20_000_000_000 - u64::from(stage / 2) * 40_000_000);
        for stage in 0..40_u8 {
            timers.set(moment(stage), timer(stage));
        }
        let mut popped = Vec::new();
        while let Some((due, Timer::Rule { stage, .. })) = timers.pop_due(at(30_000_000_000)) {
            if stage == 38 {
                timers.set(moment(0), timer(40));
                timers.set(moment(38), timer(41));
            }
            popped.push((due, stage));
        }
        let mut sorted = popped.clone();
        sorted.sort_unstable();
        assert_eq!(popped, sorted);
        assert_eq!(popped.len(), 42);
        assert_eq!(timers.next_due(), None);
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        let mut timers = Timers::default();
        timers.set(Timestamp::from_nanos(7), Timer::Call(CallId::default()));
        assert_eq!(timers.pop_due(Timestamp::from_nanos(6)), None);
        assert!(timers.pop_due(Timestamp::from_nanos(7)).is_some());
    }
}
