//! From Retry-After to the requests that come too soon all the same.

use sipwhy_parser::{HeaderName, Message, Method};

use crate::config::T1;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::pauses::{Pause, Refused};
use crate::rules::Step;
use crate::transaction::Transaction;
use crate::world::World;

impl Engine {
    /// Keeps for how long a response asks to be left alone.
    pub(super) fn note_pause(&mut self, id: TransactionId, code: u16, message: &Message<'_, '_>) {
        if !matches!(code, 480 | 486 | 500 | 503) {
            return;
        }
        let Some(seconds) = message.seconds(HeaderName::RetryAfter) else {
            return;
        };
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        let (Some(answer), Some(_)) = (transaction.outcome, transaction.request) else {
            return;
        };
        // Of a request within a dialog it says nothing about others.
        if transaction.in_dialog {
            return;
        }
        let refused = match code {
            503 => Refused::All,
            _ => same_request(world, transaction),
        };
        let pause = Pause::new(answer.at, seconds, code);
        world.pauses.begin(transaction.flow, refused, pause);
    }

    /// Tells of a request that comes before its server wanted it. Only those count that a client
    /// is free to send later, or elsewhere; by OPTIONS it may ask whether the server is back.
    pub(super) fn note_haste(&mut self, id: TransactionId) {
        let now = self.world.now;
        if !self.world.pauses.may_hold(now) {
            return;
        }
        let Some(transaction) = self.world.transactions.get(id) else {
            return;
        };
        let is_free = !transaction.in_dialog
            && !matches!(
                transaction.method,
                MethodName::Known(
                    Method::Options | Method::Ack | Method::Cancel | Method::Bye | Method::Prack
                )
            );
        if !is_free {
            return;
        }
        let (flow, call) = (transaction.flow, transaction.call);
        let same = same_request(&self.world, transaction);
        // What a proxy passes on too soon came to it too soon: that is told.
        let parent = self.world.parent(transaction);
        let before = parent.map(|parent| (parent.flow, same_request(&self.world, parent)));
        if let Some((flow, same)) = before
            && self.world.pauses.ignored(flow, same, now, T1).is_some()
        {
            return;
        }
        let Some(pause) = self.world.pauses.ignored(flow, same, now, T1) else {
            return;
        };
        pause.early = pause.early.saturating_add(1);
        pause.call.get_or_insert(call);
        let outbox = &mut self.outbox;
        pause.finding.get_or_insert_with(|| outbox.next_finding());
        let pause = *pause;
        self.step(&Step::SentTooSoon {
            transaction: id,
            pause: &pause,
        });
    }
}

/// What stands for a request that is tried again.
fn same_request(world: &World, transaction: &Transaction) -> Refused {
    let method = transaction.method.to_string();
    let text = [method.as_bytes(), b" ", &transaction.uri[..]].concat();
    Refused::Request(world.keys.short(&text))
}
