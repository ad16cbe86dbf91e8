//! From answers to what they tell of whoever asked: keep-alives, and probes of strangers.

use sipwhy_parser::{Message, Method};

use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::key::KeyMaker;
use crate::method::MethodName;
use crate::rules::Step;
use crate::sources::{Source, Taken, Verdict};
use crate::transaction::Transaction;

impl Engine {
    /// A request began: a keep-alive that is asked of somebody who has answered before counts.
    pub(super) fn note_question(&mut self, id: TransactionId) {
        let transaction = &self.world.transactions[id];
        if is_keep_alive(transaction) {
            self.world.keepalives.asked(id, transaction);
        }
    }

    /// The first final response of a transaction came.
    pub(super) fn note_outcome(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let world = &mut self.world;
        let transaction = &world.transactions[id];
        let Some(outcome) = &transaction.outcome else {
            return;
        };
        if is_keep_alive(transaction) {
            world.keepalives.answered(transaction, outcome.at);
        }
        let is_refused = matches!(outcome.code, 401 | 403 | 404 | 407);
        // Only what a user agent asks of its own accord tells of it, and most are never refused.
        if !is_refused && (outcome.code >= 300 || world.sources.is_empty())
            || transaction.vias != 1
            || transaction.in_dialog
            || transaction.request.is_none()
        {
            return;
        }
        let has_credentials = transaction.has_credentials;
        let taken = match (outcome.code, has_credentials) {
            (200..=299, _) => Taken::Accepted,
            (404, true) => Taken::Otherwise,
            (_, true) if was_stale(transaction) => Taken::Otherwise,
            (_, true) => Taken::Rejected,
            (_, false) => Taken::Probe,
        };
        let verdict = Verdict {
            taken,
            has_credentials,
            at: outcome.at,
        };
        let keys = &world.keys;
        let user = || user_asked_for(keys, message, has_credentials);
        let thresholds = &world.config.thresholds;
        let source = transaction.flow.source;
        let known = world.sources.note(
            source,
            verdict,
            user,
            thresholds.probe_window,
            thresholds.password_guesses,
        );
        if known.is_some_and(Source::is_of_note) {
            self.step(&Step::Doubted {
                transaction: id,
                message,
            });
        }
    }
}

/// A hash of the user that a request was about, by the response to it: with credentials whoever
/// they are for, else whoever was asked for.
pub(crate) fn user_asked_for(
    keys: &KeyMaker,
    message: &Message<'_, '_>,
    has_credentials: bool,
) -> u64 {
    let is_register = message
        .cseq()
        .is_some_and(|cseq| cseq.method == Method::Register);
    let address = if has_credentials && !is_register {
        message.from()
    } else {
        message.to()
    };
    let user = address
        .and_then(sipwhy_parser::Address::parsed_uri)
        .and_then(|uri| uri.user);
    keys.short(user.unwrap_or_default())
}

/// Whether a request is an OPTIONS that a user agent or proxy asks of its own accord.
pub(crate) fn is_keep_alive(transaction: &Transaction) -> bool {
    transaction.method == MethodName::Known(Method::Options)
        && transaction.vias == 1
        && !transaction.in_dialog
}

/// Whether a challenge said that the credentials were right but for the nonce's age.
fn was_stale(transaction: &Transaction) -> bool {
    let challenges = transaction.auth().map(|auth| &auth.challenges);
    challenges.is_some_and(|all| all.iter().any(|challenge| challenge.is_stale))
}
