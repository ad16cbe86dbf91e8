//! From new INVITEs and REFERs to the legs of one call.

use sipwhy_parser::{HeaderName, Message, Uri, unescaped};

use crate::call::Call;
use crate::config::TIMEOUT;
use crate::engine::Engine;
use crate::ids::{CallId, TransactionId};
use crate::legs::{Joint, Leg, Mark, are_alike, ending, place};
use crate::moment::Moment;
use crate::transaction::Transaction;
use crate::world::World;

impl Engine {
    /// A new INVITE: joins its call to the one of which it is another leg.
    pub(super) fn join_legs(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        if transaction.in_dialog {
            return;
        }
        let Some(sent) = transaction.request else {
            return;
        };
        let (call, server) = (transaction.call, transaction.server());
        // What proxies pass on belongs to the call already, and so does another try of it.
        let Some(begun) = world.calls.get(call) else {
            return;
        };
        let is_new = transaction.parent.is_none() && begun.transactions.len() <= 1;
        let caller = ending(begun.from());
        if is_new {
            self.join_leg(id, call, caller, sent, message);
        }
        let invites = &mut self.world.legs.invites;
        invites.note(server, caller, sent.time, id);
    }

    fn join_leg(
        &mut self,
        id: TransactionId,
        call: CallId,
        caller: u64,
        sent: Moment,
        message: &Message<'_, '_>,
    ) {
        let carries_marks = message.has(HeaderName::SessionId)
            || message.has(HeaderName::PChargingVector)
            || message.has(HeaderName::Other);
        let mut found = if carries_marks || self.world.legs.marks.has_named {
            self.find_by_marks(call, message)
        } else {
            None
        };
        if found.is_none()
            && let Some(replaced) = message.replaces()
        {
            let key = self.world.keys.of(replaced.call_id);
            let other = self.world.by_call_id(key);
            found = other.map(|other| (Joint::Replaces, other));
        }
        let found = found
            .or_else(|| self.find_referral(id, sent))
            .or_else(|| self.guess_leg(id, caller, sent));
        if let Some((joint, other)) = found.filter(|(_, other)| *other != call) {
            self.join(joint, other, call);
            self.link_leg(joint, id, call);
        }
    }

    /// The call that carries what this one carries, or that is named by this one, or names it.
    fn find_by_marks(
        &mut self,
        call: CallId,
        message: &Message<'_, '_>,
    ) -> Option<(Joint, CallId)> {
        let world = &mut self.world;
        let own = world.calls.get_mut(call)?;
        own.has_session_id = message.has(HeaderName::SessionId);
        let own = Mark {
            joint: Joint::CallIdHeader,
            key: own.key,
        };
        let own = world.legs.marks.has_named.then_some(own);
        let marks = Mark::all(message, &world.keys);
        let mut found: Option<(Joint, CallId)> = None;
        for mark in marks.iter().chain(&own) {
            let named = || match mark.joint {
                Joint::CallIdHeader => world.by_call_id(mark.key),
                _ => None,
            };
            let known = world.legs.marks.get(*mark).or_else(named);
            let is_other = |other: &CallId| *other != call && world.calls.contains_key(*other);
            let other = known.filter(is_other);
            if let Some(other) = other
                && found.is_none_or(|(joint, _)| mark.joint < joint)
            {
                found = Some((mark.joint, other));
            }
        }
        for mark in marks {
            let known = world.legs.marks.get(mark);
            if known.is_none_or(|known| !world.calls.contains_key(known)) {
                world.legs.marks.set(mark, call);
            }
        }
        found
    }

    /// The call whose REFER asked the sender of this INVITE for it.
    fn find_referral(&self, id: TransactionId, sent: Moment) -> Option<(Joint, CallId)> {
        let world = &self.world;
        if sent.time.since(world.legs.referred?) > TIMEOUT {
            return None;
        }
        let transaction = world.transaction(id)?;
        let target = world.keys.short(&place(&transaction.uri)?);
        let referrals = &world.legs.referrals;
        let call = referrals
            .of(transaction.client(), target, sent.time)?
            .last()?;
        world.call(call).map(|_| (Joint::Refer, call))
    }

    /// The one call that the sender of this INVITE has pending between the same two users.
    fn guess_leg(&self, id: TransactionId, caller: u64, sent: Moment) -> Option<(Joint, CallId)> {
        let world = &self.world;
        let transaction = world.transaction(id)?;
        let host = transaction.client();
        let recent = world.legs.invites.of(host, caller, sent.time)?;
        let mut found = None;
        for pending in recent {
            let Some(other) = world.transaction(pending) else {
                continue;
            };
            if !may_be_passed_on_as(world, other, transaction) || found == Some(other.call) {
                continue;
            }
            if found.is_some() {
                // Either of two: nobody can tell which.
                return None;
            }
            found = Some(other.call);
        }
        found.map(|call| (Joint::Guess, call))
    }

