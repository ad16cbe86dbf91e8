//! From a request to the step its transaction takes.

use sipwhy_packet::{Captured, Transport};
use sipwhy_parser::{HeaderName, Message, Method, Via};
use smallvec::SmallVec;

use super::kept;
use crate::config::TIMEOUT;
use crate::ends::Ends;
use crate::engine::{Engine, Part, Seen};
use crate::ids::TransactionId;
use crate::key::Key;
use crate::moment::Moment;
use crate::negotiation::Carrier;
use crate::rules::Step;
use crate::transaction::{Sighting, State, Transaction, TryingMarks};
use crate::vantage::{MOST_OVER_UDP, size};

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
        ends: &Ends<'_>,
        captured: &Captured<'_>,
    ) -> Seen {
        let Some(via) = message.top_via() else {
            return self.unmatched(message, captured);
        };
        let key = self.world.keys.transaction(message, &via, method);
        if let Some(id) = self.world.by_key(key) {
            let known = &self.world.transactions[id];
            if known.request.is_some() {
                return self.on_repeated_request(id, message, captured);
            }
        }
        self.world
            .vantage
            .note_received(captured.flow.destination.ip());
        let id = self.begin(message, method, uri, ends, key, captured);
        self.answer_redirect(id, message, ends);
        self.note_return_path(id, &via, message);
        self.note_credentials(id, message, ends, uri);
        self.note_identity(id, message);
        self.note_question(id);
        self.note_rate(id);
        self.note_haste(id);
        if method == Method::Cancel {
            let invite = self.world.keys.transaction(message, &via, Method::Invite);
            self.on_cancel(invite, captured);
        }
        if method == Method::Prack {
            self.on_prack(id, message, captured.into());
        }
        if self.world.transactions[id].in_dialog || method == Method::Bye {
            self.on_request_within(id, message, method, ends, captured);
        }
        match method {
            Method::Invite => {
                self.join_legs(id, message);
                self.note_repair(id, message);
                self.on_offer(id, Carrier::Invite, message, captured);
            }
            Method::Refer => {
                self.note_referral(id, message);
                self.note_transfer(id, message, ends);
            }
            Method::Notify => self.note_transfer_report(id, message, ends),
            Method::Update => self.on_offer(id, Carrier::Update, message, captured),
            _ => {}
        }
        self.step(&Step::RequestSent {
            transaction: id,
            method,
            message,
        });
        if self.world.transactions[id].has_credentials {
            self.step(&Step::CredentialsSent(id));
        }
        if size(captured) > MOST_OVER_UDP && captured.flow.transport == Transport::Udp {
            self.step(&Step::LargeRequest {
                transaction: id,
                captured,
            });
        }
        Seen {
            transaction: Some(id),
            part: Part::New,
        }
    }

    fn on_repeated_request(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) -> Seen {
        let window = self.world.config.thresholds.copy_window;
        let transaction = &mut self.world.transactions[id];
        let is_on_path = transaction.flow == captured.flow;
        let sighting = Sighting::of(captured, 0, is_on_path);
        if transaction.request_sighting.take_in(sighting, window) == Part::Copy {
            self.counters.copies += 1;
            if captured.flow.source.ip() != transaction.client() {
                let notes = transaction.notes.get_or_insert_default();
                notes.translated_client = Some(captured.flow.source.ip());
                self.step(&Step::Translated {
                    transaction: id,
                    message,
                    captured,
                });
            }
            return Seen {
                transaction: Some(id),
                part: Part::Copy,
            };
        }
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
    pub(super) fn begin(
        &mut self,
        message: &Message<'_, '_>,
        method: Method<'_>,
        uri: &[u8],
        ends: &Ends<'_>,
        key: Key,
        captured: &Captured<'_>,
    ) -> TransactionId {
        let at = Moment::from(captured);
        let stack = self.via_stack(message, key, method);
        let call = self.call_of(message, ends, at, method == Method::Invite);
        let parent = stack.parent.and_then(|parent| self.world.by_key(parent));
        let sighting = Sighting::of(captured, 0, true);
        let transaction = Transaction {
            key,
            call,
            method: method.into(),
            flow: captured.flow,
            request: Some(at),
            uri: SmallVec::from_slice(kept(uri, self.world.config.limits.text)),
            cseq: ends.cseq.map_or(0, |cseq| cseq.number),
            vias: stack.count,
            in_dialog: !ends.tag_of_to().is_empty(),
            answers_elsewhere: false,
            has_record_route: message.has(HeaderName::RecordRoute),
            max_forwards: message
                .max_forwards()
                .and_then(|hops| u8::try_from(hops).ok()),
            has_credentials: message.has(HeaderName::Authorization)
                || message.has(HeaderName::ProxyAuthorization),
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
            ack_sighting: None,
            cancelled: None,
            parent,
            children: SmallVec::new(),
            follows: None,
            redirect: None,
            notes: None,
            auth: None,
            negotiation: None,
            expires: captured.time + TIMEOUT + TIMEOUT,
        };
        let id = self.insert(transaction);
        if let Some(parent) = parent {
            self.chain(parent, id);
        }
        if stack.count > 1 {
            self.look_for_loop(id, message);
        }
        id
    }

    fn via_stack(&self, message: &Message<'_, '_>, key: Key, method: Method<'_>) -> ViaStack {
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

    /// Joins a request to the one of the hop before, whose server passed it on.
    fn chain(&mut self, parent: TransactionId, child: TransactionId) {
        let limit = self.world.config.limits.branches;
        let Some(proxy) = self.world.transaction(child).map(Transaction::client) else {
            return;
        };
        // The parent may be gone: taking the child in may have cost it its place in a full table.
        let Some(upstream) = self
            .world
            .transactions
            .get_mut(parent)
            .filter(|_| parent != child)
        else {
            return;
        };
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

    fn on_cancel(&mut self, invite: Key, captured: &Captured<'_>) {
        let Some(id) = self.world.by_key(invite) else {
            return;
        };
        let transaction = &mut self.world.transactions[id];
        if transaction.cancelled.is_none() {
            transaction.cancelled = Some(captured.into());
            self.note_standing(id);
            self.step(&Step::Cancelled(id));
        }
    }

    /// What stands for the tags of From and To.
    pub(super) fn tags(&self, ends: &Ends<'_>) -> (u64, u64) {
        let keys = &self.world.keys;
        (keys.short(ends.tag_of_from()), keys.short(ends.tag_of_to()))
    }
}
