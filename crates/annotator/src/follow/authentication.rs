//! From challenges and credentials to what is remembered of them.

use sipwhy_parser::Message;

use crate::auth::Auth;
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::timers::Timer;

impl Engine {
    /// Keeps what the credentials of a request say, where it has any.
    pub(super) fn note_credentials(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
        uri: &[u8],
    ) {
        let keys = &self.world.keys;
        let Some(transaction) = self.world.transactions.get_mut(id) else {
            return;
        };
        if !transaction.has_credentials {
            return;
        }
        let (credentials, refused) = Auth::read_credentials(message, uri, keys);
        self.counters.credentials_refused += refused;
        let from = ends.from.map(|from| from.uri).unwrap_or_default();
        let (client, time) = (transaction.client(), transaction.began().time);
        self.world.answering.note(client, from, time);
        let call = transaction.call;
        transaction.auth_mut().credentials = credentials;
        // Whatever was challenged in this call has its answer.
        let world = &mut self.world;
        let earlier = world.calls.get(call);
        for other in earlier.iter().flat_map(|call| &call.transactions) {
            if *other != id
                && let Some(challenged) = world.transactions.get_mut(*other)
                && let Some(auth) = &mut challenged.auth
            {
                auth.is_answered = true;
                if let Some(soon) = challenged.settle_challenge(time) {
                    self.timers.set(soon, Timer::Transaction(*other));
                    if let Some(standing) = world.standings.get_mut(*other) {
                        *standing = challenged.standing();
                    }
                }
            }
        }
    }

    /// Keeps the challenges of a final response, where it may have any.
    pub(super) fn note_challenges(
        &mut self,
        id: TransactionId,
        code: u16,
        message: &Message<'_, '_>,
    ) {
        if !matches!(code, 401 | 407) {
            return;
        }
        let (challenges, refused) = Auth::read_challenges(message, &self.world.keys);
        self.counters.credentials_refused += refused;
        if let Some(transaction) = self.world.transactions.get_mut(id) {
            transaction.auth_mut().challenges = challenges;
        }
    }
}
