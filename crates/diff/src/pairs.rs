//! Which call of one recording is which call of the other.
//!
//! Call-IDs do not tell, they are new each time. What tells is who called whom with which method,
//! the order of the calls, and what they are made of.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::resemblance::Shape;

/// Calls of different users are taken for each other from this likeness on, in a thousand.
const ALIKE: usize = 500;
/// Lists of calls are weighed one against the other up to so many pairs; longer ones are paired in
/// order.
const MOST_WEIGHED: usize = 1 << 14;

/// What is known of a call before it is looked into.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    /// The method of its first request.
    pub(crate) method: String,
    /// The user or number in From.
    pub(crate) from: String,
    /// The user or number in To.
    pub(crate) to: String,
    pub(crate) shape: Shape,
}

/// Which call is which.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairs {
    /// Places in both lists, in the order of the first.
    pub(crate) both: Vec<(usize, usize)>,
    /// Places of those without a counterpart, of the first list and of the second.
    pub(crate) only: [Vec<usize>; 2],
}

/// A call at its place in its list.
type At<'a> = (usize, &'a Signature);

/// What calls must have in common to be paired.
type Common = fn(&Signature) -> [&str; 3];

/// The most telling first.
const ROUNDS: [Common; 4] = [
    |it| [&it.method, &it.from, &it.to],
    |it| [&it.method, "", &it.to],
    |it| [&it.method, &it.from, ""],
    |it| [&it.method, "", ""],
];

/// Pairs the calls of two recordings.
pub(crate) fn pair(ones: &[Signature], others: &[Signature]) -> Pairs {
    let mut both = Vec::new();
    let mut ones: Vec<At<'_>> = ones.iter().enumerate().collect();
    let mut others: Vec<At<'_>> = others.iter().enumerate().collect();
    for (round, common) in ROUNDS.into_iter().enumerate() {
        let least = if round == 0 { 0 } else { ALIKE };
        let mut groups: BTreeMap<[&str; 3], (Vec<At<'_>>, Vec<At<'_>>)> = BTreeMap::new();
        for at in ones.drain(..) {
            groups.entry(common(at.1)).or_default().0.push(at);
        }
        for at in others.drain(..) {
            groups.entry(common(at.1)).or_default().1.push(at);
        }
        for (mut group_ones, mut group_others) in groups.into_values() {
            pair_group(&mut group_ones, &mut group_others, least, &mut both);
            ones.append(&mut group_ones);
            others.append(&mut group_others);
        }
        ones.sort_unstable_by_key(|at| at.0);
        others.sort_unstable_by_key(|at| at.0);
    }
    both.sort_unstable();
    let places = |left: Vec<At<'_>>| left.into_iter().map(|at| at.0).collect();
    Pairs {
        both,
        only: [places(ones), places(others)],
    }
}

/// Pairs calls of the same kind, and leaves those that find no counterpart: first those made of
/// the same messages, then those between two such, then what is left.
fn pair_group(
    ones: &mut Vec<At<'_>>,
    others: &mut Vec<At<'_>>,
    least: usize,
    both: &mut Vec<(usize, usize)>,
) {
    if ones.is_empty() || others.is_empty() {
        return;
    }
    let mut left = (Vec::new(), Vec::new());
    let mut run = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &shapes(ones), &shapes(others)) {
        if let DiffOp::Equal { .. } = op {
            let same = ones.get(op.old_range()).into_iter().flatten();
            let with = others.get(op.new_range()).into_iter().flatten();
            both.extend(same.zip(with).map(|(one, other)| (one.0, other.0)));
            weigh(&mut run, least, both);
            left.0.append(&mut run.0);
            left.1.append(&mut run.1);
        } else {
            run.0.extend(ones.get(op.old_range()).unwrap_or_default());
            run.1.extend(others.get(op.new_range()).unwrap_or_default());
        }
    }
    weigh(&mut run, least, both);
    left.0.append(&mut run.0);
    left.1.append(&mut run.1);
    weigh(&mut left, least, both);
    (*ones, *others) = left;
}

fn shapes<'a>(calls: &[At<'a>]) -> Vec<&'a [String]> {
    calls
        .iter()
        .map(|at| at.1.shape.labels.as_slice())
        .collect()
}

/// Pairs calls in order so that they are as much alike as can be, and takes those out.
fn weigh(run: &mut (Vec<At<'_>>, Vec<At<'_>>), least: usize, both: &mut Vec<(usize, usize)>) {
    let (ones, others) = (&run.0, &run.1);
    let likeness = |one: At<'_>, other: At<'_>| {
        let likeness = one.1.shape.likeness(&other.1.shape);
        // One that is not alike at all is paired too, if it may be.
        (likeness >= least).then_some(likeness + 1)
    };
    let chosen: Vec<(usize, usize)> = if ones.len().saturating_mul(others.len()) > MOST_WEIGHED {
        let in_order = ones.iter().zip(others).enumerate();
        in_order
            .filter(|(_, (one, other))| likeness(**one, **other).is_some())
            .map(|(place, _)| (place, place))
            .collect()
    } else {
        let weights = ones.iter().map(|one| {
            let row = others.iter().map(|other| likeness(*one, *other));
            row.collect()
        });
        heaviest(&weights.collect::<Vec<Vec<_>>>(), others.len())
    };
    for (one, other) in chosen.into_iter().rev() {
        both.push((run.0.remove(one).0, run.1.remove(other).0));
    }
}

