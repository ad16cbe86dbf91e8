//! From the answer to a CANCEL to the INVITE it was for.

use sipwhy_parser::Method;

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::method::MethodName;

impl Engine {
    /// Lets the INVITE know that its CANCEL, where this is one, was taken.
    pub(super) fn note_cancel_taken(&mut self, cancel: TransactionId) {
        let Some(cancel) = self.world.transaction(cancel) else {
            return;
        };
        if cancel.method != MethodName::Known(Method::Cancel) {
            return;
        }
        let Some(answer) = cancel.outcome.filter(|answer| answer.code < 300) else {
            return;
        };
        let reason = cancel.reason(&answer).map(Box::from);
        let invite = self.world.cancelled_by(cancel).map(|(invite, _)| invite);
        if let Some(invite) = invite.and_then(|id| self.world.transactions.get_mut(id)) {
            let notes = invite.notes.get_or_insert_default();
            notes.cancel_taken.get_or_insert(answer);
            if let Some(reason) = reason {
                invite.note_reason(answer.at, reason);
            }
        }
    }
}
