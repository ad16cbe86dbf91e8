//! Holds what is expected of a capture against what is known of it.

mod call;
mod codec;
mod firing;
mod route;
mod select;

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::words::count;
use sipwhy_parser::printable;

use self::firing::Scope;
use super::facts::{CallFacts, Facts};
use super::model::{At, Body, Expectations, Range};
use super::told::{Expected, Row};

/// Calls that are named where the one expected is not among them.
const MOST_NAMED: usize = 12;

/// What is expected of one capture.
#[derive(Clone, Debug, Default)]
pub struct Asked<'e> {
    parts: Vec<(&'e Expectations, &'e Body)>,
}

/// What came of what was expected.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// All expectations, in the order in which they are stated.
    pub expectations: Vec<Expected>,
    /// The numbers of the findings that are asked for: they are known.
    pub wanted: BTreeSet<u64>,
}

impl<'e> Asked<'e> {
    /// Adds what a file expects of a capture with these names: its path below the file, what it is
    /// called.
    pub fn add(&mut self, file: &'e Expectations, names: &[&str]) {
        let bodies = file.bodies(names).into_iter();
        self.parts.extend(bodies.map(|body| (file, body)));
    }

    /// Whether nothing is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(_, body)| body.is_empty())
    }

    /// Holds it all against what is known.
    #[must_use]
    pub fn judge(&self, facts: &Facts) -> Answered {
        let mut judge = Judge {
            facts,
            answered: Answered::default(),
        };
        // First what fires, in all parts: it is no breach of a silence, wherever that is asked for.
        for (_, body) in &self.parts {
            judge.note_wanted(body);
        }
        for (file, body) in &self.parts {
            judge.body(file, body);
        }
        judge.answered.tell_apart();
        judge.answered
    }
}

impl Answered {
    /// Makes the names differ: two files may ask for the same.
    fn tell_apart(&mut self) {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for expected in &mut self.expectations {
            let times = seen.entry(expected.name.clone()).or_default();
            *times += 1;
            if *times > 1 {
                expected.name = format!("{} ({times})", expected.name);
            }
        }
    }
}

impl Body {
    fn is_empty(&self) -> bool {
        self.calls.is_none() && self.rules.is_empty() && self.of_calls.is_empty()
    }
}

/// Whoever holds expectations against what is known.
struct Judge<'f> {
    facts: &'f Facts,
    answered: Answered,
}

/// Where an expectation stands, and what it is about.
struct Place<'e> {
    file: &'e Expectations,
    /// What stands before the name of the expectation: `INVITE alice → bob: `.
    about: String,
}

impl<'f> Judge<'f> {
    fn note_wanted(&mut self, body: &Body) {
        self.answered
            .wanted
            .extend(firing::wanted(self.facts, &body.rules, Scope::Capture));
        for asked in &body.of_calls {
            for call in asked.select.calls(self.facts) {
                let scope = Scope::Call(call.number);
                let wanted = firing::wanted(self.facts, &asked.rules, scope);
                self.answered.wanted.extend(wanted);
            }
        }
    }

    fn body(&mut self, file: &Expectations, body: &Body) {
        let place = Place {
            file,
            about: String::new(),
        };
        if let Some(calls) = &body.calls {
            self.number_of_calls(&place, calls);
        }
        self.rules(&place, &body.rules, Scope::Capture);
        for (number, asked) in (1_usize..).zip(&body.of_calls) {
            self.of_call(file, number, asked);
        }
    }

    fn number_of_calls(&mut self, place: &Place<'_>, calls: &At<Range<u64>>) {
        let seen = self.facts.calls_seen;
        let is_met = calls.it.holds(seen);
        let expected = calls.it.words(|it| it.to_string());
        let mut rows = vec![Row::unlike(
            format!("calls: {expected}"),
            format!("calls: {seen}"),
            None,
        )];
        rows.extend(named(&self.facts.calls.iter().collect::<Vec<_>>()));
        let summary = format!("{expected} expected, {seen} found");
        self.tell(place, "number of calls", calls.line, is_met, &summary, rows);
    }

    /// Adds what came of an expectation.
    fn tell(
        &mut self,
        place: &Place<'_>,
        what: &str,
        line: usize,
        is_met: bool,
        summary: &str,
        rows: Vec<Row>,
    ) {
        // What a file states is anybody's text too.
        let printed = |text: &str| printable(text.as_bytes()).into_owned();
        let mut told = Expected {
            name: printed(&format!("{}{what}", place.about)),
            file: place.file.file.clone(),
            line,
            is_met,
            ..Expected::default()
        };
        if !is_met {
            told.summary = printed(summary);
            told.rows = rows;
            for row in &mut told.rows {
                row.expected = row.expected.as_deref().map(printed);
            }
        }
        self.answered.expectations.push(told);
    }
}

/// Calls that there are, for whoever looks for another: a row each.
fn named(calls: &[&CallFacts]) -> Vec<Row> {
    let row = |found: String| Row {
        found: Some(found),
        agrees: true,
        ..Row::default()
    };
    let mut rows: Vec<Row> = calls
        .iter()
        .take(MOST_NAMED)
        .map(|call| Row {
            frame: call.first_frame,
            ..row(format!("call {}: {}", call.number, call.title()))
        })
        .collect();
    if let Some(more) = calls.len().checked_sub(MOST_NAMED).filter(|it| *it > 0) {
        rows.push(row(format!("and {}", count(more, "further call"))));
    }
    rows
}
