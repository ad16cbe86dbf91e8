//! Which frame, and when.

use crate::{FrameId, Timestamp};

/// A frame and its capture time: where something was seen.
///
/// The later of two is the one captured later, by frame number: clocks may be set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    pub(crate) frame: FrameId,
    pub(crate) time: Timestamp,
}
