//! TCP (RFC 9293): from segments to the bytes of a stream.

mod connection;
mod connections;
mod direction;
mod recent;
mod segment;

pub(crate) use connections::{Connections, Key};
pub(crate) use segment::{Segment, parse};
