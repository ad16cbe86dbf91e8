//! Call flows of ladders, which are real packets: the model and each form of it.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail them"
)]

mod hostile;
mod ladders;
mod mermaid;
mod model;
mod svg;
mod text;
