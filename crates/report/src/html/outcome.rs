//! How a call went, in a word.

/// How a call, or another exchange under one Call-ID, went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// An INVITE was answered with 2xx.
    Answered,
    /// The callee is busy, away or does not want to: 480, 486, 600, 603.
    Declined,
    /// Sent elsewhere, and nothing came of it here.
    Redirected,
    /// The caller gave up: 487.
    Cancelled,
    /// Any other refusal of an INVITE.
    Failed,
    /// No final response to the INVITE is in the capture.
    Unanswered,
    /// A request other than INVITE was accepted.
    Accepted,
    /// It was refused.
    Refused,
    /// It has no final response in the capture.
    NoResponse,
}

impl Outcome {
    /// What came of it: by the newest final response to an INVITE, or to any request of an
    /// exchange without one.
    pub(super) const fn of(is_call: bool, code: Option<u16>) -> Self {
        match (is_call, code) {
            (true, None) => Self::Unanswered,
            (true, Some(200..=299)) => Self::Answered,
            (true, Some(300..=399)) => Self::Redirected,
            (true, Some(480 | 486 | 600 | 603)) => Self::Declined,
            (true, Some(487)) => Self::Cancelled,
            (true, Some(_)) => Self::Failed,
            (false, None) => Self::NoResponse,
            (false, Some(200..=299)) => Self::Accepted,
            (false, Some(_)) => Self::Refused,
        }
    }

    /// A word for scripts and style sheets.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Redirected => "redirected",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NoResponse => "no-response",
        }
    }

    /// The same for people.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Answered => "Answered",
            Self::Declined => "Busy or declined",
            Self::Redirected => "Redirected",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
            Self::Unanswered => "Without a final response",
            Self::Accepted => "Not a call: accepted",
            Self::Refused => "Not a call: refused",
            Self::NoResponse => "Not a call: without a response",
        }
    }
}
