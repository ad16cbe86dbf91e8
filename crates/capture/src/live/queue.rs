//! The bounded queue between the capture thread and the consumer.

use std::sync::Arc;

use sipwhy_packet::{LinkType, Timestamp};
use tokio::sync::mpsc::{Sender, channel};

use super::batch::{Batch, Pool};
use super::shedder::Shedder;

/// How many batches wait for the consumer at most.
pub const QUEUE_BATCHES: usize = 64;
/// How many bytes of frames a batch holds at most. All of the queue's are taken only when the
/// consumer is far behind.
pub const BATCH_BYTES: usize = 512 * 1024;
/// How many frames a batch holds at most.
pub const BATCH_FRAMES: usize = 4096;

pub(super) type Receiver = tokio::sync::mpsc::Receiver<Batch>;

/// The capture thread's end: numbers the frames and gathers them into batches.
pub(super) struct Gatherer {
    sender: Sender<Batch>,
    pool: Arc<Pool>,
    /// What the frames start with, and which input they are of.
    origin: (LinkType, u16),
    batch: Batch,
    /// The number of the frame before the first.
    after: u64,
    /// The number of the last frame that was captured.
    number: u64,
    /// Frames lost since the batch.
    losing: u64,
    /// Frames lost altogether.
    pub(super) lost: u64,
    /// Who leaves out media when the consumer is behind.
    shedder: Option<Shedder>,
    /// The consumer is gone.
    pub(super) closed: bool,
}

/// What to do when the queue is full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WhenFull {
    /// Lose frames: waiting would only move the loss to the kernel, at a place nobody knows.
    Lose,
    /// Wait for the consumer: no more frames come.
    Wait,
}

impl Gatherer {
    /// Of the first input, from its first frame.
    #[cfg(test)]
    fn new(link_type: LinkType) -> (Self, Receiver) {
        Self::of_input(link_type, 0, 0)
    }

    /// Of the input of this number, from the frame after one.
    pub(super) fn of_input(link_type: LinkType, input: u16, after: u64) -> (Self, Receiver) {
        let origin = (link_type, input);
        let (sender, receiver) = channel(QUEUE_BATCHES);
        let pool = Arc::new(Pool::default());
        let batch = Batch::new(&pool, origin, after + 1, 0);
        let gatherer = Self {
            sender,
            pool,
            origin,
            batch,
            after,
            number: after,
            losing: 0,
            lost: 0,
            shedder: None,
            closed: false,
        };
        (gatherer, receiver)
    }

    /// The same, leaving out media when the consumer is behind.
    pub(super) fn shedding(self, shedder: Shedder) -> Self {
        Self {
            shedder: Some(shedder),
            ..self
        }
    }

    /// Frames with media that were left out.
    pub(super) fn media_shed(&self) -> u64 {
        self.shedder.as_ref().map_or(0, Shedder::shed)
    }

    /// Frames captured and not lost.
    pub(super) fn kept(&self) -> u64 {
        self.number - self.after - self.lost
    }

    /// Takes a frame in, or leaves it out: then it has no number.
    #[inline]
    pub(super) fn push(&mut self, time: Timestamp, data: &[u8], len: u32, when_full: WhenFull) {
        if when_full == WhenFull::Lose
            && let Some(shedder) = &mut self.shedder
        {
            let waiting = QUEUE_BATCHES - self.sender.capacity();
            if shedder.sheds(waiting, self.origin.0, data) {
                return;
            }
        }
        let full = self.batch.len() >= BATCH_FRAMES
            || (!self.batch.is_empty() && self.batch.bytes() + data.len() > BATCH_BYTES);
        self.number += 1;
        if full && !self.send(self.number, when_full) {
            self.lost += 1;
            self.losing += 1;
            return;
        }
        self.batch.push(time, data, len);
    }

    /// Hands over what has been gathered, when no more is there at the moment.
    ///
    /// With a consumer that is behind, half of the queue is kept for full batches, so that its
    /// bound is one of bytes rather than of occasions.
    pub(super) fn offer(&mut self) {
        if !self.batch.is_empty() && self.sender.capacity() > QUEUE_BATCHES / 2 {
            self.send(self.number + 1, WhenFull::Lose);
        }
    }

    /// Hands over the last frames, and the number of those lost after them.
    pub(super) fn finish(mut self) {
        if !self.batch.is_empty() {
            self.send(self.number + 1, WhenFull::Wait);
        }
        if self.batch.lost_before() > 0 {
            self.send(self.number + 1, WhenFull::Wait);
        }
    }

    /// Sends the batch and starts one with the frame number `next`; says whether it could.
    fn send(&mut self, next: u64, when_full: WhenFull) -> bool {
        if when_full == WhenFull::Wait {
            let batch = self.exchange(next);
            self.closed |= self.sender.blocking_send(batch).is_err();
            return !self.closed;
        }
        if self.sender.capacity() == 0 {
            self.closed = self.sender.is_closed();
            return false;
        }
        // Nobody else sends, so there is room still.
        let batch = self.exchange(next);
        self.closed |= self.sender.try_send(batch).is_err();
        !self.closed
    }

