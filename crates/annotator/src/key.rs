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
use sipwhy_parser::{Address, CSeq, Message, Via};

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
pub(crate) struct KeyMaker(PolymurHash);

impl fmt::Debug for KeyMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaker").finish_non_exhaustive()
    }
}

impl KeyMaker {
    pub(crate) fn new(seed: HashSeed) -> Self {
        Self(PolymurHash::from_u64x2_seed(seed.0, seed.1))
    }

    /// The key of any bytes that identify something by themselves: a Call-ID, a tag.
    pub(crate) fn of(&self, bytes: &[u8]) -> Key {
        Key(self.short(bytes))
    }

    /// The number that stands for a tag or a Server header.
    pub(crate) fn short(&self, bytes: &[u8]) -> u64 {
        self.0.hash(bytes)
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
        method: &[u8],
    ) -> Key {
        let branch = via.branch().unwrap_or_default();
        let method = if method == b"ACK" { b"INVITE" } else { method };
        let mut text = Gathered::new();
        text.add(branch);
        text.add(&[0]);
        // Host names compare without regard to case (RFC 3261 §19.1.4).
        let host = text.add(via.host);
        if host.iter().any(u8::is_ascii_uppercase) {
            host.make_ascii_lowercase();
        }
        text.add(&via.port.unwrap_or(5060).to_ne_bytes());
        text.add(method);
        if !has_magic_cookie(branch) {
            text.add(&[0]);
            text.add(message.call_id().unwrap_or_default());
            text.add(&[0]);
            text.add(message.from().and_then(Address::tag).unwrap_or_default());
            let cseq = message.cseq().map_or(0, |CSeq { number, .. }| number);
            text.add(&cseq.to_ne_bytes());
        }
        self.of(text.bytes())
    }
}

/// Gathers what identifies something, so that it is hashed in one piece: the hash function takes
/// many times longer over the same bytes in small ones.
struct Gathered {
    /// All there is, as long as it fits; it nearly always does.
    buffer: [u8; 128],
    used: usize,
    /// All there is, once it did not.
    overflow: Vec<u8>,
}

impl Gathered {
    const fn new() -> Self {
        Self {
            buffer: [0; 128],
            used: 0,
            overflow: Vec::new(),
        }
    }

    /// Adds some, and shows where it is now.
    #[inline]
    fn add(&mut self, bytes: &[u8]) -> &mut [u8] {
        let end = self.used + bytes.len();
        if end > self.buffer.len() {
            return self.add_to_overflow(bytes);
        }
        let place = &mut self.buffer[self.used..end];
        place.copy_from_slice(bytes);
        self.used = end;
        place
    }

    #[cold]
    fn add_to_overflow(&mut self, bytes: &[u8]) -> &mut [u8] {
        if self.overflow.is_empty() {
            self.overflow.extend_from_slice(&self.buffer[..self.used]);
            // What follows goes there too.
            self.used = self.buffer.len();
        }
        let start = self.overflow.len();
        self.overflow.extend_from_slice(bytes);
        &mut self.overflow[start..]
    }

    fn bytes(&self) -> &[u8] {
        if self.overflow.is_empty() {
            &self.buffer[..self.used]
        } else {
            &self.overflow
        }
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
