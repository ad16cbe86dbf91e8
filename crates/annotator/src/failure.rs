//! Where a failure came from: down the hops of a call, and from there along its legs.

use sipwhy_packet::Timestamp;

use crate::annotation::LegRef;
use crate::call::Call;
use crate::ids::TransactionId;
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
    /// Its INVITE on the first hop.
    pub(crate) id: TransactionId,
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
    answered: Timestamp,
) -> Vec<FailedLeg<'w>> {
    let mut legs: Vec<FailedLeg<'w>> = Vec::new();
    let (mut source, mut answered) = (source, answered);
    while legs.len() < MOST_LEGS
        && let Some(next) = failed_leg(world, source, answered)
        && legs.iter().all(|leg| leg.id != next.id)
    {
        legs.push(next);
        let Some(answer) = next.answer else { break };
        (source, answered) = (next.source, answer.at.time);
    }
    legs
}

/// The leg whose failure came last before the answer; or one that was not answered at all.
fn failed_leg<'w>(
    world: &'w World,
    source: &'w Transaction,
    answered: Timestamp,
) -> Option<FailedLeg<'w>> {
    let host = source.server();
    let after = &world.call(source.call)?.leg.as_deref()?.after;
    let calls = after.iter().filter_map(|id| Some((*id, world.call(*id)?)));
    let invites = calls.flat_map(|(id, call)| {
        let invites = world.of_call(id);
        invites
            .filter(|(_, invite)| {
                invite.is_invite()
                    && !invite.in_dialog
                    && invite.parent.is_none()
                    && invite.client() == host
                    && invite.began().time <= answered
            })
            .map(move |(id, invite)| (call, id, invite))
    });
    let failed = invites.filter(|(_, _, invite)| {
        let answer = invite.outcome.as_ref();
        answer.is_none_or(|answer| answer.code >= 300 && answer.at.time <= answered)
    });
    // One that is not answered comes after all that are: it is what was waited for last.
    let (call, id, invite) = failed.max_by_key(|(_, _, invite)| {
        let answer = invite.outcome.as_ref();
        answer.map_or(Timestamp::from_nanos(u64::MAX), |answer| answer.at.time)
    })?;
    let code = invite.outcome.as_ref().map(|answer| answer.code);
    let source = code.map_or(invite, |code| origin(world, invite, code));
    Some(FailedLeg {
        call,
        leg: LegRef::of(call.leg.as_deref()?),
        id,
        invite,
        source,
        answer: source.outcome.as_ref(),
    })
}
