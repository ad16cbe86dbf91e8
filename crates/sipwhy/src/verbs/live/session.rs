//! A live capture on its way through the pipeline.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sipwhy_capture::live::{Batch, Stats};
use sipwhy_packet::{FrameId, Timestamp};
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Dropped, Ending, InputCounts, InputEnd, LiveCounts, Selected, metrics};

use crate::exit::{Outcome, complain};
use crate::exports::{Exports, Syslog};
use crate::growing_key_log::GrowingKeyLog;
use crate::log_file::LogWriter;
use crate::options::FailOn;
use crate::verbs::live::keep::{Beside, Keeper};
use crate::verbs::live::order::Order;
use crate::verbs::live::shedding::Shedding;
use crate::verbs::live::watch::Watch;

/// What was taken of one input.
pub(super) struct Feed {
    name: String,
    /// The newest frame.
    last: Option<FrameId>,
    frames: u64,
    /// What is known to be lost, and has been said.
    lost: Dropped,
    shedding: Shedding,
}

impl Feed {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            last: None,
            frames: 0,
            lost: Dropped::default(),
            shedding: Shedding::default(),
        }
    }

    /// What came of it so far.
    pub(super) fn counts(&self) -> InputCounts {
        InputCounts {
            name: sipwhy_parser::printable(self.name.as_bytes()).into_owned(),
            frames: self.frames,
            dropped: self.lost,
            media_shed: self.shedding.count(),
        }
    }
}

/// A live capture on its way through the pipeline.
pub(super) struct Session {
    pub(super) pipeline: Pipeline,
    pub(super) key_log: Option<GrowingKeyLog>,
    pub(super) report: Selected,
    pub(super) keeper: Option<Keeper>,
    pub(super) exports: Exports,
    /// Who writes the report, where it goes to a file.
    pub(super) log: Option<LogWriter>,
    /// The same, where it goes to syslog.
    pub(super) syslog: Option<Syslog>,
    pub(super) order: Order,
    /// By the numbers of the inputs.
    pub(super) feeds: Vec<Feed>,
    /// Frames of all inputs.
    pub(super) frames: u64,
    /// How far ticks stay behind the clock.
    pub(super) slack: Duration,
    /// After so many frames the capture ends.
    pub(super) most: u64,
    /// What those are told who watch it.
    pub(super) watch: Watch,
}

impl Session {
    pub(super) fn take(&mut self, batch: Batch) {
        let now = wall_clock();
        if let Some(newest) = batch.frame(batch.len().saturating_sub(1)) {
            self.watch.lags(now.since(newest.time));
        }
        self.tell_stats(now);
        if self.feeds.len() == 1 {
            for at in 0..batch.len() {
                self.frame(&batch, at);
            }
        } else {
            self.order.push(batch);
            self.release(wall_clock() - self.slack);
        }
    }

    /// Takes in the frames of several inputs that were captured until then.
    fn release(&mut self, until: Timestamp) {
        let mut order = std::mem::take(&mut self.order);
        order.release(until, |batch, at| self.frame(batch, at));
        self.order = order;
    }

    /// Takes in one frame of a batch.
    fn frame(&mut self, batch: &Batch, at: usize) {
        let Some(frame) = batch.frame(at) else {
            return;
        };
        if self.is_over() {
            return;
        }
        if at == 0 && batch.lost_before() > 0 {
            self.lose(batch.lost_before(), "behind", frame.time, frame.id);
        }
        if let Some(feed) = self.feeds.get_mut(usize::from(frame.id.file)) {
            if at == 0 {
                feed.lost.behind += batch.lost_before();
            }
            feed.last = Some(frame.id);
            feed.frames += 1;
        }
        self.frames += 1;
        if let Some(keeper) = &mut self.keeper {
            keeper.frame(&frame);
        }
        let (pipeline, mut observer) = self.parts();
        pipeline.frame(&frame, &mut observer);
        if let Some(keeper) = &mut self.keeper {
            keeper.write(frame.time);
        }
    }

    /// An interface is back. What it carried meanwhile nobody knows.
    pub(super) fn is_back(&mut self, input: u16) {
        let last = self.last_frame(input);
        let (pipeline, mut observer) = self.parts();
        pipeline.was_away(last, &mut observer);
    }

    /// The newest frame of an input.
    fn last_frame(&self, input: u16) -> FrameId {
        let feed = self.feeds.get(usize::from(input));
        feed.and_then(|feed| feed.last).unwrap_or(FrameId {
            file: input,
            number: 0,
        })
    }

    /// Lets time move on, and looks at what the system lost.
    pub(super) fn tick(&mut self, stats: &[Stats]) {
        let now = wall_clock() - self.slack;
        self.release(now);
        self.note_losses(stats, now);
        self.follow_key_log();
        let (pipeline, mut observer) = self.parts();
        pipeline.tick(now, &mut observer);
        if let Some(keeper) = &mut self.keeper {
            keeper.write(now);
        }
        self.tell_stats(wall_clock());
    }

