//! What is remembered of a dialog beyond its tags.

use sipwhy_parser::Message;

use crate::course::Course;
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::TransactionId;

impl Engine {
    /// A 2xx to an INVITE came again, so its ACK is missing so far. Where it sends the ACK is
    /// read once: healthy calls never come here.
    pub(super) fn note_repeated_answer(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let (from, to) = self.tags(&Ends::of(message));
        let Some(transaction) = self.world.transactions.get_mut(id) else {
            return;
        };
        let call = self.world.calls.get_mut(transaction.call);
        if let Some(dialog) = call.and_then(|call| call.dialog_mut(from, to)) {
            dialog.is_answered_again = true;
        }
        let notes = transaction.notes.get_or_insert_default();
        if notes.course.is_none() {
            notes.course = Some(Box::new(Course::read(message)));
        }
    }
}
