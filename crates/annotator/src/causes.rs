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
    /// Calls whose findings may yet be explained by what comes of a further leg, by that leg.
    waiting: BTreeMap<u64, Vec<u64>>,
    /// Findings given up, or not kept, because there were too many.
    pub(crate) evicted: u64,
}

/// What is said of a call: a finding, or a stage of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saying<'a> {
    pub(crate) rule: &'static str,
    /// Its number.
    pub(crate) finding: u64,
    pub(crate) verdict: Verdict,
    /// The rules that may explain it, the best explanation first.
    pub(crate) causes: &'static [&'static str],
    /// Further legs that made the call fail, by their numbers, the last where it began. What the
    /// same rule says of them explains it, too.
    pub(crate) legs: &'a [u64],
}

/// How a finding hangs together with those that were told before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// What explains it, and is explained by nothing itself.
    pub(crate) root: Option<Root>,
    /// What it explains that nothing explained so far, by number.
    pub(crate) explains: Vec<u64>,
}

/// A finding that was told.
#[derive(Clone, Debug)]
struct Told {
    rule: &'static str,
    finding: u64,
    /// The finding that explains it.
    root: Option<Root>,
    /// Whether it may explain another: it is certain, and not over.
    is_standing: bool,
    causes: &'static [&'static str],
    legs: Box<[u64]>,
}

impl Causes {
    /// Notes what is said of the call of this number. Its root is the first finding that stands, of
    /// the rules that may cause it in their order; or else what was told of its further legs. And
    /// it may be the root of what was told before.
    pub(crate) fn note(&mut self, call: u64, saying: Saying<'_>) -> Links {
        self.make_room(call);
        let told = self.told.get(&call).map(Vec::as_slice).unwrap_or_default();
        let known = told.iter().find(|it| it.finding == saying.finding);
        let root = known
            .and_then(|it| it.root)
            .or_else(|| root_among(told, &saying))
            .or_else(|| self.root_in_legs(&saying));
        let now = Told {
            rule: saying.rule,
            finding: saying.finding,
            root,
            is_standing: saying.verdict == Verdict::Confirmed,
            causes: saying.causes,
            legs: saying.legs.into(),
        };
        let explains = match now.is_standing {
            true => self.explain(call, &now),
            false => Vec::new(),
        };
        self.keep(call, now);
        Links { root, explains }
    }

    fn make_room(&mut self, call: u64) {
        if self.told.len() >= MOST_CALLS && !self.told.contains_key(&call) {
            let oldest = self.told.pop_first();
            self.evicted += oldest.map_or(0, |(_, findings)| findings.len() as u64);
        }
    }

    /// What was told of further legs and explains it.
    fn root_in_legs(&self, saying: &Saying<'_>) -> Option<Root> {
        saying.legs.iter().rev().find_map(|leg| {
            let told = self.told.get(leg)?;
            let mut rules = saying.causes.iter().chain([&saying.rule]);
            let cause = rules.find_map(|cause| standing(told, cause, saying.finding));
            cause.map(Told::root_or_self)
        })
    }

    /// Makes `cause` the root of what it explains, here and where this call is a further leg.
    fn explain(&mut self, call: u64, cause: &Told) -> Vec<u64> {
        let root = cause.root_or_self();
        let mut calls = self.waiting.get(&call).cloned().unwrap_or_default();
        calls.push(call);
        let mut explained = Vec::new();
        for other in &calls {
            for it in self.told.get_mut(other).into_iter().flatten() {
                let is_open =
                    it.root.is_none() && it.finding != root.finding && it.finding != cause.finding;
                let is_above = *other != call && it.legs.contains(&call);
                let is_cause = it.causes.contains(&cause.rule) && (is_above || *other == call)
                    || it.rule == cause.rule && is_above;
                if is_open && is_cause {
                    it.root = Some(root);
                    explained.push(it.finding);
                }
            }
        }
        // What those explained has a deeper root now.
        for other in calls.iter().filter(|_| !explained.is_empty()) {
            for it in self.told.get_mut(other).into_iter().flatten() {
                if it.root.is_some_and(|it| explained.contains(&it.finding)) {
                    it.root = Some(root);
                }
            }
        }
        explained
    }

