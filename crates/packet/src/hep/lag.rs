//! How far behind the capture what agents tell of is.

use std::time::Duration;

use crate::Timestamp;

/// How long a lag is remembered at least, and half of how long at most.
const WINDOW: Duration = Duration::from_secs(300);

/// How far behind the capture's clock the messages were that agents sent lately.
///
/// An agent gathers messages before it sends them, and its clock is not the capture's. A message
/// may therefore be still on its way whose time is past; silence proves something only when what
/// could break it must have come. How long that takes is seen from what came: the largest lag of
/// the last five to ten minutes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lag {
    since: Timestamp,
    current: Duration,
    previous: Duration,
}

impl Lag {
    /// A message of `time` came at `received`.
    pub(super) fn note(&mut self, time: Timestamp, received: Timestamp) {
        let age = received.since(self.since);
        if age > WINDOW {
            self.previous = if age > 2 * WINDOW {
                Duration::ZERO
            } else {
                self.current
            };
            self.current = Duration::ZERO;
            self.since = received;
        }
        self.current = self.current.max(received.since(time));
    }

    /// The moment of which everything must have come at `now`.
    pub(crate) fn settled(&self, now: Timestamp) -> Timestamp {
        now - self.current.max(self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn the_largest_lag_counts_until_it_is_long_past() {
        let mut lag = Lag::default();
        assert_eq!(lag.settled(at(1000)), at(1000));
        lag.note(at(995), at(1000));
        lag.note(at(1001), at(1001));
        lag.note(at(1005), at(1002));
        assert_eq!(lag.settled(at(1002)), at(997));
        lag.note(at(1300), at(1301));
        assert_eq!(lag.settled(at(1301)), at(1296));
        lag.note(at(1602), at(1602));
        assert_eq!(lag.settled(at(1602)), at(1601));
        lag.note(at(9000), at(9000));
        assert_eq!(lag.settled(at(9000)), at(9000));
    }
}
