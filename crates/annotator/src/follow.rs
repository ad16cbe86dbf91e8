//! How the engine follows messages: from a request or response to the step its transaction takes.

use std::net::IpAddr;

use sipwhy_packet::{Captured, Flow, Timestamp};
use sipwhy_parser::{HeaderName, Message, Method, Via};
use smallvec::SmallVec;

use crate::call::{Call, CallId, Dialog};
use crate::config::TIMEOUT;
use crate::engine::{Engine, Part, Seen};
use crate::key::Key;
use crate::moment::Moment;
use crate::redirect::{Fault, Progress, Redirect};
use crate::rules::Step;
use crate::timers::Timer;
use crate::transaction::{Received, Sighting, State, Transaction, TransactionId, TryingMarks};

/// What a request tells of itself through its Via headers.
struct ViaStack {
    /// The transaction at the hop before, when a proxy passed the request on.
    parent: Option<Key>,
    count: u16,
}

impl Engine {
    pub(crate) fn on_request(
        &mut self,
        message: &Message<'_, '_>,
        method: Method<'_>,
        uri: &[u8],
        captured: &Captured<'_>,
    ) -> Seen {
        let Some(via) = message.top_via() else {
            return self.unmatched();
        };
        let key = self
            .world
            .keys
            .transaction(message, &via, method.as_bytes());
        if let Some(id) = self.world.by_key.get(&key).copied() {
            let known = &self.world.transactions[id];
            if known.request.is_some() {
                return self.on_repeated_request(id, captured);
            }
        }
        self.world
            .vantage
            .note_received(captured.flow.destination.ip());
        let id = self.begin(message, method, uri, key, captured);
        self.answer_redirect(id, message);
        if method == Method::Cancel {
            let invite = self.world.keys.transaction(message, &via, b"INVITE");
            self.on_cancel(invite, captured);
        }
        if method == Method::Bye {
            self.on_bye(id, message, captured);
        }
        self.step(&Step::RequestSent(id));
        Seen {
            transaction: Some(id),
            part: Part::New,
        }
    }

    fn on_repeated_request(&mut self, id: TransactionId, captured: &Captured<'_>) -> Seen {
        let window = self.world.config.thresholds.copy_window;
        let sighting = Sighting {
            time: captured.time,
            mark: captured.mark,
        };
        let transaction = &mut self.world.transactions[id];
        let is_copy = transaction.flow != captured.flow
            || is_copy(&transaction.request_sighting, &sighting, window);
        if is_copy {
            self.counters.copies += 1;
            return Seen {
                transaction: Some(id),
                part: Part::Copy,
            };
        }
        transaction.request_sighting = sighting;
        transaction.retransmissions += 1;
        transaction.last_sent = captured.into();
        self.counters.request_retransmissions += 1;
        self.step(&Step::RequestRepeated(id));
        Seen {
            transaction: Some(id),
            part: Part::Retransmission,
        }
    }

    /// Takes in a new transaction, or completes one that was known by its responses alone.
    fn begin(
        &mut self,
        message: &Message<'_, '_>,
        method: Method<'_>,
        uri: &[u8],
        key: Key,
        captured: &Captured<'_>,
    ) -> TransactionId {
        let at = Moment::from(captured);
        let stack = self.via_stack(message, key, method.as_bytes());
        let call = self.call_of(message, at, method == Method::Invite);
        let parent = stack
            .parent
            .and_then(|parent| self.world.by_key.get(&parent).copied());
        let sighting = Sighting {
            time: captured.time,
            mark: captured.mark,
        };
        let transaction = Transaction {
            key,
            call,
            method: method.into(),
            flow: captured.flow,
            request: Some(at),
            uri: uri.into(),
            cseq: message.cseq().map_or(0, |cseq| cseq.number),
            vias: stack.count,
            in_dialog: message.to().is_some_and(|to| to.tag().is_some()),
            has_credentials: message.header(HeaderName::Authorization).is_some()
                || message.header(HeaderName::ProxyAuthorization).is_some(),
            state: State::Calling,
            retransmissions: 0,
            last_sent: at,
            request_sighting: sighting,
            first_response: None,
            trying: None,
            trying_marks: TryingMarks::default(),
            progress: None,
            outcome: None,
            outcome_repeats: 0,
            response_sighting: None,
            stray: None,
            acked: None,
            cancelled: None,
            parent,
            children: SmallVec::new(),
            follows: None,
            redirect: None,
            said: Vec::new(),
            kept_lines: Vec::new(),
            expires: captured.time + TIMEOUT + TIMEOUT,
        };
        let id = self.insert(transaction);
        if let Some(parent) = parent {
            self.chain(parent, id);
        }
        id
    }

