//! When, and in which frame.

use std::fmt;
use std::num::NonZeroU64;

use sipwhy_packet::{Captured, FrameId, Timestamp};

/// A point in the capture. It takes 16 bytes, with or without an `Option` around it: a
/// transaction keeps many of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The capture time.
    pub time: Timestamp,
    /// The input in the high 16 bits, the frame's number, from 1, in the low 48.
    frame: NonZeroU64,
}

const NUMBER_BITS: u32 = 48;
const NUMBER: u64 = (1 << NUMBER_BITS) - 1;

impl Moment {
    pub(crate) fn new(time: Timestamp, frame: FrameId) -> Self {
        let packed = (u64::from(frame.file) << NUMBER_BITS) | (frame.number & NUMBER);
        Self {
            time,
            frame: NonZeroU64::new(packed).unwrap_or(NonZeroU64::MIN),
        }
    }

    /// The frame.
    #[must_use]
    pub const fn frame(self) -> FrameId {
        let packed = self.frame.get();
        FrameId {
            file: (packed >> NUMBER_BITS) as u16,
            number: packed & NUMBER,
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FrameId { file, number } = self.frame();
        write!(f, "{:?} in frame {file}:{number}", self.time)
    }
}

impl From<&Captured<'_>> for Moment {
    fn from(captured: &Captured<'_>) -> Self {
        Self::new(captured.time, captured.last_frame)
    }
}
