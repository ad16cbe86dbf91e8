//! What SIP messages carry.

mod lines;
mod piece;
pub mod sdp;

pub use lines::{Line, LineEnd, Lines};
pub use piece::Piece;
