//! Legs: calls under Call-IDs of their own that are one call to those who talk, because a
//! back-to-back user agent stands between them. `docs/legs.md` says what joins them.

mod marks;
mod recent;
mod users;

use std::time::Duration;

use sipwhy_packet::Timestamp;
use smallvec::SmallVec;

use crate::config::TIMEOUT;
use crate::ids::{CallId, TransactionId};

pub(crate) use marks::{Mark, Marks};
pub(crate) use recent::Recent;
pub(crate) use users::{are_alike, ending, place};

/// How long a back-to-back user agent takes at most to pass an INVITE on, for a guess.
const PASSED_ON_WITHIN: Duration = Duration::from_secs(4);

/// What is remembered of calls to find their legs.
#[derive(Debug)]
pub(crate) struct Legs {
    /// Who carries what identifies a call.
    pub(crate) marks: Marks,
    /// The newest INVITEs that begin a session, by the end of the caller's name.
    pub(crate) invites: Recent<TransactionId>,
    /// The newest REFERs, by the place that they refer to.
    pub(crate) referrals: Recent<CallId>,
    /// When the newest REFER was seen.
    pub(crate) referred: Option<Timestamp>,
}

impl Legs {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            marks: Marks::new(limit),
            invites: Recent::new(PASSED_ON_WITHIN),
            referrals: Recent::new(TIMEOUT),
            referred: None,
        }
    }
}

/// What joined a leg to the others of its call, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Joint {
    /// They carry the same half of a Session-ID (RFC 7989).
    SessionId,
    /// A header such as X-CID names the other's Call-ID, or both carry the same value of it.
    CallIdHeader,
    /// It replaces a dialog of the other (RFC 3891).
    Replaces,
    /// They carry the same icid-value in P-Charging-Vector (RFC 7315).
    ChargingVector,
    /// The other's REFER asked for it (RFC 3515).
    Refer,
    /// The same numbers within seconds, from the host that the other was waiting for. A guess.
    Guess,
}

impl Joint {
    /// What joined it, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SessionId => "joined by Session-ID",
            Self::CallIdHeader => "joined by a header that names the Call-ID",
            Self::Replaces => "joined by Replaces",
            Self::ChargingVector => "joined by P-Charging-Vector",
            Self::Refer => "joined by REFER",
            Self::Guess => "joined by numbers and time, a guess",
        }
    }

    /// The stable word of JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionId => "session-id",
            Self::CallIdHeader => "call-id-header",
            Self::Replaces => "replaces",
            Self::ChargingVector => "charging-vector",
            Self::Refer => "refer",
            Self::Guess => "guess",
        }
    }

    /// Whether it may be wrong.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Guess)
    }

    /// Whether it is the same attempt to call somebody that goes on, and no new one.
    pub(crate) const fn passes_on(self) -> bool {
        !matches!(self, Self::Replaces | Self::Refer)
    }
}

/// A call's place among the legs that it is one of.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The number of the call that was the first of them to be seen.
    pub of: u64,
    /// Its place among them, from 1, in the order in which they were seen.
    pub number: u32,
    /// What joined it; `None` for the first.
    pub joint: Option<Joint>,
    /// The first of them.
    pub(crate) first: CallId,
    /// The legs as which the host that this one went to passed the call on.
    pub(crate) after: SmallVec<[CallId; 2]>,
    /// All of them, in order; kept with the first.
    pub(crate) all: SmallVec<[CallId; 2]>,
}

impl Leg {
    pub(crate) fn first(id: CallId, number: u64) -> Self {
        Self {
            of: number,
            number: 1,
            joint: None,
            first: id,
            after: SmallVec::new(),
            all: SmallVec::from_slice(&[id]),
        }
    }
}
