//! From a provisional response that is sent reliably to its PRACK (RFC 3262).

use sipwhy_parser::{Address, HeaderName, Message, Method};

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::reliable::Reliable;

impl Engine {
    /// Takes in a provisional response with an RSeq.
    pub(super) fn note_reliable(
        &mut self,
        id: TransactionId,
        code: u16,
        at: Moment,
        message: &Message<'_, '_>,
    ) {
        let requires = |tag: &[u8]| tag.eq_ignore_ascii_case(b"100rel");
        let Some(rseq) = message.rseq() else {
            return;
        };
        if !message.tokens(HeaderName::Require).any(requires) {
            return;
        }
        let to_tag = self.to_tag(message);
        let most = self.world.config.limits.branches;
        let Some(transaction) = self.world.transactions.get_mut(id) else {
            return;
        };
        let known = &mut transaction.notes.get_or_insert_default().reliable;
        let same = |it: &&mut Reliable| (it.rseq, it.to_tag) == (rseq, to_tag);
        if let Some(known) = known.iter_mut().find(same) {
            known.repeats += 1;
            known.newest = at;
        } else if known.len() < most {
            known.push(Reliable {
                rseq,
                to_tag,
                code,
                first: at,
                newest: at,
                repeats: 0,
                pracked: None,
            });
        } else {
            self.counters.branches_refused += 1;
        }
    }

    /// Takes in a PRACK: on every hop of its call, what it acknowledges has arrived.
    pub(super) fn on_prack(&mut self, id: TransactionId, message: &Message<'_, '_>, at: Moment) {
        let Some(rack) = message.rack().filter(|rack| rack.method == Method::Invite) else {
            return;
        };
        let to_tag = self.to_tag(message);
        let call = self.world.transactions.get(id).map(|prack| prack.call);
        let Some(call) = call.and_then(|call| self.world.calls.get(call)) else {
            return;
        };
        for invite in &call.transactions {
            let Some(invite) = self.world.transactions.get_mut(*invite) else {
                continue;
            };
            if invite.cseq != rack.number || !invite.is_invite() {
                continue;
            }
            let known = invite.notes.iter_mut().flat_map(|it| &mut it.reliable);
            for reliable in known {
                if (reliable.rseq, reliable.to_tag) == (rack.response, to_tag) {
                    reliable.pracked.get_or_insert(at);
                }
            }
        }
    }

    fn to_tag(&self, message: &Message<'_, '_>) -> u64 {
        let tag = message.to().and_then(Address::tag);
        self.world.keys.short(tag.unwrap_or_default())
    }
}
