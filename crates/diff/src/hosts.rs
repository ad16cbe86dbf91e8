//! Which host of one recording plays the part of which host of the other.

use std::net::IpAddr;

use sipwhy_flow::Host;

use crate::value::{Names, Who};

/// A host of each recording that plays the same part, or one that has no counterpart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedHost {
    /// In the good recording.
    pub good: Option<Host>,
    /// In the bad one.
    pub bad: Option<Host>,
}

/// The hosts of a call of both recordings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cast {
    /// The pairs, in the order in which the call reaches them.
    pairs: Vec<(Option<usize>, Option<usize>)>,
}

impl Cast {
    /// The ways to pair the hosts that are worth a try: those that the call reaches first with
    /// each other; those that it reaches last; and those of the same address, the others in
    /// order.
    pub(crate) fn candidates(good: &[Host], bad: &[Host]) -> [Self; 3] {
        let in_order: Vec<_> = (0..good.len()).zip(0..bad.len()).collect();
        let from_behind = (0..good.len()).rev().zip((0..bad.len()).rev());
        let from_behind: Vec<_> = from_behind.collect();
        let is_same =
            |one: &Host, other: &Host| one.address == other.address && one.port == other.port;
        let mut by_address: Vec<(usize, usize)> = Vec::new();
        for (place, host) in good.iter().enumerate() {
            if let Some(same) = bad.iter().position(|other| is_same(host, other)) {
                by_address.push((place, same));
            }
        }
        let left = |count: usize, side: fn(&(usize, usize)) -> usize| -> Vec<usize> {
            let is_taken = |place: &usize| by_address.iter().any(|it| side(it) == *place);
            (0..count).filter(|place| !is_taken(place)).collect()
        };
        let others = left(good.len(), |it| it.0)
            .into_iter()
            .zip(left(bad.len(), |it| it.1));
        let by_address: Vec<_> = by_address.iter().copied().chain(others).collect();
        let of = |pairs: Vec<(usize, usize)>| Self::of(&pairs, good.len(), bad.len());
        [of(in_order), of(by_address), of(from_behind)]
    }

    fn of(paired: &[(usize, usize)], good: usize, bad: usize) -> Self {
        let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for place in 0..good {
            let other = paired.iter().find(|it| it.0 == place);
            pairs.push((Some(place), other.map(|it| it.1)));
        }
        let is_paired = |place: &usize| paired.iter().any(|it| it.1 == *place);
        for place in (0..bad).filter(|place| !is_paired(place)) {
            // Beside the host that it stands beside.
            let before = |it: &(Option<usize>, Option<usize>)| it.1.is_some_and(|it| it < place);
            let at = pairs.iter().rposition(before).map_or(0, |at| at + 1);
            pairs.insert(at, (None, Some(place)));
        }
        Self { pairs }
    }

    /// The pair that a host of the good recording is one of.
    pub(crate) fn of_good(&self, place: usize) -> usize {
        let mut pairs = self.pairs.iter();
        pairs
            .position(|it| it.0 == Some(place))
            .unwrap_or(usize::MAX)
    }

    /// The pair that a host of the bad recording is one of.
    pub(crate) fn of_bad(&self, place: usize) -> usize {
        let mut pairs = self.pairs.iter();
        pairs
            .position(|it| it.1 == Some(place))
            .unwrap_or(usize::MAX)
    }

    /// Who has which address in the good recording.
    pub(crate) fn good_names(&self, hosts: &[Host]) -> impl Names {
        names(hosts, |place| {
            let pair = self.pairs.iter().position(|it| it.0 == Some(place))?;
            self.pairs.get(pair)?.1.map(|_| pair)
        })
    }

    /// Who has which address in the bad recording.
    pub(crate) fn bad_names(&self, hosts: &[Host]) -> impl Names {
        names(hosts, |place| {
            let pair = self.pairs.iter().position(|it| it.1 == Some(place))?;
            self.pairs.get(pair)?.0.map(|_| pair)
        })
    }

    /// The hosts themselves.
    pub(crate) fn hosts(&self, good: &[Host], bad: &[Host]) -> Vec<PairedHost> {
        let pairs = self.pairs.iter().map(|(one, other)| PairedHost {
            good: one.and_then(|place| good.get(place).cloned()),
            bad: other.and_then(|place| bad.get(place).cloned()),
        });
        pairs.collect()
    }
}

/// Names by the hosts of a recording, each with the pair that it is one of, if it has a
/// counterpart.
fn names(hosts: &[Host], pair: impl Fn(usize) -> Option<usize>) -> impl Names {
    let hosts = hosts.iter().enumerate();
    let known = hosts.map(|(place, host)| {
        let who = pair(place).map_or(Who::Alone, Who::Paired);
        (host.address, who)
    });
    let known: Vec<(IpAddr, Who)> = known.collect();
    move |address: IpAddr| {
        let mut known = known.iter();
        known
            .find(|it| it.0 == address)
            .map_or(Who::Nobody, |it| it.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(lasts: &[u8]) -> Vec<Host> {
        let host = |last: &u8| Host {
            address: IpAddr::from([10, 0, 0, *last]),
            port: None,
            name: None,
        };
        lasts.iter().map(host).collect()
    }

    fn pairs(good: &[u8], bad: &[u8]) -> [Vec<(Option<usize>, Option<usize>)>; 3] {
        Cast::candidates(&hosts(good), &hosts(bad)).map(|cast| cast.pairs)
    }

    #[test]
    fn one_that_is_left_out_is_found_by_the_addresses_of_the_others() {
        let [in_order, by_address, from_behind] = pairs(&[1, 2, 3], &[1, 3]);
        let some = |one, other| (Some(one), Some(other));
        assert_eq!(in_order, [some(0, 0), some(1, 1), (Some(2), None)]);
        assert_eq!(by_address, [some(0, 0), (Some(1), None), some(2, 1)]);
        assert_eq!(from_behind, [(Some(0), None), some(1, 0), some(2, 1)]);
    }

    #[test]
    fn a_newcomer_stands_where_the_call_reaches_it() {
        let [_, by_address, _] = pairs(&[1, 3], &[1, 2, 3]);
        let expected = [(Some(0), Some(0)), (None, Some(1)), (Some(1), Some(2))];
        assert_eq!(by_address, expected);
    }
}
