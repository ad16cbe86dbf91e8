//! Where a failure came from: down the hops of a call, and from there along its legs.

use sipwhy_packet::Timestamp;

use crate::annotation::LegRef;
use crate::call::Call;
use crate::ids::CallId;
use crate::legs::Joint;
use crate::transaction::{Received, Transaction};
use crate::world::World;

/// Legs that are followed, one after the other.
const MOST_LEGS: usize = 16;

/// A leg on which a call failed, which made the leg before it fail.
#[derive(Clone, Copy)]
pub(crate) struct FailedLeg<'w> {
    pub(crate) call: &'w Call,
    pub(crate) leg: LegRef,
    /// Its newest INVITE on the first hop.
    pub(crate) invite: &'w Transaction,
    /// The hop whose server generated the answer.
    pub(crate) source: &'w Transaction,
    /// The answer on that hop; `None` when there was none.
    pub(crate) answer: Option<&'w Received>,
}

impl FailedLeg<'_> {
    /// Whether it may be no leg of the call at all.
    pub(crate) fn is_guess(&self) -> bool {
        self.leg.joint.is_some_and(Joint::is_guess)
    }
}

/// Follows a failure down to the hop that had no answer from further down.
pub(crate) fn origin<'w>(world: &'w World, first: &'w Transaction, code: u16) -> &'w Transaction {
    let mut current = first;
    // Ends: a child has one Via more than its parent.
    while let Some((_, next)) = world.children(current).find(|(_, child)| {
        child
            .outcome
            .as_ref()
            .is_some_and(|answer| becomes(answer.code, code))
    }) {
        current = next;
    }
    current
}

/// Whether a proxy that got one code passes on the other: the same, or for 503, which would take
/// the proxy itself for overloaded, 500 (RFC 3261 §16.7 step 6).
const fn becomes(got: u16, passed: u16) -> bool {
    got == passed || (got == 503 && passed == 500)
}

/// The legs by which the host that generated an answer had passed the call on, one after the
/// other, as far as each of them failed because the next one did.
pub(crate) fn failed_legs<'w>(
    world: &'w World,
    source: &'w Transaction,
    answer: &Received,
) -> Vec<FailedLeg<'w>> {
    let mut legs: Vec<FailedLeg<'w>> = Vec::new();
    let mut next = failed_leg(world, source, answer);
    while let Some(leg) = next
        && legs.len() < MOST_LEGS
        && legs
            .iter()
            .all(|before| before.call.number != leg.call.number)
    {
        legs.push(leg);
        next = leg
            .answer
            .and_then(|answer| failed_leg(world, leg.source, answer));
    }
    legs
}

/// The leg that explains the answer best: one that failed with the same code, or one that was not
/// answered where the code says so, or else the one that failed last.
fn failed_leg<'w>(
    world: &'w World,
    source: &'w Transaction,
    answer: &Received,
) -> Option<FailedLeg<'w>> {
    let after = &world.call(source.call)?.leg.as_deref()?.after;
    let calls = after.iter().filter_map(|id| Some((*id, world.call(*id)?)));
    let failed = calls.filter_map(|(id, call)| {
        let invite = newest_invite(world, id, answer.at.time)?;
        let rank = rank(invite, answer)?;
        may_have_sent(world, source, invite).then_some((rank, call, invite))
    });
    let (_, call, invite) = failed.max_by_key(|(rank, ..)| *rank)?;
    let code = invite.outcome.as_ref().map(|answer| answer.code);
    let source = code.map_or(invite, |code| origin(world, invite, code));
    Some(FailedLeg {
        call,
        leg: LegRef::of(call.leg.as_deref()?),
        invite,
        source,
        answer: source.outcome.as_ref(),
    })
}

/// The last try to set up a leg before `time`, on its first hop.
fn newest_invite(world: &World, call: CallId, time: Timestamp) -> Option<&Transaction> {
    let requests = world.of_call(call).map(|(_, request)| request);
    let invites = requests.filter(|request| {
        request.is_invite()
            && !request.in_dialog
            && request.parent.is_none()
            && request.began().time <= time
    });
    invites.max_by_key(|invite| invite.began().time)
}

/// How well the failure of a leg explains an answer that came after it; `None` when it does not.
fn rank(invite: &Transaction, answer: &Received) -> Option<(bool, Timestamp)> {
    match &invite.outcome {
        Some(earlier) => {
            let is_before = earlier.code >= 300 && earlier.at.time <= answer.at.time;
            is_before.then_some((earlier.code == answer.code, earlier.at.time))
        }
        // What is answered for one who does not answer.
        None => matches!(answer.code, 408 | 480 | 500 | 503 | 504)
            .then_some((false, Timestamp::from_nanos(u64::MAX))),
    }
}

/// Whether the host that generated the answer may have sent this INVITE: from the address to which
/// the leg before came, or from another one of its own, to which nothing of that leg went.
fn may_have_sent(world: &World, source: &Transaction, invite: &Transaction) -> bool {
    let sender = invite.client();
    let received = |it: &Transaction| it.server() == sender;
    source.server() == sender
        || source.children.is_empty() && !world.of_call(source.call).any(|(_, it)| received(it))
}
