//! How many requests hosts send each other, beside how many they sent before.
//!
//! A table of fixed size, each pair of hosts in the one place that their addresses give it: every
//! new request is counted here, and must not cost a look-up in a map.

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::Timestamp;

use crate::thresholds::Thresholds;

/// The places are two to the power of this.
const PLACES_BITS: u32 = 12;
/// Windows that a pair of hosts must have been in view, before it is known what is usual of it.
const HISTORY: u64 = 3;

/// The rates of the pairs of hosts seen of late.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    /// Empty until the first request.
    places: Vec<Rate>,
    /// Pairs whose place another took.
    pub(crate) evicted: u64,
}

/// What one host sent another.
#[derive(Clone, Copy, Debug, Default)]
struct Rate {
    /// 0 where nobody has the place.
    pair: u128,
    /// The window that is counted, by its number since the epoch.
    window: u64,
    /// The first window in which its requests would have been seen.
    since: u64,
    /// Requests in this window.
    count: u32,
    /// Requests in the window before.
    before: u32,
    /// The most requests in any window before that.
    peak: u32,
    /// Whether a flood was told that has not ended.
    is_flood: bool,
}

/// Far more requests from one host to another than there ever were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How many there are by now within the length of a window.
    pub requests: u32,
    /// The most that there were in any window before, the last one left out.
    pub usual: u32,
    /// How long a window is.
    pub window: Duration,
    /// For how long the usual is known.
    pub known: Duration,
}

impl Rates {
    /// Counts a request from the first of `hosts` to the second. Says so when it is the one that
    /// makes a flood. `began` is when the capture began.
    pub(crate) fn note(
        &mut self,
        hosts: (IpAddr, IpAddr),
        now: Timestamp,
        began: Timestamp,
        thresholds: &Thresholds,
    ) -> Option<Burst> {
        let length = u64::try_from(thresholds.flood_window.as_nanos())
            .unwrap_or(u64::MAX)
            .max(1);
        let window = now.as_nanos() / length;
        if self.places.is_empty() {
            self.places.resize(1 << PLACES_BITS, Rate::default());
        }
        let pair = pair(hosts);
        let rate = self.places.get_mut(place(pair))?;
        if rate.pair != pair {
            // Who comes where nobody was sent nothing since the capture began. Of others that is
            // not known.
            let is_free = rate.pair == 0;
            self.evicted += u64::from(!is_free);
            *rate = Rate {
                pair,
                window,
                since: if is_free {
                    began.as_nanos() / length
                } else {
                    window
                },
                ..Rate::default()
            };
        }
        rate.enter(window);
        rate.count = rate.count.saturating_add(1);
        let requests = rate
            .count
            .saturating_add(rate.carried(now.as_nanos() % length, length));
        let factor = thresholds.flood_factor;
        let limit = rate
            .peak
            .saturating_mul(factor)
            .max(thresholds.flood_requests);
        // The window in which the capture began was not seen whole.
        let known = window.saturating_sub(rate.since + 1);
        if rate.is_flood || requests < limit || known < HISTORY {
            return None;
        }
        rate.is_flood = true;
        Some(Burst {
            requests,
            usual: rate.peak,
            window: thresholds.flood_window,
            known: Duration::from_nanos(known.saturating_mul(length)),
        })
    }
}

impl Rate {
    /// Begins to count for `window`, where that is a later one.
    fn enter(&mut self, window: u64) {
        if window <= self.window {
            return;
        }
        // What the last one held may belong to the flood that is about to be told, and is not yet
        // what is usual.
        self.peak = self.peak.max(self.before);
        self.before = self.count;
        if window > self.window + 1 {
            self.peak = self.peak.max(self.before);
            self.before = 0;
        }
        self.is_flood &= self.before > 0;
        self.count = 0;
        self.window = window;
    }

    /// How many of the requests in the window before count still, `elapsed` into this one: as many
    /// as would, had they come evenly.
    fn carried(&self, elapsed: u64, length: u64) -> u32 {
        let left = u128::from(length - elapsed.min(length));
        let carried = u128::from(self.before) * left / u128::from(length);
        u32::try_from(carried).unwrap_or(u32::MAX)
    }
}

/// Two hosts as one number, never 0.
fn pair((from, to): (IpAddr, IpAddr)) -> u128 {
    (bits(from) ^ bits(to).rotate_left(64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).max(1)
}

const fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn place(pair: u128) -> usize {
    let folded = pair as u64 ^ (pair >> 64) as u64;
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACES_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: u64 = 1_704_067_200;

    fn at(second: u64) -> Timestamp {
        Timestamp::from_nanos((BEGAN + second) * 1_000_000_000)
    }

    fn hosts(last: u8) -> (IpAddr, IpAddr) {
        (IpAddr::from([192, 0, 2, last]), IpAddr::from([10, 0, 0, 1]))
    }

    fn thresholds() -> Thresholds {
        Thresholds {
            flood_requests: 10,
            ..Thresholds::default()
        }
    }

    /// How many floods are told when so many requests come in each window of 10 s.
    fn floods(windows: &[u32]) -> usize {
        let (mut rates, thresholds) = (Rates::default(), thresholds());
        let mut told = 0;
        for (number, requests) in (0_u64..).zip(windows) {
            for _ in 0..*requests {
                let burst = rates.note(hosts(1), at(number * 10), at(0), &thresholds);
                told += usize::from(burst.is_some());
            }
        }
        told
    }

    #[test]
    fn a_flood_is_far_above_the_usual_and_above_the_floor() {
        assert_eq!(floods(&[1, 1, 1, 1, 10]), 1);
        // Once, however many there are.
        assert_eq!(floods(&[1, 1, 1, 1, 1000]), 1);
        assert_eq!(floods(&[1, 1, 1, 0, 9]), 0);
        assert_eq!(floods(&[5, 5, 5, 0, 49]), 0);
        assert_eq!(floods(&[5, 5, 5, 0, 50]), 1);
    }

    #[test]
    fn a_flood_across_the_border_of_two_windows_is_one() {
        let (mut rates, thresholds) = (Rates::default(), thresholds());
        let mut told = 0;
        for second in [
            0, 10, 20, 30, 47, 47, 48, 48, 49, 49, 50, 50, 50, 50, 50, 50, 50,
        ] {
            let burst = rates.note(hosts(1), at(second), at(0), &thresholds);
            told += usize::from(burst.is_some());
        }
        assert_eq!(told, 1);
    }

    #[test]
    fn what_it_always_did_is_no_flood_and_what_is_not_known_neither() {
        assert_eq!(floods(&[1000, 1000, 1000, 1000, 1000, 1000]), 0);
        assert_eq!(floods(&[1, 1, 1, 10]), 0);
        assert_eq!(floods(&[0, 0, 0, 0, 10]), 1);
    }

    #[test]
    fn who_takes_the_place_of_another_is_counted_and_has_no_history() {
        let (mut rates, thresholds) = (Rates::default(), thresholds());
        for last in 0..=255 {
            for third in 0..64 {
                let from = IpAddr::from([192, 0, third, last]);
                rates.note((from, hosts(1).1), at(0), at(0), &thresholds);
            }
        }
        assert_eq!(rates.places.len(), 1 << PLACES_BITS);
        assert!(rates.evicted >= 64 * 256 - (1 << PLACES_BITS));
        // All places are taken by now, so what this one did before is not known.
        let newcomer = (IpAddr::from([198, 51, 100, 7]), hosts(1).1);
        for _ in 0..20 {
            assert_eq!(rates.note(newcomer, at(100), at(0), &thresholds), None);
        }
    }
}
