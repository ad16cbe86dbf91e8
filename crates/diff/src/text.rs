//! A comparison as text: what differs first in plain words, then each call that is not the same,
//! message by message.

mod headline;
mod ladder;

use std::collections::BTreeMap;

use sipwhy_annotator::words::count;
use sipwhy_flow::text::{Ink, Line, NARROWEST, Piece};
use sipwhy_flow::wrap::wrap;

use crate::model::{CallName, Comparison, FindingPair, PairedCall, Side, Status};
use crate::words::{self, Frames};

/// Calls of one recording alone that are listed.
const MOST_LISTED: usize = 100;

/// The lines of a comparison, no longer than `width` columns each.
#[must_use]
pub fn lines(comparison: &Comparison, frames: &Frames, width: usize) -> Vec<Line> {
    let mut page = Page {
        frames,
        width: width.max(NARROWEST),
        lines: Vec::new(),
    };
    page.headline(comparison);
    for call in comparison.calls.iter().filter(|call| !call.is_same()) {
        page.call(call);
    }
    page.lone_calls(&comparison.only_good, Side::Good);
    page.lone_calls(&comparison.only_bad, Side::Bad);
    // What is the same outside of the calls that are shown is no news.
    if comparison
        .findings
        .iter()
        .any(|it| it.status != Status::Same)
    {
        page.findings(&comparison.findings, "Findings in no call of both");
    }
    page.not_compared(comparison);
    page.lines
}

/// A text on its way to lines.
struct Page<'a> {
    frames: &'a Frames,
    width: usize,
    lines: Vec<Line>,
}

/// A line of one ink.
fn line(ink: Ink, text: impl Into<String>) -> Line {
    Line::default().and(ink, text)
}

/// Adds pieces to a line.
trait And {
    fn and(self, ink: Ink, text: impl Into<String>) -> Self;
}

impl And for Line {
    fn and(mut self, ink: Ink, text: impl Into<String>) -> Self {
        let text = text.into();
        self.0.push(Piece { ink, text });
        self
    }
}