    fn keep(&mut self, call: u64, now: Told) {
        if now.root.is_none() {
            for leg in &now.legs {
                if self.waiting.len() >= MOST_CALLS && !self.waiting.contains_key(leg) {
                    self.waiting.pop_first();
                    self.evicted += 1;
                }
                let calls = self.waiting.entry(*leg).or_default();
                if !calls.contains(&call) && calls.len() < MOST_FINDINGS {
                    calls.push(call);
                }
            }
        }
        let told = self.told.entry(call).or_default();
        if let Some(before) = told.iter_mut().find(|it| it.finding == now.finding) {
            *before = now;
        } else if told.len() < MOST_FINDINGS {
            told.push(now);
        } else {
            self.evicted += 1;
        }
    }

    /// Whether one of these rules has said something certain of the call of this number.
    pub(crate) fn has_told(&self, call: u64, rules: &[&str]) -> bool {
        let told = self.told.get(&call).map(Vec::as_slice).unwrap_or_default();
        told.iter()
            .any(|it| it.is_standing && rules.contains(&it.rule))
    }
}

fn root_among(told: &[Told], saying: &Saying<'_>) -> Option<Root> {
    let mut causes = saying.causes.iter();
    let cause = causes.find_map(|cause| standing(told, cause, saying.finding));
    cause.map(Told::root_or_self)
}

/// What a rule said that stands, other than this finding.
fn standing<'t>(told: &'t [Told], rule: &str, other_than: u64) -> Option<&'t Told> {
    let mut told = told.iter();
    told.find(|it| it.rule == rule && it.is_standing && it.finding != other_than)
}

impl Told {
    fn root_or_self(&self) -> Root {
        self.root.unwrap_or(Root {
            finding: self.finding,
            rule: self.rule,
        })
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
        by: &'static [&'static str],
    ) -> Option<u64> {
        let links = causes.note(
            call,
            Saying {
                rule,
                finding,
                verdict,
                causes: by,
                legs: &[],
            },
        );
        links.root.map(|root| root.finding)
    }

    /// What a certain finding explains that was told before.
    fn explains(
        causes: &mut Causes,
        call: u64,
        rule: &'static str,
        finding: u64,
        by: &'static [&'static str],
        legs: &[u64],
    ) -> Vec<u64> {
        let saying = Saying {
            rule,
            finding,
            verdict: Confirmed,
            causes: by,
            legs,
        };
        causes.note(call, saying).explains
    }

    #[test]
    fn a_root_that_is_told_late_names_what_it_explains_and_is_their_root_from_then_on() {
        let mut causes = Causes::default();
        note(&mut causes, 1, "middle", 1, Confirmed, &["root"]);
        note(&mut causes, 1, "last", 2, Confirmed, &["middle"]);
        note(&mut causes, 1, "other", 3, Confirmed, &["another"]);
        assert_eq!(explains(&mut causes, 1, "root", 4, &[], &[]), [1]);
        for (rule, finding) in [("middle", 1), ("last", 2)] {
            assert_eq!(note(&mut causes, 1, rule, finding, Confirmed, &[]), Some(4));
        }
        // It is said once.
        assert!(explains(&mut causes, 1, "root", 4, &[], &[]).is_empty());
        assert!(explains(&mut causes, 2, "root", 5, &[], &[]).is_empty());
    }

    #[test]
    fn what_is_told_late_of_a_further_leg_explains_the_call() {
        let mut causes = Causes::default();
        assert!(explains(&mut causes, 1, "failed", 1, &["silent"], &[2, 3]).is_empty());
        assert!(explains(&mut causes, 4, "failed", 2, &["silent"], &[]).is_empty());
        // Of a leg it does not name, or by a rule that explains nothing of it.
        assert!(explains(&mut causes, 5, "silent", 3, &[], &[]).is_empty());
        assert!(explains(&mut causes, 3, "odd", 4, &[], &[]).is_empty());
        assert_eq!(explains(&mut causes, 3, "silent", 5, &[], &[]), [1]);
        assert!(explains(&mut causes, 2, "failed", 6, &[], &[]).is_empty());
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
