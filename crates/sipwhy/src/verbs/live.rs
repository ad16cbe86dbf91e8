//! `sipwhy live`: explains a live interface.

use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use sipwhy_annotator::HashSeed;
use sipwhy_capture::live::{Batch, DEFAULT_BUFFER_BYTES, DEFAULT_SNAPLEN, Live, LiveConfig, Stats};
use sipwhy_packet::{FrameId, Timestamp};
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Dropped, Ending, InputEnd, Inputs, Report};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::exit::{Outcome, complain};
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};

/// How often time moves on while no frame comes.
const TICK: Duration = Duration::from_millis(50);
/// How far behind the clock a tick stays, so that a frame that was captured before it and is still
/// on its way is not late. The capture gathers frames for 20 ms at most.
const SLACK: Duration = Duration::from_millis(40);

/// Explain a live interface: each message as it comes, each fault as it happens
///
/// Ends on SIGINT (Ctrl-C) or SIGTERM with a summary. Needs the right to capture: root, or
/// setcap cap_net_raw,cap_net_admin=eip on the program.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The interface, such as eth0, or any
    #[arg(short, long, value_name = "IFACE")]
    interface: String,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "log")]
    format: Format,

    #[command(flatten)]
    report: ReportOptions,

    #[command(flatten)]
    ports: PortOptions,

    /// A filter in libpcap's language in place of the one made from --port
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,

    /// Bytes kept of each frame
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_SNAPLEN)]
    snaplen: u32,

    /// Size of the kernel's buffer in MiB
    #[arg(long, value_name = "MIB", default_value_t = DEFAULT_BUFFER_BYTES >> 20)]
    buffer: u32,

    /// Do not ask for frames to other hosts
    #[arg(long)]
    no_promisc: bool,

    /// End after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    duration: Option<Duration>,

    /// End after so many frames
    #[arg(long, value_name = "FRAMES")]
    count: Option<u64>,

    /// Exit with status 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "never")]
    fail_on: FailOn,
}

const EXAMPLES: &str = "\
Examples:
  sudo sipwhy live -i eth0
  sudo sipwhy live -i any --port any | grep -E ' (warning|error) '
  sudo sipwhy live -i eth0 --filter 'host 10.0.0.5 and port 5060'
  sudo sipwhy live -i eth0 --format text --duration 60";

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let config = LiveConfig {
        snaplen: args.snaplen,
        buffer_bytes: args.buffer.saturating_mul(1 << 20),
        promiscuous: !args.no_promisc,
        filter: args.filter.clone(),
        ports: args.ports.of_interface(),
        ..LiveConfig::new(&args.interface)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(capture(args, &config))
}

async fn capture(args: &Args, config: &LiveConfig) -> anyhow::Result<Outcome> {
    // Before the capture begins, so that no signal finds it without a handler.
    let mut stop = StopSignals::new().context("cannot handle signals")?;
    let mut live = Live::start(config)?;
    let filter = live.filter().unwrap_or("none");
    complain(&format!(
        "listening on {} until Ctrl-C; filter: {filter}",
        args.interface
    ));
    let inputs = Inputs::new([&args.interface]);
    let mut session = Session {
        pipeline: Pipeline::new(seeded_config(args)),
        report: args.report.report(args.format, inputs, true)?,
        last: FrameId { file: 0, number: 0 },
        lost: Dropped::default(),
        most: args.count.unwrap_or(u64::MAX),
    };
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut end = pin!(sleep(args.duration.unwrap_or(Duration::MAX)));
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // Frames first: time must not move past those that are there.
            biased;
            () = stop.next() => {
                if is_stopping {
                    break;
                }
                is_stopping = true;
                live.stop();
            }
            batch = live.next_batch() => match batch {
                None => break,
                Some(batch) => session.take(&batch),
            },
            _ = ticks.tick() => session.tick(live.stats()),
            () = &mut end, if !is_stopping => {
                is_stopping = true;
                live.stop();
            }
        }
        if !is_stopping && session.is_over() {
            is_stopping = true;
            live.stop();
        }
    }
    let (stats, fault) = live.finish();
    session.finish(args, stats, fault.map(|fault| fault.to_string()))
}

