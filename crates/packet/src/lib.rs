//! From captured frames to SIP messages: link layers, IP, fragments, TCP streams.
//!
//! This crate does no I/O and holds no clock: frames come in with their time, events go out.
//!
//! ```text
//!            ┌─────────── tunnel ◄───────────┐
//!            ▼                               │
//! Frame ─► link ─► ip ─► fragments ─► udp ───┴──────────────► Event
//!            │                   │      └─► hep ─────────────────► Event
//!            │                   ├──► tcp: direction ─► stream ─► Event
//!            │                   ├──► sctp ─────────────────► Event
//!            └───► neighbour     └──► icmp ───────────────────► Event
//! ```
//!
//! The fields of a header are read with etherparse's slices. What is ours is everything around
//! them: cut packets are decoded as far as they go, and how much is missing is told.
//!
//! A layer is a module that reads one header and hands on the rest; [`Decoder`] knows which one
//! comes next. What a tunnel carries goes back to where the packet inside it belongs.

mod anatomy;
mod books;
mod checksum;
pub mod clock;
mod config;
mod counters;
mod decoder;
mod ends;
mod event;
mod flow;
mod fragments;
mod frame;
mod hep;
mod icmp;
mod ip;
mod layer;
mod limits;
mod link;
mod media;
mod neighbour;
mod out;
mod pieces;
mod ports;
mod sctp;
mod seen;
mod stream;
mod tcp;
mod time;
mod tls;
mod tunnel;
mod udp;

pub use anatomy::{FragmentPart, IpPart, Part, anatomy};
pub use config::Config;
pub use counters::{Counters, Encryption, Tally, Undecoded};
pub use decoder::{Decoder, Held};
pub use ends::Ends;
pub use event::{
    Captured, Datagram, DatagramMark, Event, Gap, GapKind, Neighbour, TcpStep, TcpStepKind,
    Unreachable, UnreachableReason,
};
pub use flow::{Flow, Transport};
pub use frame::{Frame, FrameId, LinkType};
pub use hep::{HepContent, HepFrame, HepPacket, HepTooLong, hep_frame_len};
pub use limits::{Bound, Limits};
pub use media::is_media;
pub use ports::{Ports, PortsError, SIP_PORT};
pub use sipwhy_tls::{Alert as TlsAlert, Facts as TlsFacts, Reason as TlsReason};
pub use time::Timestamp;
pub use tls::{TlsSession, TlsSessions};
