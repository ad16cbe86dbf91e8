//! From refusals that ask for something else to what is remembered of them.

use sipwhy_parser::Message;

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::refusal::Refusal;
use crate::rules::Step;

impl Engine {
    /// Keeps what a refusal names that the next try must do without, or bring along.
    pub(super) fn note_refusal(&mut self, id: TransactionId, code: u16, message: &Message<'_, '_>) {
        if let Some(refusal) = Refusal::read(code, message)
            && let Some(transaction) = self.world.transactions.get_mut(id)
        {
            transaction.notes.get_or_insert_default().refusal = Some(Box::new(refusal));
        }
    }

    /// Tells of an INVITE that is the next try of one that was refused for what it needs.
    pub(super) fn note_repair(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let call = self.world.call(self.world.transactions[id].call);
        if call.is_none_or(|call| call.repairs.is_empty()) {
            return;
        }
        let refused = self.world.refused_before(id).next();
        if let Some(refused) = refused.map(|(refused, _)| refused) {
            self.step(&Step::RepairSent {
                transaction: id,
                refused,
                message,
            });
        }
    }
}
