//! What comes of an attempt at a record.

use crate::Reason;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It is open; this is the type of its content.
    Content(u8),
    /// Its key is not there.
    Wait,
    /// It does not open.
    Failed(Reason),
}
