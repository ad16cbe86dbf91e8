//! What the end-to-end tests share: where things are, the manifest of the captures, and how a
//! capture is replayed.

mod manifest;
mod places;
mod render;
mod replay;

pub use manifest::{Capture, Expect, manifest};
pub use places::{captures, corpus, root};
pub use render::{Outputs, Shown};
pub use replay::{
    Finding, OwnedFrame, Replay, findings, frames, play, play_with_keys, replay_file, shown,
};
