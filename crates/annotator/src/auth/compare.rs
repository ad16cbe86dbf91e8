//! Credentials beside the challenges they answer.

use sipwhy_parser::Method;

use super::{Challenge, Credential, Field};
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::transaction::Transaction;
use crate::world::World;

/// Credentials that were turned down though they answered a challenge of the same realm.
pub(crate) struct Rejected<'w> {
    pub(crate) credential: &'w Credential,
    /// The challenge they answered, and whose response it came with.
    pub(crate) answered: (&'w Transaction, &'w Challenge),
    /// The challenge that came back; a 403 has none.
    pub(crate) again: Option<&'w Challenge>,
}

/// The credentials that the final response of `transaction` turned down. Nothing where the
/// challenge that they answer is not in view: their nonce may just have been too old, which many
/// servers forget to say by `stale`.
pub(crate) fn rejected<'w>(world: &'w World, transaction: &'w Transaction) -> Option<Rejected<'w>> {
    let auth = transaction.auth()?;
    let code = transaction.outcome.as_ref()?.code;
    if !matches!(code, 401 | 403 | 407) {
        return None;
    }
    auth.credentials.iter().find_map(|credential| {
        let again = auth.challenges.iter().find(|challenge| {
            (challenge.kind, &challenge.realm) == (credential.kind, &credential.realm)
        });
        if code != 403 && again.is_none_or(|again| again.is_stale) {
            return None;
        }
        let answered = given(world, transaction, credential)?;
        (!has_served(world, transaction, credential)).then_some(Rejected {
            credential,
            answered,
            again,
        })
    })
}

/// The challenge that gave credentials their nonce, of an earlier request of the call.
fn given<'w>(
    world: &'w World,
    transaction: &Transaction,
    credential: &Credential,
) -> Option<(&'w Transaction, &'w Challenge)> {
    earlier(world, transaction).find_map(|other| {
        let challenge = other.auth()?.challenges.iter().find(|challenge| {
            (challenge.kind, &challenge.realm) == (credential.kind, &credential.realm)
                && challenge.nonce == credential.nonce
        })?;
        Some((other, challenge))
    })
}

/// Whether the same nonce was good for another request: then it is used up now, and no fault of
/// the password.
fn has_served(world: &World, transaction: &Transaction, credential: &Credential) -> bool {
    earlier(world, transaction).any(|other| {
        let was_taken = other
            .outcome
            .as_ref()
            .is_some_and(|answer| !matches!(answer.code, 401 | 403 | 407));
        was_taken
            && other.auth().is_some_and(|auth| {
                auth.credentials
                    .iter()
                    .any(|used| (&used.realm, used.nonce) == (&credential.realm, credential.nonce))
            })
    })
}

/// The requests of the same call, as their first hop in view saw them, that were answered before
/// this one was sent; the newest first.
fn earlier<'w>(
    world: &'w World,
    transaction: &Transaction,
) -> impl Iterator<Item = &'w Transaction> {
    let began = transaction.began();
    let mut before: Vec<&Transaction> = world
        .of_call(transaction.call)
        .map(|(_, other)| other)
        .filter(|other| {
            other
                .outcome
                .as_ref()
                .is_some_and(|answer| answer.at.time <= began.time)
        })
        .collect();
    before.reverse();
    before.into_iter()
}

/// What in credentials cannot fit the challenge.
#[derive(Clone, Copy)]
pub(crate) struct Mismatch<'w> {
    /// Where they differ.
    pub(crate) field: Field,
    pub(crate) credential: &'w Credential,
    pub(crate) challenge: Option<&'w Challenge>,
    /// The request whose response held the challenge, or that used the nonce before.
    pub(crate) of: &'w Transaction,
}

