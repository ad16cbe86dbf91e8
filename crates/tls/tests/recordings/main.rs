//! What is read from recorded sessions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may fail them"
)]

mod support;

mod decrypted;
mod facts;
mod holes;
mod keys;
mod limits;
mod mutated;
