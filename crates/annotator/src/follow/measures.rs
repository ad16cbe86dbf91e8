//! What is measured when a transaction ends. Nothing is, before.

use crate::call::Session;
use crate::config::TIMEOUT;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::timings::{Asked, End, Kind, Measured, session_of};
use crate::transaction::State;

impl Engine {
    /// The session that the 2xx to this INVITE begins, if it is the first to a new INVITE.
    pub(super) fn session_begun(&mut self, id: TransactionId, at: Moment) -> Option<Session> {
        let world = &mut self.world;
        let transaction = world.transactions.get(id)?;
        transaction.request?;
        if Kind::of(transaction) != Some(Kind::Session) {
            return None;
        }
        Some(Session {
            peer: world.timings.place(transaction.server()),
            answered: at.time,
        })
    }

    /// A request was answered finally, for the first time.
    pub(super) fn measure(&mut self, id: TransactionId) {
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        let (Some(sent), Some(answered)) = (transaction.request, transaction.first_response) else {
            return;
        };
        let taken = answered.time.since(sent.time);
        if let Some(place) = world.timings.place(transaction.server())
            && let Some(peer) = world.timings.peer_mut(place)
        {
            peer.response_time.add(taken);
        }
        if let (Some(kind), Some(end)) = (Kind::of(transaction), End::of(transaction)) {
            self.note_end(id, kind, end);
        }
    }

    /// A request is no longer waited for, or the capture ends. If it was not answered although
    /// answers would have been seen, that is an end too.
    pub(crate) fn measure_silence(&mut self, id: TransactionId) {
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        if transaction.first_response.is_some() || transaction.state != State::Calling {
            return;
        }
        let Some(sent) = transaction.request else {
            return;
        };
        let hosts = (transaction.client(), transaction.server());
        let is_certain = world.now.since(sent.time) >= TIMEOUT
            && world.vantage.sees_arrivals_at(hosts.0)
            && world.losses.touching(hosts.0, sent.time).is_none();
        if !is_certain {
            return;
        }
        if let Some(place) = world.timings.place(hosts.1)
            && let Some(peer) = world.timings.peer_mut(place)
        {
            peer.unanswered += 1;
        }
        if let Some(kind) = Kind::of(transaction) {
            self.note_end(id, kind, End::Silence);
        }
    }

    fn note_end(&mut self, id: TransactionId, kind: Kind, end: End) {
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        let Some(measured) = Measured::with_end(world, kind, transaction, end) else {
            return;
        };
        let (server, call) = (transaction.server(), transaction.call);
        let session = match kind {
            Kind::Disconnect => session_of(world, transaction),
            _ => None,
        };
        if let Some(asked) = Asked::of(world, kind, transaction, end)
            && let Some(call) = world.calls.get_mut(call)
        {
            call.asked = Some(asked);
        }
        if let Some(place) = world.timings.place(server)
            && let Some(peer) = world.timings.peer_mut(place)
        {
            peer.note(&measured);
        }
        if let Measured::Disconnect { end, duration, .. } = measured
            && end != End::Challenge
            && let Some(duration) = duration
        {
            // The session counts for the host that was asked for it, whoever ends it.
            if let Some(place) = session.and_then(|session| session.peer)
                && let Some(peer) = world.timings.peer_mut(place)
            {
                peer.sessions.note_duration(end, duration);
            }
        }
    }
}
