//! The six classes of responses.

use crate::data::CLASSES;

/// The class of a response, which its first digit gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 1xx: the request is being worked on.
    Provisional,
    /// 2xx: the request succeeded.
    Success,
    /// 3xx: the request must be tried elsewhere.
    Redirection,
    /// 4xx: this server does not take the request as it stands.
    RequestFailure,
    /// 5xx: the server failed.
    ServerFailure,
    /// 6xx: the request fails wherever it is tried.
    GlobalFailure,
}

/// The words that hold for a whole class.
pub(crate) struct ClassText {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) brief: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) sender: &'static str,
    pub(crate) travels: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) ack: &'static str,
    pub(crate) contact: &'static str,
    pub(crate) next: &'static str,
}

/// The class of `code`, or `None` when it is no response code at all.
#[must_use]
pub fn class_of(code: u16) -> Option<Class> {
    Class::ALL
        .into_iter()
        .find(|class| class.digit() == code / 100)
}

impl Class {
    /// All six, in order.
    pub const ALL: [Self; 6] = [
        Self::Provisional,
        Self::Success,
        Self::Redirection,
        Self::RequestFailure,
        Self::ServerFailure,
        Self::GlobalFailure,
    ];

    /// The first digit of its codes.
    #[must_use]
    pub fn digit(self) -> u16 {
        self as u16 + 1
    }

    /// Its name in RFC 3261: "Provisional" to "Global Failure".
    #[must_use]
    pub fn name(self) -> &'static str {
        self.text().name
    }

    /// The class with its digit: "3xx Redirection".
    #[must_use]
    pub fn label(self) -> String {
        format!("{}xx {}", self.digit(), self.name())
    }

    /// What every response of the class says, as a clause without a full stop.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.text().meaning
    }

    /// Whether a response of the class ends its transaction: all but the provisional ones do.
    #[must_use]
    pub fn is_final(self) -> bool {
        self != Self::Provisional
    }

    /// The code that an unknown one of this class is to be treated as (RFC 3261 §8.1.3.2).
    #[must_use]
    pub fn fallback(self) -> u16 {
        match self {
            Self::Provisional => 183,
            _ => self.digit() * 100,
        }
    }

    pub(crate) fn text(self) -> &'static ClassText {
        &CLASSES[self as usize]
    }
}
