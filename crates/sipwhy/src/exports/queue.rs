//! What waits to be sent.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many bytes wait at most.
const MOST_BYTES: usize = 8 << 20;

/// What to do with what finds no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// It is lost: a live capture goes on.
    Lose,
    /// Wait until there is room, but not for a collector that is away.
    Wait,
}

/// What waits to be sent.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    news: Condvar,
    room: Condvar,
    when_full: WhenFull,
}

#[derive(Debug, Default)]
struct Waiting {
    packets: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether no more will come.
    is_over: bool,
    /// Whether nothing can be sent at the moment.
    is_stuck: bool,
}

impl Queue {
    pub(super) fn new(when_full: WhenFull) -> Self {
        Self {
            waiting: Mutex::default(),
            news: Condvar::new(),
            room: Condvar::new(),
            when_full,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a packet. It is lost where there is no room.
    pub(super) fn push(&self, packet: Vec<u8>) {
        let has_no_room = |waiting: &Waiting| waiting.bytes + packet.len() > MOST_BYTES;
        let mut waiting = self.lock();
        if self.when_full == WhenFull::Wait {
            let must_wait = |waiting: &mut Waiting| has_no_room(waiting) && !waiting.is_stuck;
            let waited = self.room.wait_while(waiting, must_wait);
            waiting = waited.unwrap_or_else(PoisonError::into_inner);
        }
        if has_no_room(&waiting) {
            return;
        }
        waiting.bytes += packet.len();
        waiting.packets.push_back(packet);
        self.news.notify_one();
    }

    /// The packets that have waited for longest: one, and further ones while they have no more than
    /// so many bytes together. Waits for it; `None` when no more comes.
    pub(super) fn take(&self, at_once: usize) -> Option<Vec<Vec<u8>>> {
        let is_idle = |waiting: &mut Waiting| waiting.packets.is_empty() && !waiting.is_over;
        let waited = self.news.wait_while(self.lock(), is_idle);
        let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
        let first = waiting.packets.pop_front()?;
        let mut bytes = first.len();
        let mut packets = vec![first];
        while let Some(next) = waiting.packets.front()
            && bytes + next.len() <= at_once
        {
            bytes += next.len();
            packets.extend(waiting.packets.pop_front());
        }
        waiting.bytes -= bytes;
        self.room.notify_one();
        Some(packets)
    }

    /// Says whether anything can be sent at the moment.
    pub(super) fn set_stuck(&self, is_stuck: bool) {
        self.lock().is_stuck = is_stuck;
        self.room.notify_one();
    }

    /// No more will come.
    pub(super) fn end(&self) {
        self.lock().is_over = true;
        self.news.notify_one();
    }

    /// Rests for so long, or until no more will come. Says whether more will.
    pub(super) fn rest(&self, time: Duration) -> bool {
        let goes_on = |waiting: &mut Waiting| !waiting.is_over;
        let waited = self.news.wait_timeout_while(self.lock(), time, goes_on);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread::spawn;

    const LONG: usize = MOST_BYTES / 2;

    #[test]
    fn what_finds_no_room_is_lost_while_a_capture_is_live() {
        let queue = Queue::new(WhenFull::Lose);
        for number in 0..3 {
            queue.push(vec![number; LONG]);
        }
        queue.end();
        let taken: Vec<u8> = std::iter::from_fn(|| queue.take(LONG))
            .map(|packets| packets[0][0])
            .collect();
        assert_eq!(taken, [0, 1]);
    }

    #[test]
    fn several_are_taken_at_once_as_far_as_they_fit() {
        let queue = Queue::new(WhenFull::Lose);
        for len in [3, 4, 4, 9, 1] {
            queue.push(vec![0; len]);
        }
        queue.end();
        let taken = std::iter::from_fn(|| queue.take(8));
        let lens = taken.map(|packets| packets.iter().map(Vec::len).collect());
        let lens: Vec<Vec<usize>> = lens.collect();
        assert_eq!(lens, [vec![3, 4], vec![4], vec![9], vec![1]]);
    }

    #[test]
    fn who_reads_a_file_waits_for_room_but_not_for_a_collector_that_is_away() {
        let queue = Arc::new(Queue::new(WhenFull::Wait));
        let writer = Arc::clone(&queue);
        let writing = spawn(move || {
            for number in 0..6 {
                writer.push(vec![number; LONG]);
            }
            writer.end();
        });
        for number in 0..3 {
            assert_eq!(queue.take(0).unwrap()[0][0], number);
        }
        queue.set_stuck(true);
        writing.join().unwrap();
        let left: Vec<u8> = std::iter::from_fn(|| queue.take(LONG))
            .map(|packets| packets[0][0])
            .collect();
        assert!(left.starts_with(&[3, 4]), "{left:?}");
        assert!(left.len() <= 3, "{left:?}");
    }
}
