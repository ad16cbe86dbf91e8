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

/// A way to a collector.
pub(super) trait Way: Send + 'static {
    /// Sends a packet.
    ///
    /// # Errors
    /// When it did not go, or as far as is known not whole.
    fn send(&mut self, packet: &[u8]) -> std::io::Result<Sent>;

    /// Whether what could not be sent is to be tried again, rather than be lost.
    fn tries_again(&self) -> bool;

    /// No more will be sent. Gives why the last packet did not arrive, if that is known.
    fn end(&mut self) -> Option<std::io::Error>;
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
}

/// Sends what waits in a queue.
#[derive(Debug)]
pub(super) struct Sender {
    name: String,
    queue: Arc<Queue>,
    sent: Arc<AtomicU64>,
    is_away: bool,
}

impl Sender {
    pub(super) fn new(name: String, (queue, sent): (Arc<Queue>, Arc<AtomicU64>)) -> Self {
        Self {
            name,
            queue,
            sent,
            is_away: false,
        }
    }

    /// Starts the thread. What is given hears of its end.
    pub(super) fn start(mut self, mut way: impl Way) -> anyhow::Result<Receiver<()>> {
        let (end, ended) = channel();
        thread::Builder::new()
            .name("hep-out".to_owned())
            .spawn(move || {
                self.run(&mut way);
                drop(end);
            })?;
        Ok(ended)
    }

    fn run(&mut self, way: &mut impl Way) {
        while let Some(packet) = self.queue.take() {
            if !self.deliver(way, &packet) {
                // Nobody is there, and no more comes: what is left is lost.
                return;
            }
        }
        if let Some(fault) = way.end() {
            self.take_back(&fault);
        }
    }

    /// Sends a packet. Says whether to go on.
    fn deliver(&mut self, way: &mut impl Way, packet: &[u8]) -> bool {
        let [mut rest, most] = REST;
        loop {
            match way.send(packet) {
                Ok(sent) => {
                    self.sent.fetch_add(1, Ordering::Relaxed);
                    match sent {
                        Sent::Well => self.is_back(),
                        Sent::Perhaps => {}
                        Sent::NotTheLast(fault) => self.take_back(&fault),
                    }
                    return true;
                }
                Err(fault) => self.is_gone(&fault),
            }
            if !way.tries_again() {
                return true;
            }
            if !self.queue.rest(rest) {
                return false;
            }
            rest = (rest * 2).min(most);
        }
    }

    /// A packet that went has not arrived.
    fn take_back(&mut self, fault: &std::io::Error) {
        self.sent.fetch_sub(1, Ordering::Relaxed);
        self.is_gone(fault);
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