impl Page<'_> {
    fn call(&mut self, call: &PairedCall) {
        self.lines.push(Line::default());
        let title = |name: &CallName| format!("{} {} → {}", name.method, name.from, name.to);
        let (good, bad) = (title(&call.good), title(&call.bad));
        let number = sentence(&numbers(call));
        if good == bad {
            self.say(Ink::Strong, &format!("{number}: {good}"), 0);
        } else {
            self.say(
                Ink::Strong,
                &format!("{number}: {good} in good, {bad} in bad"),
                0,
            );
        }
        for (name, side) in [(&call.good, Side::Good), (&call.bad, Side::Bad)] {
            self.say(
                Ink::Faint,
                &format!("Call-ID in {}: {}", side.as_str(), name.call_id),
                2,
            );
        }
        self.hosts(call);
        self.ladder(call);
        if !call.figures.is_empty() {
            self.lines.push(Line::default());
            self.say(Ink::Strong, "Timings", 2);
            for figure in &call.figures {
                let words = words::figure_words(figure.name, figure.good, figure.bad);
                self.say(Ink::Plain, &words, 4);
            }
        }
        self.findings(&call.findings, "Findings");
    }

    fn hosts(&mut self, call: &PairedCall) {
        for (place, pair) in call.hosts.iter().enumerate() {
            let name = |host: &sipwhy_flow::Host| match &host.name {
                Some(name) => format!("{} ({name})", host.socket()),
                None => host.socket(),
            };
            let words = match (&pair.good, &pair.bad) {
                (Some(good), Some(bad)) if good.socket() == bad.socket() => name(good),
                (Some(good), Some(bad)) => format!("{} in good, {} in bad", name(good), name(bad)),
                (Some(good), None) => format!("{} in good alone", name(good)),
                (None, Some(bad)) => format!("{} in bad alone", name(bad)),
                (None, None) => continue,
            };
            self.say(Ink::Plain, &format!("Host {} is {words}", place + 1), 2);
        }
    }

    fn lone_calls(&mut self, calls: &[CallName], side: Side) {
        if calls.is_empty() {
            return;
        }
        let (word, sign, ink) = match side {
            Side::Good => ("good", "-", ladder::GONE),
            Side::Bad => ("bad", "+", ladder::NEW),
        };
        self.lines.push(Line::default());
        self.say(Ink::Strong, &format!("Only in {word}"), 0);
        let alike = alike(calls);
        for (call, times) in alike.iter().take(MOST_LISTED) {
            let frame = call
                .frame
                .map(|it| self.frames.name(side, it))
                .unwrap_or_default();
            let (number, each) = match times {
                1 => (format!("Call {}", call.number), ""),
                _ => (
                    format!("{times} calls, the first call {}", call.number),
                    " each",
                ),
            };
            let words = format!(
                "{sign} {number}: {} {} → {}, {}{each}, last {} ({frame})",
                call.method,
                call.from,
                call.to,
                count(call.messages, "message"),
                call.last
            );
            self.say(ink, &words, 2);
        }
        if let Some(more @ 1..) = alike.len().checked_sub(MOST_LISTED) {
            self.say(Ink::Faint, &format!("and {more} more kinds of calls"), 2);
        }
    }

    fn findings(&mut self, findings: &[FindingPair], heading: &str) {
        if findings.is_empty() {
            return;
        }
        self.lines.push(Line::default());
        self.say(Ink::Strong, heading, 2);
        for pair in findings {
            let Some(seen) = pair.seen() else { continue };
            let ink = match pair.status {
                Status::Same => Ink::Faint,
                _ => Ink::Severity(seen.severity),
            };
            let before = pair
                .good
                .as_ref()
                .filter(|_| pair.status == Status::Changed);
            let before =
                before.map(|it| format!("; in good {}: {}", words::tag(pair.rule, it), it.title));
            let words = format!(
                "{}: {}: {}{}{}",
                pair.status.as_str(),
                words::tag(pair.rule, seen),
                seen.title,
                words::finding_frames(pair),
                before.unwrap_or_default(),
            );
            self.say(ink, &words, 4);
        }
    }

    fn not_compared(&mut self, comparison: &Comparison) {
        if comparison.not_compared.is_empty() {
            return;
        }
        self.lines.push(Line::default());
        for sentence in &comparison.not_compared {
            self.say(Ink::Faint, &format!("Note that {sentence}"), 0);
        }
    }

    /// A sentence in as many lines as it takes, the further ones indented by two more columns.
    fn say(&mut self, ink: Ink, text: &str, indent: usize) {
        let room = self.width - indent;
        let pieces = wrap(text, room, room - 2);
        for (place, piece) in pieces.into_iter().enumerate() {
            let indent = indent + if place > 0 { 2 } else { 0 };
            self.lines.push(line(ink, format!("{:indent$}{piece}", "")));
        }
    }
}

/// Calls that look the same from outside, the first of each with how many there are, in the order
/// of the first.
fn alike(calls: &[CallName]) -> Vec<(&CallName, usize)> {
    let mut places = BTreeMap::new();
    let mut alike: Vec<(&CallName, usize)> = Vec::new();
    for call in calls {
        let outside = (
            &call.method,
            &call.from,
            &call.to,
            call.messages,
            &call.last,
        );
        let place = *places.entry(outside).or_insert(alike.len());
        match alike.get_mut(place) {
            Some((_, times)) => *times += 1,
            None => alike.push((call, 1)),
        }
    }
    alike
}

/// `call 3`, or `call 3 of good, 4 of bad`.
fn numbers(call: &PairedCall) -> String {
    match (call.good.number, call.bad.number) {
        (good, bad) if good == bad => format!("call {good}"),
        (good, bad) => format!("call {good} of good, {bad} of bad"),
    }
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
