//! When it is time to tell what went on.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_report::{Stats, StatsCounts};

/// Tells what went on, every so often.
pub(super) struct Interval {
    every: Duration,
    /// When this stretch began.
    began: Timestamp,
    /// When it is over: a whole number of stretches after the first began, so that telling late
    /// now and then does not add up.
    due: Timestamp,
    before: StatsCounts,
}

impl Interval {
    pub(super) fn new(every: Duration, now: Timestamp) -> Self {
        Self {
            every,
            began: now,
            due: now + every,
            before: StatsCounts::default(),
        }
    }

    /// Whether a stretch is over, or the clock was set back to before it began.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        now >= self.due || now + self.every < self.due
    }

    /// Ends a stretch: `stats` with all that was counted so far becomes what was counted in it.
    /// Where time has jumped, it is as long as that took.
    pub(super) fn end(&mut self, mut stats: Stats) -> Stats {
        stats.span = stats.time.since(self.began);
        let all = stats.counted;
        stats.counted = all.since(&self.before);
        self.before = all;
        self.began = stats.time;
        self.due = self.next_due(stats.time);
        stats
    }

    /// The first end of a stretch after `now`.
    fn next_due(&self, now: Timestamp) -> Timestamp {
        let every = self.every.as_nanos().max(1);
        if now < self.due {
            return now + self.every;
        }
        let late = now.since(self.due).as_nanos() % every;
        // Less than a stretch.
        now + self.every - Duration::from_nanos(u64::try_from(late).unwrap_or_default())
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
        assert!(interval.is_due(at(120)));
        let second = interval.end(stats(125, 6));
        assert_eq!((second.span.as_secs(), second.counted.messages), (15, 1));
        assert_eq!(second.dialogs_open, 7);
        // Told five seconds late; the next is not.
        assert!(!interval.is_due(at(129)));
        assert!(interval.is_due(at(130)));
        // The clock was set back by a minute.
        assert!(interval.is_due(at(65)));
        interval.end(stats(65, 7));
        assert!(!interval.is_due(at(74)));
        assert!(interval.is_due(at(75)));
    }
}
