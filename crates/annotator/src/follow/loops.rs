//! Requests that a proxy passed on: whether they have been here before.

use sipwhy_parser::{HeaderName, Message};

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::rules::Step;

/// Via values of the second visit, at the least: of the client, of the first visit, and of who
/// sent it back.
const FEWEST_VIAS: u16 = 3;

impl Engine {
    /// Looks at a request that came from a proxy.
    pub(super) fn look_for_loop(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let Some(request) = self.world.transaction(id) else {
            return;
        };
        let vias = request.vias;
        let before = self
            .world
            .parent(request)
            .filter(|parent| parent.server() == request.client())
            .and_then(|parent| parent.max_forwards);
        if before.is_some() && before <= request.max_forwards {
            self.step(&Step::HopsKept(id));
        }
        if vias >= FEWEST_VIAS {
            self.look_for_earlier_visit(id, message);
        }
    }

    /// Looks whether the same host sent the same request there before, with fewer Via values. One
    /// whose Request-URI was changed on the way is a spiral, which is allowed (RFC 3261 §16.3
    /// item 4). So is one that is led by Route: it may be led past one place twice.
    fn look_for_earlier_visit(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let Some(request) = self.world.transaction(id) else {
            return;
        };
        let is_earlier = |other: &crate::transaction::Transaction| {
            other.vias < request.vias
                && other.flow.destination == request.flow.destination
                && other.client() == request.client()
                && other.cseq == request.cseq
                && other.method == request.method
                && !other.uri.is_empty()
                && other.uri == request.uri
        };
        let of_call = self.world.of_call(request.call);
        let earlier = of_call.filter(|(_, other)| is_earlier(other));
        let earlier: smallvec::SmallVec<[TransactionId; 4]> = earlier.map(|(id, _)| id).collect();
        let most = if message.has(HeaderName::Route) { 1 } else { 0 };
        if let Some(first) = earlier.first()
            && earlier.len() == most + 1
        {
            self.step(&Step::CameBack {
                transaction: id,
                first: *first,
            });
        }
    }
}
