//! A live capture on its way through the pipeline.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sipwhy_capture::live::Batch;
use sipwhy_packet::{FrameId, Timestamp};
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Dropped, Ending, InputEnd, Selected};

use crate::exit::{Outcome, complain};
use crate::growing_key_log::GrowingKeyLog;
use crate::options::FailOn;
use crate::verbs::live::sources::BothStats;

/// What was taken of one input.
pub(super) struct Feed {
    name: String,
    /// The newest frame.
    last: Option<FrameId>,
    frames: u64,
    /// What is known to be lost, and has been said.
    lost: Dropped,
}

impl Feed {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            last: None,
            frames: 0,
            lost: Dropped::default(),
        }
    }
}

/// A live capture on its way through the pipeline.
pub(super) struct Session {
    pub(super) pipeline: Pipeline,
    pub(super) key_log: Option<GrowingKeyLog>,
    pub(super) report: Selected,
    /// By the numbers of the inputs.
    pub(super) feeds: Vec<Feed>,
    /// Frames of all inputs.
    pub(super) frames: u64,
    /// How far ticks stay behind the clock.
    pub(super) slack: Duration,
    /// After so many frames the capture ends.
    pub(super) most: u64,
}

impl Session {
    pub(super) fn take(&mut self, batch: &Batch) {
        for (index, frame) in batch.frames().enumerate() {
            if self.is_over() {
                return;
            }
            if index == 0 && batch.lost_before() > 0 {
                self.lose(batch.lost_before(), "behind", frame.time, frame.id);
            }
            if let Some(feed) = self.feeds.get_mut(usize::from(frame.id.file)) {
                if index == 0 {
                    feed.lost.behind += batch.lost_before();
                }
                feed.last = Some(frame.id);
                feed.frames += 1;
            }
            self.frames += 1;
            self.pipeline.frame(&frame, &mut self.report);
        }
    }

    /// Lets time move on, and looks at what the system lost.
    pub(super) fn tick(&mut self, stats: BothStats) {
        let now = wall_clock() - self.slack;
        self.note_losses(stats, now);
        self.follow_key_log();
        self.pipeline.tick(now, &mut self.report);
    }

    fn follow_key_log(&mut self) {
        if let Some(key_log) = &mut self.key_log {
            key_log.follow(&mut self.pipeline);
        }
    }

    fn note_losses(&mut self, stats: BothStats, now: Timestamp) {
        for (input, stats) in (0..).zip(stats.into_iter().flatten()) {
            let Some(feed) = self.feeds.get_mut(usize::from(input)) else {
                continue;
            };
            let kernel = stats.dropped_by_kernel.saturating_sub(feed.lost.kernel);
            let interface = stats
                .dropped_by_interface
                .saturating_sub(feed.lost.interface);
            feed.lost.kernel += kernel;
            feed.lost.interface += interface;
            let last = feed.last.unwrap_or(FrameId {
                file: input,
                number: 0,
            });
            for (count, place) in [(kernel, "kernel"), (interface, "interface")] {
                if count > 0 {
                    self.lose(count, place, now, last);
                }
            }
        }
    }

    fn lose(&mut self, count: u64, place: &str, time: Timestamp, frame: FrameId) {
        tracing::warn!(count, place, "frames were lost");
        self.report.lost(time, count, place);
        self.pipeline.dropped(count, frame, &mut self.report);
    }

    /// Whether nothing more is wanted.
    pub(super) fn is_over(&self) -> bool {
        self.frames >= self.most || self.report.output().is_over()
    }

    pub(super) fn finish(
        mut self,
        fail_on: FailOn,
        stats: BothStats,
        faults: &[Option<String>],
    ) -> anyhow::Result<Outcome> {
        let now = wall_clock();
        self.note_losses(stats, now);
        self.follow_key_log();
        self.pipeline.tick(now, &mut self.report);
        self.pipeline.finish(&mut self.report);
        let mut dropped = Dropped::default();
        for (feed, stats) in self.feeds.iter().zip(stats.into_iter().flatten()) {
            dropped.kernel += feed.lost.kernel;
            dropped.interface += feed.lost.interface;
            dropped.behind += stats.lost_behind;
        }
        let inputs = self.feeds.iter().zip(faults).map(|(feed, fault)| InputEnd {
            name: sipwhy_parser::printable(feed.name.as_bytes()).into_owned(),
            frames: feed.frames,
            fault: fault.clone(),
        });
        let ending = Ending {
            inputs: inputs.collect(),
            dropped,
        };
        let summary = self.report.finish(self.pipeline.summary(), &ending);
        if let Some(fault) = self.report.output().fault() {
            anyhow::bail!("cannot write to standard output: {fault}");
        }
        let mut outcome = fail_on.outcome(&summary);
        for fault in faults.iter().flatten() {
            complain(fault);
            outcome = Outcome::Wrong;
        }
        Ok(outcome)
    }
}

/// The system's clock, which also stamps the frames.
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_nanos(0) + since.unwrap_or_default()
}
