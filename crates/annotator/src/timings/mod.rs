//! How long answers take, and how sessions fare, by the host that was asked: RFC 6076, and the
//! response time of each hop. `docs/timings.md` says how each figure comes about.

mod measured;
mod peer;
mod series;

use std::net::IpAddr;

pub(crate) use measured::{Asked, Kind, session_of};
pub use measured::{End, Measured};
pub use peer::{Peer, Registrations, Sessions};
pub use series::Series;

use crate::config::HashSeed;
use crate::key::{Seeded, SeededMap};
use crate::vantage::bits;

/// Places in which the newest hosts are found without a look-up.
const NEAR: usize = 64;

/// A host's place among the peers. It never becomes another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeerIndex(u32);

/// The hosts that requests were sent to, each with what became of those.
#[derive(Clone, Debug)]
pub struct Timings {
    peers: Vec<Peer>,
    places: SeededMap<u128, PeerIndex>,
    /// Some of the hosts, each in the one place that its address gives it: most requests go to
    /// one of few.
    near: Box<[Option<(u128, PeerIndex)>; NEAR]>,
    limit: usize,
    /// Requests that were not taken into account, because the table was full when their host was
    /// first seen.
    pub(crate) refused: u64,
}

impl Timings {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            peers: Vec::new(),
            places: SeededMap::with_hasher(Seeded(seed)),
            near: Box::new([None; NEAR]),
            limit,
            refused: 0,
        }
    }

    /// The hosts, in the order in which a request to them first ended.
    #[must_use]
    pub fn peers(&self) -> &[Peer] {
        &self.peers
    }

    /// The host's place; a new one when it was not seen before. `None` when the table is full.
    pub(crate) fn place(&mut self, host: IpAddr) -> Option<PeerIndex> {
        let address = bits(host);
        let folded = address as u64 ^ (address >> 64) as u64;
        let place = (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        if let Some((known, index)) = self.near[place]
            && known == address
        {
            return Some(index);
        }
        let index = self.find(host, address)?;
        self.near[place] = Some((address, index));
        Some(index)
    }

    fn find(&mut self, host: IpAddr, address: u128) -> Option<PeerIndex> {
        if let Some(index) = self.places.get(&address) {
            return Some(*index);
        }
        let next = u32::try_from(self.peers.len()).ok().map(PeerIndex);
        let Some(index) = next.filter(|_| self.peers.len() < self.limit) else {
            self.refused += 1;
            return None;
        };
        self.peers.push(Peer::new(host));
        self.places.insert(address, index);
        Some(index)
    }

    pub(crate) fn peer_mut(&mut self, index: PeerIndex) -> Option<&mut Peer> {
        self.peers.get_mut(index.0 as usize)
    }
}

impl Default for Timings {
    fn default() -> Self {
        Self::new(0, HashSeed::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_beyond_the_limit_are_counted_and_change_nothing() {
        let mut timings = Timings::new(2, HashSeed::default());
        let host = |last: u8| IpAddr::from([10, 0, 0, last]);
        let first = timings.place(host(1));
        assert!(first.is_some());
        assert!(timings.place(host(2)).is_some());
        for last in 3..=200 {
            assert_eq!(timings.place(host(last)), None);
        }
        assert_eq!(timings.refused, 198);
        assert_eq!(timings.place(host(1)), first);
        assert_eq!(timings.peers().len(), 2);
    }

    #[test]
    fn hosts_that_share_a_place_are_told_apart() {
        let mut timings = Timings::new(1000, HashSeed::default());
        let host = |number: u16| IpAddr::from([10, 0, (number >> 8) as u8, number as u8]);
        let first: Vec<_> = (0..500).map(|number| timings.place(host(number))).collect();
        let again: Vec<_> = (0..500).map(|number| timings.place(host(number))).collect();
        assert_eq!(first, again);
        assert_eq!(timings.peers().len(), 500);
    }
}
