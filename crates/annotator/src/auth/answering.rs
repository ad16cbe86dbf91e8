//! Who sent credentials of late, to find an answer to a challenge under another Call-ID.

use std::hash::BuildHasher;
use std::net::IpAddr;
use std::num::NonZeroU32;

use sipwhy_packet::Timestamp;

use crate::config::HashSeed;
use crate::key::Seeded;

/// Places of the table. Of two that share a place the later one has it, and then either may have
/// answered: nobody is accused of a silence that cannot be told from an answer.
const PLACES: usize = 65_536;

/// The last time a client sent credentials on behalf of somebody. A table of fixed size.
#[derive(Debug)]
pub(crate) struct Answering {
    seed: HashSeed,
    /// Empty until the first credentials are seen.
    places: Vec<Option<Place>>,
    /// How often one took the place of another.
    pub(crate) overwritten: u64,
}

/// Who has a place, as far as it takes to tell two apart, and since when.
#[derive(Clone, Copy, Debug)]
struct Place {
    time: Timestamp,
    owner: NonZeroU32,
}

impl Answering {
    pub(crate) const fn new(seed: HashSeed) -> Self {
        Self {
            seed,
            places: Vec::new(),
            overwritten: 0,
        }
    }

    /// `client` sent credentials in a request from `from`.
    pub(crate) fn note(&mut self, client: IpAddr, from: &[u8], time: Timestamp) {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let hash = self.hash(client, from);
        let owner = owner(hash);
        if let Some(place) = self.places.get_mut(place(hash)) {
            let is_other = place.is_some_and(|known| known.owner != owner);
            self.overwritten += u64::from(is_other);
            *place = Some(Place { time, owner });
        }
    }

    /// Whether it may have done so at `since` or later.
    pub(crate) fn may_have_answered(&self, client: IpAddr, from: &[u8], since: Timestamp) -> bool {
        let hash = self.hash(client, from);
        self.places
            .get(place(hash))
            .copied()
            .flatten()
            .is_some_and(|place| place.time >= since)
    }

    fn hash(&self, client: IpAddr, from: &[u8]) -> u64 {
        Seeded(self.seed).hash_one((client, from))
    }
}

const fn place(hash: u64) -> usize {
    (hash % PLACES as u64) as usize
}

/// What of a hash does not tell the place.
fn owner(hash: u64) -> NonZeroU32 {
    let high = u32::try_from(hash >> 32).unwrap_or_default();
    NonZeroU32::new(high).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_takes_the_place_of_another_is_counted_and_may_have_answered_for_it() {
        let mut answering = Answering::new(HashSeed::default());
        let client = IpAddr::from([192, 0, 2, 1]);
        let now = Timestamp::from_nanos(1_000_000_000);
        let name = |number: u32| format!("sip:{number}@example.com").into_bytes();
        for number in 0..PLACES as u32 + 1 {
            answering.note(client, &name(number), now);
        }
        // There is one more of them than there are places.
        assert!(answering.overwritten > 0);
        assert!((0..10).all(|number| answering.may_have_answered(client, &name(number), now)));
    }

    #[test]
    fn the_same_client_keeps_its_place() {
        let mut answering = Answering::new(HashSeed::default());
        let client = IpAddr::from([192, 0, 2, 1]);
        for second in 1..10 {
            let now = Timestamp::from_nanos(second * 1_000_000_000);
            answering.note(client, b"sip:alice@example.com", now);
        }
        assert_eq!(answering.overwritten, 0);
    }
}
