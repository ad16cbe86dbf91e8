//! What comes of an attempt at a record.

use crate::Reason;
use crate::opener::Unsealed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It is open; this is the type of its content.
    Content(u8),
    /// Its key is not there.
    Wait,
    /// It does not open.
    Failed(Reason),
}

impl From<Unsealed> for Opened {
    fn from(unsealed: Unsealed) -> Self {
        match unsealed {
            Unsealed::Content(kind) => Self::Content(kind),
            Unsealed::Unreadable => Self::Failed(Reason::Hole),
        }
    }
}
