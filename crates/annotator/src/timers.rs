//! Deadlines on capture time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use sipwhy_packet::Timestamp;

use crate::call::CallId;
use crate::redirect::RedirectId;
use crate::rules::RuleIndex;
use crate::transaction::TransactionId;

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

/// Waits of one length fall due in the order they were set, and SIP knows few lengths, so nearly
/// every deadline can be appended to a lane that is sorted already. The rest goes to a heap.
const LANES: usize = 12;

/// The deadlines still ahead, earliest first; those of one moment in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    lanes: [VecDeque<Entry>; LANES],
    heap: BinaryHeap<Reverse<Entry>>,
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
        // The lane whose end is nearest before it, so that lanes keep to one length of wait.
        let lane = self
            .lanes
            .iter_mut()
            .filter(|lane| lane.back().is_none_or(|last| last.0 <= due))
            .max_by_key(|lane| lane.back().map(|last| last.0));
        match lane {
            Some(lane) => lane.push_back(entry),
            None => self.heap.push(Reverse(entry)),
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
        let lane = self
            .lanes
            .iter_mut()
            .filter_map(|lane| Some((*lane.front()?, lane)))
            .min_by_key(|(entry, _)| *entry);
        let heap_first = self.heap.peek().map(|Reverse(entry)| *entry);
        let entry = match (lane, heap_first) {
            (Some((first, lane)), other) if other.is_none_or(|other| first < other) => {
                lane.pop_front()
            }
            _ => self.heap.pop().map(|Reverse(entry)| entry),
        };
        let in_lanes = self.lanes.iter().filter_map(|lane| lane.front());
        let in_heap = self.heap.peek().map(|Reverse(entry)| entry);
        self.next = in_lanes.chain(in_heap).map(|entry| entry.0).min();
        entry.map(|(due, _, timer)| (due, timer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_in_order_of_time_and_then_of_setting() {
        let mut timers = Timers::default();
        let at = Timestamp::from_nanos;
        let timer = |stage| Timer::Rule {
            rule: RuleIndex(0),
            subject: TransactionId::default(),
            stage,
        };
        // More falling lengths than there are lanes, so that the heap is used as well.
        for stage in 0..40_u8 {
            timers.set(at(1_000 - u64::from(stage / 2) * 10), timer(stage));
        }
        let mut popped = Vec::new();
        while let Some((due, Timer::Rule { stage, .. })) = timers.pop_due(at(2_000)) {
            popped.push((due, stage));
        }
        let mut sorted = popped.clone();
        sorted.sort_unstable();
        assert_eq!(popped, sorted);
        assert_eq!(popped.len(), 40);
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
