//! From an ACK to the INVITE or the dialog that it is for.

use sipwhy_packet::Captured;
use sipwhy_parser::{Header, HeaderName, Message, Method, Via};
use smallvec::SmallVec;

use super::kept;
use crate::call::HopAck;
use crate::ends::Ends;
use crate::engine::{Engine, Part, Seen};
use crate::ids::CallId;
use crate::moment::Moment;
use crate::quote;
use crate::rules::Step;
use crate::transaction::{AckApart, Sighting, State};

impl Engine {
    pub(crate) fn on_ack(
        &mut self,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
        captured: &Captured<'_>,
    ) -> Seen {
        let Some(via) = message.top_via() else {
            return self.unmatched(message, captured);
        };
        let key = self.world.keys.transaction(message, &via, Method::Invite);
        let window = self.world.config.thresholds.copy_window;
        if let Some(id) = self.world.by_key(key) {
            let transaction = &mut self.world.transactions[id];
            transaction.acked.get_or_insert(captured.into());
            if transaction.state != State::Accepted {
                let sighting = Sighting::of(captured, 0, transaction.flow == captured.flow);
                let part = match &mut transaction.ack_sighting {
                    Some(earlier) => earlier.take_in(sighting, window),
                    first => {
                        *first = Some(sighting);
                        Part::New
                    }
                };
                self.counters.copies += u64::from(part == Part::Copy);
                return Seen {
                    transaction: Some(id),
                    part,
                };
            }
        }
        // An ACK to a 2xx is a transaction of its own, which no response answers: it confirms
        // the dialog end to end (RFC 3261 §13.2.2.4).
        let (from, to) = self.tags(ends);
        let text = self.world.config.limits.text;
        let most = self.world.config.limits.branches;
        let call_key = self.world.keys.of(message.call_id().unwrap_or_default());
        let call = self.world.by_call_id(call_key);
        let dialog = call
            .and_then(|call| self.world.calls.get_mut(call))
            .and_then(|call| call.dialog_mut(from, to));
        let Some(dialog) = dialog else {
            if let Some(call) = call
                && !self.note_ack_apart(call, message, &via, ends, captured)
                && let Some(call) = self.world.calls.get_mut(call)
            {
                call.answered_unseen.get_or_insert(captured.into());
            }
            return self.unmatched(message, captured);
        };
        let invite = dialog.invite;
        dialog.acked.get_or_insert(captured.into());
        let part = match dialog.acks.iter_mut().find(|ack| ack.key == key) {
            Some(ack) => {
                let sighting = Sighting::of(captured, 0, ack.flow == captured.flow);
                ack.sighting.take_in(sighting, window)
            }
            None => {
                if dialog.acks.len() < most {
                    let sighting = Sighting::of(captured, 0, true);
                    dialog.acks.push(HopAck {
                        key,
                        flow: captured.flow,
                        at: captured.into(),
                        uri: SmallVec::from_slice(kept(
                            message.request_uri().unwrap_or_default(),
                            text,
                        )),
                        sighting,
                    });
                } else {
                    self.counters.branches_refused += 1;
                }
                Part::New
            }
        };
        self.counters.copies += u64::from(part == Part::Copy);
        if part == Part::New
            && let Some(call) = call
        {
            self.on_acknowledged(call, invite, message, captured);
            self.judge_route(call, (from, to), message, captured);
            self.step(&Step::Acknowledged {
                call,
                invite,
                flow: captured.flow,
                at: captured.into(),
                message,
            });
        }
        Seen {
            transaction: None,
            part,
        }
    }

    /// Notes an ACK to a failed INVITE that belongs to that INVITE's transaction and is not sent
    /// in it: its branch is another (RFC 3261 §17.1.1.3). Whether it is one.
    fn note_ack_apart(
        &mut self,
        call: CallId,
        message: &Message<'_, '_>,
        via: &Via<'_>,
        ends: &Ends<'_>,
        captured: &Captured<'_>,
    ) -> bool {
        let number = ends.cseq.map(|cseq| cseq.number);
        let failed = self.world.of_call(call).find(|(_, invite)| {
            invite.is_invite()
                && Some(invite.cseq) == number
                && invite.flow == captured.flow
                && invite.outcome.as_ref().is_some_and(|it| it.code >= 300)
        });
        let Some((id, _)) = failed else {
            return false;
        };
        let branch = via.branch().unwrap_or_default();
        let line = message.header(HeaderName::Via).map(|header: Header<'_>| {
            quote::part_of_header(message, &header, branch, "not the branch of the INVITE")
        });
        let notes = self.world.transactions[id].notes.get_or_insert_default();
        notes.ack_apart.get_or_insert_with(|| {
            let start_line = quote::plain(message.start_line_bytes());
            Box::new(AckApart {
                at: Moment::from(captured),
                quote: std::iter::once(start_line).chain(line).collect(),
            })
        });
        true
    }
}
