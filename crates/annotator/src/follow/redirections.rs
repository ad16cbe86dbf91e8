//! From a redirection to the request that answers it.

use sipwhy_packet::Captured;
use sipwhy_parser::Message;

use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::moves::{Move, holds_until};
use crate::redirect::{Conduct, Fault, Progress, Redirect};
use crate::rules::Step;
use crate::timers::Timer;

impl Engine {
    pub(super) fn on_redirection(
        &mut self,
        id: TransactionId,
        code: u16,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        let transaction = &self.world.transactions[id];
        let (Some(call), Some(call_ref)) = (
            self.world.calls.get(transaction.call),
            self.world.call_ref(transaction.call),
        ) else {
            return;
        };
        let at = Moment::from(captured);
        let ended = (id, transaction);
        let mut redirect =
            Redirect::read(message, captured.missing, ended, (call, call_ref), code, at);
        // The server may have merely passed on what one of its own servers said.
        redirect.relayed_from = self
            .world
            .children(transaction)
            .filter_map(|(_, child)| child.redirect)
            .find(|child| {
                self.world
                    .redirect(*child)
                    .is_some_and(|it| it.code == code)
            });
        let sender = redirect
            .relayed_from
            .and_then(|origin| self.world.redirect(origin))
            .map_or(redirect.flow, |origin| origin.flow);
        if redirect.fault.is_none() && redirect.names_sender(&sender, &self.world.names) {
            redirect.fault = Some(Fault::NamesSender);
        }
        if code == 301 && redirect.fault.is_none() {
            self.note_move(&mut redirect, message);
        }
        let origin = redirect.relayed_from;
        let wait = self.world.config.thresholds.redirect_abandoned;
        let Some(redirect) = self.world.redirects.add(redirect) else {
            return;
        };
        self.world.transactions[id].redirect = Some(redirect);
        if let Some(origin) = origin.and_then(|origin| self.world.redirects.get_mut(origin))
            && origin.state == Progress::Waiting
        {
            origin.state = Progress::Relayed;
        }
        self.timers.set(at.time + wait, Timer::Redirect(redirect));
        self.step(&Step::Redirected(redirect));
    }

    /// Keeps what a caller is told has moved for good, and finds what it had been told before. A
    /// proxy asks for others, and a retry belongs to the call that it retries.
    fn note_move(&mut self, redirect: &mut Redirect, message: &Message<'_, '_>) {
        if redirect.client_is_proxy || redirect.request.is_none() || redirect.follows.is_some() {
            return;
        }
        let keys = &self.world.keys;
        let told = (
            redirect.client(),
            keys.of(redirect.call.from.as_bytes()),
            keys.of(&redirect.uri),
        );
        let moved = Move {
            at: redirect.at,
            call: redirect.call.number,
            until: holds_until(message, redirect.at.time),
            evidence: self.world.redirect_evidence(redirect, "told then"),
        };
        redirect.forgotten = self.world.moves.note(told, moved).map(Box::new);
    }

    /// A final response came again. If the request had come again in between, the client never
    /// saw the redirection the first time, and it counts from now.
    pub(super) fn renew_redirection(&mut self, id: TransactionId, at: Moment) {
        let Some(transaction) = self.world.transactions.get(id) else {
            return;
        };
        let sent_again = transaction.last_sent.time;
        let redirect = transaction
            .redirect
            .and_then(|id| self.world.redirects.get_mut(id));
        if let Some(redirect) = redirect
            && redirect.state == Progress::Waiting
            && sent_again > redirect.at.time
        {
            redirect.at = at;
        }
    }

    /// Matches a new request against the redirections its client was given.
    pub(super) fn answer_redirect(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
    ) {
        if self.world.redirects.is_empty() {
            return;
        }
        let transaction = &self.world.transactions[id];
        let Some(call) = self.world.calls.get(transaction.call) else {
            return;
        };
        let thresholds = &self.world.config.thresholds;
        let Some(redirect) =
            self.world
                .redirects
                .answered_by(transaction, (call, ends), thresholds)
        else {
            self.go_on(id);
            return;
        };
        // The redirected request itself, repeated: where it is first seen after its answer, the
        // client sent it before it had that, or did not get it.
        let is_repeated = self
            .world
            .redirect(redirect)
            .and_then(|redirect| self.world.transaction(redirect.transaction))
            .is_some_and(|redirected| redirected.key == transaction.key);
        if is_repeated {
            return;
        }
        let route = message.routes().next().map(|route| route.uri);
        let retry = (id, transaction);
        let judged = self
            .world
            .redirects
            .judge(redirect, retry, route, &self.world.names);
        self.world.transactions[id].follows = Some(redirect);
        if let Some(judgement) = judged {
            self.step(&Step::Retried(redirect, &judgement));
        }
    }

    /// Joins a further try to the redirection that the try before it obeyed: with the credentials
    /// that the place asked for, or at the next of several places.
    fn go_on(&mut self, id: TransactionId) {
        /// Transactions of the call that are looked at, the newest.
        const LOOK_BACK: usize = 16;
        let world = &mut self.world;
        let Some(further) = world.transactions.get(id) else {
            return;
        };
        let Some(call) = world.calls.get(further.call) else {
            return;
        };
        let newest = call.transactions.iter().rev().take(LOOK_BACK);
        let mut before = newest.filter_map(|other| world.transactions.get(*other));
        let followed = before.find_map(|before| {
            let id = before.follows?;
            let redirect = world.redirects.get(id)?;
            let is_obeyed = matches!(redirect.conduct, Some(Conduct::Obeyed(_)));
            let is_same_errand = (&before.method, before.client(), before.in_dialog)
                == (&further.method, further.client(), further.in_dialog)
                && before.cseq < further.cseq;
            let is_refused = before.outcome.as_ref().is_none_or(|it| it.code >= 300);
            let goes_there = || {
                before.flow.destination == further.flow.destination
                    || redirect.is_reached_by(&further.flow, &world.names)
            };
            let goes_on = is_obeyed && is_same_errand && is_refused && goes_there();
            goes_on.then_some(id)
        });
        world.transactions[id].follows = followed;
    }

    /// Judges a retry by what its next hop made of it.
    pub(super) fn judge_onward(&mut self, retry: TransactionId, onward: TransactionId) {
        let world = &mut self.world;
        let (Some(request), Some(sent_on)) = (
            world.transactions.get(retry),
            world.transactions.get(onward),
        ) else {
            return;
        };
        let Some(redirect) = request.follows else {
            return;
        };
        let names = &world.names;
        let judged =
            world
                .redirects
                .judge_onward(redirect, (retry, request), (onward, sent_on), names);
        if let Some(judgement) = judged {
            self.step(&Step::Retried(redirect, &judgement));
        }
    }

    /// The retry has its final answer, or the capture ends: if its next hop was to decide and
    /// sent nothing on in view, that stays open.
    pub(crate) fn settle_onward(&mut self, retry: TransactionId) {
        let Some(request) = self.world.transactions.get(retry) else {
            return;
        };
        let Some(redirect) = request.follows else {
            return;
        };
        if let Some(judgement) = self
            .world
            .redirects
            .give_up_onward(redirect, (retry, request))
        {
            self.step(&Step::Retried(redirect, &judgement));
        }
    }
}