/// What in the credentials of a request does not fit what its client was asked for.
pub(crate) fn mismatches<'w>(
    world: &'w World,
    id: TransactionId,
    transaction: &'w Transaction,
) -> Option<Mismatch<'w>> {
    // A CANCEL cannot be challenged, and repeats what its INVITE had.
    if transaction.method == MethodName::Known(Method::Cancel) {
        return None;
    }
    let auth = transaction.auth()?;
    // What it answers: the newest challenge to the same kind of request by the same client.
    let asked = world
        .of_call(transaction.call)
        .filter(|(other_id, other)| {
            *other_id != id
                && other.method == transaction.method
                && other.client() == transaction.client()
                && other
                    .outcome
                    .as_ref()
                    .is_some_and(|answer| matches!(answer.code, 401 | 407))
        })
        .last()
        .map(|(_, other)| other)?;
    let challenges = &asked.auth()?.challenges;
    let wanted = challenges.iter().find(|challenge| challenge.is_digest)?;
    let found = |field, credential, challenge| {
        Some(Mismatch {
            field,
            credential,
            challenge,
            of: asked,
        })
    };
    let mut of_kind = auth
        .credentials
        .iter()
        .filter(|credential| credential.kind == wanted.kind)
        .peekable();
    let first = *of_kind.peek()?;
    let is_for_realm = |challenge: &&Challenge, credential: &Credential| {
        (challenge.kind, &challenge.realm) == (credential.kind, &credential.realm)
    };
    let Some(credential) = of_kind.find(|credential| {
        challenges
            .iter()
            .any(|challenge| is_for_realm(&challenge, credential))
    }) else {
        return found(Field::Realm, first, Some(wanted));
    };
    let of_realm = || {
        challenges
            .iter()
            .filter(|challenge| is_for_realm(challenge, credential))
    };
    let of_nonce = of_realm()
        .filter(|challenge| challenge.nonce == credential.nonce)
        .collect::<Vec<_>>();
    let Some(one) = of_nonce.first().copied() else {
        if given(world, transaction, credential).is_some() {
            return None; // That of another challenge in view: several requests were under way.
        }
        // Numbers left out between the two belong to requests that are not in view, and so may
        // the challenge be that gave this nonce.
        let follows = transaction.cseq == asked.cseq.saturating_add(1);
        return follows
            .then(|| found(Field::Nonce, credential, of_realm().next()))
            .flatten();
    };
    if !of_nonce
        .iter()
        .any(|challenge| challenge.algorithm == credential.algorithm)
    {
        return found(Field::Algorithm, credential, Some(one));
    }
    if let Some(qop) = &credential.qop
        && !of_nonce
            .iter()
            .any(|challenge| challenge.qops.contains(qop))
    {
        return found(Field::Qop, credential, Some(one));
    }
    if credential.other_uri.is_some() && !transaction.client_is_proxy() {
        return found(Field::Uri, credential, Some(one));
    }
    // A challenge that gives the same nonce anew lets the count begin anew, as clients do.
    let since = asked.outcome.as_ref()?.at.time;
    let reused = earlier(world, transaction)
        .filter(|other| other.began().time >= since)
        .filter(|other| other.client() == transaction.client() && other.cseq < transaction.cseq)
        .find(|other| {
            let counts = |used: &Credential| {
                (&used.realm, used.nonce) == (&credential.realm, credential.nonce)
                    && used.nonce_count >= credential.nonce_count
                    && used.nonce_count.is_some()
            };
            other
                .auth()
                .is_some_and(|auth| auth.credentials.iter().any(counts))
        });
    reused.map(|of| Mismatch {
        field: Field::NonceCount,
        credential,
        challenge: None,
        of,
    })
}

/// The hop that wrote the final response of a chain: the last that has the same code.
pub(crate) fn generator<'w>(world: &'w World, transaction: &'w Transaction) -> &'w Transaction {
    let code = transaction.outcome.as_ref().map(|answer| answer.code);
    let mut current = transaction;
    // Ends: a child has one Via more than its parent.
    while let Some((_, next)) = world
        .children(current)
        .find(|(_, child)| child.outcome.as_ref().map(|answer| answer.code) == code)
    {
        current = next;
    }
    current
}
