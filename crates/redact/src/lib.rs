//! Captures without what names people and hosts: the same packets, with stand-ins.
//!
//! Packets are changed before anything else sees them, so that whatever is made of them, reports and
//! captures alike, holds stand-ins alone. A [`Redactor`] takes frames and gives as many back, in
//! the same order, of the same lengths and at the same times.
//!
//! ```text
//! Frame ─► parts ─► fragments ─► datagram ──┬─► message ─► values ─► sweep ─► words, addresses
//!                └► stream, held till whole ┘└► body: SDP, parts, others
//! ```
//!
//! Nothing is let through for being unknown: a frame is written from zeros, part by part as it is
//! understood, and of a text only those words stay that the protocols themselves define. What is
//! replaced, kept and blanked is in `docs/redaction.md`.
//!
//! Equal values have equal stand-ins wherever they stand, and different values different ones, but
//! for rare accidents. A stand-in is as long as what it stands for, and of the same make: digits
//! for digits, a private address for a private one.

mod addresses;
mod body;
mod checksum;
mod dns;
mod fragments;
mod frame;
mod icmp;
mod json;
mod key;
mod message;
mod passport;
mod payload;
mod permutation;
mod redactor;
mod sctp;
mod sdp;
mod stream;
mod sweep;
mod tcp_options;
mod tls;
mod values;
mod vocabulary;
mod words;

pub use key::Key;
pub use redactor::{Blanked, Redacted, Redactor};
