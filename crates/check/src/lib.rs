//! What `sipwhy check` makes of captures: which findings fail a build, which are known already,
//! and how that is told to the systems that run builds.
//!
//! ```text
//! Pipeline ─► Collector ─► CaptureResult ─► Judge ─► Checked ─► Form ─► Output
//!                                             ▲
//!                          threshold, Baseline┘
//! ```
//!
//! What files beside the captures state of them is held against them by [`expect`].
//!
//! Files, threads and standard output are the caller's: outputs and texts are handed in.

mod baseline;
mod collector;
pub mod expect;
mod finding;
mod form;
mod forms;
mod judge;
mod key;
mod level;
mod result;

pub use baseline::{Baseline, BaselineFault, Gone};
pub use collector::{Collector, MOST_FINDINGS};
pub use finding::Finding;
pub use form::{Form, Target};
pub use judge::{Judge, Threshold};
pub use key::{Key, Subject, stable_uri};
pub use level::Level;
pub use result::{CaptureResult, Checked, Status};
