//! Findings that wait to be shown with the others of their call.

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::{Annotation, Severity};

/// Findings and stages of findings held at most: some 8 MB of them.
pub const MOST_HELD: usize = 4096;

/// Findings by call.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// By the call's number; what belongs to no call comes last.
    calls: BTreeMap<u64, Group>,
    count: usize,
}

/// The findings of one call, with those of its further legs.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) findings: Vec<Finding>,
}

/// A finding with all its stages so far.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The stages before, in order.
    pub(crate) earlier: Vec<Annotation>,
    /// How it stands.
    pub(crate) last: Annotation,
    /// The findings that it explains.
    pub(crate) consequences: Vec<Finding>,
}

impl Finding {
    /// Whether it is one of these, or explains one of them.
    pub(crate) fn is_any_of(&self, numbers: &BTreeSet<u64>) -> bool {
        numbers.contains(&self.last.finding)
            || self.consequences.iter().any(|it| it.is_any_of(numbers))
    }

    /// How grave it stands, with what it explains.
    fn weight(&self) -> Severity {
        let consequences = self.consequences.iter().map(|it| it.last.severity);
        let gravest = consequences.max();
        gravest.map_or(self.last.severity, |worst| worst.max(self.last.severity))
    }

    /// Whether one of its stages said that it explains this one, which had been told before.
    fn explains(&self, number: u64) -> bool {
        let mut stages = self.earlier.iter().chain([&self.last]);
        stages.any(|stage| stage.explains.contains(&number))
    }
}

impl Group {
    /// Puts each finding that another one explains under that one's root, which may have been told
    /// later.
    fn link(&mut self) {
        let roots: Vec<Option<usize>> = (0..self.findings.len()).map(|it| self.root(it)).collect();
        let mut kept: Vec<Option<Finding>> = Vec::new();
        kept.extend(std::mem::take(&mut self.findings).into_iter().map(Some));
        for (index, root) in roots.iter().enumerate() {
            let Some(root) = *root else { continue };
            let consequence = kept.get_mut(index).and_then(Option::take);
            if let (Some(Some(root)), Some(consequence)) = (kept.get_mut(root), consequence) {
                root.consequences.push(consequence);
            }
        }
        self.findings = kept.into_iter().flatten().collect();
    }

    /// The place of the finding that explains the one at `place`, and that none explains.
    fn root(&self, place: usize) -> Option<usize> {
        let mut root = None;
        // Rules explain each other in no circle, so this ends before all were passed.
        for _ in 0..self.findings.len() {
            match self.cause(root.unwrap_or(place)) {
                Some(cause) if cause != place => root = Some(cause),
                _ => break,
            }
        }
        root
    }

    fn cause(&self, place: usize) -> Option<usize> {
        let finding = self.findings.get(place)?;
        let at = |is_it: &dyn Fn(&Finding) -> bool| self.findings.iter().position(is_it);
        let known = finding.last.caused_by.map(|root| root.finding);
        known
            .and_then(|number| at(&|it| it.last.finding == number))
            .or_else(|| at(&|it| it.explains(finding.last.finding)))
    }
}

impl Held {
    pub(crate) fn add(&mut self, annotation: &Annotation) {
        let call = annotation.call.as_ref().map_or(u64::MAX, |call| {
            let leg = call.leg.as_ref();
            // What is only a guess stands for itself.
            let leg = leg.filter(|leg| leg.joint.is_none_or(|joint| !joint.is_guess()));
            leg.map_or(call.number, |leg| leg.of)
        });
        let group = self.calls.entry(call).or_default();
        self.count += 1;
        let same = group
            .findings
            .iter_mut()
            .find(|finding| finding.last.finding == annotation.finding);
        match same {
            Some(finding) => {
                let before = std::mem::replace(&mut finding.last, annotation.clone());
                finding.earlier.push(before);
            }
            None => group.findings.push(Finding {
                earlier: Vec::new(),
                last: annotation.clone(),
                consequences: Vec::new(),
            }),
        }
    }

    /// Forgets the oldest stage of a finding but the first, which says how it began.
    pub(crate) fn forget_a_stage(&mut self, number: u64) {
        let groups = self.calls.values_mut();
        let mut findings = groups.flat_map(|group| &mut group.findings);
        if let Some(finding) = findings.find(|finding| finding.last.finding == number)
            && finding.earlier.len() > 1
        {
            finding.earlier.remove(1);
            self.count = self.count.saturating_sub(1);
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.count >= MOST_HELD
    }

    /// All that is held, call by call, the gravest of a call first.
    pub(crate) fn take(&mut self) -> Vec<Group> {
        self.count = 0;
        let mut groups: Vec<Group> = std::mem::take(&mut self.calls).into_values().collect();
        for group in &mut groups {
            group.link();
            group
                .findings
                .sort_by_key(|finding| std::cmp::Reverse(finding.weight()));
        }
        groups
    }
}
