//! How two recordings of one scenario differ: in their calls and messages, in what the headers
//! say, in timings and in findings.
//!
//! ```text
//! Pipeline ─► Recorder ─► Recording ─┐
//!                                    ├─► compare ─► Comparison ─┬─► text
//! Pipeline ─► Recorder ─► Recording ─┘                          └─► json
//! ```
//!
//! What changes whenever a scenario is recorded anew is no difference: Call-IDs, tags, branches,
//! ports, times of day, the addresses of hosts that play the same part. `docs/diff.md` says what
//! is compared, and how.
//!
//! It does no I/O and holds no clock. Every string in a [`Comparison`] is printable.

mod align;
mod compare;
mod facts;
mod fields;
mod figures;
mod findings;
mod first;
mod hosts;
mod ignore;
pub mod json;
mod left_out;
mod media;
mod messages;
mod model;
mod pairs;
mod recorder;
mod recording;
mod resemblance;
mod rows;
pub mod text;
mod tolerance;
mod value;
mod words;

pub use compare::{Options, compare};
pub use first::{First, Kind};
pub use hosts::PairedHost;
pub use ignore::Ignore;
pub use model::{
    CallName, Comparison, FieldDifference, FigureDifference, FindingPair, FindingSeen, PairedCall,
    Row, Said, Seen, Side, SideSummary, Status,
};
pub use recorder::{MOST_HEADER_BYTES, Recorder};
pub use recording::{Call, Recording};
pub use tolerance::Tolerance;
pub use words::Frames;
