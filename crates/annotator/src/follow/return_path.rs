//! From the Via of a request to where its answers have to go.

use sipwhy_parser::{Message, Via};

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::rules::Step;

impl Engine {
    /// Notes whether the answers to a request go elsewhere than where it came from. Without
    /// `rport` they go to the address that it came from and to the port that its Via names (RFC
    /// 3261 §18.2.2); with it, to where it came from (RFC 3581 §4).
    pub(super) fn note_return_path(
        &mut self,
        id: TransactionId,
        via: &Via<'_>,
        message: &Message<'_, '_>,
    ) {
        let transaction = &mut self.world.transactions[id];
        if transaction.flow.transport.is_reliable() {
            return;
        }
        let source = transaction.flow.source;
        let is_elsewhere = || {
            via.port.unwrap_or(5060) != source.port()
                || via.ip().is_some_and(|named| named != source.ip())
        };
        if via.rport().is_none() && via.maddr().is_none() && is_elsewhere() {
            transaction.answers_elsewhere = true;
            self.step(&Step::AnswersElsewhere {
                transaction: id,
                message,
            });
        }
    }
}
