//! From captured frames to SIP messages: link layers, IP, fragments, TCP streams.
//!
//! This crate does no I/O and holds no clock: frames come in with their time, events go out.

mod event;
mod flow;
mod frame;
mod time;

pub use event::{
    Captured, Datagram, DatagramMark, Event, Gap, GapKind, Neighbour, TcpStep, TcpStepKind,
    Unreachable, UnreachableReason,
};
pub use flow::{Flow, Transport};
pub use frame::{Frame, FrameId, LinkType};
pub use time::Timestamp;
