//! Two response codes side by side.

use crate::class::{Class, class_of};
use crate::code::{Code, Details, code};
use crate::data::PAIRS;
use crate::document::{Block, Document, Row};
use crate::explain::{explain_code, label, rule_report};
use crate::subject::Subject;
use crate::words::{heading, list, paragraph, sentence, stated};

/// What was written about two codes together.
pub(crate) struct Pair {
    pub(crate) codes: [u16; 2],
    pub(crate) summary: &'static str,
    pub(crate) differences: &'static [Difference],
    pub(crate) together: Option<&'static str>,
}

/// One difference between the two.
pub(crate) struct Difference {
    pub(crate) about: &'static str,
    pub(crate) text: &'static str,
}

/// One of the two codes, with its own words or those of its class.
struct Side {
    number: u16,
    class: Class,
    entry: Option<&'static Code>,
}

impl Side {
    fn new(number: u16) -> Option<Self> {
        Some(Self {
            number,
            class: class_of(number)?,
            entry: code(number),
        })
    }

    fn label(&self) -> String {
        label(self.number)
    }

    fn details(&self) -> Option<&'static Details> {
        self.entry.map(|entry| entry.details)
    }

    fn meaning(&self) -> &'static str {
        self.entry.map_or(self.class.meaning(), |entry| entry.brief)
    }

    fn kind(&self) -> &'static str {
        self.class.text().kind
    }

    fn sender(&self) -> &'static str {
        self.entry
            .map_or(self.class.text().sender, |entry| entry.sender)
    }

    fn travels(&self) -> &'static str {
        self.entry
            .map_or(self.class.text().travels, |entry| entry.travels)
    }

    fn ends(&self) -> &'static str {
        self.entry
            .map_or(self.class.text().ends, |entry| entry.ends)
    }

    fn ack(&self) -> &'static str {
        self.entry.map_or(self.class.text().ack, |entry| entry.ack)
    }

    fn contact(&self) -> &'static str {
        self.entry
            .map_or(self.class.text().contact, |entry| entry.contact)
    }

    fn next(&self) -> &'static str {
        self.entry
            .map_or(self.class.text().next, |entry| entry.next)
    }

    fn description(&self) -> Vec<Block> {
        match self
            .details()
            .and_then(|details| details.description.first())
        {
            Some(text) => vec![paragraph(text)],
            None => stated(self.meaning()),
        }
    }

    fn when(&self) -> Vec<Block> {
        match self.details() {
            Some(details) => vec![list(false, details.when)],
            None => stated("hardly ever, as no standard defines it"),
        }
    }

    fn fix(&self) -> Vec<Block> {
        match self.details() {
            Some(details) => vec![list(true, details.fix)],
            None => stated(&format!("treat it as {}", label(self.class.fallback()))),
        }
    }
}

/// Reads one clause off a side.
type Clause = fn(&Side) -> &'static str;

/// Two response codes set beside each other, in the order in which they were named.
pub struct Comparison {
    left: Side,
    right: Side,
    pair: Option<&'static Pair>,
}

impl Comparison {
    /// Sets `a` beside `b`; `None` when they are the same, or one is no response code.
    #[must_use]
    pub fn new(a: u16, b: u16) -> Option<Self> {
        let (left, right) = (Side::new(a)?, Side::new(b)?);
        let pair = PAIRS.iter().find(|pair| pair.codes == [a.min(b), a.max(b)]);
        (a != b).then_some(Self { left, right, pair })
    }

    /// The two.
    pub(crate) fn subjects(&self) -> [Option<Subject>; 2] {
        [&self.left, &self.right].map(|side| Subject::of_code(side.number))
    }

    /// How they relate, in a few sentences.
    pub(crate) fn summary(&self) -> Vec<String> {
        match self.pair {
            Some(pair) => vec![pair.summary.to_owned()],
            None => introduction(&self.left, &self.right),
        }
    }

    /// What one call may show of both.
    pub(crate) fn together(&self) -> Option<&'static str> {
        self.pair.and_then(|pair| pair.together)
    }

    /// The differences, those that matter most first.
    pub(crate) fn differences(&self) -> Vec<PointOfDifference> {
        match self.pair {
            Some(pair) => pair
                .differences
                .iter()
                .map(PointOfDifference::from)
                .collect(),
            None => differences(&self.left, &self.right),
        }
    }

    /// The page that sets the two side by side.
    #[must_use]
    pub fn page(&self) -> Document {
        let Self { left, right, .. } = self;
        let mut blocks: Vec<Block> = self.summary().iter().map(|text| paragraph(text)).collect();
        blocks.push(heading("Side by side"));
        blocks.push(side_by_side(left, right));
        blocks.push(heading("Key differences"));
        blocks.push(self.difference_list());
        blocks.push(heading("When to expect which"));
        blocks.push(list(false, &[expectation(left), expectation(right)]));
        if let Some(together) = self.together() {
            blocks.push(paragraph(together));
        }
        let reports = rule_reports(left, right);
        if !reports.is_empty() {
            blocks.push(heading("What sipwhy reports"));
            blocks.push(list(false, &reports));
        }
        blocks.push(heading("Read more"));
        blocks.push(list(false, &[more(left), more(right)]));
        Document {
            title: format!("{} vs {}", left.label(), right.label()),
            blocks,
        }
    }

    fn difference_list(&self) -> Block {
        let differences = self.differences();
        if differences.is_empty() {
            let fallback = label(self.left.class.fallback());
            return paragraph(&format!(
                "There are none: a client treats both as {fallback}."
            ));
        }
        let items: Vec<String> = differences
            .iter()
            .map(|point| match point.about {
                Some(about) => format!("**{about}.** {}", point.text),
                None => point.text.clone(),
            })
            .collect();
        list(true, &items)
    }
}

