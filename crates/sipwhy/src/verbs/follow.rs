//! A capture file that is being written, followed as it grows.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use sipwhy_capture::file::{Follow, Item, ReadError};
use sipwhy_packet::Timestamp;
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Ending, InputEnd};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use crate::exit::complain;
use crate::exports::Exported;
use crate::verbs::reading::take_aside;
use crate::verbs::replay::{Replayed, finish};

/// How often the file is looked at when it has nothing new.
const LOOK: Duration = Duration::from_millis(200);
/// Frames taken in before it is asked whether to end.
const AT_ONCE: u32 = 4096;

/// Follows a capture file until a signal ends it.
pub(super) fn follow(
    path: &Path,
    pipeline: Pipeline,
    told: &mut Exported<'_>,
) -> anyhow::Result<Replayed> {
    let file = Follow::open(path)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(run(file, pipeline, told))
}

async fn run(
    mut file: Follow,
    mut pipeline: Pipeline,
    told: &mut Exported<'_>,
) -> anyhow::Result<Replayed> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot handle signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot handle signals")?;
    complain(&format!("following {} until Ctrl-C", file.name()));
    let mut clock = Clock::default();
    let mut faults: Vec<ReadError> = Vec::new();
    loop {
        let taken = take(&mut file, &mut pipeline, &mut clock, told);
        let pause = match taken {
            Ok(Taken::Some) => Duration::ZERO,
            Ok(Taken::All) => {
                clock.rest();
                if let Some(now) = clock.now(wall_clock()) {
                    pipeline.tick(now, told);
                }
                LOOK
            }
            Err(fault) => {
                complain(&fault.to_string());
                // A file rotated in the middle of a record has a successor.
                let is_rotated = matches!(fault, ReadError::Truncated { .. });
                faults.push(fault);
                if !is_rotated {
                    break;
                }
                Duration::ZERO
            }
        };
        tokio::select! {
            biased;
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            () = sleep(pause) => {}
        }
        if told.report.output().is_over() {
            break;
        }
    }
    let ending = Ending {
        inputs: vec![InputEnd {
            name: file.name().to_owned(),
            frames: file.frames(),
            fault: faults.last().map(ToString::to_string),
        }],
        ..Ending::default()
    };
    finish(pipeline, ending, told, !faults.is_empty())
}

/// How much was taken in of what is there.
enum Taken {
    Some,
    All,
}

fn take(
    file: &mut Follow,
    pipeline: &mut Pipeline,
    clock: &mut Clock,
    told: &mut Exported<'_>,
) -> Result<Taken, ReadError> {
    for _ in 0..AT_ONCE {
        match file.next_item()? {
            Some(Item::Frame(frame)) => {
                clock.note(frame.time, wall_clock);
                pipeline.frame(&frame, told);
            }
            Some(other) => take_aside(pipeline, &other),
            None => return Ok(Taken::All),
        }
    }
    Ok(Taken::Some)
}

/// What time it is in a capture that is being written.
///
/// A deadline must be met also while nothing is written, so time has to move on by the system's
/// clock. But frames come late: whoever writes the file gathers them first, tcpdump without -U for
/// as long as it takes to fill 4 KiB. So capture time stays behind the system's clock by as much
/// as frames have come late so far. And a file whose newest frame is old is not being written at
/// all, or by another clock; its time is that of its frames alone.
#[derive(Debug, Default)]
struct Clock {
    newest: Timestamp,
    /// How late frames have come that were waited for.
    lateness: Duration,
    /// Everything that was there has been taken in: what comes now is new.
    is_resting: bool,
}

impl Clock {
    /// What a frame on its way from the interface through a file may take in any case.
    const USUAL_LATENESS: Duration = Duration::from_secs(1);
    /// Beyond that it is not lateness but another clock, or an old file.
    const MOST_LATENESS: Duration = Duration::from_secs(120);

    /// A frame came. The clock is read only for one that was waited for.
    fn note(&mut self, time: Timestamp, wall_clock: impl Fn() -> Timestamp) {
        self.newest = self.newest.max(time);
        if std::mem::take(&mut self.is_resting) {
            let late = wall_clock().since(time);
            if late <= Self::MOST_LATENESS {
                self.lateness = self.lateness.max(late);
            }
        }
    }

    /// All that was there has been taken in.
    fn rest(&mut self) {
        self.is_resting = true;
    }

    /// Up to when all frames must have come; `None` while that cannot be known.
    fn now(&mut self, wall_clock: Timestamp) -> Option<Timestamp> {
        let now = wall_clock - self.lateness.max(Self::USUAL_LATENESS);
        // An interface may be silent for long, but then the ticks have gone on from a frame that
        // was new when it came.
        if wall_clock.since(self.newest) > Self::MOST_LATENESS {
            return None;
        }
        self.newest = self.newest.max(now);
        Some(now)
    }
}

/// The system's clock.
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::ZERO + since.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(n: u64) -> Timestamp {
        Timestamp::from_nanos(n * 1_000_000_000)
    }

    #[test]
    fn an_old_file_has_no_time_but_its_frames() {
        let mut clock = Clock::default();
        assert_eq!(clock.now(second(5_000)), None, "no frame yet");
        clock.note(second(1_000), || second(5_000));
        clock.rest();
        assert_eq!(clock.now(second(5_000)), None);
        // It is taken up again.
        clock.note(second(5_001), || second(5_001));
        assert_eq!(clock.now(second(5_003)), Some(second(5_002)));
    }

    #[test]
    fn time_goes_on_while_nothing_is_written() {
        let mut clock = Clock::default();
        clock.note(second(1_000), || second(1_000));
        clock.rest();
        for now in (1_001..2_000).step_by(10) {
            assert_eq!(clock.now(second(now)), Some(second(now - 1)));
        }
    }

    #[test]
    fn time_waits_for_frames_that_come_late() {
        let mut clock = Clock::default();
        clock.note(second(1_000), || second(1_000));
        clock.rest();
        clock.note(second(1_002), || second(1_012));
        assert_eq!(clock.now(second(1_013)), Some(second(1_003)));
        // What comes together with a late one was not waited for.
        clock.note(second(1_011), || second(1_100));
        clock.rest();
        assert_eq!(clock.now(second(1_020)), Some(second(1_010)));
        // A clock that was set is no lateness.
        clock.note(second(500), || second(1_021));
        assert_eq!(clock.now(second(1_022)), Some(second(1_012)));
    }
}
