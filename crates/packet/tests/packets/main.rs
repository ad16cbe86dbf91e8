//! Built packets through the decoder, layer by layer.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot build its packets has failed"
)]

mod datagrams;
mod encapsulations;
mod fragments;
mod hep;
mod hep_streams;
mod late_keys;
mod link_layers;
mod robustness;
mod samples;
mod sctp;
mod streams;
mod support;
mod websockets;
