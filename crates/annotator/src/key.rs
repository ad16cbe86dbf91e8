//! Keys under which transactions, calls and tags are found again.
//!
//! A key is a 64-bit keyed hash of the identifying bytes, so that tables hold no strings and a
//! sender who does not know the seed cannot make two keys collide. The hash is almost universal:
//! whatever two different texts of up to n bytes a sender may choose, of all seeds only a share of
//! n times 2^-60 makes them collide, and no sender is ever shown a hash. With a hundred thousand
//! keys of a hundred bytes in a table that is once in some 10^11 messages.

use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasher;
use std::num::NonZeroU64;

use polymur_hash::PolymurHash;
use siphasher::sip::SipHasher13;
use sipwhy_parser::{Address, CSeq, Message, Method, Via};

use crate::config::HashSeed;

/// A hash that stands for the bytes it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(u64);

impl Key {
    /// A key is distributed uniformly: it is its own hash.
    pub(crate) const fn hash(self) -> u64 {
        self.0
    }

    /// The key of the same bytes in another sense.
    pub(crate) const fn beside(self, sense: u64) -> Self {
        Self(self.0 ^ sense.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

/// A map under other keys that senders may choose, hashed with the engine's seed.
pub(crate) type SeededMap<K, V> = HashMap<K, V, Seeded>;

/// Makes keyed hashers from the engine's seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeded(pub(crate) HashSeed);

impl BuildHasher for Seeded {
    type Hasher = SipHasher13;

    fn build_hasher(&self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.0.0, self.0.1)
    }
}

/// Makes [`Key`]s.
#[derive(Clone)]
pub(crate) struct KeyMaker {
    hash: PolymurHash,
    /// For what is hashed beside something else: with a key of its own, so that the two hashes
    /// can be added without what one has in common with the other.
    beside: PolymurHash,
}

impl fmt::Debug for KeyMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaker").finish_non_exhaustive()
    }
}

/// The bits of a hash that another one can be added to: below the order of the field that the hash
/// function counts in, so that no sum overflows.
const ADDED: u64 = (1 << 60) - 1;

impl KeyMaker {
    pub(crate) fn new(seed: HashSeed) -> Self {
        let hash = PolymurHash::from_u64x2_seed(seed.0, seed.1);
        let (one, other) = (hash.hash(b"beside"), hash.hash(b"beside it"));
        Self {
            beside: PolymurHash::from_u64x2_seed(one, other),
            hash,
        }
    }

    /// The key of any bytes that identify something by themselves: a Call-ID, a tag.
    pub(crate) fn of(&self, bytes: &[u8]) -> Key {
        Key(self.short(bytes))
    }

    /// The number that stands for a tag or a Server header.
    pub(crate) fn short(&self, bytes: &[u8]) -> u64 {
        self.hash.hash(bytes)
    }

    /// As [`KeyMaker::short`], never zero, so that its absence takes no room.
    pub(crate) fn mark(&self, bytes: &[u8]) -> NonZeroU64 {
        NonZeroU64::new(self.short(bytes)).unwrap_or(NonZeroU64::MIN)
    }

    /// The key of the transaction that `via` is the mark of, as a server matches requests and a
    /// client responses (RFC 3261 §17.1.3, §17.2.3): branch, sent-by and method, where ACK
    /// belongs to the INVITE it acknowledges. Without the magic cookie the branch is not unique,
    /// and what RFC 2543 compared is added.
    pub(crate) fn transaction(
        &self,
        message: &Message<'_, '_>,
        via: &Via<'_>,
        method: Method<'_>,
    ) -> Key {
        let branch = via.branch().unwrap_or_default();
        let mut rest = u64::from(via.port.unwrap_or(5060)) << 8;
        rest = rest.wrapping_add(match method {
            Method::Invite | Method::Ack => 1,
            Method::Bye => 2,
            Method::Cancel => 3,
            Method::Options => 4,
            Method::Register => 5,
            other => self.beside.hash(other.as_bytes()) & ADDED,
        });
        if !has_magic_cookie(branch) {
            rest = rest.wrapping_add(self.without_cookie(message));
        }
        // Host names compare without regard to case (RFC 3261 §19.1.4).
        let rest = if via.host.iter().any(u8::is_ascii_uppercase) {
            let host = via.host.to_ascii_lowercase();
            self.beside.hash_with_tweak(&host, rest & ADDED)
        } else {
            self.beside.hash_with_tweak(via.host, rest & ADDED)
        };
        Key(self.hash.hash_with_tweak(branch, rest & ADDED))
    }

    #[cold]
    fn without_cookie(&self, message: &Message<'_, '_>) -> u64 {
        let call_id = message.call_id().unwrap_or_default();
        let tag = message.from().and_then(Address::tag).unwrap_or_default();
        let cseq = message.cseq().map_or(0, |CSeq { number, .. }| number);
        let text = [call_id, &[0], tag, &[0], &cseq.to_ne_bytes()].concat();
        self.beside.hash(&text)
    }
}

/// Whether a branch is unique for its transaction (RFC 3261 §8.1.1.7).
fn has_magic_cookie(branch: &[u8]) -> bool {
    const COOKIE: &[u8; 7] = b"z9hG4bK";
    // Nearly all write it as the RFC does.
    branch
        .first_chunk::<7>()
        .is_some_and(|start| start == COOKIE || start.eq_ignore_ascii_case(COOKIE))
}