/// One difference.
#[derive(serde::Serialize)]
pub(crate) struct PointOfDifference {
    /// The point in which they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// How.
    text: String,
}

impl From<&'static Difference> for PointOfDifference {
    fn from(written: &'static Difference) -> Self {
        Self {
            about: Some(written.about),
            text: written.text.to_owned(),
        }
    }
}

/// The codes of every pair about which something was written.
pub fn pairs() -> impl Iterator<Item = [u16; 2]> {
    PAIRS.iter().map(|pair| pair.codes)
}

/// The page that sets two response codes side by side.
///
/// Works for any two codes, in either order. A code set against itself is simply
/// explained, and so is one that is no response code.
#[must_use]
pub fn compare(a: u16, b: u16) -> Document {
    match Comparison::new(a, b) {
        Some(comparison) => comparison.page(),
        None => explain_code(if class_of(a).is_none() { a } else { b }),
    }
}

fn introduction(left: &Side, right: &Side) -> Vec<String> {
    if left.class == right.class {
        let class = left.class;
        let mut texts = vec![format!(
            "Both are {}xx responses ({}): {}.",
            class.digit(),
            class.name(),
            class.meaning()
        )];
        if left.entry.is_some() && right.entry.is_some() {
            texts.push(format!(
                "{} says that {}. {} says that {}.",
                left.label(),
                left.meaning(),
                right.label(),
                right.meaning()
            ));
        }
        return texts;
    }
    [left, right]
        .iter()
        .map(|side| {
            format!(
                "{} is a {}xx response ({}): {}.",
                side.label(),
                side.class.digit(),
                side.class.name(),
                side.class.meaning()
            )
        })
        .collect()
}

/// What the rules report of either code, each with the code that it is said of, unless the same
/// is said of both.
fn rule_reports(left: &Side, right: &Side) -> Vec<String> {
    let of = |side: &Side| -> Vec<String> {
        let rules = side.details().map_or(&[][..], |details| details.rules);
        rules.iter().map(rule_report).collect()
    };
    let (lefts, rights) = (of(left), of(right));
    let named = |side: &Side, report: &String| format!("**{}**, {report}", side.number);
    let shared = lefts.iter().filter(|report| rights.contains(report));
    let of_left = lefts.iter().filter(|report| !rights.contains(report));
    let of_right = rights.iter().filter(|report| !lefts.contains(report));
    let mut reports: Vec<String> = shared.cloned().collect();
    reports.extend(of_left.map(|report| named(left, report)));
    reports.extend(of_right.map(|report| named(right, report)));
    reports
}

fn side_by_side(left: &Side, right: &Side) -> Block {
    let row = |label: &str, cell: fn(&Side) -> Vec<Block>| Row {
        label: label.to_owned(),
        left: cell(left),
        right: cell(right),
    };
    Block::Versus {
        left: left.label(),
        right: right.label(),
        rows: vec![
            row("Class", |side| vec![paragraph(&side.class.label())]),
            row("Meaning", Side::description),
            row("When you see it", Side::when),
            row("Who sends it", |side| stated(side.sender())),
            row("How far it goes", |side| stated(side.travels())),
            row("Ends transaction", |side| stated(side.ends())),
            row("ACK", |side| stated(side.ack())),
            row("Contact", |side| stated(side.contact())),
            row("Client does next", |side| stated(side.next())),
            row("How to fix", Side::fix),
        ],
    }
}

/// Differences where nobody has written about the pair: what either entry says of the other, and
/// the points in which the entries differ.
fn differences(left: &Side, right: &Side) -> Vec<PointOfDifference> {
    let mut points: Vec<PointOfDifference> = Vec::new();
    for (one, other) in [(left, right), (right, left)] {
        let confusions = one
            .details()
            .map_or(&[][..], |details| details.confused_with);
        let about_other = confusions
            .iter()
            .filter(|confusion| confusion.code == other.number);
        points.extend(about_other.map(|confusion| PointOfDifference {
            about: None,
            text: confusion.difference.to_owned(),
        }));
    }
    // The two entries of a pair often say the same thing of each other.
    points.truncate(1);
    let clauses: [(&'static str, Clause); 8] = [
        ("Kind", Side::kind),
        ("Meaning", Side::meaning),
        ("Sender", Side::sender),
        ("Reach", Side::travels),
        ("End of the transaction", Side::ends),
        ("ACK", Side::ack),
        ("Contact", Side::contact),
        ("Next step of the client", Side::next),
    ];
    for (about, get) in clauses {
        if get(left) != get(right) {
            points.push(PointOfDifference {
                about: Some(about),
                text: format!(
                    "{}: {}. {}: {}.",
                    left.number,
                    get(left),
                    right.number,
                    get(right)
                ),
            });
        }
    }
    points
}

fn expectation(side: &Side) -> String {
    match side.entry {
        Some(entry) => format!("**{}**: {}.", entry.label(), entry.when),
        None => format!(
            "**{}**: only from software that makes up codes of its own.",
            side.label()
        ),
    }
}

fn more(side: &Side) -> String {
    match side.entry {
        Some(entry) => format!(
            "`sipwhy explain {}`, [{}]({})",
            side.number,
            entry.reference,
            entry.reference.url()
        ),
        None => format!(
            "`sipwhy explain {}`, {}",
            side.number,
            sentence("RFC 3261 §8.1.3.2").trim_end_matches('.')
        ),
    }
}
