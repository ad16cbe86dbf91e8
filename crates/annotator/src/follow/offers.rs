//! From the messages that carry descriptions to the steps of offer and answer: RFC 3264, RFC 3261
//! §13.2.1 and §14, RFC 3262 §5, RFC 3311 §5.
//!
//! An offer stands in an INVITE or UPDATE, and the answer is the first description in a response
//! of each To tag; or the offer stands in the 2xx and the answer in the ACK. Descriptions in
//! PRACK are not followed.

use std::sync::Arc;

use sipwhy_content::sdp::Sdp;
use sipwhy_packet::Captured;
use sipwhy_parser::{Address, HeaderName, Message};

use crate::described::Described;
use crate::engine::Engine;
use crate::ids::{CallId, TransactionId};
use crate::negotiation::{
    Carrier, Exchange, Judged, KeptOffer, Negotiation, Refusal, Side, Unanswered,
};
use crate::quote;
use crate::rules::{RULES, Step, StepKind};
use crate::transaction::Transaction;

impl Engine {
    /// An INVITE or UPDATE was sent for the first time: keeps its offer.
    pub(super) fn on_offer(
        &mut self,
        id: TransactionId,
        carrier: Carrier,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        let offer = match Described::by(message, captured) {
            Described::No => return,
            Described::Unknown => None,
            Described::Sdp(offer) => self.kept(offer, carrier, captured),
        };
        self.set_negotiation(
            id,
            Negotiation {
                offer,
                ..Negotiation::default()
            },
        );
    }

    fn set_negotiation(&mut self, id: TransactionId, negotiation: Negotiation) {
        if let Some(transaction) = self.world.transactions.get_mut(id) {
            transaction.negotiation = Some(Box::new(negotiation));
        }
    }

    /// A copy of a description, if there is room for it.
    fn kept(
        &mut self,
        offer: Sdp<'_>,
        carrier: Carrier,
        captured: &Captured<'_>,
    ) -> Option<KeptOffer> {
        let limits = &self.world.config.limits;
        let held = Arc::strong_count(&self.world.offers) - 1;
        if offer.body().len() > limits.offer || held >= limits.offers {
            self.counters.offers_refused += 1;
            return None;
        }
        Some(KeptOffer {
            body: offer.body().into(),
            is_cut: offer.is_cut(),
            at: captured.into(),
            flow: captured.flow,
            carrier,
            _place: Arc::clone(&self.world.offers),
        })
    }

    /// A response that was not seen before, after the step it is: judges the answer in it.
    pub(super) fn on_answer(
        &mut self,
        id: TransactionId,
        code: u16,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        let Some(transaction) = self.world.transactions.get_mut(id) else {
            return;
        };
        let is_unheard = transaction.request.is_none() || !transaction.is_invite();
        let Some(negotiation) = transaction.negotiation.as_mut() else {
            if (101..300).contains(&code) && !is_unheard {
                self.on_late_offer(id, code, message, captured);
            }
            return;
        };
        if code <= 100 || negotiation.offered_by.is_some() {
            return;
        }
        if code >= 300 {
            if matches!(code, 488 | 606) && negotiation.offer.is_some() {
                let most = self.world.config.limits.offer;
                negotiation.refusal = Some(refusal(message, captured, most));
            } else {
                negotiation.offer = None;
            }
            return;
        }
        let to_tag = self.world.keys.short(to_tag(message));
        let known = negotiation.judged.iter().find(|it| it.to_tag == to_tag);
        let is_final = code >= 200;
        if known.is_some_and(|known| known.is_reliable || !is_final) {
            if is_final {
                negotiation.offer = None;
            }
            return;
        }
        let was_early = known.is_some();
        // A forking proxy may have changed the tag of the one that answered.
        let is_answered = negotiation.judged.iter().any(|it| it.is_reliable);
        let offer = negotiation.offer.take();
        match Described::by(message, captured) {
            // An answer that was given early may be given again, and no other one.
            Described::Sdp(..) if was_early => {}
            Described::Sdp(answer) => {
                if let Some(offer) = &offer {
                    let answer = (answer, Carrier::Response(code));
                    let is_reliable = is_final || message.rseq().is_some();
                    self.judge_response(id, offer, answer, (to_tag, is_reliable), captured);
                } else if let Some(negotiation) = self.negotiation_mut(id) {
                    // Who answered must be known all the same.
                    negotiation.judged.push(Judged {
                        to_tag,
                        mark: 0,
                        is_reliable: is_final || message.rseq().is_some(),
                    });
                }
            }
            Described::No if is_final && !is_answered && offer.is_some() => {
                self.step(&Step::Unanswered(&Unanswered {
                    transaction: id,
                    offer: offer.as_ref(),
                    at: captured.into(),
                    flow: captured.flow,
                    carrier: Carrier::Response(code),
                    came_early: was_early,
                }));
            }
            Described::No | Described::Unknown => {}
        }
        if !is_final && let Some(negotiation) = self.negotiation_mut(id) {
            negotiation.offer = offer;
        }
    }

    fn negotiation_mut(&mut self, id: TransactionId) -> Option<&mut Negotiation> {
        let transaction = self.world.transactions.get_mut(id)?;
        transaction.negotiation.as_deref_mut()
    }

