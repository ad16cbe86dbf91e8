//! Who sent credentials of late, to find an answer to a challenge under another Call-ID.

use std::hash::BuildHasher;
use std::net::IpAddr;

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
    places: Vec<Option<Timestamp>>,
}

impl Answering {
    pub(crate) const fn new(seed: HashSeed) -> Self {
        Self {
            seed,
            places: Vec::new(),
        }
    }

    /// `client` sent credentials in a request from `from`.
    pub(crate) fn note(&mut self, client: IpAddr, from: &[u8], time: Timestamp) {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let hash = self.hash(client, from);
        if let Some(place) = self.places.get_mut(place(hash)) {
            *place = Some(time);
        }
    }

    /// Whether it may have done so at `since` or later.
    pub(crate) fn may_have_answered(&self, client: IpAddr, from: &[u8], since: Timestamp) -> bool {
        let hash = self.hash(client, from);
        self.places
            .get(place(hash))
            .copied()
            .flatten()
            .is_some_and(|time| time >= since)
    }

    fn hash(&self, client: IpAddr, from: &[u8]) -> u64 {
        Seeded(self.seed).hash_one((client, from))
    }
}

const fn place(hash: u64) -> usize {
    (hash % PLACES as u64) as usize
}
