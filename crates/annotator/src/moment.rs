//! When, and in which frame.

use sipwhy_packet::{Captured, FrameId, Timestamp};

/// A point in the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The capture time.
    pub time: Timestamp,
    /// The frame.
    pub frame: FrameId,
}

impl From<&Captured<'_>> for Moment {
    fn from(captured: &Captured<'_>) -> Self {
        Self {
            time: captured.time,
            frame: captured.last_frame,
        }
    }
}
