//! Call flows: who sent what to whom, in order, with what was found where it happened.
//!
//! A [`Collector`] is an [`Observer`](sipwhy_pipeline::Observer) that keeps the messages of calls,
//! within [`Bounds`]. When the capture is over it makes a [`Flow`] of each call, legs of one call
//! side by side, and each form is drawn from that model alone:
//!
//! ```text
//! Pipeline ─► Collector ─► Flow ─┬─► text      a ladder that fits the terminal
//!                                ├─► mermaid   a sequenceDiagram
//!                                └─► svg       a drawing of its own, for light and dark
//! ```
//!
//! It does no I/O and holds no clock. Every string in a [`Flow`] is printable
//! ([`sipwhy_parser::printable`]); the forms escape what their own syntax reserves.

mod assemble;
mod bounds;
mod collector;
mod draft;
mod hosts;
mod identity;
mod label;
pub mod mermaid;
mod model;
mod relative;
pub mod svg;
pub mod text;
pub mod wrap;

pub use bounds::{Bounds, LeftOut};
pub use collector::{Collector, Flows, Place};
pub use model::{Again, Flow, Host, Kind, Leg, Message, Note, Row};
