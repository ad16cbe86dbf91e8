//! Expectations: what a file beside captures states of them, held against what they hold.
//!
//! ```text
//! Pipeline ─► FactsCollector ─► Facts ─┬─► Asked::judge ─► Answered
//!                                      └─► draft           ▲
//!                     text ─► Expectations ────────────────┘
//! ```
//!
//! Which file is for which capture is the caller's to know: nothing is read here.

mod draft;
mod facts;
mod judge;
mod ladder;
mod missing;
mod model;
mod pattern;
mod read;
mod told;

pub use draft::draft;
pub use facts::{Facts, FactsCollector};
pub use judge::{Answered, Asked};
pub use missing::missing;
pub use model::{Expectations, OfCapture};
pub use read::ExpectationFault;
pub use told::{Expected, Row};
