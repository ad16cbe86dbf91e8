//! OPTIONS by which one host asks another, again and again, whether it is alive.

use std::net::{IpAddr, SocketAddr};

use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::transaction::Transaction;

/// Who asks whom.
type Pair = (IpAddr, SocketAddr);

/// The pairs of hosts of which one asks the other.
#[derive(Debug)]
pub struct KeepAlives(Bounded<Pair, KeepAlive>);

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
        Self(Bounded::new(limit, seed))
    }

    /// How many pairs were given up because the table was full.
    pub(crate) const fn evicted(&self) -> u64 {
        self.0.evicted
    }

    /// What became of the questions between the two ends of a transaction.
    #[must_use]
    pub fn of(&self, transaction: &Transaction) -> Option<&KeepAlive> {
        self.0.get(&pair(transaction))
    }

    /// One more question; only those count that are asked of somebody who has answered before.
    pub(crate) fn asked(&mut self, id: TransactionId, transaction: &Transaction) {
        if let Some(known) = self.0.get_mut(&pair(transaction)) {
            known.asked_since = known.asked_since.saturating_add(1);
            if known.asked_since == 2 {
                known.second = Some(id);
            }
        }
    }

    /// One was answered.
    pub(crate) fn answered(&mut self, transaction: &Transaction, at: Moment) {
        let pair = pair(transaction);
        if let Some(known) = self.0.get_mut(&pair) {
            known.answered = known.answered.saturating_add(1);
            known.newest_answer = at;
            known.asked_since = 0;
            known.second = None;
            return;
        }
        let first = KeepAlive {
            answered: 1,
            newest_answer: at,
            asked_since: 0,
            second: None,
        };
        self.0.enter(pair, first);
    }
}

const fn pair(transaction: &Transaction) -> Pair {
    (transaction.flow.source.ip(), transaction.flow.destination)
}