/// The pairs in ascending order whose weights sum up to the most.
fn heaviest(weights: &[Vec<Option<usize>>], columns: usize) -> Vec<(usize, usize)> {
    let at = |table: &[Vec<usize>], row: usize, column: usize| -> usize {
        let row = table.get(row);
        row.and_then(|row| row.get(column)).copied().unwrap_or(0)
    };
    // The most for the calls from this row and column on.
    let mut best = vec![vec![0; columns + 1]; weights.len() + 1];
    for (row, line) in weights.iter().enumerate().rev() {
        for (column, weight) in line.iter().enumerate().rev() {
            let without = at(&best, row + 1, column).max(at(&best, row, column + 1));
            let with = weight.map_or(0, |weight| weight + at(&best, row + 1, column + 1));
            if let Some(place) = best.get_mut(row).and_then(|line| line.get_mut(column)) {
                *place = with.max(without);
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut chosen = Vec::new();
    while let Some(weight) = weights.get(row).and_then(|line| line.get(column)) {
        let here = at(&best, row, column);
        let with = weight.map(|weight| weight + at(&best, row + 1, column + 1));
        // Of equals the first.
        if with == Some(here) {
            chosen.push((row, column));
            row += 1;
            column += 1;
        } else if here == at(&best, row + 1, column) {
            row += 1;
        } else {
            column += 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `INVITE alice bob: INVITE 200 ACK`.
    fn signatures(calls: &[&str]) -> Vec<Signature> {
        let signature = |call: &&str| {
            let (who, labels) = call.split_once(": ").unwrap();
            let mut who = who.split(' ').map(str::to_owned);
            Signature {
                method: who.next().unwrap(),
                from: who.next().unwrap(),
                to: who.next().unwrap(),
                shape: Shape::of_labels(labels.split(' ').map(str::to_owned).collect()),
            }
        };
        calls.iter().map(signature).collect()
    }

    fn paired(ones: &[&str], others: &[&str]) -> Pairs {
        pair(&signatures(ones), &signatures(others))
    }

    #[test]
    fn calls_of_other_users_in_another_order_find_each_other() {
        let pairs = paired(
            &[
                "INVITE a b: INVITE 200",
                "REGISTER a a: REGISTER 200",
                "INVITE c d: INVITE 486",
            ],
            &[
                "INVITE c d: INVITE 486",
                "INVITE a b: INVITE 500",
                "REGISTER a a: REGISTER 200",
            ],
        );
        assert_eq!(pairs.both, [(0, 1), (1, 2), (2, 0)]);
        assert_eq!(pairs.only, [[], []] as [[usize; 0]; 2]);
    }

    #[test]
    fn of_equal_users_the_likest_are_paired_and_the_order_kept() {
        let pairs = paired(
            &[
                "INVITE a b: INVITE 100 200 ACK BYE 200",
                "INVITE a b: INVITE 100 486 ACK",
            ],
            &["INVITE a b: INVITE 486 ACK"],
        );
        assert_eq!(pairs.both, [(1, 0)]);
        assert_eq!(pairs.only, [vec![0], vec![]]);
    }

    #[test]
    fn of_calls_that_are_equally_alike_the_first_is_taken() {
        let pairs = paired(&["INVITE a b: INVITE 200"; 3], &["INVITE a b: INVITE 486"]);
        assert_eq!(pairs.both, [(0, 0)]);
    }

    #[test]
    fn a_call_that_lacks_does_not_shift_the_others() {
        let pairs = paired(
            &[
                "INVITE a b: INVITE 200",
                "INVITE a b: INVITE 486",
                "INVITE a b: INVITE 603 X",
            ],
            &["INVITE a b: INVITE 486", "INVITE a b: INVITE 603 Y"],
        );
        assert_eq!(pairs.both, [(1, 0), (2, 1)]);
    }

    #[test]
    fn other_users_are_paired_if_the_calls_are_alike() {
        let alike = paired(
            &["INVITE a b: INVITE 100 200"],
            &["INVITE x y: INVITE 100 486"],
        );
        assert_eq!(alike.both, [(0, 0)]);
        let unlike = paired(
            &["INVITE a b: INVITE 100 200"],
            &["INVITE x y: INVITE 408 9 9 9"],
        );
        assert_eq!(unlike.both, []);
        let callee = paired(
            &["INVITE a b: INVITE 200", "INVITE a c: INVITE 200"],
            &["INVITE x c: INVITE 200", "INVITE x b: INVITE 200"],
        );
        assert_eq!(callee.both, [(0, 1), (1, 0)], "by whom they call");
    }

    #[test]
    fn more_calls_than_are_weighed_are_paired_in_order() {
        let ones: Vec<String> = (0..200)
            .map(|it| format!("INVITE a b: INVITE {it}"))
            .collect();
        let others: Vec<String> = (0..200)
            .map(|it| format!("INVITE a b: INVITE x{it}"))
            .collect();
        let refs =
            |list: &[String]| signatures(&list.iter().map(String::as_str).collect::<Vec<_>>());
        let pairs = pair(&refs(&ones), &refs(&others));
        assert_eq!(pairs.both, (0..200).map(|it| (it, it)).collect::<Vec<_>>());
    }
}
