//! Provisional responses that are sent reliably (RFC 3262).

use crate::moment::Moment;

/// A provisional response with an RSeq: its server repeats it until a PRACK comes.
#[derive(Clone, Copy, Debug)]
pub struct Reliable {
    /// Its RSeq.
    pub rseq: u32,
    /// Hash of its To tag: each early dialog numbers its own.
    pub(crate) to_tag: u64,
    /// Its status code.
    pub code: u16,
    /// When it was seen first.
    pub first: Moment,
    /// When it was seen last.
    pub newest: Moment,
    /// How often it was sent again.
    pub repeats: u32,
    /// When its PRACK was first seen, on whatever hop.
    pub pracked: Option<Moment>,
}
