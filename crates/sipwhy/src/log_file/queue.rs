//! Lines on their way to the thread that writes them.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::file::count;

/// How many bytes of lines wait at most. Further ones are lost, and counted: whoever has them must
/// not wait for a disk.
const MOST_BYTES: usize = 8 << 20;
/// Bytes of whole lines that are handed on without being told to.
const HAND_ON_AT: usize = 256 * 1024;

/// Lines on their way to the thread that writes them.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

/// What there is to do.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) lines: Vec<u8>,
    /// Lines after these for which there was no room.
    pub(super) missed: u64,
    /// Whether the file is to be opened anew.
    pub(super) reopens: bool,
    /// Whether no more will come.
    pub(super) is_over: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lines: &[u8]) {
        let mut waiting = self.lock();
        // Once a line is lost so are those after it, until it can be told where they are missing.
        let has_room = waiting.lines.len() + lines.len() <= MOST_BYTES;
        if waiting.missed == 0 && has_room {
            waiting.lines.extend_from_slice(lines);
        } else {
            waiting.missed += count(lines);
        }
        self.news.notify_one();
    }

    pub(super) fn reopen(&self) {
        self.lock().reopens = true;
        self.news.notify_one();
    }

    pub(super) fn end(&self) {
        self.lock().is_over = true;
        self.news.notify_one();
    }

    /// How many lines wait, or have been lost since somebody last looked.
    pub(super) fn left(&self) -> u64 {
        let waiting = self.lock();
        count(&waiting.lines) + waiting.missed
    }

    /// Waits until there is something to do, or for no longer than this.
    pub(super) fn take(&self, patience: Option<Duration>) -> Waiting {
        let is_idle = |waiting: &mut Waiting| {
            waiting.lines.is_empty() && waiting.missed == 0 && !waiting.reopens && !waiting.is_over
        };
        let waiting = self.lock();
        let mut waiting = match patience {
            None => self
                .news
                .wait_while(waiting, is_idle)
                .unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                let waited = self.news.wait_timeout_while(waiting, patience, is_idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        std::mem::take(&mut *waiting)
    }
}

/// Hands lines on to a queue, whole ones.
#[derive(Debug)]
pub(super) struct Lines {
    queue: Arc<Queue>,
    pending: Vec<u8>,
}

impl Lines {
    pub(super) const fn new(queue: Arc<Queue>) -> Self {
        let pending = Vec::new();
        Self { queue, pending }
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= HAND_ON_AT {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(last) = self.pending.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(());
        };
        let rest = self.pending.split_off(last + 1);
        self.queue.push(&self.pending);
        self.pending = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_handed_on_and_no_more_than_there_is_room_for() {
        let queue = Arc::new(Queue::default());
        let mut lines = Lines::new(Arc::clone(&queue));
        lines.write_all(b"one\ntw").unwrap();
        lines.flush().unwrap();
        assert_eq!(queue.take(None).lines, b"one\n");
        lines.write_all(b"o\n").unwrap();
        lines.flush().unwrap();
        assert_eq!(queue.take(None).lines, b"two\n");

        let long = [vec![b'x'; MOST_BYTES - 1], b"\n".to_vec()].concat();
        for line in [&long[..], b"lost\n", b"too\n"] {
            lines.write_all(line).unwrap();
            lines.flush().unwrap();
        }
        let taken = queue.take(None);
        assert_eq!((taken.lines.len(), taken.missed), (MOST_BYTES, 2));
        lines.write_all(b"on\n").unwrap();
        lines.flush().unwrap();
        assert_eq!(queue.take(None).lines, b"on\n");
    }
}
