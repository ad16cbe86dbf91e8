//! Calls that are told apart by nothing that stays: they are expected together.

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::Severity;

use crate::expect::facts::{CallFacts, Facts};
use crate::expect::ladder::What;

/// Calls alike in their fields that are told apart by their order; of more only what they have in
/// common is drafted.
const MOST_IN_ORDER: usize = 8;

/// Calls that one entry is for.
pub(super) struct Group<'f> {
    pub(super) calls: Vec<&'f CallFacts>,
    /// Its place among those with the same From, To and method, from 1; `None` where it is for all
    /// of these.
    pub(super) nth: Option<u64>,
}

/// What selects calls in a draft.
type Fields<'f> = (&'f str, &'f str, Option<&'f str>);

/// All calls in the order in which they began. Calls with the same From, To and method are one
/// group if they went alike, or are many; or else each is one.
pub(super) fn groups(facts: &Facts) -> Vec<Group<'_>> {
    let mut by_fields: BTreeMap<Fields<'_>, Vec<&CallFacts>> = BTreeMap::new();
    for call in &facts.calls {
        let fields = (call.from.as_str(), call.to.as_str(), call.method.as_deref());
        by_fields.entry(fields).or_default().push(call);
    }
    let rules = Rules::of(facts);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for calls in by_fields.into_values() {
        let Some(first) = calls.first() else { continue };
        let is_one = calls.iter().all(|call| are_alike(first, call, &rules));
        if is_one || calls.len() > MOST_IN_ORDER {
            groups.push(Group { calls, nth: None });
            continue;
        }
        for (nth, call) in (1..).zip(calls) {
            groups.push(Group {
                calls: vec![call],
                nth: Some(nth),
            });
        }
    }
    groups.sort_by_key(|group| group.calls.first().map(|call| call.number));
    groups
}

impl<'f> Group<'f> {
    /// What `of` is of all its calls, if it is the same of each.
    pub(super) fn common<T: PartialEq>(&self, of: impl Fn(&'f CallFacts) -> T) -> Option<T> {
        let mut all = self.calls.iter().map(|call| of(call));
        let first = all.next()?;
        all.all(|it| it == first).then_some(first)
    }

    /// The rules that fire in each of its calls.
    pub(super) fn rules(&self, rules: &Rules<'f>) -> BTreeSet<&'f str> {
        let mut calls = self.calls.iter().map(|call| rules.of_call(call.number));
        let first = calls.next().unwrap_or_default();
        calls.fold(first, |all, own| &all & &own)
    }
}

/// The rules that fire in each call.
pub(super) struct Rules<'f>(BTreeMap<u64, BTreeSet<&'f str>>);

impl<'f> Rules<'f> {
    fn of(facts: &'f Facts) -> Self {
        Self::at_least(facts, Severity::Note)
    }

    /// Those of findings at least this grave.
    pub(super) fn at_least(facts: &'f Facts, least: Severity) -> Self {
        let mut rules: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        for found in facts.found.iter().filter(|it| it.severity >= least) {
            if let Some(call) = found.call {
                rules.entry(call).or_default().insert(found.rule);
            }
        }
        Self(rules)
    }

    fn of_call(&self, number: u64) -> BTreeSet<&'f str> {
        self.0.get(&number).cloned().unwrap_or_default()
    }
}

/// Whether two calls went alike, times aside.
fn are_alike(one: &CallFacts, other: &CallFacts, rules: &Rules<'_>) -> bool {
    let code = |call: &CallFacts| call.last.as_ref().map(|it| it.code);
    one.number == other.number
        || one.outcome == other.outcome
            && code(one) == code(other)
            && one.route == other.route
            && one.codecs.by_media == other.codecs.by_media
            && what(one) == what(other)
            && rules.of_call(one.number) == rules.of_call(other.number)
}

/// What the caller's messages are.
pub(super) fn what(call: &CallFacts) -> Vec<&What> {
    call.ladder(false).into_iter().map(|it| &it.what).collect()
}
