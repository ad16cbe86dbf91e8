//! The log, line by line, to a syslog daemon.
//!
//! ```text
//! report ─► Lines ─► Queue (bounded) ─► thread ─► /dev/log, UDP or TCP
//! ```

mod frame;
mod options;

use std::io::{Result, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use sipwhy_report::{ExportCounts, Output};

use self::frame::Origin;
use super::ending;
use super::queue::{Queue, WhenFull};
use super::sender::{Sender, Way};
use crate::exit::complain;

pub(crate) use options::{OpenSyslog, SyslogOptions};

/// A thread that sends lines to a syslog daemon.
#[derive(Debug)]
pub(crate) struct Syslog {
    name: String,
    origin: Origin,
    queue: Arc<Queue>,
    /// Lines there were to send.
    lines: Arc<AtomicU64>,
    sent: Arc<AtomicU64>,
    /// Hears nothing, until the thread has ended.
    ended: Receiver<()>,
}

impl Syslog {
    fn start(name: String, origin: Origin, way: impl Way) -> anyhow::Result<Self> {
        let queue = Arc::new(Queue::new(WhenFull::Lose));
        let sent = Arc::new(AtomicU64::new(0));
        let sender = Sender::new(name.clone(), (Arc::clone(&queue), Arc::clone(&sent)));
        let ended = sender.start("syslog", way)?;
        Ok(Self {
            name,
            origin,
            queue,
            lines: Arc::default(),
            sent,
            ended,
        })
    }

    /// Where to write lines to.
    pub(crate) fn output(&self) -> Output {
        Output::new(Lines {
            begun: Vec::new(),
            origin: self.origin.clone(),
            queue: Arc::clone(&self.queue),
            lines: Arc::clone(&self.lines),
        })
    }

    /// What was sent so far.
    pub(crate) fn counts(&self) -> ExportCounts {
        ExportCounts {
            to: self.name.clone(),
            form: "syslog",
            pieces: self.lines.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
        }
    }

    /// Waits, not for ever, until all lines are sent. Says whether they were.
    pub(crate) fn finish(self) -> bool {
        self.queue.end();
        ending::wait(&self.ended, &self.sent);
        let ExportCounts {
            to, pieces, sent, ..
        } = self.counts();
        let lost = pieces.saturating_sub(sent);
        if lost > 0 {
            complain(&format!("{lost} of {pieces} lines were not sent to {to}"));
        }
        lost == 0
    }
}

/// Cuts what is written into lines, and hands each to the thread.
struct Lines {
    begun: Vec<u8>,
    origin: Origin,
    queue: Arc<Queue>,
    lines: Arc<AtomicU64>,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend(piece);
            if let Some(line) = self.begun.strip_suffix(b"\n") {
                self.lines.fetch_add(1, Ordering::Relaxed);
                self.queue.push(self.origin.frame(line));
                self.begun.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
