//! How the engine follows messages: from a request or response to the step its transaction takes.

mod redirections;
mod requests;
mod responses;
mod tables;

use std::time::Duration;

use crate::transaction::Sighting;

/// The part of a text that is kept.
pub(super) fn kept(text: &[u8], limit: usize) -> &[u8] {
    text.get(..limit).unwrap_or(text)
}

/// Whether two sightings are of one packet: same mark, a few milliseconds apart. The flow was
/// compared by the caller.
pub(super) fn is_copy(earlier: &Sighting, later: &Sighting, window: Duration) -> bool {
    match (earlier.mark, later.mark) {
        (Some(one), Some(other)) => {
            one == other && earlier.code == later.code && later.time.since(earlier.time) <= window
        }
        _ => false,
    }
}