    /// Enters a transaction in the tables, giving up the oldest where they are full.
    fn insert(&mut self, mut transaction: Transaction) -> TransactionId {
        let key = transaction.key;
        let call = transaction.call;
        if let Some(known) = self.world.by_key.get(&key).copied() {
            // Responses came first; keep what they told.
            let earlier = &mut self.world.transactions[known];
            transaction.state = earlier.state;
            transaction.first_response = earlier.first_response;
            transaction.trying = earlier.trying.take();
            transaction.progress = earlier.progress.take();
            transaction.outcome = earlier.outcome.take();
            transaction.said = std::mem::take(&mut earlier.said);
            *earlier = transaction;
            return known;
        }
        while self.world.transactions.len() >= self.world.config.limits.transactions.max(1) {
            let Some(oldest) = self.world.oldest_transactions.pop_front() else {
                break;
            };
            if self.world.transactions.contains_key(oldest) {
                self.counters.transactions_evicted += 1;
                self.remove_transaction(oldest);
            }
        }
        let expires = transaction.expires;
        let id = self.world.transactions.insert(transaction);
        self.world.by_key.insert(key, id);
        self.world.oldest_transactions.push_back(id);
        self.drop_stale_order();
        if let Some(call) = self.world.calls.get_mut(call) {
            call.transactions.push(id);
        }
        self.counters.transactions += 1;
        self.timers.set(expires, Timer::Transaction(id));
        id
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

    /// Joins a request to the one of the hop before, whose server passed it on.
    fn chain(&mut self, parent: TransactionId, child: TransactionId) {
        let limit = self.world.config.limits.branches;
        let proxy = self.world.transactions[child].client();
        let upstream = &mut self.world.transactions[parent];
        if parent == child {
            return;
        }
        if upstream.children.len() >= limit {
            self.counters.branches_refused += 1;
            return;
        }
        upstream.children.push(child);
        if upstream.server() == proxy {
            self.world.vantage.note_forwarded(proxy);
        }
        self.judge_onward(parent, child);
    }

    fn via_stack(&self, message: &Message<'_, '_>, key: Key, method: &[u8]) -> ViaStack {
        let mut parent = None;
        let mut count = 0_u16;
        for value in message.values(HeaderName::Via) {
            count = count.saturating_add(1);
            if count == 2 {
                let via = Via::parse(value);
                parent = via.map(|via| self.world.keys.transaction(message, &via, method));
            }
        }
        ViaStack {
            parent: parent.filter(|parent| *parent != key),
            count,
        }
    }

    /// The call that a message belongs to; a new one when its Call-ID is new.
    fn call_of(&mut self, message: &Message<'_, '_>, at: Moment, invite: bool) -> CallId {
        let call_id = message.call_id().unwrap_or_default();
        let key = self.world.keys.of(call_id);
        let id = match self.world.by_call_id.get(&key) {
            Some(id) => *id,
            None => self.add_call(message, key, call_id, at),
        };
        let call = &mut self.world.calls[id];
        call.newest = call.newest.max(at.time);
        if invite && !call.invited {
            call.invited = true;
            self.counters.calls += 1;
        }
        id
    }

    fn add_call(
        &mut self,
        message: &Message<'_, '_>,
        key: Key,
        call_id: &[u8],
        at: Moment,
    ) -> CallId {
        while self.world.calls.len() >= self.world.config.limits.calls.max(1) {
            let Some(oldest) = self.world.oldest_calls.pop_front() else {
                break;
            };
            if self.world.calls.contains_key(oldest) {
                self.counters.calls_evicted += 1;
                self.remove_call(oldest);
            }
        }
        self.world.calls_seen += 1;
        let from = message.from().map(|from| from.uri).unwrap_or_default();
        let to = message.to().map(|to| to.uri).unwrap_or_default();
        let call = Call::new(key, self.world.calls_seen, at, call_id, from, to);
        let id = self.world.calls.insert(call);
        self.world.by_call_id.insert(key, id);
        self.world.oldest_calls.push_back(id);
        id
    }

    pub(crate) fn on_ack(&mut self, message: &Message<'_, '_>, captured: &Captured<'_>) -> Seen {
        let Some(via) = message.top_via() else {
            return self.unmatched();
        };
        let key = self.world.keys.transaction(message, &via, b"INVITE");
        if let Some(id) = self.world.by_key.get(&key).copied() {
            let transaction = &mut self.world.transactions[id];
            let part = if transaction.acked.is_some() {
                Part::Retransmission
            } else {
                Part::New
            };
            transaction.acked.get_or_insert(captured.into());
            if transaction.state != State::Accepted {
                return Seen {
                    transaction: Some(id),
                    part,
                };
            }
        }
        // An ACK to a 2xx is a transaction of its own, which no response answers: it confirms
        // the dialog end to end (RFC 3261 §13.2.2.4).
        let (from, to) = self.tags(message);
        let call_key = self.world.keys.of(message.call_id().unwrap_or_default());
        let call = self.world.by_call_id.get(&call_key).copied();
        let dialog = call
            .and_then(|call| self.world.calls.get_mut(call))
            .and_then(|call| call.dialog_mut(from, to));
        match dialog {
            Some(dialog) => {
                dialog.acked.get_or_insert(captured.into());
                Seen {
                    transaction: None,
                    part: Part::New,
                }
            }
            None => self.unmatched(),
        }
    }

    fn on_bye(&mut self, id: TransactionId, message: &Message<'_, '_>, captured: &Captured<'_>) {
        let (from, to) = self.tags(message);
        let call = self.world.transactions[id].call;
        if let Some(dialog) = self
            .world
            .calls
            .get_mut(call)
            .and_then(|call| call.dialog_mut(from, to))
        {
            dialog.ended.get_or_insert(captured.into());
        }
    }

    fn on_cancel(&mut self, invite: Key, captured: &Captured<'_>) {
        let Some(id) = self.world.by_key.get(&invite).copied() else {
            return;
        };
        let transaction = &mut self.world.transactions[id];
        if transaction.cancelled.is_none() {
            transaction.cancelled = Some(captured.into());
            self.step(&Step::Cancelled(id));
        }
    }

    fn tags(&self, message: &Message<'_, '_>) -> (u64, u64) {
        let short = |tag: Option<&[u8]>| self.world.keys.short(tag.unwrap_or_default());
        let from = message.from().and_then(|from| from.tag());
        let to = message.to().and_then(|to| to.tag());
        (short(from), short(to))
    }

    pub(crate) fn on_response(
        &mut self,
        message: &Message<'_, '_>,
        code: u16,
        reason: &[u8],
        captured: &Captured<'_>,
    ) -> Seen {
        let (Some(via), Some(cseq)) = (message.top_via(), message.cseq()) else {
            return self.unmatched();
        };
        let key = self
            .world
            .keys
            .transaction(message, &via, cseq.method.as_bytes());
        let id = match self.world.by_key.get(&key).copied() {
            Some(id) => id,
            None => match self.begin_from_response(message, code, cseq.method, key, captured) {
                Some(id) => id,
                None => return self.unmatched(),
            },
        };
        let received = Received {
            at: captured.into(),
            code,
            reason: unusual_reason(code, reason),
        };
        let window = self.world.config.thresholds.copy_window;
        let sighting = Sighting {
            time: captured.time,
            mark: captured.mark,
        };
        let transaction = &mut self.world.transactions[id];
        if !reaches_client(transaction, &captured.flow, &via) {
            transaction
                .stray
                .get_or_insert_with(|| Box::new((received, captured.flow)));
            return Seen {
                transaction: Some(id),
                part: Part::Stray,
            };
        }
        if let Some((last, earlier)) = &transaction.response_sighting
            && *last == code
            && is_copy(earlier, &sighting, window)
        {
            self.counters.copies += 1;
            return Seen {
                transaction: Some(id),
                part: Part::Copy,
            };
        }
        transaction.response_sighting = Some((code, sighting));
        let is_first = transaction.first_response.is_none();
        if is_first {
            // Later ones of the same transaction show nothing new of the client.
            self.world
                .vantage
                .note_received(captured.flow.destination.ip());
        }
        let part = if code < 200 {
            self.on_provisional(id, received, message)
        } else {
            self.on_final(id, received, message, captured)
        };
        if is_first {
            self.step(&Step::FirstResponse(id));
        }
        Seen {
            transaction: Some(id),
            part,
        }
    }

    fn on_provisional(
        &mut self,
        id: TransactionId,
        received: Received,
        message: &Message<'_, '_>,
    ) -> Part {
        let (code, at) = (received.code, received.at);
        let pending_invite = self.world.config.limits.pending_invite;
        let marks = if code == 100 {
            self.trying_marks(message)
        } else {
            TryingMarks::default()
        };
        let transaction = &mut self.world.transactions[id];
        let seen_before = if code == 100 {
            transaction.trying.is_some()
        } else {
            transaction
                .progress
                .as_ref()
                .is_some_and(|progress| progress.code == code)
        };
        let was_pending = transaction.is_pending();
        let had_progress = transaction.progress.is_some();
        transaction.on_provisional(received);
        if transaction.is_invite() && was_pending {
            transaction.expires = at.time + pending_invite;
        }
        if !was_pending {
            return Part::Retransmission;
        }
        if code == 100 {
            self.step(&Step::Trying {
                transaction: id,
                at,
                marks,
                message,
            });
            let transaction = &mut self.world.transactions[id];
            if !seen_before {
                transaction.trying_marks = marks;
            }
        } else if !had_progress {
            self.step(&Step::Progressed(id));
        }
        if seen_before {
            Part::Retransmission
        } else {
            Part::New
        }
    }

    /// What only the writer of a 100 puts into it: a tag, where the request had none; its name; a
    /// delay behind the request's timestamp (RFC 3261 §8.2.6).
    fn trying_marks(&self, message: &Message<'_, '_>) -> TryingMarks {
        let keys = self.world.keys;
        let to_tag = message.to().and_then(|to| to.tag());
        let server = message.header(HeaderName::Server);
        let delay = message
            .header(HeaderName::Timestamp)
            .filter(|stamp| stamp.value.iter().any(u8::is_ascii_whitespace));
        TryingMarks {
            to_tag: to_tag.map(|tag| keys.short(tag)),
            server: server.map(|server| keys.short(server.value)),
            delay: delay.map(|stamp| keys.short(stamp.value)),
        }
    }

    fn on_final(
        &mut self,
        id: TransactionId,
        received: Received,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) -> Part {
        let (code, at) = (received.code, received.at);
        let transaction = &mut self.world.transactions[id];
        let is_first = transaction.on_final(received);
        let is_accept = transaction.state == State::Accepted && code < 300;
        if is_accept {
            // Also for later ones: each fork that answers confirms a dialog of its own.
            self.confirm_dialog(id, message, at);
        }
        if !is_first {
            self.counters.response_retransmissions += 1;
            return Part::Retransmission;
        }
        self.settle_onward(id);
        if (300..400).contains(&code) {
            self.on_redirection(id, code, message, captured);
        }
        self.step(&Step::Ended {
            transaction: id,
            message,
        });
        Part::New
    }

    fn confirm_dialog(&mut self, id: TransactionId, message: &Message<'_, '_>, at: Moment) {
        let (from_tag, to_tag) = self.tags(message);
        let transaction = &self.world.transactions[id];
        if !transaction.is_invite() {
            return;
        }
        let idle = self.world.config.limits.idle_call;
        let call_id = transaction.call;
        let Some(call) = self.world.calls.get_mut(call_id) else {
            return;
        };
        let known = call.dialog_mut(from_tag, to_tag).is_some();
        if !known && call.dialogs.len() < self.world.config.limits.branches {
            let dialog = Dialog {
                from_tag,
                to_tag,
                confirmed: at,
                acked: None,
                ended: None,
            };
            call.dialogs.push(dialog);
        }
        if !call.idle_timer {
            call.idle_timer = true;
            self.timers.set(at.time + idle, Timer::Call(call_id));
        }
    }

    /// Begins a transaction whose request was not captured, where its responses alone tell
    /// something: a call, or a redirection.
    fn begin_from_response(
        &mut self,
        message: &Message<'_, '_>,
        code: u16,
        method: Method<'_>,
        key: Key,
        captured: &Captured<'_>,
    ) -> Option<TransactionId> {
        let tells = method == Method::Invite || (300..400).contains(&code);
        if !tells {
            return None;
        }
        let reversed = Captured {
            flow: captured.flow.reversed(),
            ..*captured
        };
        let id = self.begin(message, method, b"", key, &reversed);
        let transaction = &mut self.world.transactions[id];
        transaction.request = None;
        // A response's To has a tag in any case; nothing follows for the request.
        transaction.in_dialog = false;
        Some(id)
    }

    fn on_redirection(
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
        let origin = redirect.relayed_from;
        let wait = self.world.config.thresholds.redirect_abandoned;
        let Some(redirect) = self.world.redirects.add(redirect) else {
            return;
        };
        self.world.transactions[id].redirect = Some(redirect);
        if let Some(origin) = origin.and_then(|origin| self.world.redirects.get_mut(origin)) {
            if origin.state == Progress::Waiting {
                origin.state = Progress::Relayed;
            }
        }
        self.timers.set(at.time + wait, Timer::Redirect(redirect));
        self.step(&Step::Redirected(redirect));
    }

    /// Matches a new request against the redirections its client was given.
    fn answer_redirect(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        if self.world.redirects.is_empty() {
            return;
        }
        let transaction = &self.world.transactions[id];
        let Some(call) = self.world.calls.get(transaction.call) else {
            return;
        };
        let thresholds = &self.world.config.thresholds;
        let Some(redirect) = self
            .world
            .redirects
            .answered_by(transaction, call, thresholds)
        else {
            return;
        };
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

    /// Judges a retry by what its next hop made of it.
    fn judge_onward(&mut self, retry: TransactionId, onward: TransactionId) {
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

    pub(crate) fn expire_transaction(&mut self, id: TransactionId, due: Timestamp) {
        let Some(transaction) = self.world.transactions.get(id) else {
            return;
        };
        let expires = transaction.expires;
        if expires > due {
            self.timers.set(expires, Timer::Transaction(id));
            return;
        }
        self.settle_onward(id);
        self.remove_transaction(id);
    }

    fn remove_transaction(&mut self, id: TransactionId) {
        let Some(transaction) = self.world.transactions.remove(id) else {
            return;
        };
        if self.world.by_key.get(&transaction.key) == Some(&id) {
            self.world.by_key.remove(&transaction.key);
        }
        let Some(call) = self.world.calls.get_mut(transaction.call) else {
            return;
        };
        call.transactions.retain(|other| *other != id);
        if call.is_over() {
            self.remove_call(transaction.call);
        }
    }

    pub(crate) fn expire_call(&mut self, id: CallId, due: Timestamp) {
        let Some(call) = self.world.calls.get(id) else {
            return;
        };
        let expires = call.newest + self.world.config.limits.idle_call;
        if expires > due {
            self.timers.set(expires, Timer::Call(id));
        } else {
            self.remove_call(id);
        }
    }

    fn remove_call(&mut self, id: CallId) {
        let Some(call) = self.world.calls.remove(id) else {
            return;
        };
        if self.world.by_call_id.get(&call.key) == Some(&id) {
            self.world.by_call_id.remove(&call.key);
        }
        for transaction in call.transactions {
            if let Some(gone) = self.world.transactions.remove(transaction) {
                self.world.by_key.remove(&gone.key);
            }
        }
    }
}

/// Whether two sightings are of one packet: same mark, a few milliseconds apart. The flow was
/// compared by the caller.
fn is_copy(earlier: &Sighting, later: &Sighting, window: std::time::Duration) -> bool {
    match (earlier.mark, later.mark) {
        (Some(one), Some(other)) => one == other && later.time.since(earlier.time) <= window,
        _ => false,
    }
}

/// The reason phrase, when it is not the one that the code's RFC gives it.
fn unusual_reason(code: u16, reason: &[u8]) -> Option<Box<str>> {
    let usual = sipwhy_catalogue::code(code).map_or("", |code| code.name);
    (reason != usual.as_bytes()).then(|| sipwhy_parser::printable(reason).into())
}

/// Whether a response went where RFC 3261 §18.2.2 and RFC 3581 §4 send it: to the request's
/// source, or to what its topmost Via names. A host name there may stand for any address.
fn reaches_client(transaction: &Transaction, flow: &Flow, via: &Via<'_>) -> bool {
    let address = flow.destination.ip();
    if address == transaction.client() {
        return true;
    }
    let names = |host: &[u8]| parse_address(host).is_none_or(|named| named == address);
    via.received().map_or_else(|| names(via.host), names)
}

fn parse_address(host: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(host)
        .ok()?
        .trim_matches(['[', ']'])
        .parse()
        .ok()
}
