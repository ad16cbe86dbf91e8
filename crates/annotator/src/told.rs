//! What a rule tells of a pair of hosts once, and not again for each of their messages.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::Timestamp;

use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::ids::RuleIndex;

/// After this long without it, the same thing is news again.
const QUIET: Duration = Duration::from_secs(600);

/// Who did it to whom, by the rule that tells of it.
type Subject = (RuleIndex, IpAddr, SocketAddr);

/// What was told, and when it was last true.
#[derive(Debug)]
pub(crate) struct Told(Bounded<Subject, Timestamp>);

impl Told {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self(Bounded::new(limit, seed))
    }

    /// How many were given up because the table was full.
    pub(crate) const fn evicted(&self) -> u64 {
        self.0.evicted
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
        if let Some(last) = self.0.get_mut(&subject) {
            return now.since(std::mem::replace(last, now)) > QUIET;
        }
        self.0.enter(subject, now);
        true
    }
}
