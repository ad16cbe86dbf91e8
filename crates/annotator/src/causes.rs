//! Which finding of a call explains which: one cause, one headline.

use std::collections::BTreeMap;

use crate::annotation::{Root, Verdict};

/// Calls whose findings are kept in mind; of older ones no causes are named.
const MOST_CALLS: usize = 65_536;
/// Findings kept in mind of one call.
const MOST_FINDINGS: usize = 64;

/// What was said of calls so far.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    told: BTreeMap<u64, Vec<Told>>,
    /// Findings given up, or not kept, because there were too many.
    pub(crate) evicted: u64,
}

/// A finding that was told.
#[derive(Clone, Copy, Debug)]
struct Told {
    rule: &'static str,
    finding: u64,
    /// The finding that explains it.
    root: Option<Root>,
    /// Whether it may explain another: it is certain, and not over.
    is_standing: bool,
}

impl Causes {
    /// The root of what `rule` says of a call, in what was told of further legs of it, which made
    /// it fail: what the same rule said of a leg, or what explains that.
    pub(crate) fn of_legs(&self, legs: &[u64], rule: &str, causes: &[&str]) -> Option<Root> {
        // The last leg is the one where it began.
        legs.iter().rev().find_map(|leg| {
            let told = self.told.get(leg)?;
            let mut rules = causes.iter().copied().chain([rule]);
            let cause = rules.find_map(|cause| {
                let mut told = told.iter();
                told.find(|it| it.rule == cause && it.is_standing)
            });
            cause.map(Told::root_or_self)
        })
    }

    /// Notes a finding, or a stage of one, of the call of this number, and gives the root of it:
    /// of the rules that may cause it, in their order, the first that spoke of the call; or else
    /// what was told of its further legs.
    pub(crate) fn note(
        &mut self,
        call: u64,
        rule: &'static str,
        finding: u64,
        verdict: Verdict,
        causes: &[&str],
        of_legs: Option<Root>,
    ) -> Option<Root> {
        if self.told.len() >= MOST_CALLS && !self.told.contains_key(&call) {
            let oldest = self.told.pop_first();
            self.evicted += oldest.map_or(0, |(_, findings)| findings.len() as u64);
        }
        let told = self.told.entry(call).or_default();
        let known = told.iter().find(|it| it.finding == finding);
        let root = known.and_then(|it| it.root).or_else(|| {
            let mut standing = causes.iter().filter_map(|cause| {
                let mut told = told.iter();
                told.find(|it| it.rule == *cause && it.is_standing && it.finding != finding)
            });
            let here = standing.next().map(Told::root_or_self);
            here.or(of_legs)
        });
        let now = Told {
            rule,
            finding,
            root,
            is_standing: verdict == Verdict::Confirmed,
        };
        if let Some(before) = told.iter_mut().find(|it| it.finding == finding) {
            *before = now;
        } else if told.len() < MOST_FINDINGS {
            told.push(now);
        } else {
            self.evicted += 1;
        }
        root
    }
}

impl Told {
    fn root_or_self(&self) -> Root {
        self.root.unwrap_or(Root {
            finding: self.finding,
            rule: self.rule,
        })
    }
}

impl Causes {
    /// Whether one of these rules has said something certain of the call of this number.
    pub(crate) fn has_told(&self, call: u64, rules: &[&str]) -> bool {
        let told = self.told.get(&call).map(Vec::as_slice).unwrap_or_default();
        told.iter()
            .any(|it| it.is_standing && rules.contains(&it.rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, by_id};
    use Verdict::{Confirmed, Inconclusive, Resolved};

    /// Notes a finding and gives the number of its root.
    fn note(
        causes: &mut Causes,
        call: u64,
        rule: &'static str,
        finding: u64,
        verdict: Verdict,
        by: &[&str],
    ) -> Option<u64> {
        let root = causes.note(call, rule, finding, verdict, by, None);
        root.map(|root| root.finding)
    }

    #[test]
    fn a_consequence_names_the_root_and_not_what_lies_between() {
        let mut causes = Causes::default();
        assert_eq!(note(&mut causes, 1, "root", 1, Confirmed, &["other"]), None);
        assert_eq!(
            note(&mut causes, 1, "middle", 2, Confirmed, &["root"]),
            Some(1)
        );
        assert_eq!(
            note(&mut causes, 1, "last", 3, Confirmed, &["middle"]),
            Some(1)
        );
        // Another call knows nothing of it.
        assert_eq!(
            note(&mut causes, 2, "last", 4, Confirmed, &["middle"]),
            None
        );
    }

    #[test]
    fn what_is_not_certain_or_is_over_explains_nothing() {
        let mut causes = Causes::default();
        note(&mut causes, 1, "unsure", 1, Inconclusive, &[]);
        assert_eq!(
            note(&mut causes, 1, "last", 2, Confirmed, &["unsure"]),
            None
        );
        note(&mut causes, 1, "unsure", 1, Confirmed, &[]);
        assert_eq!(
            note(&mut causes, 1, "later", 3, Confirmed, &["unsure"]),
            Some(1)
        );
        note(&mut causes, 1, "unsure", 1, Resolved, &[]);
        assert_eq!(
            note(&mut causes, 1, "latest", 4, Confirmed, &["unsure"]),
            None
        );
        // What was explained stays so at its next stage.
        assert_eq!(
            note(&mut causes, 1, "later", 3, Confirmed, &["unsure"]),
            Some(1)
        );
    }

    #[test]
    fn the_first_of_several_causes_counts() {
        let mut causes = Causes::default();
        note(&mut causes, 1, "b", 1, Confirmed, &[]);
        note(&mut causes, 1, "a", 2, Confirmed, &[]);
        assert_eq!(
            note(&mut causes, 1, "c", 3, Confirmed, &["a", "b"]),
            Some(2)
        );
    }

    #[test]
    fn the_rules_explain_each_other_in_no_circle() {
        for rule in RULES {
            let mut before = vec![rule.info().id];
            let mut at = 0;
            while let Some(id) = before.get(at).copied() {
                let found = by_id(id).unwrap_or_else(|| panic!("no rule is called {id}"));
                for cause in found.caused_by() {
                    assert_ne!(*cause, rule.info().id, "it explains itself, by {id}");
                    if !before.contains(cause) {
                        before.push(cause);
                    }
                }
                at += 1;
            }
        }
    }
}
