//! Transactions and calls that the engine forgets, for those who tell of them when they are over.

use sipwhy_packet::Timestamp;

use crate::call::Call;
use crate::transaction::Transaction;

/// Something that nothing more is expected of, or that the end of the capture cut off.
///
/// The transactions of a call come before it, and so do annotations about it.
#[derive(Debug)]
pub enum Ended {
    /// A transaction.
    Transaction(EndedTransaction),
    /// A call, or another exchange under one Call-ID.
    Call(EndedCall),
}

/// A transaction that is over, and what call it was of.
#[derive(Debug)]
pub struct EndedTransaction {
    /// The number of its call.
    pub call: u64,
    /// The Call-ID as sent.
    pub call_id: Box<[u8]>,
    /// When its call began.
    pub call_began: Timestamp,
    /// What it came to.
    pub transaction: Box<Transaction>,
    /// When the capture ended, if no final response had come by then.
    pub cut_off: Option<Timestamp>,
}

/// A call that is over.
#[derive(Debug)]
pub struct EndedCall {
    /// What it came to.
    pub call: Box<Call>,
    /// When the capture ended, if a dialog of it had not ended by then.
    pub cut_off: Option<Timestamp>,
}
