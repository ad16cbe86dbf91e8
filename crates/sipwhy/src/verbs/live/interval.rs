//! When it is time to tell what went on.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_report::{Stats, StatsCounts};

/// Tells what went on, every so often.
pub(super) struct Interval {
    every: Duration,
    began: Timestamp,
    before: StatsCounts,
}

impl Interval {
    pub(super) fn new(every: Duration, now: Timestamp) -> Self {
        Self {
            every,
            began: now,
            before: StatsCounts::default(),
        }
    }

    /// Whether a stretch is over.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        now.since(self.began) >= self.every
    }

    /// Ends a stretch: `stats` with all that was counted so far becomes what was counted in it.
    /// Where time has jumped, it is as long as that took.
    pub(super) fn end(&mut self, mut stats: Stats) -> Stats {
        stats.span = stats.time.since(self.began);
        let all = stats.counted;
        stats.counted = all.since(&self.before);
        self.before = all;
        self.began = stats.time;
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stretch_has_what_came_since_the_last() {
        let at = |second: u64| Timestamp::from_nanos(second * 1_000_000_000);
        let mut interval = Interval::new(Duration::from_secs(10), at(100));
        assert!(!interval.is_due(at(109)));
        assert!(interval.is_due(at(110)));
        let stats = |second: u64, messages| Stats {
            time: at(second),
            span: Duration::ZERO,
            counted: StatsCounts {
                messages,
                ..StatsCounts::default()
            },
            transactions_open: 0,
            dialogs_open: 7,
            lag: Duration::ZERO,
            memory: None,
        };
        let first = interval.end(stats(110, 5));
        assert_eq!((first.span.as_secs(), first.counted.messages), (10, 5));
        assert!(!interval.is_due(at(119)));
        let second = interval.end(stats(125, 6));
        assert_eq!((second.span.as_secs(), second.counted.messages), (15, 1));
        assert_eq!(second.dialogs_open, 7);
    }
}
