//! `sipwhy live`: explains a live interface.

mod args;
#[cfg(target_os = "linux")]
mod confinement;
mod interval;
mod keep;
mod log;
mod order;
mod session;
mod shedding;
mod signals;
mod sources;
mod watch;

use std::pin::pin;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{Inputs, Selected};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::exit::{Outcome, complain};
use crate::exports::{OpenSyslog, Syslog, WhenFull};
use crate::growing_key_log::GrowingKeyLog;
use crate::log_file::LogWriter;
use crate::metrics::{Memory, Metrics, OpenMetrics};
use crate::verbs::live::order::Order;
use crate::verbs::live::session::{Feed, Session, wall_clock};
use crate::verbs::live::signals::{HangUp, StopSignals};
use crate::verbs::live::sources::{Next, OpenSources};
use crate::verbs::live::watch::Watch;

pub(crate) use args::Args;

/// How often time moves on while no frame comes.
const TICK: Duration = Duration::from_millis(50);
/// The same where frames wait for those of other inputs: what they lead to is to be known within
/// 100 ms, of which they wait for 40.
const TICK_OF_SEVERAL: Duration = Duration::from_millis(20);
/// How far behind the clock a tick stays, so that a frame that was captured before it and is still
/// on its way is not late. The kernel gathers them for 20 ms, and they wait for a processor.
const SLACK: Duration = Duration::from_millis(40);
/// The same for agents that speak HEP, which gather what they send, and send it over a network. What
/// they lag behind beyond that, the pipeline sees by itself.
const HEP_SLACK: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        !args.format.draws_calls(),
        "this format draws calls that are over; use sipwhy read for it"
    );
    if args.check_permissions {
        #[cfg(target_os = "linux")]
        return confinement::check_permissions(args);
        #[cfg(not(target_os = "linux"))]
        anyhow::bail!("--check-permissions knows Linux only");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(capture(args))
}

async fn capture(args: &Args) -> anyhow::Result<Outcome> {
    // Before the capture begins, so that no signal finds it without a handler.
    let mut stop = StopSignals::new().context("cannot handle signals")?;
    let mut hang_up = HangUp::new(args.keep.folder().is_some() || args.log.is_on())
        .context("cannot handle signals")?;
    args.check()?;
    let exports = args.exports.open()?;
    let syslog = args.syslog.open()?;
    let mut config = args.pipeline()?;
    config.packet.collectors = exports.collectors();
    let daemon = syslog.as_ref().and_then(OpenSyslog::address);
    config.packet.collectors.extend(daemon);
    config.annotator.tells_ends = exports.wants_ends();
    let mut pipeline = Pipeline::new(config);
    let key_log = match &args.keylog {
        Some(path) => Some(GrowingKeyLog::open(path, &mut pipeline)?),
        None => None,
    };
    let sources = OpenSources::open(args)?;
    let names = sources.names();
    let keeper = args.keep.keeper(names.clone())?;
    let metrics = args.metrics.map(OpenMetrics::open).transpose()?;
    let memory = Memory::open();
    // While there is one thread yet: what it gives up, those that it starts never had.
    #[cfg(target_os = "linux")]
    let confined = {
        let daemon = syslog.as_ref().and_then(OpenSyslog::tcp_port);
        let ports = exports.tcp_ports().into_iter().chain(daemon);
        confinement::give_up_rights(args, ports.collect())?
    };
    let mut sources = sources.start(args.may_reopen())?;
    #[cfg(target_os = "linux")]
    if let Some(user) = confined.and_then(|confined| confined.user) {
        complain(&format!("goes on as user {user}, without root's rights"));
    }
    let mut metrics = metrics.map(OpenMetrics::start).transpose()?;
    let inputs = Inputs::new(names.iter().map(String::as_str));
    let exports = exports.start(&inputs, WhenFull::Lose)?;
    // By whoever it is now, so that they may rotate it too.
    let log = args.log.start(&args.report, args.format)?;
    let syslog = syslog.map(OpenSyslog::start).transpose()?;
    let elsewhere = log.as_ref().map(LogWriter::output);
    let elsewhere = elsewhere.or_else(|| syslog.as_ref().map(Syslog::output));
    let report = match elsewhere {
        Some(output) => args.report.report_into(args.format, inputs, output)?,
        None => args.report.report(args.format, inputs, true)?,
    };
    let started = wall_clock();
    let mut session = Session {
        watch: Watch::new(started, args.stats_interval, memory),
        pipeline,
        key_log,
        report: Selected::new(report, args.filters.filter()?),
        keeper,
        exports,
        log,
        syslog,
        order: Order::new(names.len()),
        feeds: names.iter().map(|name| Feed::new(name)).collect(),
        frames: 0,
        slack: if args.hep.is_some() { HEP_SLACK } else { SLACK },
        most: args.count.unwrap_or(u64::MAX),
    };
    let mut ticks = interval(match session.feeds.len() {
        0 | 1 => TICK,
        _ => TICK_OF_SEVERAL,
    });
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
            () = hang_up.next() => session.hang_up(),
            // Before the frames, which may never be none.
            ask = Metrics::next(&mut metrics) => {
                session.note_stats(&sources.stats());
                if let Some(metrics) = &mut metrics {
                    metrics.answer(ask, Instant::now(), || session.metrics());
                }
            }
            batch = sources.next_batch() => match batch {
                Next::End => break,
                Next::Batch(batch) => session.take(batch),
            },
            _ = ticks.tick() => {
                session.tick(&sources.stats());
                for input in sources.look_again() {
                    session.is_back(input);
                }
            }
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
    session.finish(args.fail_on, sources.finish())
}
