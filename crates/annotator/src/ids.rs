//! What things are known by while the engine remembers them.

use slotmap::new_key_type;

new_key_type! {
    /// Identifies a transaction for as long as the engine remembers it.
    pub struct TransactionId;

    /// Identifies a call for as long as the engine remembers it.
    pub struct CallId;

    /// Identifies a redirection for as long as the engine remembers it.
    pub struct RedirectId;
}

/// A rule's place in [`crate::RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleIndex(pub(crate) u8);
