//! Holds what is expected of calls against those that it is expected of.

use std::time::Duration;

use sipwhy_annotator::words;

use super::firing::Scope;
use super::{Judge, Place, named};
use crate::expect::facts::{CallFacts, Figure, Outcome};
use crate::expect::ladder::{Ladder, Step, align};
use crate::expect::model::{At, Codes, Expectations, OfCall, Range};
use crate::expect::told::Row;

impl Judge<'_> {
    pub(super) fn of_call(&mut self, file: &Expectations, number: usize, asked: &OfCall) {
        let title = asked.title(number);
        let calls = asked.select.calls(self.facts);
        let place = Place {
            file,
            about: format!("{title}: "),
        };
        self.is_there(&place, asked, &calls);
        for call in &calls {
            // Which of several it is; alone it is clear, and its number may be another next time.
            let which = match calls.len() {
                1 => String::new(),
                _ => format!(" (call {})", call.number),
            };
            let place = Place {
                file,
                about: format!("{title}{which}: "),
            };
            self.one_call(&place, asked, call);
        }
    }

    fn is_there(&mut self, place: &Place<'_>, asked: &OfCall, calls: &[&CallFacts]) {
        let (line, range) = match &asked.count {
            Some(count) => (count.line, count.it),
            None => (
                asked.line,
                Range {
                    min: Some(1),
                    max: None,
                },
            ),
        };
        let found = calls.len() as u64;
        let is_met = range.holds(found);
        let expected = range.words(|it| it.to_string());
        let selects = asked.selects();
        let mut rows = vec![Row::unlike(
            format!("{selects}: {expected}"),
            format!("{found} found"),
            None,
        )];
        // Where there is none, those that are there may be the ones that were meant.
        let others: Vec<&CallFacts> = self.facts.calls.iter().collect();
        rows.extend(named(if calls.is_empty() { &others } else { calls }));
        let summary = match (found, others.len()) {
            (0, 0) => format!("no call is {selects}: there is none at all"),
            (0, _) => format!("no call is {selects}"),
            _ => format!("{expected} expected that are {selects}, {found} found"),
        };
        self.tell(place, "is there", line, is_met, &summary, rows);
    }

    fn one_call(&mut self, place: &Place<'_>, asked: &OfCall, call: &CallFacts) {
        if let Some(outcome) = &asked.outcome {
            self.outcome(place, outcome, call);
        }
        if let Some(code) = &asked.code {
            self.code(place, code, call);
        }
        if let Some(ladder) = &asked.ladder {
            self.ladder(place, ladder, call);
        }
        if let Some(route) = &asked.route {
            self.route(place, route, call);
        }
        if let Some(codec) = &asked.codec {
            self.codec(place, codec, call);
        }
        for timing in &asked.timings {
            self.timing(place, timing, call);
        }
        if let Some(hops) = &asked.hops {
            self.hops(place, hops, call);
        }
        self.rules(place, &asked.rules, Scope::Call(call.number));
    }

    fn outcome(&mut self, place: &Place<'_>, asked: &At<Outcome>, call: &CallFacts) {
        let is_met = call.outcome == Some(asked.it);
        let expected = asked.it.as_str();
        let mut found = call
            .outcome
            .map_or("not in view", Outcome::as_str)
            .to_owned();
        if let Some(last) = &call.last {
            found.push_str(&format!(" ({})", last.label));
        }
        let row = Row::unlike(expected.to_owned(), found.clone(), call.decided());
        let summary = format!("{expected} expected, {found}");
        self.tell(place, "outcome", asked.line, is_met, &summary, vec![row]);
    }

    fn code(&mut self, place: &Place<'_>, asked: &At<Codes>, call: &CallFacts) {
        let last = call.last.as_ref();
        let is_met = last.is_some_and(|last| asked.it.holds(last.code));
        let expected = asked.it.to_string();
        let found = last.map_or_else(|| "no final response".to_owned(), |it| it.label.clone());
        let summary = format!("{expected} expected, {found}");
        let row = Row::unlike(expected, found, call.decided());
        self.tell(place, "final code", asked.line, is_met, &summary, vec![row]);
    }

    fn ladder(&mut self, place: &Place<'_>, asked: &At<Ladder>, call: &CallFacts) {
        let has_hops = asked.it.has_hops();
        let steps = call.ladder(has_hops);
        let is_host = |name: &str, host: &str| place.file.is_host(name, host);
        let pairs = align(&asked.it.entries, &steps, &|entry, step| {
            entry.is(step, &is_host)
        });
        let is_met = pairs.iter().all(|pair| pair.agrees) && call.steps_left_out == 0;
        let rows = pairs.iter().map(|pair| Row {
            expected: pair.entry.map(|entry| entry.text.clone()),
            found: pair.step.map(|step| shown(step, place.file, has_hops)),
            frame: pair.step.map(|step| step.frame),
            agrees: pair.agrees,
        });
        let missing = pairs.iter().filter(|it| !it.agrees && it.entry.is_some());
        let differs = missing.count();
        let more = pairs.iter().filter(|it| !it.agrees && it.entry.is_none());
        let more = more.count();
        let mut summary = match (differs, more) {
            (0, more) => format!("{} not expected", words::count(more, "message")),
            (differs, 0) => format!("{} not as expected", words::count(differs, "message")),
            (differs, more) => format!(
                "{} not as expected, {more} more not expected",
                words::count(differs, "message")
            ),
        };
        if call.steps_left_out > 0 {
            let more = call.steps_left_out;
            summary.push_str(&format!(", and {more} beyond what is compared"));
        }
        self.tell(
            place,
            "ladder",
            asked.line,
            is_met,
            &summary,
            rows.collect(),
        );
    }

    fn timing(
        &mut self,
        place: &Place<'_>,
        asked: &At<(Figure, Range<Duration>)>,
        call: &CallFacts,
    ) {
        let (figure, range) = asked.it;
        let name = figure.as_str();
        let measured = call.figures.get(figure);
        let is_met = measured.is_some_and(|(span, _)| range.holds(span));
        let expected = range.words(in_words);
        let found = measured.map_or_else(|| "not measured".to_owned(), |(it, _)| in_words(it));
        let frame = measured.map(|(_, frame)| frame).or(call.first_frame);
        let mut summary = format!("{expected} expected, {found}");
        if measured.is_some() {
            summary.push_str(" measured");
        }
        let row = Row::unlike(format!("{name}: {expected}"), found, frame);
        self.tell(place, name, asked.line, is_met, &summary, vec![row]);
    }

    fn hops(&mut self, place: &Place<'_>, asked: &At<Range<u64>>, call: &CallFacts) {
        let hops = call.figures.hops;
        let is_met = hops.is_some_and(|hops| asked.it.holds(u64::from(hops)));
        let expected = asked.it.words(|it| it.to_string());
        let found = hops.map_or_else(|| "none".to_owned(), |hops| hops.to_string());
        let summary = format!("{expected} expected, {found} seen");
        let row = Row::unlike(format!("hops: {expected}"), found, call.first_frame);
        self.tell(place, "hops", asked.line, is_met, &summary, vec![row]);
    }
}

/// A message, as what was found: `180 Ringing`, `10.0.0.1 -> 10.0.0.2 INVITE ×3`.
fn shown(step: &Step, file: &Expectations, has_hop: bool) -> String {
    let times = match step.sendings {
        ..=1 => String::new(),
        times => format!(" ×{times}"),
    };
    let (from, to, label) = (file.shown(&step.from), file.shown(&step.to), &step.label);
    match has_hop {
        true => format!("{from} -> {to} {label}{times}"),
        false => format!("{label}{times}"),
    }
}

/// A span, to three figures and a tenth of a millisecond: `8.4 ms`, `500 ms`, `1.25 s`.
fn in_words(span: Duration) -> String {
    let millis = span.as_secs_f64() * 1000.0;
    let (text, unit) = match span.as_millis() {
        ..10 => (format!("{millis:.1}"), "ms"),
        10..1000 => (format!("{millis:.0}.0"), "ms"),
        _ => (format!("{:.2}", millis / 1000.0), "s"),
    };
    format!(
        "{} {unit}",
        text.trim_end_matches('0').trim_end_matches('.')
    )
}
