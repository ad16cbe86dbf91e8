//! OPTIONS by which one host asks another, again and again, whether it is alive.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use crate::config::HashSeed;
use crate::ids::TransactionId;
use crate::key::{Seeded, SeededMap};
use crate::moment::Moment;
use crate::transaction::Transaction;

/// Who asks whom.
type Pair = (IpAddr, SocketAddr);

/// The pairs of hosts of which one asks the other.
#[derive(Debug)]
pub struct KeepAlives {
    known: SeededMap<Pair, KeepAlive>,
    /// In the order in which they were first seen.
    order: VecDeque<Pair>,
    limit: usize,
    /// Pairs given up because the table was full.
    pub(crate) evicted: u64,
}

/// What became of the questions of one host to another.
#[derive(Clone, Copy, Debug)]
pub struct KeepAlive {
    /// How many were answered, up to the newest answer.
    pub answered: u32,
    /// The newest answer.
    pub newest_answer: Moment,
    /// How many were asked since.
    pub asked_since: u32,
    /// The second of those.
    pub second: Option<TransactionId>,
}

impl KeepAlives {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            known: SeededMap::with_hasher(Seeded(seed)),
            order: VecDeque::new(),
            limit: limit.max(1),
            evicted: 0,
        }
    }

    /// What became of the questions between the two ends of a transaction.
    #[must_use]
    pub fn of(&self, transaction: &Transaction) -> Option<&KeepAlive> {
        self.known.get(&pair(transaction))
    }

    /// One more question; only those count that are asked of somebody who has answered before.
    pub(crate) fn asked(&mut self, id: TransactionId, transaction: &Transaction) {
        if let Some(known) = self.known.get_mut(&pair(transaction)) {
            known.asked_since = known.asked_since.saturating_add(1);
            if known.asked_since == 2 {
                known.second = Some(id);
            }
        }
    }

    /// One was answered.
    pub(crate) fn answered(&mut self, transaction: &Transaction, at: Moment) {
        let pair = pair(transaction);
        if let Some(known) = self.known.get_mut(&pair) {
            known.answered = known.answered.saturating_add(1);
            known.newest_answer = at;
            known.asked_since = 0;
            known.second = None;
            return;
        }
        while self.known.len() >= self.limit {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.known.remove(&oldest);
            self.evicted += 1;
        }
        let first = KeepAlive {
            answered: 1,
            newest_answer: at,
            asked_since: 0,
            second: None,
        };
        self.known.insert(pair, first);
        self.order.push_back(pair);
    }
}

const fn pair(transaction: &Transaction) -> Pair {
    (transaction.flow.source.ip(), transaction.flow.destination)
}
