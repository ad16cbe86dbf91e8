//! Which findings are new, gone, or the same.
//!
//! Within a pair of calls a finding is known again by its rule, and by which of several of that
//! rule it is. Outside of pairs it is known as `sipwhy check` knows it: by its rule and the users
//! of its call, without what changes with each recording.

use sipwhy_check::{Finding, Subject};

use crate::model::{FindingPair, FindingSeen, Status};

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
pub(crate) fn within(good: &[&Finding], bad: &[&Finding]) -> Vec<FindingPair> {
    pair(good, bad, |finding| finding.last.rule)
}

/// Findings of no pair of calls.
pub(crate) fn outside(good: &[&Finding], bad: &[&Finding]) -> Vec<FindingPair> {
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
