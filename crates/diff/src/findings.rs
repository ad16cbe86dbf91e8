//! Which findings are new, gone, or the same.
//!
//! Within a pair of calls a finding is known again by its rule, and by which of several of that
//! rule it is. Outside of pairs it is known as `sipwhy check` knows it: by its rule and the users
//! of its call, without what changes with each recording.

use std::collections::BTreeMap;

use sipwhy_check::{Finding, Subject};

use crate::model::{FindingPair, FindingSeen, Status};
use crate::recording::{Call, Recording};

/// Findings, by where they belong.
#[derive(Default)]
pub(crate) struct Found {
    /// For each pair of calls.
    pub(crate) within: Vec<Vec<FindingPair>>,
    /// In no pair of calls.
    pub(crate) outside: Vec<FindingPair>,
}

impl Found {
    /// Those of two recordings with these calls of both.
    pub(crate) fn of(good: &Recording, bad: &Recording, both: &[(&Call, &Call)]) -> Self {
        let ones = by_pair(&good.findings, both.iter().map(|it| it.0));
        let others = by_pair(&bad.findings, both.iter().map(|it| it.1));
        let of = |place: Option<usize>| {
            let both = (ones.get(&place), others.get(&place));
            (
                both.0.cloned().unwrap_or_default(),
                both.1.cloned().unwrap_or_default(),
            )
        };
        let within = (0..both.len()).map(|place| {
            let (ones, others) = of(Some(place));
            within(&ones, &others)
        });
        let (ones, others) = of(None);
        Self {
            within: within.collect(),
            outside: outside(&ones, &others),
        }
    }
}

/// Findings by the pair of calls that they belong to, if to one.
type Sorted<'a> = BTreeMap<Option<usize>, Vec<&'a Finding>>;

fn by_pair<'a>(findings: &'a [Finding], calls: impl Iterator<Item = &'a Call>) -> Sorted<'a> {
    let mut places = BTreeMap::new();
    for (place, call) in calls.enumerate() {
        places.extend(call.flow.legs.iter().map(|leg| (leg.number, place)));
    }
    let mut found = Sorted::new();
    for finding in findings {
        let call = finding.last.call.as_ref();
        let place = call.and_then(|call| places.get(&call.number)).copied();
        found.entry(place).or_default().push(finding);
    }
    found
}

/// Pairs findings that share what `key` gives, in order.
fn pair<K: PartialEq>(
    good: &[&Finding],
    bad: &[&Finding],
    key: impl Fn(&Finding) -> K,
) -> Vec<FindingPair> {
    let bad = bad.iter().copied();
    let mut left: Vec<(K, &Finding)> = bad.map(|it| (key(it), it)).collect();
    let mut pairs = Vec::new();
    for finding in good {
        let own = key(finding);
        let at = left.iter().position(|(other, _)| *other == own);
        let other = at.map(|at| left.remove(at).1);
        pairs.push(FindingPair::of(Some(finding), other));
    }
    pairs.extend(
        left.into_iter()
            .map(|(_, it)| FindingPair::of(None, Some(it))),
    );
    pairs
}

/// Findings of one pair of calls.
fn within(good: &[&Finding], bad: &[&Finding]) -> Vec<FindingPair> {
    pair(good, bad, |finding| finding.last.rule)
}

/// Findings of no pair of calls.
fn outside(good: &[&Finding], bad: &[&Finding]) -> Vec<FindingPair> {
    pair(good, bad, |finding| Subject {
        capture: String::new(),
        ..finding.key.subject.clone()
    })
}

impl FindingPair {
    fn of(good: Option<&Finding>, bad: Option<&Finding>) -> Self {
        let rule = good.or(bad).map_or("", |finding| finding.last.rule);
        let (good, bad) = (good.map(seen), bad.map(seen));
        let status = match (&good, &bad) {
            (None, _) => Status::New,
            (_, None) => Status::Gone,
            (Some(one), Some(other)) => {
                let how = |it: &FindingSeen| (it.severity, it.verdict);
                if how(one) == how(other) {
                    Status::Same
                } else {
                    Status::Changed
                }
            }
        };
        Self {
            status,
            rule,
            good,
            bad,
        }
    }

    /// How it stands in the bad recording, or in the good one where that alone has it.
    #[must_use]
    pub fn seen(&self) -> Option<&FindingSeen> {
        self.bad.as_ref().or(self.good.as_ref())
    }
}

fn seen(finding: &Finding) -> FindingSeen {
    FindingSeen {
        severity: finding.last.severity,
        verdict: finding.last.verdict,
        title: finding.last.title.clone(),
        frames: finding.last.evidence.iter().map(|it| it.frame).collect(),
    }
}
