//! Which message of one call is which message of the other.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What a message is between which hosts: two of the same key may be each other's counterpart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Its sender: its place among the pairs of hosts.
    pub(crate) from: usize,
    /// Its receiver.
    pub(crate) to: usize,
    /// What it is.
    pub(crate) label: String,
}

/// A step through both calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A message of both; `moved` if it stands in another order in the second.
    Both {
        /// Its place in the first call.
        one: usize,
        /// Its place in the second.
        other: usize,
        /// Whether it comes in another order there, and the order matters.
        moved: bool,
    },
    /// A message of the first call alone.
    One(usize),
    /// A message of the second call alone.
    Other(usize),
}

/// The steps through both calls, in the order of the first, and of the second where the first has
/// nothing.
pub(crate) fn align(ones: &[Key], others: &[Key]) -> Vec<Step> {
    let mut steps = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, ones, others) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => steps.extend((0..len).map(|step| Step::Both {
                one: old_index + step,
                other: new_index + step,
                moved: false,
            })),
            _ => {
                steps.extend(op.old_range().map(Step::One));
                steps.extend(op.new_range().map(Step::Other));
            }
        }
    }
    join_moved(&mut steps, ones, others);
    steps
}

/// How many messages of both there are.
pub(crate) fn shared(steps: &[Step]) -> usize {
    let both = |step: &&Step| matches!(step, Step::Both { .. });
    steps.iter().filter(both).count()
}

/// Joins what is missing in one place and there in another.
fn join_moved(steps: &mut Vec<Step>, ones: &[Key], others: &[Key]) {
    let mut spare: Vec<usize> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Other(place) => Some(*place),
            _ => None,
        })
        .collect();
    let mut joined = Vec::new();
    for step in steps.iter_mut() {
        let Step::One(one) = *step else { continue };
        let is_same = |other: &usize| ones.get(one) == others.get(*other);
        if let Some(at) = spare.iter().position(is_same) {
            let other = spare.remove(at);
            joined.push((one, other));
            *step = Step::Both {
                one,
                other,
                moved: false,
            };
        }
    }
    if joined.is_empty() {
        return;
    }
    steps.retain(|step| match step {
        Step::Other(place) => !joined.iter().any(|it| it.1 == *place),
        _ => true,
    });
    let both: Vec<(usize, usize)> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Both { one, other, .. } => Some((*one, *other)),
            _ => None,
        })
        .collect();
    for step in steps {
        if let Step::Both { one, other, moved } = step
            && joined.contains(&(*one, *other))
        {
            let crossed = both.iter().filter(|it| (it.0 < *one) != (it.1 < *other));
            *moved = crossed
                .filter_map(|it| ones.get(it.0).zip(ones.get(*one)))
                .any(|(it, own)| depends(it, own) || depends(own, it));
        }
    }
}

/// Whether the order of two messages says something: they are of one hop, or the second passes on
/// what the first brought. On different hops each comes when it can.
fn depends(one: &Key, other: &Key) -> bool {
    let is_one_hop = (one.from, one.to) == (other.from, other.to)
        || (one.from, one.to) == (other.to, other.from);
    // No 100 is ever passed on (RFC 3261 §16.7 step 5).
    let is_passed_on =
        one.to == other.from && one.label == other.label && !one.label.starts_with("100 ");
    is_one_hop || is_passed_on
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1>2 INVITE, 2>1 100 INVITE`.
    fn keys(text: &str) -> Vec<Key> {
        let key = |text: &str| {
            let (hop, label) = text.trim().split_once(' ').unwrap();
            let (from, to) = hop.split_once('>').unwrap();
            Key {
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
                label: label.to_owned(),
            }
        };
        text.split(',').map(key).collect()
    }

    fn steps(one: &str, other: &str) -> Vec<Step> {
        align(&keys(one), &keys(other))
    }

    const fn both(one: usize, other: usize) -> Step {
        Step::Both {
            one,
            other,
            moved: false,
        }
    }

    #[test]
    fn what_is_only_in_one_stands_where_it_is_missing_in_the_other() {
        assert_eq!(
            steps(
                "1>2 INVITE, 2>1 100 INVITE, 2>1 200 INVITE, 1>2 ACK",
                "1>2 INVITE, 2>1 100 INVITE, 1>2 CANCEL"
            ),
            [
                both(0, 0),
                both(1, 1),
                Step::One(2),
                Step::One(3),
                Step::Other(2)
            ]
        );
    }

    #[test]
    fn the_other_way_is_another_message() {
        assert_eq!(steps("1>2 BYE", "2>1 BYE"), [Step::One(0), Step::Other(0)]);
    }

    #[test]
    fn what_two_hops_do_at_once_has_no_order() {
        let good = "1>2 INVITE, 2>1 100 INVITE, 2>3 INVITE, 3>2 100 INVITE, 3>2 180 INVITE";
        let bad = "1>2 INVITE, 2>3 INVITE, 3>2 100 INVITE, 2>1 100 INVITE, 3>2 180 INVITE";
        let steps = steps(good, bad);
        assert_eq!(shared(&steps), 5);
        assert!(
            steps
                .iter()
                .all(|step| matches!(step, Step::Both { moved: false, .. })),
            "{steps:?}"
        );
    }

    #[test]
    fn another_order_on_one_hop_is_told() {
        let good = "1>2 INVITE, 2>1 180 INVITE, 2>1 183 INVITE, 2>1 200 INVITE";
        let bad = "1>2 INVITE, 2>1 183 INVITE, 2>1 180 INVITE, 2>1 200 INVITE";
        let steps = steps(good, bad);
        assert_eq!(shared(&steps), 4);
        let moved = |step: &&Step| matches!(step, Step::Both { moved: true, .. });
        assert_eq!(steps.iter().filter(moved).count(), 1, "{steps:?}");
    }

    #[test]
    fn an_answer_that_is_passed_on_before_it_came_is_told() {
        let good = "3>2 180 INVITE, 2>1 180 INVITE";
        let bad = "2>1 180 INVITE, 3>2 180 INVITE";
        let moved = |step: &&Step| matches!(step, Step::Both { moved: true, .. });
        assert_eq!(steps(good, bad).iter().filter(moved).count(), 1);
    }
}