    fn judge_response(
        &mut self,
        id: TransactionId,
        offer: &KeptOffer,
        (sdp, carrier): (Sdp<'_>, Carrier),
        (to_tag, is_reliable): (u64, bool),
        captured: &Captured<'_>,
    ) {
        let keys = &self.world.keys;
        let mark = keys.short(&offer.body) ^ keys.short(sdp.body()).rotate_left(1);
        let is_relayed = self.world.transaction(id).is_some_and(|transaction| {
            let mut below = self.world.children(transaction);
            below.any(|(_, child)| was_judged(child, mark))
        });
        let most = self.world.config.limits.branches;
        if let Some(negotiation) = self.negotiation_mut(id)
            && negotiation.judged.len() < most
        {
            negotiation.judged.push(Judged {
                to_tag,
                mark,
                is_reliable,
            });
        }
        // What a proxy only passed back was judged on the hop it came from.
        if !is_relayed {
            self.judge(id, offer, sdp, carrier, captured);
        }
    }

    /// Tells of an answer that met its offer, unless it looks like one that nobody could mind.
    fn judge(
        &mut self,
        id: TransactionId,
        offer: &KeptOffer,
        answer: Sdp<'_>,
        carrier: Carrier,
        captured: &Captured<'_>,
    ) {
        let keys = &self.world.keys;
        let both = (offer.sdp(), answer);
        let senders = [offer.flow.source.ip(), captured.flow.source.ip()];
        let outline = self.world.outlines.of(keys, both, senders);
        if self.world.outlines.is_plain(outline) {
            return;
        }
        let answer = Side::read(answer, captured.into(), captured.flow, carrier);
        let exchange = Exchange::new(id, offer.side(), answer);
        let mut listeners = self.listeners[StepKind::Negotiated as usize].iter();
        if !listeners.any(|rule| RULES[usize::from(rule.0)].minds(&exchange)) {
            self.world.outlines.note_plain(outline);
            return;
        }
        self.step(&Step::Negotiated(&exchange));
    }

    /// A response to an INVITE that made no offer: it makes one itself.
    fn on_late_offer(
        &mut self,
        id: TransactionId,
        code: u16,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        // A 1xx that may be lost is neither offer nor answer. To one that may not, a PRACK answers.
        let is_final = code >= 200;
        if !is_final && message.rseq().is_none() {
            return;
        }
        let Described::Sdp(offer) = Described::by(message, captured) else {
            return;
        };
        let offered_by = Some(self.world.keys.short(to_tag(message)));
        let offer = if is_final {
            self.kept(offer, Carrier::Response(code), captured)
        } else {
            None
        };
        self.set_negotiation(
            id,
            Negotiation {
                offer,
                offered_by,
                ..Negotiation::default()
            },
        );
    }

    /// An ACK to a 2xx: judges the answer in it, where the 2xx made the offer. `invite` is the
    /// transaction that was seen first to be answered.
    pub(super) fn on_acknowledged(
        &mut self,
        call: CallId,
        invite: TransactionId,
        message: &Message<'_, '_>,
        captured: &Captured<'_>,
    ) {
        let offers = |transaction: &Transaction, to_tag: Option<u64>| {
            transaction.negotiation().is_some_and(|known| {
                known.offered_by.is_some() && to_tag.is_none_or(|tag| known.offered_by == Some(tag))
            })
        };
        // Most calls end here: the offer was the INVITE's.
        if !self
            .world
            .transaction(invite)
            .is_some_and(|invite| offers(invite, None))
        {
            return;
        }
        let tag = self.world.keys.short(to_tag(message));
        let cseq = message.cseq().map(|cseq| cseq.number);
        let sender = captured.flow.source.ip();
        // On the hop on which this client got the offer.
        let found = self.world.of_call(call).find(|(_, other)| {
            Some(other.cseq) == cseq && other.client() == sender && offers(other, Some(tag))
        });
        let Some(id) = found.map(|(id, _)| id) else {
            return;
        };
        let offer = self.negotiation_mut(id).and_then(|it| it.offer.take());
        let Some(offer) = offer else {
            return;
        };
        match Described::by(message, captured) {
            Described::Sdp(answer) => self.judge(id, &offer, answer, Carrier::Ack, captured),
            Described::No => self.step(&Step::Unanswered(&Unanswered {
                transaction: id,
                offer: Some(&offer),
                at: captured.into(),
                flow: captured.flow,
                carrier: Carrier::Ack,
                came_early: false,
            })),
            Described::Unknown => {}
        }
    }
}

fn was_judged(transaction: &Transaction, mark: u64) -> bool {
    transaction
        .negotiation()
        .is_some_and(|known| !known.look_again && known.judged.iter().any(|it| it.mark == mark))
}

fn to_tag<'a>(message: &Message<'_, 'a>) -> &'a [u8] {
    message.to().and_then(Address::tag).unwrap_or_default()
}

/// What a 488 or 606 tells of its reason.
fn refusal(message: &Message<'_, '_>, captured: &Captured<'_>, most: usize) -> Refusal {
    let header = message.header(HeaderName::Warning);
    let capabilities = match Described::by(message, captured) {
        Described::Sdp(sdp) if !sdp.is_cut() && sdp.body().len() <= most => Some(sdp.body().into()),
        _ => None,
    };
    Refusal {
        warning: message.warnings().next().map(|warning| warning.code),
        lines: header
            .map(|header| quote::header(message, &header, "why"))
            .into_iter()
            .collect(),
        capabilities,
    }
}