    /// Says what went on, if it is time to.
    fn tell_stats(&mut self, now: Timestamp) {
        if self.watch.is_due(now) {
            let (pipeline, lines_lost) = (&self.pipeline, self.lines_lost());
            let stats = self
                .watch
                .stats(now, &pipeline.counts(), &self.feeds, lines_lost);
            self.report.stats(&stats);
        }
    }

    /// Takes in what the system counts.
    pub(super) fn note_stats(&mut self, stats: &[Stats]) {
        self.note_losses(stats, wall_clock() - self.slack);
    }

    /// What is counted, for Prometheus.
    pub(super) fn metrics(&self) -> String {
        let live = LiveCounts {
            inputs: self.feeds.iter().map(Feed::counts).collect(),
            lag: self.watch.lag().clone(),
            lines_lost: self.lines_lost(),
            exports: {
                let syslog = self.syslog.as_ref().map(Syslog::counts);
                self.exports.counts().into_iter().chain(syslog).collect()
            },
            started: self.watch.started(),
            memory: self.watch.memory(),
        };
        metrics(&self.pipeline.counts(), &live)
    }

    fn lines_lost(&self) -> u64 {
        self.log.as_ref().map_or(0, LogWriter::lost)
    }

    /// SIGHUP: writes the packets that wait, and opens the log anew.
    pub(super) fn hang_up(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            keeper.write_all(wall_clock());
        }
        if let Some(log) = &self.log {
            log.reopen();
        }
    }

    /// The pipeline, and those who are told of what it finds.
    fn parts(&mut self) -> (&mut Pipeline, Beside<'_>) {
        let observer = Beside {
            report: &mut self.report,
            keeper: self.keeper.as_mut(),
            exports: &mut self.exports,
        };
        (&mut self.pipeline, observer)
    }

    fn follow_key_log(&mut self) {
        if let Some(key_log) = &mut self.key_log {
            key_log.follow(&mut self.pipeline);
        }
    }

    fn note_losses(&mut self, stats: &[Stats], now: Timestamp) {
        for (input, stats) in (0..).zip(stats) {
            let Some(feed) = self.feeds.get_mut(usize::from(input)) else {
                continue;
            };
            let kernel = stats.dropped_by_kernel.saturating_sub(feed.lost.kernel);
            let interface = stats
                .dropped_by_interface
                .saturating_sub(feed.lost.interface);
            feed.lost.kernel += kernel;
            feed.lost.interface += interface;
            if let Some(change) = feed.shedding.note(stats.media_shed, now) {
                complain(&format!("{}: {change}", feed.name));
            }
            let last = self.last_frame(input);
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
        let (pipeline, mut observer) = self.parts();
        pipeline.dropped(count, frame, &mut observer);
    }

    /// Whether nothing more is wanted.
    pub(super) fn is_over(&self) -> bool {
        self.frames >= self.most || self.report.output().is_over()
    }

    pub(super) fn finish(
        mut self,
        fail_on: FailOn,
        ended: Vec<(Stats, Option<String>)>,
    ) -> anyhow::Result<Outcome> {
        let now = wall_clock();
        let (stats, faults): (Vec<Stats>, Vec<Option<String>>) = ended.into_iter().unzip();
        self.release(now);
        self.note_losses(&stats, now);
        self.follow_key_log();
        let (pipeline, mut observer) = self.parts();
        pipeline.tick(now, &mut observer);
        pipeline.finish(&mut observer);
        if let Some(keeper) = self.keeper.take() {
            keeper.finish(now);
        }
        let mut dropped = Dropped::default();
        for (feed, stats) in self.feeds.iter().zip(&stats) {
            dropped.kernel += feed.lost.kernel;
            dropped.interface += feed.lost.interface;
            dropped.behind += stats.lost_behind;
        }
        let media_shed = stats.iter().map(|stats| stats.media_shed).sum();
        let inputs = self
            .feeds
            .iter()
            .zip(&faults)
            .map(|(feed, fault)| InputEnd {
                name: sipwhy_parser::printable(feed.name.as_bytes()).into_owned(),
                frames: feed.frames,
                fault: fault.clone(),
            });
        let ending = Ending {
            inputs: inputs.collect(),
            dropped,
            media_shed,
            lines_lost: self.lines_lost(),
            exports: self.exports.finish(),
        };
        let summary = self.report.finish(self.pipeline.summary(), &ending);
        if let Some(fault) = self.report.output().fault() {
            anyhow::bail!("cannot write to standard output: {fault}");
        }
        let log_fault = self.log.take().and_then(LogWriter::finish);
        if let Some(fault) = &log_fault {
            complain(fault);
        }
        let is_all_sent = self.syslog.take().is_none_or(Syslog::finish);
        // It was said when it happened.
        Ok(
            if faults.iter().any(Option::is_some) || log_fault.is_some() || !is_all_sent {
                Outcome::Wrong
            } else {
                fail_on.outcome(&summary)
            },
        )
    }
}

/// The system's clock, which also stamps the frames.
pub(super) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_nanos(0) + since.unwrap_or_default()
}
