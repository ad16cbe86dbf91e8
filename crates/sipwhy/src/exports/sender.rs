//! The thread that sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::exit::complain;
use crate::exports::queue::Queue;

/// How long to wait before a collector is tried again, at first and at most.
const REST: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(8)];

/// How often a collector is tried again when no more comes.
const LAST_TRIES: u32 = 2;

/// A way to a collector.
pub(super) trait Way: Send + 'static {
    /// How many bytes of packets it takes at once: one packet in any case.
    fn at_once(&self) -> usize {
        0
    }

    /// Sends packets, one unless it takes more at once.
    ///
    /// # Errors
    /// When they did not go, or as far as is known not whole.
    fn send(&mut self, packets: &[Vec<u8>]) -> std::io::Result<Sent>;

    /// Whether what could not be sent is to be tried again, rather than be lost.
    fn tries_again(&self) -> bool;

    /// No more will be sent. Gives why the last packet did not arrive, if that is known.
    fn end(&mut self) -> Option<std::io::Error> {
        None
    }
}

/// What is known of a packet that went, and of the one before.
#[derive(Debug)]
pub(super) enum Sent {
    /// It will have arrived, and so has the one before.
    Well,
    /// Nothing is known yet.
    Perhaps,
    /// The one before did not arrive.
    NotTheLast(std::io::Error),
    /// They arrived, and so many of them were not taken, for this reason.
    #[cfg(feature = "otel")]
    Refused(u64, String),
}

/// Sends what waits in a queue.
#[derive(Debug)]
pub(super) struct Sender {
    name: String,
    queue: Arc<Queue>,
    sent: Arc<AtomicU64>,
    is_away: bool,
    #[cfg(feature = "otel")]
    was_refused: bool,
}

impl Sender {
    pub(super) fn new(name: String, (queue, sent): (Arc<Queue>, Arc<AtomicU64>)) -> Self {
        Self {
            name,
            queue,
            sent,
            is_away: false,
            #[cfg(feature = "otel")]
            was_refused: false,
        }
    }

    /// Starts the thread. What is given hears of its end.
    pub(super) fn start(mut self, thread: &str, mut way: impl Way) -> anyhow::Result<Receiver<()>> {
        let (end, ended) = channel();
        thread::Builder::new()
            .name(thread.to_owned())
            .spawn(move || {
                self.run(&mut way);
                drop(end);
            })?;
        Ok(ended)
    }

    fn run(&mut self, way: &mut impl Way) {
        while let Some(packets) = self.queue.take(way.at_once()) {
            if !self.deliver(way, &packets) {
                // Nobody is there, and no more comes: what is left is lost.
                return;
            }
        }
        if let Some(fault) = way.end() {
            self.take_back(&fault);
        }
    }

    /// Sends packets. Says whether to go on.
    fn deliver(&mut self, way: &mut impl Way, packets: &[Vec<u8>]) -> bool {
        let [mut rest, most] = REST;
        let mut tries = LAST_TRIES;
        loop {
            match way.send(packets) {
                Ok(sent) => {
                    self.sent.fetch_add(packets.len() as u64, Ordering::Relaxed);
                    match sent {
                        Sent::Well => self.is_back(),
                        Sent::Perhaps => {}
                        Sent::NotTheLast(fault) => self.take_back(&fault),
                        #[cfg(feature = "otel")]
                        Sent::Refused(count, why) => self.is_refused(count, &why),
                    }
                    return true;
                }
                Err(fault) => self.is_gone(&fault),
            }
            if !way.tries_again() {
                return true;
            }
            if !self.queue.rest(rest) {
                if tries == 0 {
                    return false;
                }
                tries -= 1;
                thread::sleep(rest);
            }
            rest = (rest * 2).min(most);
        }
    }

    /// A packet that went has not arrived.
    fn take_back(&mut self, fault: &std::io::Error) {
        self.sent.fetch_sub(1, Ordering::Relaxed);
        self.is_gone(fault);
    }

    /// The collector is there, and does not take what it is sent.
    #[cfg(feature = "otel")]
    fn is_refused(&mut self, count: u64, why: &str) {
        self.is_back();
        self.sent.fetch_sub(count, Ordering::Relaxed);
        if !std::mem::replace(&mut self.was_refused, true) {
            let name = &self.name;
            complain(&format!(
                "the collector at {name} does not take what it is sent, which is counted: {why}"
            ));
        }
    }

    fn is_gone(&mut self, fault: &std::io::Error) {
        if !std::mem::replace(&mut self.is_away, true) {
            self.queue.set_stuck(true);
            let name = &self.name;
            complain(&format!(
                "the collector at {name} cannot be reached, what it misses is counted: {fault}"
            ));
        }
    }

    fn is_back(&mut self) {
        if std::mem::take(&mut self.is_away) {
            self.queue.set_stuck(false);
            complain(&format!(
                "the collector at {} can be reached again",
                self.name
            ));
        }
    }
}
