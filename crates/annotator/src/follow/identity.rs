//! From the Identity headers of a request to what is remembered of them.

use sipwhy_parser::{HeaderName, Message};

use crate::engine::Engine;
use crate::identity;
use crate::ids::TransactionId;
use crate::rules::Step;

impl Engine {
    /// Keeps what a request claims of its caller, where it has an Identity header.
    pub(super) fn note_identity(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        if !message.has(HeaderName::Identity) {
            return;
        }
        let (claims, refused) = identity::read(message);
        self.counters.credentials_refused += refused;
        if let Some(transaction) = self.world.transactions.get_mut(id) {
            transaction.notes.get_or_insert_default().identity = Some(claims.into_boxed_slice());
        }
        self.step(&Step::IdentityClaimed(id));
    }
}
