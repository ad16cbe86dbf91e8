//! Capture files, written: pcapng, which alone of the formats has room for comments.

mod block;
mod pcapng;

pub use pcapng::{MOST_COMMENT_BYTES, MOST_COMMENTS_BYTES, Origin, Pcapng};
