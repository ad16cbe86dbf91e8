//! What is remembered, for how long, and what goes when a table is full.

use sipwhy_packet::Timestamp;
use sipwhy_parser::Message;

use super::kept;
use crate::call::Call;
use crate::ended::{Ended, EndedCall, EndedTransaction};
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::{CallId, TransactionId};
use crate::key::Key;
use crate::moment::Moment;
use crate::timers::Timer;
use crate::transaction::Transaction;

impl Engine {
    /// Enters a transaction in the tables, giving up the oldest where they are full.
    pub(super) fn insert(&mut self, mut transaction: Transaction) -> TransactionId {
        let key = transaction.key;
        let call = transaction.call;
        if let Some(known) = self.world.by_key(key) {
            // Responses came first; keep what they told.
            let earlier = &mut self.world.transactions[known];
            transaction.state = earlier.state;
            transaction.first_response = earlier.first_response;
            transaction.trying = earlier.trying.take();
            transaction.progress = earlier.progress.take();
            transaction.outcome = earlier.outcome.take();
            transaction.notes = earlier.notes.take();
            transaction.auth = earlier.auth.take();
            transaction.negotiation = earlier.negotiation.take();
            *earlier = transaction;
            self.note_standing(known);
            return known;
        }
        while self.world.transactions.len() >= self.world.config.limits.transactions.max(1) {
            let Some(oldest) = self.world.oldest_transactions.pop_front() else {
                break;
            };
            if self.world.transactions.contains_key(oldest) {
                self.counters.transactions_evicted += 1;
                self.remove_transaction(oldest, None);
            }
        }
        let first_look = transaction.first_look();
        let standing = transaction.standing();
        let id = self.world.transactions.insert(transaction);
        let world = &mut self.world;
        world.standings.insert(id, standing);
        world.pending += usize::from(!standing.is_over);
        world.by_key.insert(&world.transactions, key, id);
        self.world.oldest_transactions.push_back(id);
        self.drop_stale_order();
        if let Some(call) = self.world.calls.get_mut(call) {
            if call.transactions.len() < self.world.config.limits.per_call {
                call.transactions.push(id);
            } else {
                self.counters.transactions_apart += 1;
            }
        }
        self.counters.transactions += 1;
        self.timers.set(first_look, Timer::Transaction(id));
        id
    }

    /// A transaction has moved on.
    pub(super) fn note_standing(&mut self, id: TransactionId) {
        let world = &mut self.world;
        if let (Some(transaction), Some(standing)) =
            (world.transactions.get(id), world.standings.get_mut(id))
        {
            let before = std::mem::replace(standing, transaction.standing());
            world.pending -= usize::from(!before.is_over);
            world.pending += usize::from(!standing.is_over);
        }
    }

    fn forget_standing(&mut self, id: TransactionId) {
        if let Some(standing) = self.world.standings.remove(id) {
            self.world.pending -= usize::from(!standing.is_over);
        }
    }

    /// The order of insertion holds identifiers of what is long forgotten; now and then they are
    /// swept out, at a cost that is constant for each insertion.
    fn drop_stale_order(&mut self) {
        let world = &mut self.world;
        if world.oldest_transactions.len() > 2 * world.transactions.len() + 1024 {
            world
                .oldest_transactions
                .retain(|id| world.transactions.contains_key(*id));
        }
        if world.oldest_calls.len() > 2 * world.calls.len() + 1024 {
            world
                .oldest_calls
                .retain(|id| world.calls.contains_key(*id));
        }
    }

    /// The call that a message belongs to; a new one when its Call-ID is new.
    pub(super) fn call_of(
        &mut self,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
        at: Moment,
        invite: bool,
    ) -> CallId {
        let call_id = message.call_id().unwrap_or_default();
        let key = self.world.keys.of(call_id);
        let id = match self.world.by_call_id(key) {
            Some(id) => id,
            None => self.add_call(ends, key, call_id, at),
        };
        let call = &mut self.world.calls[id];
        call.newest = call.newest.max(at.time);
        if invite && !call.invited {
            call.invited = true;
            self.counters.calls += 1;
        }
        id
    }

    fn add_call(&mut self, ends: &Ends<'_>, key: Key, call_id: &[u8], at: Moment) -> CallId {
        while self.world.calls.len() >= self.world.config.limits.calls.max(1) {
            let Some(oldest) = self.world.oldest_calls.pop_front() else {
                break;
            };
            if self.world.calls.contains_key(oldest) {
                self.counters.calls_evicted += 1;
                self.remove_call(oldest, None);
            }
        }
        self.world.calls_seen += 1;
        let limit = self.world.config.limits.text;
        let from = kept(ends.from.map(|from| from.uri).unwrap_or_default(), limit);
        let to = kept(ends.to.map(|to| to.uri).unwrap_or_default(), limit);
        let call_id = kept(call_id, limit);
        let call = Call::new(key, self.world.calls_seen, at, call_id, from, to);
        let id = self.world.calls.insert(call);
        let world = &mut self.world;
        world.by_call_id.insert(&world.calls, key, id);
        self.world.oldest_calls.push_back(id);
        id
    }

