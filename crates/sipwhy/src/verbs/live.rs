//! `sipwhy live`: explains a live interface.

use std::future::pending;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use sipwhy_annotator::HashSeed;
use sipwhy_capture::live::{
    Batch, DEFAULT_BUFFER_BYTES, DEFAULT_SNAPLEN, HEP_PORT, HepListener, Live, LiveConfig, Stats,
};
use sipwhy_packet::{FrameId, Timestamp};
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Dropped, Ending, InputEnd, Inputs, Selected};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::exit::{Outcome, complain};
use crate::growing_key_log::GrowingKeyLog;
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};
use crate::selection::FilterOptions;
use crate::settings::SettingsOptions;

/// How often time moves on while no frame comes.
const TICK: Duration = Duration::from_millis(50);
/// How far behind the clock a tick stays, so that a frame that was captured before it and is still
/// on its way is not late. The capture gathers frames for 20 ms at most.
const SLACK: Duration = Duration::from_millis(40);
/// The same for agents that speak HEP, which gather what they send, and send it over a network. What
/// they lag behind beyond that, the pipeline sees by itself.
const HEP_SLACK: Duration = Duration::from_secs(1);

/// Explain a live interface, or what HEP agents send: each message as it comes, each fault as it happens
///
/// Ends on SIGINT (Ctrl-C) or SIGTERM with a summary. Needs the right to capture: root, or
/// setcap cap_net_raw,cap_net_admin=eip on the program. Listening for HEP needs no such right.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The interface, such as eth0, or any
    #[arg(short, long, value_name = "IFACE", required_unless_present = "hep")]
    interface: Option<String>,

    /// Listen for HEP on UDP and TCP, beside an interface or instead: what capture agents elsewhere
    /// (Kamailio, heplify, captagent) see. Without an address on 127.0.0.1, without a port on 9060
    #[arg(
        long,
        value_name = "ADDR[:PORT]",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1",
        value_parser = hep_address
    )]
    hep: Option<SocketAddr>,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "log")]
    format: Format,

    #[command(flatten)]
    report: ReportOptions,

    #[command(flatten)]
    ports: PortOptions,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    filters: FilterOptions,

    /// A file with TLS secrets, as SSLKEYLOGFILE makes it, to decrypt with; read on as it grows. SIP
    /// over TLS has a port of its own: --port 5060-5061 captures both
    #[arg(long, value_name = "FILE")]
    keylog: Option<PathBuf>,

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
  sudo sipwhy live -i eth0 --format text --duration 60
  sudo sipwhy live -i eth0 --port 5060-5061 --keylog keys.txt
  sipwhy live --hep 0.0.0.0:9060";

/// An address with or without a port; IPv6 in brackets where a port follows.
fn hep_address(text: &str) -> Result<SocketAddr, String> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    match (text.parse(), bare.parse()) {
        (Ok(address), _) => Ok(address),
        (_, Ok(ip)) => Ok(SocketAddr::new(ip, HEP_PORT)),
        _ => Err("expected an address such as 127.0.0.1, 0.0.0.0:9060 or [::1]:9060".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        !args.format.draws_calls(),
        "this format draws calls that are over; use sipwhy read for it"
    );
    let config = args.interface.as_ref().map(|interface| LiveConfig {
        snaplen: args.snaplen,
        buffer_bytes: args.buffer.saturating_mul(1 << 20),
        promiscuous: !args.no_promisc,
        filter: args.filter.clone(),
        ports: args.ports.of_interface(),
        ..LiveConfig::new(interface)
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(capture(args, config.as_ref()))
}

async fn capture(args: &Args, config: Option<&LiveConfig>) -> anyhow::Result<Outcome> {
    // Before the capture begins, so that no signal finds it without a handler.
    let mut stop = StopSignals::new().context("cannot handle signals")?;
    let mut pipeline = Pipeline::new(seeded_config(args)?);
    let key_log = match &args.keylog {
        Some(path) => Some(GrowingKeyLog::open(path, &mut pipeline)?),
        None => None,
    };
    let mut sources = Sources::start(args, config)?;
    let inputs = Inputs::new(sources.names());
    let report = args.report.report(args.format, inputs, true)?;
    let mut session = Session {
        pipeline,
        key_log,
        report: Selected::new(report, args.filters.filter()?),
        feeds: sources.names().map(Feed::new).collect(),
        frames: 0,
        slack: if args.hep.is_some() { HEP_SLACK } else { SLACK },
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
                sources.stop();
            }
            batch = sources.next_batch() => match batch {
                Next::End => break,
                Next::Ended => {
                    is_stopping = true;
                    sources.stop();
                }
                Next::Batch(batch) => session.take(&batch),
            },
            _ = ticks.tick() => session.tick(sources.stats()),
            () = &mut end, if !is_stopping => {
                is_stopping = true;
                sources.stop();
            }
        }
        if !is_stopping && session.is_over() {
            is_stopping = true;
            sources.stop();
        }
    }
    let (stats, faults) = sources.finish();
    session.finish(args, stats, &faults)
}

/// Where frames come from: an interface, agents that speak HEP, or both.
struct Sources {
    /// The interface's name is that of its input.
    live: Option<(String, Live)>,
    hep: Option<HepListener>,
    /// Whether each has given its last frame.
    ended: [bool; 2],
}

