//! What a rule tells of a pair of hosts once, and not again for each of their messages.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::Timestamp;

use crate::config::HashSeed;
use crate::ids::RuleIndex;
use crate::key::{Seeded, SeededMap};

/// After this long without it, the same thing is news again.
const QUIET: Duration = Duration::from_secs(600);

/// Who did it to whom, by the rule that tells of it.
type Subject = (RuleIndex, IpAddr, SocketAddr);

/// What was told, and when it was last true.
#[derive(Debug)]
pub(crate) struct Told {
    known: SeededMap<Subject, Timestamp>,
    /// In the order in which they were first told.
    order: VecDeque<Subject>,
    limit: usize,
    /// Entries given up because the table was full.
    pub(crate) evicted: u64,
}

impl Told {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            known: SeededMap::with_hasher(Seeded(seed)),
            order: VecDeque::new(),
            limit: limit.max(1),
            evicted: 0,
        }
    }

    /// Whether `rule` did not tell this of the two yet, or has not seen it for long. From now on
    /// it was told.
    pub(crate) fn is_news(
        &mut self,
        rule: RuleIndex,
        one: IpAddr,
        other: SocketAddr,
        now: Timestamp,
    ) -> bool {
        let subject = (rule, one, other);
        if let Some(last) = self.known.get_mut(&subject) {
            return now.since(std::mem::replace(last, now)) > QUIET;
        }
        while self.known.len() >= self.limit {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.known.remove(&oldest);
            self.evicted += 1;
        }
        self.known.insert(subject, now);
        self.order.push_back(subject);
        true
    }
}
