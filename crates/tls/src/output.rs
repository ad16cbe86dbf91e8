//! What a session tells.

use crate::{Alert, Facts, Way};

/// One thing read from the two directions.
#[derive(Clone, Copy, Debug)]
pub enum Output<'a, M> {
    /// Application data, decrypted and proven to be unchanged. Never empty.
    Plaintext {
        /// Which direction it went.
        way: Way,
        /// The bytes that follow those told before in this direction, unless an
        /// [`Undecrypted`](Self::Undecrypted) stands between.
        bytes: &'a [u8],
        /// Where the record was.
        seen: Span<M>,
    },
    /// Something new is known about the session.
    Learnt(&'a Facts),
    /// One side told the other that something is wrong, or that it says no more.
    Alert {
        /// Which direction it went.
        way: Way,
        /// What it said; `None` if it could not be decrypted.
        alert: Option<Alert>,
        /// Where the record was.
        seen: Span<M>,
    },
    /// Application data that is missing from what is told. What TLS 1.3 encrypts looks the same
    /// from outside, so that an encrypted handshake counts as well.
    Undecrypted {
        /// Which direction it went.
        way: Way,
        /// How many bytes of ciphertext.
        bytes: usize,
        /// Why.
        reason: Reason,
        /// Where the record was.
        seen: Span<M>,
    },
}

/// Where a record was: the marks of its first and of its last byte, as handed to
/// [`Session::feed`](crate::Session::feed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<M> {
    /// The mark of the first byte.
    pub first: M,
    /// The mark of the last byte.
    pub last: M,
}

/// Why application data could not be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The key log has no key for the session.
    NoKey,
    /// The cipher suite, or the version of the protocol, is not one that is read here.
    UnsupportedCipher,
    /// The key does not open the record: it is the wrong one, or the record was changed.
    BadRecord,
    /// The session's beginning was not seen, or that of one of its directions, and with it what
    /// tells its keys apart.
    MidStream,
    /// A part of the record was lost.
    Hole,
    /// Data sent before the handshake's end (RFC 8446 §2.3), which the server may have ignored.
    EarlyData,
    /// One of the [`Limits`](crate::Limits) was reached.
    BoundReached,
}
