//! What callers were told has moved for good, to tell whether they remember it.

use std::net::IpAddr;

use sipwhy_packet::Timestamp;
use sipwhy_parser::{ContactItem, HeaderName, Message};

use crate::annotation::Evidence;
use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::key::Key;
use crate::moment::Moment;

/// A 301: where the user of a URI is from now on.
#[derive(Clone, Debug)]
pub struct Move {
    /// When it was said.
    pub at: Moment,
    /// The number of the call in which it was said.
    pub call: u64,
    /// Until when it holds, where it says so.
    pub until: Option<Timestamp>,
    /// The 301, quoted.
    pub evidence: Evidence,
}

impl Move {
    /// Whether a caller of another call should still know of it at `now`.
    pub(crate) fn binds(&self, call: u64, now: Timestamp) -> bool {
        self.call != call && self.until.is_none_or(|until| now < until)
    }
}

/// Who was told, by address and From, and of which URI.
pub(crate) type Told = (IpAddr, Key, Key);

/// All moves that callers may be held to.
#[derive(Debug)]
pub(crate) struct Moves(Bounded<Told, Move>);

impl Moves {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self(Bounded::new(limit, seed))
    }

    /// How many were forgotten because the bound was reached.
    pub(crate) const fn evicted(&self) -> u64 {
        self.0.evicted
    }

    /// Takes one in. Answers the one that the caller had been told of before, where that still
    /// binds: it is kept, and the new one adds nothing.
    pub(crate) fn note(&mut self, told: Told, moved: Move) -> Option<Move> {
        if let Some(known) = self.0.get_mut(&told) {
            if known.binds(moved.call, moved.at.time) {
                return Some(known.clone());
            }
            *known = moved;
            return None;
        }
        self.0.enter(told, moved);
        None
    }
}

/// Until when a 301 holds: by its Contact's `expires`, or by Expires (RFC 3261 §20.10, §20.19).
/// Without either it holds for good.
pub(crate) fn holds_until(message: &Message<'_, '_>, at: Timestamp) -> Option<Timestamp> {
    let of_contact = message.contacts().find_map(|contact| match contact {
        ContactItem::Address(address) => address.expires_secs(),
        _ => None,
    });
    let of_message = || {
        let value = message.header(HeaderName::Expires)?.value;
        std::str::from_utf8(value).ok()?.trim().parse().ok()
    };
    let seconds: u32 = of_contact.or_else(of_message)?;
    Some(at + std::time::Duration::from_secs(seconds.into()))
}
