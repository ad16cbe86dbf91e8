//! The newest requests that a host received, to find what it makes of them.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::Timestamp;

use crate::vantage::bits;

/// Places, as a power of two, each of which requests share whose receiver and subject give it.
const PLACE_BITS: u32 = 8;
/// Requests kept in each.
const KEPT: usize = 32;

/// The newest requests, found again by who received them and what they were about.
#[derive(Debug)]
pub(crate) struct Recent<I> {
    places: Vec<Place<I>>,
    window: Duration,
}

#[derive(Debug)]
struct Place<I> {
    newest: VecDeque<Request<I>>,
    /// The time of the newest that was given up for want of room.
    lost: Option<Timestamp>,
}

#[derive(Debug)]
struct Request<I> {
    /// Stands for the receiver and the subject.
    mark: u64,
    at: Timestamp,
    what: I,
}

impl<I: Copy> Recent<I> {
    /// What is older than `window` does not matter.
    pub(crate) fn new(window: Duration) -> Self {
        let empty = || Place {
            newest: VecDeque::new(),
            lost: None,
        };
        Self {
            places: std::iter::repeat_with(empty)
                .take(1 << PLACE_BITS)
                .collect(),
            window,
        }
    }

    /// `host` received a request about `subject`.
    pub(crate) fn note(&mut self, host: IpAddr, subject: u64, at: Timestamp, what: I) {
        let mark = mark(host, subject);
        let Some(place) = self.places.get_mut(place_of(mark)) else {
            return;
        };
        if place.newest.len() >= KEPT
            && let Some(oldest) = place.newest.pop_front()
            && at.since(oldest.at) <= self.window
        {
            place.lost = Some(oldest.at);
        }
        place.newest.push_back(Request { mark, at, what });
    }

    /// What `host` received about `subject` within the window before `now`, and maybe others
    /// received about other things. `None` when that is not all of it.
    pub(crate) fn of(
        &self,
        host: IpAddr,
        subject: u64,
        now: Timestamp,
    ) -> Option<impl Iterator<Item = I>> {
        let mark = mark(host, subject);
        let place = self.places.get(place_of(mark))?;
        let window = self.window;
        if place.lost.is_some_and(|lost| now.since(lost) <= window) {
            return None;
        }
        let newest = place.newest.iter();
        let wanted = newest.filter(move |it| it.mark == mark && now.since(it.at) <= window);
        Some(wanted.map(|it| it.what))
    }
}

/// Mixes well enough; who makes two collide gains nothing, since what is found is looked at.
fn mark(host: IpAddr, subject: u64) -> u64 {
    let address = bits(host);
    let folded = address as u64 ^ (address >> 64) as u64;
    (folded ^ subject.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

const fn place_of(mark: u64) -> usize {
    (mark >> (u64::BITS - PLACE_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(recent: &mut Recent<u64>, last: u8, second: u64, what: u64) {
        let at = Timestamp::from_nanos(second * 1_000_000_000);
        recent.note(IpAddr::from([10, 0, 0, last]), 7, at, what);
    }

    fn known(recent: &Recent<u64>, subject: u64, second: u64) -> Option<Vec<u64>> {
        let now = Timestamp::from_nanos(second * 1_000_000_000);
        Some(
            recent
                .of(IpAddr::from([10, 0, 0, 1]), subject, now)?
                .collect(),
        )
    }

    #[test]
    fn what_is_too_old_or_another_hosts_is_not_given() {
        let mut recent = Recent::new(Duration::from_secs(4));
        note(&mut recent, 1, 0, 1);
        note(&mut recent, 1, 9, 2);
        note(&mut recent, 2, 9, 3);
        assert_eq!(known(&recent, 7, 10), Some(vec![2]));
        assert_eq!(known(&recent, 8, 10), Some(Vec::new()));
    }

    #[test]
    fn who_receives_more_than_is_kept_gives_no_answer_until_it_is_old() {
        let mut recent = Recent::new(Duration::from_secs(4));
        for what in 0..=KEPT as u64 {
            note(&mut recent, 1, 10, what);
        }
        assert_eq!(known(&recent, 7, 11), None);
        assert_eq!(known(&recent, 7, 15), Some(Vec::new()));
    }
}