/// What comes next of the sources.
enum Next {
    Batch(Batch),
    /// One of them has ended, and the other has not.
    Ended,
    /// All have ended.
    End,
}

/// The counts of the interface and of the listener, where there is one.
type BothStats = [Option<Stats>; 2];

impl Sources {
    fn start(args: &Args, config: Option<&LiveConfig>) -> anyhow::Result<Self> {
        let live = match config {
            Some(config) => Some((config.interface.clone(), Live::start(config)?)),
            None => None,
        };
        let input = u16::from(live.is_some());
        let hep = match args.hep {
            Some(address) => Some(HepListener::start(address, input)?),
            None => None,
        };
        if let Some((interface, live)) = &live {
            let filter = live.filter().unwrap_or("none");
            complain(&format!(
                "listening on {interface} until Ctrl-C; filter: {filter}"
            ));
        }
        if let Some(hep) = &hep {
            let address = hep.address();
            complain(&format!(
                "listening for HEP on {address} (UDP and TCP) until Ctrl-C"
            ));
        }
        let ended = [live.is_none(), hep.is_none()];
        Ok(Self { live, hep, ended })
    }

    /// The names of the inputs, in the order of their numbers.
    fn names(&self) -> impl Iterator<Item = &str> {
        let interface = self.live.as_ref().map(|(name, _)| name.as_str());
        interface
            .into_iter()
            .chain(self.hep.as_ref().map(|_| "hep"))
    }

    /// The next frames. Nothing is lost when the future is dropped before it is ready.
    async fn next_batch(&mut self) -> Next {
        let [live_ended, hep_ended] = &mut self.ended;
        let live = async {
            match &mut self.live {
                Some((_, live)) if !*live_ended => live.next_batch().await,
                _ => pending().await,
            }
        };
        let hep = async {
            match &mut self.hep {
                Some(hep) if !*hep_ended => hep.next_batch().await,
                _ => pending().await,
            }
        };
        let (batch, ended) = tokio::select! {
            batch = live => (batch, 0),
            batch = hep => (batch, 1),
            else => return Next::End,
        };
        match batch {
            Some(batch) => Next::Batch(batch),
            None => {
                if let Some(ended) = self.ended.get_mut(ended) {
                    *ended = true;
                }
                if self.ended == [true; 2] {
                    Next::End
                } else {
                    Next::Ended
                }
            }
        }
    }

    fn stats(&self) -> BothStats {
        [
            self.live.as_ref().map(|(_, live)| live.stats()),
            self.hep.as_ref().map(HepListener::stats),
        ]
    }

    fn stop(&self) {
        if let Some((_, live)) = &self.live {
            live.stop();
        }
        if let Some(hep) = &self.hep {
            hep.stop();
        }
    }

    /// Ends what has not ended, and gives the final counts and faults, in the order of the inputs.
    fn finish(self) -> (BothStats, Vec<Option<String>>) {
        let mut stats = [None; 2];
        let mut faults = Vec::new();
        let [of_interface, of_hep] = &mut stats;
        if let Some((_, live)) = self.live {
            let (counted, fault) = live.finish();
            *of_interface = Some(counted);
            faults.push(fault.map(|fault| fault.to_string()));
        }
        if let Some(hep) = self.hep {
            let connections = hep.connections();
            for (count, why) in [
                (connections.not_hep, "carried something else than HEP"),
                (connections.displaced, "made room for newer ones"),
            ] {
                if count > 0 {
                    complain(&format!("{count} TCP connections for HEP {why}"));
                }
            }
            let (counted, ended) = hep.finish();
            *of_hep = Some(counted);
            faults.push(ended.err().map(|fault| fault.to_string()));
        }
        (stats, faults)
    }
}

fn seeded_config(args: &Args) -> anyhow::Result<sipwhy_pipeline::Config> {
    use std::hash::{BuildHasher as _, RandomState};
    // The standard library seeds its hash maps from the system's random source; a hash of nothing
    // is as random as its seed.
    let random = || RandomState::new().hash_one(0_u8);
    let mut config = pipeline_config(args.ports.of_interface(), args.settings.load()?);
    config.annotator.hash_seed = HashSeed(random(), random());
    Ok(config)
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

/// What was taken of one input.
struct Feed {
    name: String,
    /// The newest frame.
    last: Option<FrameId>,
    frames: u64,
    /// What is known to be lost, and has been said.
    lost: Dropped,
}

impl Feed {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            last: None,
            frames: 0,
            lost: Dropped::default(),
        }
    }
}

/// A live capture on its way through the pipeline.
struct Session {
    pipeline: Pipeline,
    key_log: Option<GrowingKeyLog>,
    report: Selected,
    /// By the numbers of the inputs.
    feeds: Vec<Feed>,
    /// Frames of all inputs.
    frames: u64,
    /// How far ticks stay behind the clock.
    slack: Duration,
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
    fn tick(&mut self, stats: BothStats) {
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
    fn is_over(&self) -> bool {
        self.frames >= self.most || self.report.output().is_over()
    }

    fn finish(
        mut self,
        args: &Args,
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
        let mut outcome = args.fail_on.outcome(&summary);
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
