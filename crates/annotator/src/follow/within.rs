//! From a request within a dialog to its place in the dialog: its number, and the way it takes.

use sipwhy_packet::Captured;
use sipwhy_parser::{HeaderName, Message, Method};

use crate::call::Dialog;
use crate::dialog_ends::{DialogEnd, DialogEnds, Numbered, Order};
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::{CallId, TransactionId};
use crate::moment::Moment;
use crate::route_set::RouteSet;
use crate::rules::Step;
use crate::transaction::{State, Transaction};

impl Engine {
    /// Takes in a request whose To has a tag, or a BYE.
    pub(super) fn on_request_within(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        method: Method<'_>,
        ends: &Ends<'_>,
        captured: &Captured<'_>,
    ) {
        let Some(transaction) = self.world.transactions.get(id) else {
            return;
        };
        let call_id = transaction.call;
        let is_first_hop = self.world.parent(transaction).is_none();
        let sent = Numbered {
            transaction: id,
            at: captured.into(),
            cseq: transaction.cseq,
            begins: false,
            method: self.world.keys.short(method.as_bytes()),
            client: transaction.client(),
            vias: transaction.vias,
        };
        let (from, to) = self.tags(ends);
        let Some(call) = self.world.calls.get_mut(call_id) else {
            return;
        };
        let Some(dialog) = call.dialog_mut(from, to) else {
            if method == Method::Bye {
                call.answered_unseen.get_or_insert(captured.into());
            }
            return;
        };
        let is_release = method == Method::Bye && dialog.ended.is_none();
        if is_release {
            dialog.ended = Some(captured.into());
            self.world.dialogs -= 1;
        }
        let (invite, by_caller) = (dialog.invite, dialog.from_tag == from);
        let after = captured.time.since(dialog.confirmed.time);
        let is_told = is_first_hop && ends.cseq.is_some();
        let order = is_told.then(|| dialog.end_mut(from).take_in(sent));
        if is_first_hop {
            dialog.note_refresh(&sent, captured.flow, method, by_caller);
        }
        let timer = dialog.timer.take_if(|_| is_release);
        if is_release {
            self.step(&Step::Released {
                transaction: id,
                invite,
                after,
                by_caller,
                message,
            });
        }
        if let Some(timer) = timer {
            self.step(&Step::TimedRelease {
                transaction: id,
                timer: &timer,
                by_caller,
                message,
            });
        }
        let Some(order) = order else {
            return;
        };
        self.judge_order(call_id, (from, to), sent, order);
        if sent.vias == 1 {
            self.judge_route(call_id, (from, to), message, captured);
        }
    }

    fn judge_order(&mut self, call: CallId, (from, to): (u64, u64), sent: Numbered, order: Order) {
        let newest = match order {
            Order::Rises => return,
            Order::Same(newest) if self.is_used_up(newest, sent) => newest,
            // The same request again: forgotten since, or sent another way (RFC 3263 §4.3).
            Order::Same(_) => return,
            Order::Falls(newest) => newest,
        };
        let call = self.world.calls.get_mut(call);
        let dialog = call.and_then(|call| call.dialog_mut(from, to));
        if dialog.is_some_and(|dialog| dialog.end_mut(from).is_news_of_order()) {
            self.step(&Step::OutOfOrder {
                transaction: sent.transaction,
                newest,
            });
        }
    }

    /// Whether the number was used for a request to the same server that succeeded.
    fn is_used_up(&self, newest: Numbered, sent: Numbered) -> bool {
        let both = (
            self.world.transaction(newest.transaction),
            self.world.transaction(sent.transaction),
        );
        let (Some(earlier), Some(later)) = both else {
            return false;
        };
        let answer = earlier.outcome.as_ref();
        answer.is_some_and(|answer| answer.code < 300)
            && earlier.key != later.key
            && earlier.flow == later.flow
    }

    /// Looks whether a request of an end itself names the proxies that Record-Routed.
    pub(super) fn judge_route(
        &mut self,
        call_id: CallId,
        (from, to): (u64, u64),
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        let call = self.world.calls.get_mut(call_id);
        let Some(dialog) = call.and_then(|call| call.dialog_mut(from, to)) else {
            return;
        };
        let end = dialog.end_mut(from);
        let Some(route) = end.route.as_deref() else {
            return;
        };
        if end.is_route_told
            || route.end != captured.flow.source.ip()
            || captured.missing > 0
            || !message.is_complete()
        {
            return;
        }
        let Some(departure) = route.departure(message) else {
            return;
        };
        // A proxy may stand on the host of that end.
        if message.values(HeaderName::Via).nth(1).is_some() {
            return;
        }
        end.is_route_told = true;
        // Nothing else is judged by it after this.
        if let Some(route) = end.route.take() {
            self.step(&Step::OffRoute {
                call: call_id,
                route: &route,
                departure,
                message,
                captured,
            });
        }
    }

    /// Both ends of a dialog that this INVITE began.
    pub(super) fn ends_of(&self, invite: &Transaction) -> Box<DialogEnds> {
        let first = self.world.first_hop(invite);
        let is_begin = |it: &Transaction| !it.in_dialog && it.request.is_some();
        let begun = is_begin(first)
            .then(|| self.world.by_key(first.key))
            .flatten();
        let caller = begun.map(|transaction| Numbered {
            transaction,
            at: first.began(),
            cseq: first.cseq,
            begins: true,
            method: self.world.keys.short(b"INVITE"),
            client: first.client(),
            vias: first.vias,
        });
        Box::new(DialogEnds {
            caller: DialogEnd::begun_by(caller),
            callee: DialogEnd::default(),
        })
    }

    /// Keeps the way that a 2xx to a new INVITE gives to each end: to the callee on the hop on
    /// which it was seen first, to the caller on the caller's own.
    pub(super) fn note_route_set(
        &mut self,
        id: TransactionId,
        (from, to): (u64, u64),
        message: &Message<'_, '_>,
        at: Moment,
    ) {
        if !message.has(HeaderName::RecordRoute) {
            return;
        }
        let Some(invite) = self.world.transactions.get(id) else {
            return;
        };
        if invite.in_dialog || invite.request.is_none() || invite.state != State::Accepted {
            return;
        }
        // Who Record-Routes is no mere caller, even if there is no Via beside its own.
        let is_callers = invite.vias == 1 && !invite.has_record_route;
        let (flow, client, server) = (invite.flow.reversed(), invite.client(), invite.server());
        let call = self.world.calls.get_mut(invite.call);
        let Some(dialog) = call.and_then(|call| call.dialog_mut(from, to)) else {
            return;
        };
        let Dialog { invite, ends, .. } = dialog;
        if *invite == id && ends.callee.route.is_none() && !ends.callee.is_route_told {
            ends.callee.route = RouteSet::read(message, false, (server, at, flow));
        }
        if is_callers && ends.caller.route.is_none() && !ends.caller.is_route_told {
            ends.caller.route = RouteSet::read(message, true, (client, at, flow));
        }
    }
}
