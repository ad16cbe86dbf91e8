//! Which way media flow (RFC 3264 §5.1, RFC 8866 §6.7).

use crate::piece::Piece;

/// The direction of a stream, as seen by who wrote the description.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// Both ways, which is meant too where nothing is said.
    #[default]
    SendRecv,
    /// The writer only sends: hold, as it is done today.
    SendOnly,
    /// The writer only receives.
    RecvOnly,
    /// Neither way.
    Inactive,
}

impl Direction {
    /// The direction that an attribute of this name says.
    pub(super) fn named(name: Piece<'_>) -> Option<Self> {
        [
            Self::SendRecv,
            Self::SendOnly,
            Self::RecvOnly,
            Self::Inactive,
        ]
        .into_iter()
        .find(|direction| name.is(direction.name()))
    }

    pub(super) const fn from_flows(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// The attribute's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// Whether the writer sends.
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the writer receives.
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// Whether `answer` may be given to an offer of this (RFC 3264 §6.1): it does nothing that
    /// the offer leaves no room for.
    pub const fn allows_answer(self, answer: Self) -> bool {
        (self.receives() || !answer.sends()) && (self.sends() || !answer.receives())
    }
}
