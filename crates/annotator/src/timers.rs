//! Deadlines on capture time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

/// The deadlines still ahead, earliest first; those of one moment in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(Timestamp, u64, Timer)>>,
    set: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, due: Timestamp, timer: Timer) {
        self.set += 1;
        self.heap.push(Reverse((due, self.set, timer)));
    }

    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse((due, ..))| *due)
    }

    /// Takes the earliest deadline that is at or before `now`.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<(Timestamp, Timer)> {
        if self.next_due()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((due, _, timer))| (due, timer))
    }
}
