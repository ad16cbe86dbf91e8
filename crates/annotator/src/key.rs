//! Keys under which transactions, calls and tags are found again.
//!
//! A key is a 128-bit keyed hash of the identifying bytes, so that tables hold no strings and a
//! sender who does not know the seed cannot make two keys collide.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::num::NonZeroU64;

use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher13 as SipHasher13x128};
use sipwhy_parser::{Address, CSeq, Message, Via};

use crate::config::HashSeed;

/// A hash that stands for the bytes it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(u128);

/// A map under [`Key`]s. They are uniformly distributed already, so they are not hashed again.
pub(crate) type KeyMap<V> = HashMap<Key, V, Uniform>;

/// A map under other keys that senders may choose, hashed with the engine's seed.
pub(crate) type SeededMap<K, V> = HashMap<K, V, Seeded>;

/// Takes a [`Key`] for its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Uniform;

impl BuildHasher for Uniform {
    type Hasher = UniformHasher;

    fn build_hasher(&self) -> UniformHasher {
        UniformHasher(0)
    }
}

/// See [`Uniform`].
pub(crate) struct UniformHasher(u64);

impl Hasher for UniformHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only `Key`s are hashed here, and they arrive through `write_u128`.
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "half of a uniform hash is uniform"
    )]
    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyMaker(pub(crate) HashSeed);

impl KeyMaker {
    fn hasher(self) -> SipHasher13x128 {
        SipHasher13x128::new_with_keys(self.0.0, self.0.1)
    }

    /// The key of any bytes that identify something by themselves: a Call-ID, a tag.
    pub(crate) fn of(self, bytes: &[u8]) -> Key {
        let mut hasher = self.hasher();
        hasher.write(bytes);
        Key(hasher.finish128().as_u128())
    }

    /// A 64-bit key, where a collision costs little: a tag within a call, a Server header.
    pub(crate) fn short(self, bytes: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.0.0, self.0.1);
        hasher.write(bytes);
        hasher.finish()
    }

    /// As [`KeyMaker::short`], never zero, so that its absence takes no room.
    pub(crate) fn mark(self, bytes: &[u8]) -> NonZeroU64 {
        NonZeroU64::new(self.short(bytes)).unwrap_or(NonZeroU64::MIN)
    }

    /// The key of the transaction that `via` is the mark of, as a server matches requests and a
    /// client responses (RFC 3261 §17.1.3, §17.2.3): branch, sent-by and method, where ACK
    /// belongs to the INVITE it acknowledges. Without the magic cookie the branch is not unique,
    /// and what RFC 2543 compared is added.
    pub(crate) fn transaction(
        self,
        message: &Message<'_, '_>,
        via: &Via<'_>,
        method: &[u8],
    ) -> Key {
        let branch = via.branch().unwrap_or_default();
        let method = if method == b"ACK" { b"INVITE" } else { method };
        let mut text = Gathered::new(self.hasher());
        text.add(branch);
        text.add(&[0]);
        text.add_lowercase(via.host);
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
        text.key()
    }
}

/// Gathers what identifies something, so that it is hashed in few large pieces: the hash function
/// takes many times longer over the same bytes in small ones.
struct Gathered {
    hasher: SipHasher13x128,
    buffer: [u8; 256],
    used: usize,
}

impl Gathered {
    const fn new(hasher: SipHasher13x128) -> Self {
        Self {
            hasher,
            buffer: [0; 256],
            used: 0,
        }
    }

    fn add(&mut self, bytes: &[u8]) -> &mut [u8] {
        if bytes.len() > self.buffer.len() - self.used {
            self.hasher.write(&self.buffer[..self.used]);
            self.used = 0;
            if bytes.len() > self.buffer.len() {
                self.hasher.write(bytes);
                return &mut [];
            }
        }
        let place = &mut self.buffer[self.used..self.used + bytes.len()];
        place.copy_from_slice(bytes);
        self.used += bytes.len();
        place
    }

    /// Host names compare without regard to case (RFC 3261 §19.1.4). One longer than any name may
    /// be (RFC 1035 §2.3.4) is taken as it is.
    fn add_lowercase(&mut self, name: &[u8]) {
        self.add(name).make_ascii_lowercase();
    }

    fn key(mut self) -> Key {
        self.hasher.write(&self.buffer[..self.used]);
        Key(self.hasher.finish128().as_u128())
    }
}

/// Whether a branch is unique for its transaction (RFC 3261 §8.1.1.7).
fn has_magic_cookie(branch: &[u8]) -> bool {
    const COOKIE: &[u8] = b"z9hG4bK";
    branch
        .get(..COOKIE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(COOKIE))
}
