//! From requests to the rate at which their sender sends them.

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::rules::Step;

impl Engine {
    /// Counts a request that its sender made of its own accord: within a dialog a call's length
    /// decides how many there are, and a proxy passes on what others send.
    pub(super) fn note_rate(&mut self, id: TransactionId) {
        let world = &mut self.world;
        let transaction = &world.transactions[id];
        if transaction.in_dialog || transaction.vias > 1 {
            return;
        }
        let hosts = (transaction.client(), transaction.server());
        let now = transaction.last_sent.time;
        let began = world.began.unwrap_or(now);
        let thresholds = &world.config.thresholds;
        if let Some(burst) = world.rates.note(hosts, now, began, thresholds) {
            self.step(&Step::Flooded {
                transaction: id,
                burst,
            });
        }
    }
}