    /// Starts a new batch and gives the one before.
    fn exchange(&mut self, next: u64) -> Batch {
        let fresh = Batch::new(&self.pool, self.origin, next, self.losing);
        self.losing = 0;
        std::mem::replace(&mut self.batch, fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(gatherer: &mut Gatherer, data: &[u8]) {
        gatherer.push(
            Timestamp::from_nanos(7),
            data,
            data.len() as u32,
            WhenFull::Lose,
        );
    }

    /// Numbers, first bytes, and losses before each batch.
    fn drain(receiver: &mut Receiver) -> (Vec<(u64, u8)>, Vec<u64>) {
        let (mut frames, mut losses) = (Vec::new(), Vec::new());
        while let Ok(batch) = receiver.try_recv() {
            frames.extend(batch.frames().map(|frame| (frame.id.number, frame.data[0])));
            losses.push(batch.lost_before());
        }
        (frames, losses)
    }

    #[test]
    fn batching_changes_neither_order_nor_numbers() {
        for every in [1, 2, 7, 1_000] {
            let (mut gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
            let mut got = Vec::new();
            for n in 1..=200u8 {
                push(&mut gatherer, &[n; 60]);
                if usize::from(n) % every == 0 {
                    gatherer.offer();
                    got.extend(drain(&mut receiver).0);
                }
            }
            gatherer.finish();
            got.extend(drain(&mut receiver).0);
            let expected: Vec<_> = (1..=200u8).map(|n| (u64::from(n), n)).collect();
            assert_eq!(got, expected, "every {every}");
        }
    }

    #[test]
    fn a_consumer_that_is_behind_loses_counted_frames_and_learns_where() {
        let (mut gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
        let frame = vec![1; BATCH_BYTES / 2];
        let room = (QUEUE_BATCHES as u64 + 1) * 2;
        for _ in 0..room + 5 {
            push(&mut gatherer, &frame);
            gatherer.offer();
        }
        assert_eq!((gatherer.lost, gatherer.kept()), (5 + 32, room - 32));
        let (frames, losses) = drain(&mut receiver);
        assert_eq!(frames.len() as u64, room - 32 - 2);
        assert!(losses.iter().all(|lost| *lost == 0));
        push(&mut gatherer, &[2; 10]);
        gatherer.offer();
        gatherer.finish();
        let (frames, losses) = drain(&mut receiver);
        assert_eq!(frames.last(), Some(&(room + 6, 2)));
        assert_eq!(losses, [0, 37]);
    }

    #[test]
    fn media_makes_room_for_signalling() {
        let mut rtp = vec![0; 12];
        rtp.extend([0x08, 0x00, 0x45, 0, 0, 40, 0, 7, 0, 0, 64, 17, 0, 0]);
        rtp.extend([
            10, 0, 0, 1, 10, 0, 0, 2, 0x4e, 0x20, 0x75, 0x30, 0, 20, 0, 0,
        ]);
        rtp.extend([0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4]);
        let (gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
        let mut gatherer = gatherer.shedding(Shedder::new(sipwhy_packet::Ports::default()));
        // Nineteen of twenty frames are media, four times as many as there is room for.
        let signalling = 4 * (QUEUE_BATCHES * BATCH_FRAMES / 20) as u64;
        for _ in 0..signalling {
            push(&mut gatherer, &[1; 60]);
            for _ in 0..19 {
                push(&mut gatherer, &rtp);
            }
        }
        assert_eq!(gatherer.lost, 0);
        let (frames, losses) = drain(&mut receiver);
        let shed = gatherer.media_shed();
        assert!(losses.iter().all(|lost| *lost == 0));
        gatherer.finish();
        let rest = drain(&mut receiver).0;
        let got: Vec<_> = frames.iter().chain(&rest).collect();
        assert_eq!(
            got.iter().filter(|(_, first)| *first == 1).count() as u64,
            signalling
        );
        assert_eq!(got.len() as u64 + shed, signalling * 20);
        // What was left out leaves no hole in the numbers.
        assert!(
            got.iter()
                .zip(1..)
                .all(|((number, _), expected)| *number == expected)
        );
    }

    #[test]
    fn losses_after_the_last_frame_are_told_too() {
        let (mut gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
        for _ in 0..=(QUEUE_BATCHES as u64 + 1) * BATCH_FRAMES as u64 {
            push(&mut gatherer, &[1]);
        }
        assert_eq!(gatherer.lost, 1);
        let _ = receiver.try_recv();
        let _ = receiver.try_recv();
        gatherer.finish();
        assert_eq!(drain(&mut receiver).1.last(), Some(&1));
    }

    #[test]
    fn a_frame_longer_than_a_batch_is_kept() {
        let (mut gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
        push(&mut gatherer, &[1; 10]);
        push(&mut gatherer, &vec![2; BATCH_BYTES * 2]);
        push(&mut gatherer, &[3; 10]);
        gatherer.finish();
        assert_eq!(drain(&mut receiver).0, [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn memory_is_used_again() {
        let (mut gatherer, mut receiver) = Gatherer::new(LinkType::ETHERNET);
        for _ in 0..10 {
            push(&mut gatherer, &[1; 1_000]);
            gatherer.offer();
            drop(receiver.try_recv());
        }
        push(&mut gatherer, &[1; 1_000]);
        assert!(gatherer.batch.bytes() == 1_000);
        // One in use, one that came back.
        assert_eq!(Arc::strong_count(&gatherer.pool), 2);
    }
}