fn seeded_config(args: &Args) -> sipwhy_pipeline::Config {
    use std::hash::{BuildHasher as _, RandomState};
    // The standard library seeds its hash maps from the system's random source; a hash of nothing
    // is as random as its seed.
    let random = || RandomState::new().hash_one(0_u8);
    let mut config = pipeline_config(args.ports.of_interface());
    config.annotator.hash_seed = HashSeed(random(), random());
    config
}

/// Signals that ask for an orderly end.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// A live capture on its way through the pipeline.
struct Session {
    pipeline: Pipeline,
    report: Report,
    /// The newest frame.
    last: FrameId,
    /// What is known to be lost, and has been said.
    lost: Dropped,
    /// After so many frames the capture ends.
    most: u64,
}

impl Session {
    fn take(&mut self, batch: &Batch) {
        for (index, frame) in batch.frames().enumerate() {
            if self.is_over() {
                return;
            }
            if index == 0 && batch.lost_before() > 0 {
                self.lose(batch.lost_before(), "behind", frame.time, frame.id);
                self.lost.behind += batch.lost_before();
            }
            self.last = frame.id;
            self.pipeline.frame(&frame, &mut self.report);
        }
    }

    /// Lets time move on, and looks at what the system lost.
    fn tick(&mut self, stats: Stats) {
        let now = wall_clock() - SLACK;
        self.note_losses(stats, now);
        self.pipeline.tick(now, &mut self.report);
    }

    fn note_losses(&mut self, stats: Stats, now: Timestamp) {
        let kernel = stats.dropped_by_kernel.saturating_sub(self.lost.kernel);
        let interface = stats
            .dropped_by_interface
            .saturating_sub(self.lost.interface);
        for (count, place) in [(kernel, "kernel"), (interface, "interface")] {
            if count > 0 {
                self.lose(count, place, now, self.last);
            }
        }
        self.lost.kernel += kernel;
        self.lost.interface += interface;
    }

    fn lose(&mut self, count: u64, place: &str, time: Timestamp, frame: FrameId) {
        tracing::warn!(count, place, "frames were lost");
        self.report.lost(time, count, place);
        self.pipeline.dropped(count, frame, &mut self.report);
    }

    /// Whether nothing more is wanted.
    fn is_over(&self) -> bool {
        self.pipeline_frames() >= self.most || self.report.output().is_over()
    }

    fn pipeline_frames(&self) -> u64 {
        self.last.number.saturating_sub(self.lost.behind)
    }

    fn finish(
        mut self,
        args: &Args,
        stats: Stats,
        fault: Option<String>,
    ) -> anyhow::Result<Outcome> {
        let now = wall_clock();
        self.note_losses(stats, now);
        self.lost.behind = stats.lost_behind;
        self.pipeline.tick(now, &mut self.report);
        self.pipeline.finish(&mut self.report);
        let summary = self.pipeline.summary();
        let ending = Ending {
            inputs: vec![InputEnd {
                name: sipwhy_parser::printable(args.interface.as_bytes()).into_owned(),
                frames: summary.packet.frames,
                fault: fault.clone(),
            }],
            dropped: self.lost,
        };
        self.report.finish(&summary, &ending);
        if let Some(fault) = self.report.output().fault() {
            anyhow::bail!("cannot write to standard output: {fault}");
        }
        match fault {
            Some(fault) => {
                complain(&fault);
                Ok(Outcome::Wrong)
            }
            None => Ok(args.fail_on.outcome(&summary)),
        }
    }
}

/// The system's clock, which also stamps the frames.
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_nanos(0) + since.unwrap_or_default()
}