    pub(crate) fn expire_transaction(&mut self, id: TransactionId, due: Timestamp) {
        let Some(standing) = self.world.standings.get(id) else {
            return;
        };
        if !standing.may_go_at(due) {
            if let Some(next) = standing.next_look() {
                self.timers.set(next, Timer::Transaction(id));
            }
            return;
        }
        self.settle_onward(id);
        self.measure_silence(id);
        self.remove_transaction(id, None);
    }

    fn remove_transaction(&mut self, id: TransactionId, cut_off: Option<Timestamp>) {
        let Some(transaction) = self.world.transactions.remove(id) else {
            return;
        };
        self.forget_standing(id);
        self.world.by_key.remove(transaction.key, id);
        let call_id = transaction.call;
        let Some(call) = self.world.calls.get_mut(call_id) else {
            return;
        };
        call.transactions.retain(|other| *other != id);
        let is_over = call.is_over();
        if let Some(ended) = &mut self.outbox.ended {
            ended.push_back(ended_transaction(call, transaction, cut_off));
        }
        if is_over {
            self.remove_call(call_id, cut_off);
        }
    }

    /// Forgets the calls that nothing was heard of for long: the far end went away without BYE, or
    /// out of view. One deadline is for all; one each would wait half a day for calls long over.
    pub(crate) fn expire_calls(&mut self, due: Timestamp) {
        let idle = self.world.config.limits.idle_call;
        let mut gone = Vec::new();
        let mut earliest: Option<Timestamp> = None;
        for (id, call) in &self.world.calls {
            let expires = call.newest + idle;
            if expires <= due {
                gone.push(id);
            } else {
                earliest = Timestamp::earliest(earliest, Some(expires));
            }
        }
        for id in gone {
            self.remove_call(id, None);
        }
        self.world.idle_timer = earliest.is_some();
        if let Some(earliest) = earliest {
            // Not too soon again, however many there are.
            let next = earliest.max(due + idle / 16);
            self.timers.set(next, Timer::IdleCalls);
        }
    }

    fn remove_call(&mut self, id: CallId, cut_off: Option<Timestamp>) {
        let Some(call) = self.world.calls.remove(id) else {
            return;
        };
        self.world.by_call_id.remove(call.key, id);
        let open = call.dialogs.iter().filter(|dialog| dialog.ended.is_none());
        self.world.dialogs -= open.count();
        for transaction in &call.transactions {
            if let Some(gone) = self.world.transactions.remove(*transaction) {
                self.world.by_key.remove(gone.key, *transaction);
                self.forget_standing(*transaction);
                if let Some(ended) = &mut self.outbox.ended {
                    ended.push_back(ended_transaction(&call, gone, cut_off));
                }
            }
        }
        if let Some(ended) = &mut self.outbox.ended {
            let goes_on = call.dialogs.iter().any(|dialog| dialog.ended.is_none());
            let cut_off = cut_off.filter(|_| goes_on);
            let call = Box::new(call);
            ended.push_back(Ended::Call(EndedCall { call, cut_off }));
        }
    }

    /// Hands out what is still open, in the order in which it began.
    pub(crate) fn end_all(&mut self, now: Timestamp) {
        let began =
            |(id, it): (TransactionId, &Transaction)| (it.began().time, it.began().frame(), id);
        let mut transactions: Vec<_> = self.world.transactions.iter().map(began).collect();
        transactions.sort_unstable();
        for (.., id) in transactions {
            self.remove_transaction(id, Some(now));
        }
        let calls = self.world.calls.iter();
        let mut calls: Vec<_> = calls.map(|(id, call)| (call.number, id)).collect();
        calls.sort_unstable();
        for (_, id) in calls {
            self.remove_call(id, Some(now));
        }
    }
}

fn ended_transaction(call: &Call, transaction: Transaction, cut_off: Option<Timestamp>) -> Ended {
    // What is over is over, whenever it is told.
    let cut_off = cut_off.filter(|_| transaction.is_pending());
    Ended::Transaction(EndedTransaction {
        call: call.number,
        call_id: call.call_id().into(),
        call_began: call.began.time,
        transaction: Box::new(transaction),
        cut_off,
    })
}
