//! The log in a file: whole lines, rotated, and never in the way of the capture.
//!
//! ```text
//! report ─► Lines ─► Queue (bounded) ─► thread ─► LogFile ─► OpenFile
//! ```
//!
//! Whoever writes lines hands them to a thread and goes on. That thread may have to wait for a
//! disk; what no longer fits into the queue meanwhile is lost, counted, and told of in the log.

mod file;
mod open;
mod queue;
mod rotation;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use sipwhy_report::Output;

use crate::exit::complain;
use crate::log_file::queue::{Lines, Queue};

pub(crate) use file::{LogFile, LostLine};
pub(crate) use rotation::Rotation;

/// How long opening the file may take at the start, and writing what is left at the end. A pipe
/// that nobody reads would take for ever.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a thread that cannot write looks whether it is time to try again.
const LOOK: Duration = Duration::from_millis(500);

/// A thread that writes a log file.
#[derive(Debug)]
pub(crate) struct LogWriter {
    name: String,
    queue: Arc<Queue>,
    lost: Arc<AtomicU64>,
    /// Why the last lines could not be written, once it is over.
    ended: Receiver<Option<String>>,
}

impl LogWriter {
    /// Starts the thread, which opens the file.
    pub(crate) fn start(
        name: String,
        open: impl FnOnce(SystemTime) -> std::io::Result<LogFile> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let queue = Arc::new(Queue::default());
        let lost = Arc::new(AtomicU64::new(0));
        let (opened, when_opened) = channel();
        let (end, ended) = channel();
        let (to_take, to_count) = (Arc::clone(&queue), Arc::clone(&lost));
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || match open(SystemTime::now()) {
                Ok(file) => {
                    let _ = opened.send(Ok(()));
                    let _ = end.send(write(file, &to_take, &to_count));
                }
                Err(fault) => {
                    let _ = opened.send(Err(fault));
                }
            })?;
        match when_opened.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => anyhow::bail!("{name}: cannot be written: {fault}"),
            Err(_) => anyhow::bail!("{name}: cannot be opened; is it a pipe that nobody reads?"),
        }
        Ok(Self {
            name,
            queue,
            lost,
            ended,
        })
    }

    /// Where to write lines to.
    pub(crate) fn output(&self) -> Output {
        Output::new(Lines::new(Arc::clone(&self.queue)))
    }

    /// Opens the file anew: somebody has moved it.
    pub(crate) fn reopen(&self) {
        self.queue.reopen();
    }

    /// Lines lost so far.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits, not for ever, until all lines are written. Gives what is wrong if they are not.
    pub(crate) fn finish(self) -> Option<String> {
        self.queue.end();
        let fault = match self.ended.recv_timeout(PATIENCE) {
            Ok(fault) => fault?,
            Err(RecvTimeoutError::Timeout) => "it takes too long".to_owned(),
            Err(RecvTimeoutError::Disconnected) => "its thread has ended".to_owned(),
        };
        let lost = self.lost() + self.queue.left();
        let name = &self.name;
        Some(format!(
            "{name} could not be written to its end: {fault}; {lost} lines were lost"
        ))
    }
}

/// Writes what comes until no more does. Gives why the end of it could not be written.
fn write(mut file: LogFile, queue: &Queue, lost: &AtomicU64) -> Option<String> {
    loop {
        let todo = queue.take(file.waits().then_some(LOOK));
        let now = SystemTime::now();
        file.write(&todo.lines, now);
        file.missed(todo.missed);
        if todo.reopens {
            file.reopen(now);
        }
        if todo.is_over {
            file.end(now);
        }
        lost.store(file.lost(), Ordering::Relaxed);
        for said in file.take_said() {
            complain(&said);
        }
        if todo.is_over {
            return file.fault().map(str::to_owned);
        }
    }
}
