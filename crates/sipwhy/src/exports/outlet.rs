//! What is handed to a thread that sends it, and how much of it has arrived.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use sipwhy_report::{Export, ExportCounts};

use super::ending;
use super::queue::{Queue, WhenFull};
use super::sender::{Sender, Way};

/// A thread that sends pieces somewhere.
#[derive(Debug)]
pub(super) struct Outlet {
    to: String,
    form: &'static str,
    inlet: Inlet,
    sent: Arc<AtomicU64>,
    /// Hears nothing, until the thread has ended.
    ended: Receiver<()>,
}

/// Where pieces are handed in. Clones lead to the same thread.
#[derive(Clone, Debug)]
pub(super) struct Inlet {
    queue: Arc<Queue>,
    /// Pieces there were to send.
    pieces: Arc<AtomicU64>,
    too_long: Arc<AtomicU64>,
}

impl Outlet {
    /// Starts the thread. `to` is what users are told it sends to.
    pub(super) fn start(
        to: String,
        form: &'static str,
        when_full: WhenFull,
        way: impl Way,
    ) -> anyhow::Result<Self> {
        let queue = Arc::new(Queue::new(when_full));
        let sent = Arc::new(AtomicU64::new(0));
        let sender = Sender::new(to.clone(), (Arc::clone(&queue), Arc::clone(&sent)));
        let ended = sender.start(form, way)?;
        Ok(Self {
            to,
            form,
            inlet: Inlet {
                queue,
                pieces: Arc::default(),
                too_long: Arc::default(),
            },
            sent,
            ended,
        })
    }

    /// Where pieces are handed in.
    pub(super) const fn inlet(&self) -> &Inlet {
        &self.inlet
    }

    /// What was sent so far.
    pub(super) fn counts(&self) -> ExportCounts {
        ExportCounts {
            to: self.to.clone(),
            form: self.form,
            pieces: self.inlet.pieces.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
        }
    }

    /// Waits, not for ever, until all is sent.
    pub(super) fn finish(self) -> Export {
        self.inlet.queue.end();
        ending::wait(&self.ended, &self.sent);
        let ExportCounts {
            to,
            form,
            pieces,
            sent,
        } = self.counts();
        let too_long = self.inlet.too_long.load(Ordering::Relaxed);
        Export {
            to,
            form,
            sent,
            lost: pieces.saturating_sub(too_long + sent),
            too_long,
        }
    }
}

impl Inlet {
    /// Hands a piece to the thread; `None` stands for one that is too long for the form.
    pub(super) fn put(&self, piece: Option<Vec<u8>>) {
        self.pieces.fetch_add(1, Ordering::Relaxed);
        match piece {
            Some(piece) => self.queue.push(piece),
            None => {
                self.too_long.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
