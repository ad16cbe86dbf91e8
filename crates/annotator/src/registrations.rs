//! Who is registered until when, as registrars said.

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::{Flow, Timestamp};
use sipwhy_parser::{ContactItem, HeaderName, Message, Uri};
use smallvec::SmallVec;

use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::ids::CallId;
use crate::key::{Key, KeyMaker};
use crate::moment::Moment;

/// So many early registrations in a row are no accident.
const FLAPS: u32 = 5;

/// What a registrar last said of an address of record.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// When the 2xx was seen.
    pub at: Moment,
    /// For how many seconds it holds: of several bindings the one that lasts longest.
    pub granted: u32,
    /// From the client to the first hop in view.
    pub flow: Flow,
    /// Who gave the 2xx.
    pub registrar: IpAddr,
    /// How often in a row the client registered again in less than a quarter of what was granted.
    pub early: u32,
    /// When that began.
    pub early_since: Moment,
    /// How often the bindings were others than before, in that time.
    pub changes: u32,
    /// Whether the client is a user agent, as far as Via tells.
    pub(crate) is_direct: bool,
    pub(crate) call: CallId,
    /// Hash of the bindings' URIs.
    pub(crate) contacts: u64,
}

impl Registration {
    /// Until when it holds.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.at.time + Duration::from_secs(self.granted.into())
    }

    /// Whether `later` comes from the same client: within the same Call-ID, as all registrations
    /// between two restarts do (RFC 3261 §10.2.4), or from the same socket.
    fn is_of_client_of(&self, later: &Self) -> bool {
        let is_same_socket = self.flow == later.flow && self.is_direct && later.is_direct;
        self.call == later.call || is_same_socket
    }

    /// Whether `later` took its place in less than a quarter of the time that was granted. One
    /// that only asks what is registered is told of less time than was granted.
    fn is_early(&self, later: &Self) -> bool {
        let elapsed = later.at.time.since(self.at.time);
        elapsed * 4 < Duration::from_secs(self.granted.into()) && later.granted >= self.granted
    }
}

/// What registrars last said of every address of record.
#[derive(Debug)]
pub(crate) struct Registrations(Bounded<Key, Registration>);

impl Registrations {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self(Bounded::new(limit, seed))
    }

    /// How many were given up because the table was full.
    pub(crate) const fn evicted(&self) -> u64 {
        self.0.evicted
    }

    /// What is known of an address of record.
    pub(crate) fn get(&self, whom: Key) -> Option<&Registration> {
        self.0.get(&whom)
    }

    /// Nobody is registered there any more, by the client's own wish.
    pub(crate) fn forget(&mut self, whom: Key) {
        if let Some(known) = self.0.get_mut(&whom) {
            // Its place is kept, so that the order stays as long as the table.
            known.granted = 0;
            known.early = 0;
        }
    }

    /// A registration was accepted. Answers what is known of it when its client has just shown
    /// that it registers far too often.
    pub(crate) fn note(&mut self, whom: Key, mut new: Registration) -> Option<Registration> {
        if let Some(known) = self.0.get_mut(&whom) {
            if known.is_of_client_of(&new) && known.is_early(&new) {
                new.early = known.early.saturating_add(1);
                new.early_since = known.early_since;
                new.changes = known.changes + u32::from(known.contacts != new.contacts);
            }
            *known = new;
            return (new.early == FLAPS).then_some(new);
        }
        self.0.enter(whom, new);
        None
    }
}

/// What stands for an address of record: its user and host alone (RFC 3261 §10.3 step 5).
pub(crate) fn address_of_record(keys: &KeyMaker, uri: &Uri<'_>) -> Option<Key> {
    let mut text: SmallVec<[u8; 64]> = SmallVec::from_slice(uri.user?);
    text.push(b'@');
    text.extend(uri.host.iter().map(u8::to_ascii_lowercase));
    Some(keys.of(&text))
}

/// For how many seconds a 2xx to REGISTER grants what it lists: by each Contact's `expires`, or by
/// Expires (RFC 3261 §10.3 step 8); with a hash of what it lists. `None` where it lists nothing
/// that still holds, or does not say.
pub(crate) fn granted(keys: &KeyMaker, message: &Message<'_, '_>) -> Option<(u32, u64)> {
    let of_message = || {
        let value = message.header(HeaderName::Expires)?.value;
        std::str::from_utf8(value).ok()?.trim().parse().ok()
    };
    let mut longest: Option<u32> = None;
    let mut contacts = 0_u64;
    for contact in message.contacts() {
        let ContactItem::Address(address) = contact else {
            continue;
        };
        longest = longest.max(address.expires_secs().or_else(of_message));
        // In whatever order they are listed.
        contacts = contacts.wrapping_add(keys.short(address.uri));
    }
    longest
        .filter(|seconds| *seconds > 0)
        .map(|seconds| (seconds, contacts))
}