    /// A REFER: what it asks for is a leg, too.
    pub(super) fn note_referral(&mut self, id: TransactionId, message: &Message<'_, '_>) {
        let world = &mut self.world;
        let Some(transaction) = world.transactions.get(id) else {
            return;
        };
        let (call, host) = (transaction.call, transaction.server());
        let Some((sent, target)) = transaction
            .request
            .zip(message.address(HeaderName::ReferTo))
        else {
            return;
        };
        if let Some(place) = place(target.uri) {
            let target = world.keys.short(&place);
            world.legs.referred = Some(sent.time);
            world.legs.referrals.note(host, target, sent.time, call);
        }
        if let Some(replaced) = replaced_call_id(target.uri) {
            let key = world.keys.of(&replaced);
            let other = world.by_call_id(key).filter(|other| *other != call);
            if let Some(other) = other {
                self.join(Joint::Refer, call, other);
            }
        }
    }

    /// Joins two calls, if one of them is no leg of another call yet.
    fn join(&mut self, joint: Joint, one: CallId, other: CallId) {
        let calls = &self.world.calls;
        let leg = |id: CallId| calls.get(id).and_then(|call| call.leg.as_deref());
        let (known, new) = match (leg(one), leg(other)) {
            (_, None) => (one, other),
            (None, Some(_)) => (other, one),
            (Some(_), Some(_)) => return,
        };
        let first = leg(known).map_or(known, |leg| leg.first);
        let most = self.world.config.limits.branches;
        let Some(call) = self.world.calls.get_mut(first) else {
            return;
        };
        let number = call.number;
        let group = call
            .leg
            .get_or_insert_with(|| Box::new(Leg::first(first, number)));
        if group.all.len() >= most {
            self.counters.branches_refused += 1;
            return;
        }
        group.all.push(new);
        let leg = Leg {
            of: group.of,
            number: u32::try_from(group.all.len()).unwrap_or(u32::MAX),
            joint: Some(joint),
            first,
            after: Default::default(),
            all: Default::default(),
        };
        if let Some(call) = self.world.calls.get_mut(new) {
            call.leg = Some(Box::new(leg));
        }
    }

    /// Finds which leg the new one carries on: the one that the sender of its INVITE received and
    /// has not answered. When the new one was captured first, it is the other way round. A sender
    /// with an address for each side received none at this one: then it is the newest leg that
    /// another host sent.
    fn link_leg(&mut self, joint: Joint, id: TransactionId, call: CallId) {
        if !joint.passes_on() {
            return;
        }
        let world = &self.world;
        let Some((invite, leg)) = world.transaction(id).zip(leg_of(world, call)) else {
            return;
        };
        let (client, server) = (invite.client(), invite.server());
        let all = leg_of(world, leg.first).map(|first| first.all.clone());
        let others = || all.iter().flatten().copied().filter(|other| *other != call);
        let waits = |other: CallId, matches: &dyn Fn(&Transaction) -> bool| {
            let mut invites = world.of_call(other).map(|(_, other)| other);
            invites.any(|other| other.is_invite() && other.is_pending() && matches(other))
        };
        let mut before = others().filter(|other| waits(*other, &|it| it.server() == client));
        let link = before.next_back().map(|before| (before, call)).or_else(|| {
            let is_of = |it: &Transaction| it.client() == server && it.parent.is_none();
            let mut after = others().filter(|other| waits(*other, &is_of));
            after.next().map(|after| (call, after))
        });
        let link = link.or_else(|| {
            let is_of = |it: &Transaction| it.client() != client && it.parent.is_none();
            let mut before = others().filter(|other| waits(*other, &is_of));
            before.next_back().map(|before| (before, call))
        });
        if let Some((before, after)) = link
            && let Some(leg) = self.world.calls.get_mut(before).and_then(leg_mut)
        {
            leg.after.push(after);
        }
    }
}

fn leg_of(world: &World, call: CallId) -> Option<&Leg> {
    world.call(call)?.leg.as_deref()
}

fn leg_mut(call: &mut Call) -> Option<&mut Leg> {
    call.leg.as_deref_mut()
}

/// Whether the host that received `before`, and has not answered it, may have sent `after`
/// because of it: between the same users, and nothing says that it is another session.
fn may_be_passed_on_as(world: &World, before: &Transaction, after: &Transaction) -> bool {
    if before.call == after.call || before.server() != after.client() || !before.is_pending() {
        return false;
    }
    let (Some(one), Some(other)) = (world.call(before.call), world.call(after.call)) else {
        return false;
    };
    let callees = [(&before.uri[..], one.to()), (&after.uri[..], other.to())];
    let [(uri, to), (next_uri, next_to)] = callees;
    let is_same_callee = are_alike(uri, next_uri)
        || are_alike(to, next_to)
        || are_alike(uri, next_to)
        || are_alike(to, next_uri);
    !(one.has_session_id && other.has_session_id)
        && is_same_callee
        && are_alike(one.from(), other.from())
}

/// The Call-ID of the dialog that a Refer-To wants replaced (RFC 3891 §4).
fn replaced_call_id(uri: &[u8]) -> Option<Vec<u8>> {
    let uri = Uri::parse(uri)?;
    let header = uri.headers.split(|byte| *byte == b'&').find_map(|header| {
        let (name, value) = header.split_at_checked(b"Replaces=".len())?;
        name.eq_ignore_ascii_case(b"Replaces=").then_some(value)
    })?;
    let call_id: Vec<u8> = unescaped(header).take_while(|byte| *byte != b';').collect();
    (!call_id.is_empty()).then_some(call_id)
}
