//! Which rules fired that were to, and which that were not.

use sipwhy_annotator::Severity;
use sipwhy_annotator::words::with_article;

use super::{Judge, Place};
use crate::expect::facts::{Facts, Found};
use crate::expect::model::{At, Firing, Range, Rules};
use crate::expect::told::Row;

/// Findings that are named where others were expected.
const MOST_NAMED: usize = 12;

/// Among which findings is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All.
    Capture,
    /// Those of the call with this number.
    Call(u64),
}

impl Scope {
    fn holds(self, found: &Found) -> bool {
        match self {
            Self::Capture => true,
            Self::Call(number) => found.call == Some(number),
        }
    }

    fn of(self, facts: &Facts) -> impl Iterator<Item = &Found> {
        facts.found.iter().filter(move |found| self.holds(found))
    }
}

impl Firing {
    /// Whether a finding is one of these.
    fn is(&self, found: &Found) -> bool {
        self.rule.as_deref().is_none_or(|rule| rule == found.rule)
            && self.severity.is_none_or(|it| it == found.severity)
            && self.at_least.is_none_or(|it| found.severity >= it)
            && self.verdict.is_none_or(|it| it == found.verdict)
    }
}

/// The numbers of the findings that are asked for.
pub(super) fn wanted<'x>(
    facts: &'x Facts,
    rules: &'x Rules,
    scope: Scope,
) -> impl Iterator<Item = u64> + 'x {
    let is_wanted = |found: &Found| rules.fires.iter().any(|asked| asked.it.is(found));
    let wanted = scope.of(facts).filter(move |found| is_wanted(found));
    wanted.map(|found| found.finding)
}

impl Judge<'_> {
    pub(super) fn rules(&mut self, place: &Place<'_>, rules: &Rules, scope: Scope) {
        for asked in &rules.fires {
            self.fires(place, asked, scope);
        }
        for asked in &rules.silent {
            self.silent(place, asked, scope);
        }
    }

    fn fires(&mut self, place: &Place<'_>, asked: &At<Firing>, scope: Scope) {
        let range = asked.it.count.unwrap_or(Range {
            min: Some(1),
            max: None,
        });
        let fired: Vec<&Found> = scope.of(self.facts).filter(|it| asked.it.is(it)).collect();
        let is_met = range.holds(fired.len() as u64);
        let (words, times) = (asked.it.words(), range.words(|it| it.to_string()));
        let mut rows = vec![Row {
            expected: Some(format!("{words}: {times}")),
            found: Some(format!("{} found", fired.len())),
            ..Row::default()
        }];
        // Those that it was, or else what was found in its place.
        let shown = match fired.is_empty() {
            true => scope.of(self.facts).collect(),
            false => fired.clone(),
        };
        rows.extend(shown.into_iter().take(MOST_NAMED).map(row));
        let summary = format!("{times} expected, {} found", fired.len());
        let name = format!("fires {words}");
        self.tell(place, &name, asked.line, is_met, &summary, rows);
    }

    fn silent(&mut self, place: &Place<'_>, asked: &At<Firing>, scope: Scope) {
        let range = asked.it.count.unwrap_or(Range::exactly(0));
        let wanted = &self.answered.wanted;
        // What is expected to fire is no breach.
        let fired = scope
            .of(self.facts)
            .filter(|it| asked.it.is(it) && !wanted.contains(&it.finding));
        let mut fired: Vec<&Found> = fired.collect();
        fired.sort_by_key(|found| std::cmp::Reverse(found.severity));
        let is_met = range.holds(fired.len() as u64);
        let words = asked.it.words();
        let mut rows = vec![Row {
            expected: Some(format!("no {words}")),
            found: Some(format!("{} found", fired.len())),
            ..Row::default()
        }];
        let worst = fired.first().map_or(Severity::Note, |it| it.severity);
        rows.extend(fired.iter().take(MOST_NAMED).map(|found| row(found)));
        let summary = format!(
            "{} found, the gravest {}",
            fired.len(),
            with_article(worst.as_str())
        );
        let name = format!("silent {words}");
        self.tell(place, &name, asked.line, is_met, &summary, rows);
    }
}

/// A finding, as what was found.
fn row(found: &Found) -> Row {
    let (severity, rule, title) = (found.severity.as_str(), found.rule, &found.title);
    Row {
        found: Some(format!("{severity}[{rule}] {title}")),
        frame: found.frame,
        agrees: true,
        ..Row::default()
    }
}
