//! Capture files, written: pcapng, which alone of the formats has room for comments.

mod block;
mod envelope;
mod pcapng;

pub use envelope::{Envelope, MOST_IN_ENVELOPE};
pub use pcapng::{MOST_COMMENT_BYTES, MOST_COMMENTS_BYTES, Origin, Pcapng};
