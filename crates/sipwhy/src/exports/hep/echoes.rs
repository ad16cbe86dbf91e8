//! Messages that come back after they were sent on.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};

use sipwhy_packet::Captured;

/// How many messages are remembered.
const MOST: usize = 8192;

/// What was sent lately, to be known again.
///
/// What goes to the collector may be captured here again, behind a NAT or in a container's network
/// where it has another address. Sending it on once more would never end. An echo has the time and
/// the addresses of the message that it was, since HEP carries both.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    hasher: RandomState,
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Echoes {
    /// Takes in a message. Says whether it was sent before.
    pub(super) fn is_one(&mut self, captured: &Captured<'_>) -> bool {
        let Captured { flow, bytes, .. } = captured;
        let micros = captured.time.as_nanos() / 1_000;
        let ends = (flow.source, flow.destination);
        let hash = self.hasher.hash_one((micros, ends, bytes));
        if !self.known.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        false
    }
}
