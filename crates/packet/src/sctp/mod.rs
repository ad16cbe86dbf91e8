//! SCTP (RFC 9260), as SIP uses it (RFC 4168): each user message is a SIP message.
//!
//! ```text
//! packet ─► chunk ─► association ─► direction: tsns, assembly ─► Event
//! ```
//!
//! A message is told as soon as all of it is there, also when an earlier one of its stream is
//! still missing: what was on the wire is of interest here, not when the receiver handed it on.

mod assembly;
mod association;
mod associations;
mod checksum;
mod chunk;
mod direction;
mod packet;
mod tsns;

pub(crate) use associations::Associations;
pub(crate) use packet::parse;

/// The UDP port of SCTP in UDP (RFC 6951 §4).
pub(crate) const ENCAPSULATION_PORT: u16 = 9899;
