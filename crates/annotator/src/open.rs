//! How much is going on at the moment.

/// What the engine follows, and what of it is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Transactions remembered; those that are over among them, whose messages may come again.
    pub transactions_held: usize,
    /// Transactions that wait for their final response.
    pub transactions: usize,
    /// Calls and other exchanges under one Call-ID remembered.
    pub calls_held: usize,
    /// Dialogs that a 2xx to an INVITE confirmed and no BYE has ended: calls in progress.
    pub dialogs: usize,
}
