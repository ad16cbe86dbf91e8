//! From a response to the step its transaction takes.

use std::net::IpAddr;

use sipwhy_packet::{Captured, Flow};
use sipwhy_parser::{Address, HeaderName, Message, Method, Via};
use smallvec::SmallVec;

use crate::call::Dialog;
use crate::ends::Ends;
use crate::engine::{Engine, Part, Seen};
use crate::ids::TransactionId;
use crate::key::Key;
use crate::moment::Moment;
use crate::quote;
use crate::rules::Step;
use crate::timers::Timer;
use crate::transaction::{
    Received, Sighting, State, Stray, Transaction, TryingMarks, asks_for_repair,
};

impl Engine {
    pub(crate) fn on_response(
        &mut self,
        message: &Message<'_, '_>,
        code: u16,
        reason: &[u8],
        captured: &Captured<'_>,
    ) -> Seen {
        let (Some(via), Some(cseq)) = (message.top_via(), message.cseq()) else {
            return self.unmatched(message, captured);
        };
        let key = self.world.keys.transaction(message, &via, cseq.method);
        let id = match self.world.by_key(key) {
            Some(id) => id,
            None => match self.begin_from_response(message, code, cseq.method, key, captured) {
                Some(id) => id,
                None => return self.unmatched(message, captured),
            },
        };
        let received = Received {
            at: captured.into(),
            code,
        };
        let window = self.world.config.thresholds.copy_window;
        let transaction = &mut self.world.transactions[id];
        let is_on_path = captured.flow == transaction.flow.reversed();
        let sighting = Sighting::of(captured, code, is_on_path);
        let is_stray = !reaches_client(transaction, &captured.flow, &via);
        let earlier_stray = transaction.stray.as_ref().filter(|_| is_stray);
        let mut earlier = transaction
            .response_sighting
            .iter()
            .chain(earlier_stray.map(|stray| &stray.sighting));
        if earlier.any(|earlier| earlier.is_copied_by(&sighting, window)) {
            self.counters.copies += 1;
            return Seen {
                transaction: Some(id),
                part: Part::Copy,
            };
        }
        if let Some(reason) = unusual_reason(code, reason) {
            transaction.note_reason(received.at, reason);
        }
        if is_stray {
            let stray = transaction.stray.get_or_insert_with(|| {
                Box::new(Stray {
                    received,
                    flow: captured.flow,
                    sighting,
                })
            });
            stray.sighting = sighting;
            self.step(&Step::WentAstray(id));
            return Seen {
                transaction: Some(id),
                part: Part::Stray,
            };
        }
        transaction.response_sighting = Some(sighting);
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
        self.on_answer(id, code, message, captured);
        if is_first && self.world.transactions[id].retransmissions > 0 {
            self.step(&Step::LateResponse(id));
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
        self.note_standing(id);
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
        } else {
            self.note_reliable(id, code, at, message);
            if !had_progress {
                self.step(&Step::Progressed(id));
            }
            self.step(&Step::Provisional {
                transaction: id,
                code,
                at,
                message,
            });
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
        let keys = &self.world.keys;
        let to_tag = message.to().and_then(Address::tag);
        let server = message.header(HeaderName::Server);
        let delay = message
            .header(HeaderName::Timestamp)
            .filter(|stamp| stamp.value.iter().any(u8::is_ascii_whitespace));
        TryingMarks {
            to_tag: to_tag.map(|tag| keys.mark(tag)),
            server: server.map(|server| keys.mark(server.value)),
            delay: delay.map(|stamp| keys.mark(stamp.value)),
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
        if is_first {
            self.note_standing(id);
        }
        if is_accept {
            // Also for later ones: each fork that answers confirms a dialog of its own.
            self.confirm_dialog(id, message, at, is_first);
        }
        if !is_first {
            self.counters.response_retransmissions += 1;
            self.renew_redirection(id, at);
            if is_accept {
                self.note_repeated_answer(id, message);
            }
            self.step(&Step::FinalRepeated {
                transaction: id,
                code,
                at,
                message,
            });
            return Part::Retransmission;
        }
        let transaction = &self.world.transactions[id];
        if !transaction.ends_by_first_look() {
            // The deadline set when the request was sent may lie further off; what is over must
            // not stay in the tables until then.
            self.timers.set(transaction.expires, Timer::Transaction(id));
        }
        if asks_for_repair(code)
            && let Some(call) = self.world.calls.get_mut(transaction.call)
        {
            call.repairs.note(transaction.cseq);
        }
        self.note_cancel_taken(id);
        self.settle_onward(id);
        self.note_challenges(id, code, message);
        self.note_refusal(id, code, message);
        self.note_pause(id, code, message);
        self.note_outcome(id, message);
        self.note_registration(id, code, message);
        self.note_session_timer(id, received, message);
        self.measure(id);
        if (300..400).contains(&code) {
            self.on_redirection(id, code, message, captured);
        }
        self.step(&Step::Ended {
            transaction: id,
            code,
            is_eventful: self.world.transactions[id].is_eventful(),
            message,
        });
        Part::New
    }

    fn confirm_dialog(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        at: Moment,
        is_first: bool,
    ) {
        let session = is_first.then(|| self.session_begun(id, at)).flatten();
        let (from_tag, to_tag) = self.tags(&Ends::of(message));
        let transaction = &self.world.transactions[id];
        if !transaction.is_invite() {
            return;
        }
        let idle = self.world.config.limits.idle_call;
        let call_id = transaction.call;
        let call = self.world.calls.get(call_id);
        let is_new = call.is_some_and(|call| call.dialog(from_tag, to_tag).is_none());
        let ends = is_new.then(|| self.ends_of(transaction));
        let Some(call) = self.world.calls.get_mut(call_id) else {
            return;
        };
        let mut is_another = false;
        if let Some(ends) = ends
            && call.dialogs.len() < self.world.config.limits.branches
        {
            is_another = !call.dialogs.is_empty();
            let dialog = Dialog {
                from_tag,
                to_tag,
                invite: id,
                confirmed: at,
                acked: None,
                is_answered_again: false,
                ended: None,
                session: None,
                acks: SmallVec::new(),
                timer: None,
                ends,
            };
            call.dialogs.push(dialog);
            self.world.dialogs += 1;
        }
        if session.is_some()
            && let Some(dialog) = call.dialog_mut(from_tag, to_tag)
        {
            dialog.session = session;
        }
        if !self.world.idle_timer {
            self.world.idle_timer = true;
            self.timers.set(at.time + idle, Timer::IdleCalls);
        }
        self.note_route_set(id, (from_tag, to_tag), message, at);
        if is_another {
            self.step(&Step::AnsweredAgain(id));
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
        let ends = Ends::of(message);
        let id = self.begin(message, method, b"", &ends, key, &reversed);
        let transaction = &mut self.world.transactions[id];
        transaction.request = None;
        // A response's To has a tag in any case; nothing follows for the request.
        transaction.in_dialog = false;
        Some(id)
    }
}

/// The reason phrase, when it is not the one that the code's RFC gives it.
fn unusual_reason(code: u16, reason: &[u8]) -> Option<Box<str>> {
    let usual = sipwhy_catalogue::code(code).map_or("", |code| code.name);
    (reason != usual.as_bytes()).then(|| quote::shorten(&sipwhy_parser::printable(reason)).into())
}

/// Whether a response went where RFC 3261 §18.2.2 and RFC 3581 §4 send it: to the request's
/// source, which a NAT may have translated, or to what its topmost Via names. A host name there may
/// stand for any address.
fn reaches_client(transaction: &Transaction, flow: &Flow, via: &Via<'_>) -> bool {
    let address = flow.destination.ip();
    if address == transaction.client() || transaction.translated_client() == Some(address) {
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
