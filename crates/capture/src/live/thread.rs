//! The capture thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pcap::{Active, BreakLoop, Capture, Packet, Precision};
use sipwhy_packet::Timestamp;

use super::config::LiveConfig;
use super::error::LiveError;
use super::interfaces::libpcap_says;
use super::open::{Opened, PRECISION};
use super::queue::{Gatherer, Receiver, WhenFull};
use super::shedder::Shedder;
use super::stats::{Stats, Widened};
use crate::printable::printable;

/// How many frames are taken from libpcap at a time.
const DISPATCH_FRAMES: usize = 512;

/// How often the system is asked for its counts.
const STATS_INTERVAL: Duration = Duration::from_secs(1);

/// How long at most the thread takes in, after a stop, what was captured before it.
const DRAIN_TIME: Duration = Duration::from_millis(500);

/// How long the thread waits, after a stop, before it looks for frames again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// What the capture thread and the consumer both know.
pub(super) struct Shared {
    stopping: AtomicBool,
    breaker: BreakLoop,
    stats: Mutex<Stats>,
}

impl Shared {
    pub(super) fn stop(&self) {
        // In this order: the thread that wakes up must know why.
        self.stopping.store(true, Ordering::SeqCst);
        self.breaker.breakloop();
    }

    pub(super) fn stats(&self) -> Stats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// The thread; it gives the fault that ended it, if one did.
pub(super) type Handle = JoinHandle<Result<(), LiveError>>;

/// Starts the thread.
pub(super) fn spawn(
    config: &LiveConfig,
    Opened {
        mut capture,
        link_type,
        under_way,
        ..
    }: Opened,
) -> Result<(Arc<Shared>, Receiver, Handle), LiveError> {
    let shared = Arc::new(Shared {
        stopping: AtomicBool::new(false),
        breaker: capture.breakloop_handle(),
        stats: Mutex::new(Stats::default()),
    });
    let (gatherer, receiver) = Gatherer::of_input(link_type, config.input, config.after);
    let gatherer = gatherer.shedding(Shedder::new(config.ports.clone()));
    let worker = Worker {
        interface: config.interface.clone(),
        shared: Arc::clone(&shared),
        gatherer,
        under_way,
        counts: Widened::default(),
        asked: Instant::now(),
    };
    let thread = std::thread::Builder::new()
        .name("capture".to_owned())
        .spawn(move || worker.run(capture))
        .map_err(LiveError::Thread)?;
    Ok((shared, receiver, thread))
}

struct Worker {
    interface: String,
    shared: Arc<Shared>,
    gatherer: Gatherer,
    under_way: Duration,
    counts: Widened,
    /// When the system was last asked for its counts.
    asked: Instant,
}

impl Worker {
    fn run(mut self, mut capture: Capture<Active>) -> Result<(), LiveError> {
        let fault = self.capture(&mut capture);
        self.count(&mut capture);
        let (capture, result) = match fault {
            Some(fault) => (Some(capture), Err(fault)),
            None => match capture.setnonblock() {
                Ok(mut capture) => {
                    let result = self.drain(&mut capture);
                    (Some(capture), result)
                }
                Err(error) => (None, Err(self.explain(&error))),
            },
        };
        self.publish();
        self.gatherer.finish();
        // Only now, since the kernel can take its time over it.
        drop(capture);
        result
    }

    /// Captures until told to stop; gives what made it end before.
    fn capture(&mut self, capture: &mut Capture<Active>) -> Option<LiveError> {
        while !self.shared.is_stopping() && !self.gatherer.closed {
            let gatherer = &mut self.gatherer;
            let taken = capture.dispatch(Some(DISPATCH_FRAMES), |packet| {
                take(gatherer, &packet, WhenFull::Lose);
            });
            self.gatherer.offer();
            match taken {
                Ok(_) if self.asked.elapsed() < STATS_INTERVAL => self.publish(),
                Ok(_) => self.count(capture),
                // A stop comes out of libpcap as an error without words.
                Err(_) if self.shared.is_stopping() => {}
                Err(error) => return Some(self.explain(&error)),
            }
        }
        None
    }

    /// Takes in what the kernel had captured when the stop came. The capture must not block.
    fn drain(&mut self, capture: &mut Capture<Active>) -> Result<(), LiveError> {
        let stopped = now();
        let start = Instant::now();
        let mut later = false;
        let mut stop_seen = false;
        while !later && !self.gatherer.closed && start.elapsed() < DRAIN_TIME {
            let gatherer = &mut self.gatherer;
            let taken = capture.dispatch(Some(DISPATCH_FRAMES), |packet| {
                later |= time(&packet) > stopped;
                if !later {
                    take(gatherer, &packet, WhenFull::Wait);
                }
            });
            match taken {
                Ok(0) if start.elapsed() >= self.under_way => break,
                Ok(0) => std::thread::sleep(LOOK_AGAIN),
                Ok(_) => {}
                // The stop itself, which comes once, and with whatever words libpcap had last.
                Err(_) if !stop_seen => stop_seen = true,
                Err(error) => return Err(self.explain(&error)),
            }
        }
        self.count(capture);
        Ok(())
    }

    /// Brings all counts up to date.
    fn count(&mut self, capture: &mut Capture<Active>) {
        self.asked = Instant::now();
        // An interface that has gone gives none; the last ones stand.
        if let Ok(now) = capture.stats() {
            let mut stats = self
                .shared
                .stats
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            self.counts.add(now, &mut stats);
        }
        self.publish();
    }

    /// Brings our own counts up to date.
    fn publish(&self) {
        let mut stats = self
            .shared
            .stats
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        stats.delivered = self.gatherer.kept();
        stats.lost_behind = self.gatherer.lost;
        stats.media_shed = self.gatherer.media_shed();
    }

    fn explain(&self, error: &pcap::Error) -> LiveError {
        let reason = libpcap_says(error);
        let interface = printable(&self.interface);
        if reason.contains("disappeared") || reason.contains("No such device") {
            LiveError::Disappeared { interface }
        } else if reason.contains("went down") || reason.contains("etwork is down") {
            LiveError::Down { interface }
        } else {
            LiveError::Libpcap { interface, reason }
        }
    }
}

#[inline]
fn take(gatherer: &mut Gatherer, packet: &Packet<'_>, when_full: WhenFull) {
    gatherer.push(time(packet), packet.data, packet.header.len, when_full);
}

/// When a packet was captured. The second field counts what was asked for when it was opened.
#[inline]
fn time(packet: &Packet<'_>) -> Timestamp {
    let unit = if matches!(PRECISION, Precision::Nano) {
        1
    } else {
        1_000
    };
    let seconds = u64::try_from(packet.header.ts.tv_sec).unwrap_or(0);
    let fraction = u64::try_from(packet.header.ts.tv_usec).unwrap_or(0);
    Timestamp::from_nanos(
        seconds
            .saturating_mul(1_000_000_000)
            .saturating_add(fraction * unit),
    )
}

/// The moment by the clock that stamps packets.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_nanos(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
