//! What those are told who watch a capture: by metrics, and every so often in the report.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_pipeline::Counts;
use sipwhy_report::{Histogram, Stats, StatsCounts};

use crate::metrics::Memory;
use crate::verbs::live::interval::Interval;
use crate::verbs::live::session::Feed;

/// What nobody else keeps of how the capture fares.
pub(super) struct Watch {
    started: Timestamp,
    memory: Memory,
    lag: Histogram,
    /// The longest since the report was last told.
    longest_lag: Duration,
    interval: Option<Interval>,
}

impl Watch {
    /// Of a capture that starts now; the report is told every so often, if at all.
    pub(super) fn new(now: Timestamp, every: Option<Duration>, memory: Memory) -> Self {
        Self {
            started: now,
            memory,
            lag: Histogram::default(),
            longest_lag: Duration::ZERO,
            interval: every.map(|every| Interval::new(every, now)),
        }
    }

    /// When the capture started.
    pub(super) const fn started(&self) -> Timestamp {
        self.started
    }

    /// Bytes in use at the moment.
    pub(super) fn memory(&self) -> Option<u64> {
        self.memory.in_use()
    }

    /// How far behind its newest frame each batch was taken in.
    pub(super) const fn lag(&self) -> &Histogram {
        &self.lag
    }

    /// A batch was taken in so long after its newest frame.
    pub(super) fn lags(&mut self, lag: Duration) {
        self.lag.add(lag);
        self.longest_lag = self.longest_lag.max(lag);
    }

    /// Whether the report is to be told.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let interval = self.interval.as_ref();
        interval.is_some_and(|interval| interval.is_due(now))
    }

    /// What the report is told.
    pub(super) fn stats(
        &mut self,
        now: Timestamp,
        counts: &Counts<'_>,
        feeds: &[Feed],
        lines_lost: u64,
    ) -> Stats {
        let undecoded = counts.packet.all_undecoded();
        let feeds: Vec<_> = feeds.iter().map(Feed::counts).collect();
        let stats = Stats {
            time: now,
            span: Duration::ZERO,
            counted: StatsCounts {
                frames: counts.packet.frames,
                messages: counts.summary.messages,
                calls: counts.annotator.calls,
                findings: counts.summary.annotations.values().sum(),
                not_decoded: undecoded.map(|(_, tally)| tally.count).sum(),
                dropped: feeds.iter().map(|feed| feed.dropped.sum()).sum(),
                media_shed: feeds.iter().map(|feed| feed.media_shed).sum(),
                lines_lost,
            },
            transactions_open: counts.open.transactions,
            dialogs_open: counts.open.dialogs,
            lag: std::mem::take(&mut self.longest_lag),
            memory: self.memory.in_use(),
        };
        match &mut self.interval {
            Some(interval) => interval.end(stats),
            None => stats,
        }
    }
}
