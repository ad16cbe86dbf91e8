//! Live interfaces, through libpcap.
//!
//! Frames are captured on a thread of their own and handed over in batches, through a bounded queue.
//! When the consumer falls behind by more than the queue holds, frames are lost; every one of them
//! is counted, and the batch after them says how many they were. Media goes first, while the queue
//! still has room for signalling.

mod batch;
mod config;
mod error;
mod filter;
mod hep;
mod interfaces;
mod open;
mod queue;
mod shedder;
mod stats;
mod thread;

use std::sync::Arc;
use std::task::{Context, Poll};

use sipwhy_packet::LinkType;

pub use self::batch::Batch;
pub use self::config::{
    DEFAULT_BUFFER_BYTES, DEFAULT_SNAPLEN, LONGEST_SNAPLEN, LiveConfig, SMALLEST_BUFFER_BYTES,
};
pub use self::error::LiveError;
pub use self::filter::{MOST_RANGES, port_filter};
pub use self::hep::{
    Connections, HEP_PORT, HepError, HepListener, MOST_CONNECTIONS, OpenHep, READ_BYTES,
};
pub use self::interfaces::{Interface, interfaces};
pub use self::queue::{BATCH_BYTES, BATCH_FRAMES, QUEUE_BATCHES};
pub use self::stats::Stats;

use self::open::Opened;
use self::queue::Receiver;
use self::thread::{Handle, Shared};

/// A running capture.
///
/// ```no_run
/// use sipwhy_capture::live::{Live, LiveConfig};
///
/// # async fn run() -> Result<(), sipwhy_capture::live::LiveError> {
/// let mut live = Live::start(&LiveConfig::new("eth0"))?;
/// while let Some(batch) = live.next_batch().await {
///     for frame in batch.frames() {
///         println!("{} bytes at {:?}", frame.data.len(), frame.time);
///     }
/// }
/// println!("{} frames lost", live.finish().0.lost());
/// # Ok(())
/// # }
/// ```
pub struct Live {
    batches: Receiver,
    shared: Arc<Shared>,
    thread: Option<Handle>,
    link_type: LinkType,
    filter: Option<String>,
}

/// An interface that is open, before there is a thread that captures from it: the moment to give up
/// the right to open others.
pub struct OpenInterface {
    config: LiveConfig,
    opened: Opened,
}

impl OpenInterface {
    /// Opens the interface. The kernel gathers frames from now on.
    ///
    /// # Errors
    /// When the interface does not exist, may not be captured from, or does not take the filter.
    pub fn open(config: &LiveConfig) -> Result<Self, LiveError> {
        Ok(Self {
            config: config.clone(),
            opened: open::open(config)?,
        })
    }

    /// Starts to capture.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn start(mut self) -> Result<Live, LiveError> {
        let link_type = self.opened.link_type;
        let filter = self.opened.filter.take();
        let (shared, batches, thread) = thread::spawn(&self.config, self.opened)?;
        Ok(Live {
            batches,
            shared,
            thread: Some(thread),
            link_type,
            filter,
        })
    }
}

/// Stops a capture from elsewhere, such as the handler of a signal.
#[derive(Clone)]
pub struct Stopper(Arc<Shared>);

impl Stopper {
    /// As [`Live::stop`].
    pub fn stop(&self) {
        self.0.stop();
    }
}

impl Live {
    /// Opens the interface and starts to capture.
    ///
    /// # Errors
    /// When the interface does not exist, may not be captured from, or does not take the filter.
    pub fn start(config: &LiveConfig) -> Result<Self, LiveError> {
        OpenInterface::open(config)?.start()
    }

    /// What the interface's frames start with.
    #[must_use]
    pub fn link_type(&self) -> LinkType {
        self.link_type
    }

    /// The filter that the kernel applies; `None` when it lets everything through.
    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        self.filter.as_deref()
    }

    /// The next frames, as soon as there are any; `None` after the last, when the capture was
    /// stopped or failed. Nothing is lost when the future is dropped before it is ready.
    pub async fn next_batch(&mut self) -> Option<Batch> {
        self.batches.recv().await
    }

    /// As [`Live::next_batch`], for who waits for several things at once.
    pub fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        self.batches.poll_recv(cx)
    }

    /// As [`Live::next_batch`], for threads that may block.
    ///
    /// # Panics
    /// In asynchronous code, as tokio's `blocking_recv` does.
    pub fn next_batch_blocking(&mut self) -> Option<Batch> {
        self.batches.blocking_recv()
    }

    /// What was captured and lost so far. What the system counts is up to a second old.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Asks the capture to end. What the kernel captured before still comes from
    /// [`Live::next_batch`], and then `None`.
    pub fn stop(&self) {
        self.shared.stop();
    }

    /// What stops this capture from elsewhere.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.shared))
    }

    /// Ends the capture, if it has not ended, and gives the final counts, with the fault that
    /// ended it, if one did. Batches that were not taken are lost.
    pub fn finish(mut self) -> (Stats, Option<LiveError>) {
        self.shared.stop();
        self.batches.close();
        let ended = self.thread.take().map(Handle::join);
        let fault = match ended {
            Some(Ok(result)) => result.err(),
            Some(Err(_)) => Some(LiveError::ThreadPanicked),
            None => None,
        };
        (self.shared.stats(), fault)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // The thread would wait for a frame on an idle interface for ever.
        self.shared.stop();
    }
}
