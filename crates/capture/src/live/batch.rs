//! Frames on their way from the capture thread to the consumer.

use std::sync::{Arc, Mutex, PoisonError};

use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};

/// Some frames, in the order in which they were captured, their numbers without a gap.
pub struct Batch {
    storage: Storage,
    link_type: LinkType,
    /// The number of the input that the frames are of.
    input: u16,
    /// The number of the first frame.
    first: u64,
    lost_before: u64,
    pool: Arc<Pool>,
}

/// The memory of a batch, which is used again and again.
#[derive(Default)]
pub(super) struct Storage {
    bytes: Vec<u8>,
    index: Vec<Entry>,
}

/// A frame of a batch.
struct Entry {
    /// Where it ends in the bytes; it begins where the one before it ends.
    end: usize,
    original_len: u32,
    time: Timestamp,
}

/// Memory of batches that were consumed.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Storage>>);

impl Pool {
    fn take(&self) -> Storage {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    fn give(&self, mut storage: Storage) {
        storage.bytes.clear();
        storage.index.clear();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(storage);
    }
}

impl Batch {
    /// An empty batch whose first frame will have the number `first`, after `lost_before` frames
    /// that were lost.
    pub(super) fn new(
        pool: &Arc<Pool>,
        (link_type, input): (LinkType, u16),
        first: u64,
        lost_before: u64,
    ) -> Self {
        Self {
            storage: pool.take(),
            link_type,
            input,
            first,
            lost_before,
            pool: Arc::clone(pool),
        }
    }

    /// Copies a frame in.
    #[inline]
    pub(super) fn push(&mut self, time: Timestamp, data: &[u8], original_len: u32) {
        self.storage.bytes.extend_from_slice(data);
        let end = self.storage.bytes.len();
        self.storage.index.push(Entry {
            end,
            original_len,
            time,
        });
    }

    /// How many bytes the frames have.
    pub(super) fn bytes(&self) -> usize {
        self.storage.bytes.len()
    }

    /// How many frames there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.storage.index.len()
    }

    /// Whether there are none; then the batch is there for what it says of those lost before it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.storage.index.is_empty()
    }

    /// How many frames were lost between the batch before and this one, because the consumer was
    /// too far behind. They have numbers too.
    #[must_use]
    pub fn lost_before(&self) -> u64 {
        self.lost_before
    }

    /// The frames.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        (0..self.len()).filter_map(|at| self.frame(at))
    }

    /// The frame at this place, from 0.
    #[must_use]
    #[inline]
    pub fn frame(&self, at: usize) -> Option<Frame<'_>> {
        let index = &self.storage.index;
        let entry = index.get(at)?;
        let before = at.checked_sub(1).and_then(|before| index.get(before));
        let start = before.map_or(0, |before| before.end);
        Some(Frame {
            id: FrameId {
                file: self.input,
                number: self.first + at as u64,
            },
            time: entry.time,
            link_type: self.link_type,
            data: self.storage.bytes.get(start..entry.end)?,
            original_len: entry.original_len,
        })
    }

    /// Which input the frames are of.
    #[must_use]
    pub fn input(&self) -> u16 {
        self.input
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.pool.give(std::mem::take(&mut self.storage));
    }
}
