//! Two response codes side by side.

use crate::class::{Class, class_of};
use crate::code::{Code, Details, code};
use crate::data::PAIRS;
use crate::document::{Block, Document, Row};
use crate::explain::{explain_code, label, rule_list};
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
        self.entry.and_then(|entry| entry.details)
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
        match (self.details(), self.entry) {
            (Some(details), _) => vec![list(false, details.when)],
            (None, Some(entry)) => stated(entry.when),
            (None, None) => stated("hardly ever, as no standard defines it"),
        }
    }

    fn fix(&self) -> Vec<Block> {
        match (self.details(), self.entry) {
            (Some(details), _) => vec![list(true, details.fix)],
            (None, Some(entry)) => stated(entry.fix),
            (None, None) => stated(&format!("treat it as {}", label(self.class.fallback()))),
        }
    }
}

/// Reads one clause off a side.
type Clause = fn(&Side) -> &'static str;

/// The page that sets two response codes side by side.
///
/// Works for any two codes, in either order. A code set against itself is simply
/// explained, and so is one that is no response code.
#[must_use]
pub fn compare(a: u16, b: u16) -> Document {
    let (Some(left), Some(right)) = (Side::new(a), Side::new(b)) else {
        return explain_code(if class_of(a).is_none() { a } else { b });
    };
    if a == b {
        return explain_code(a);
    }
    let pair = PAIRS.iter().find(|pair| pair.codes == [a.min(b), a.max(b)]);
    let mut blocks = match pair {
        Some(pair) => vec![paragraph(pair.summary)],
        None => introduction(&left, &right),
    };
    blocks.push(heading("Side by side"));
    blocks.push(side_by_side(&left, &right));
    blocks.push(heading("Key differences"));
    blocks.push(differences(&left, &right, pair));
    blocks.push(heading("When to expect which"));
    blocks.push(list(false, &[expectation(&left), expectation(&right)]));
    if let Some(together) = pair.and_then(|pair| pair.together) {
        blocks.push(paragraph(together));
    }
    let written: Vec<&Details> = [&left, &right]
        .iter()
        .filter_map(|side| side.details())
        .collect();
    if written.iter().any(|details| !details.rules.is_empty()) {
        blocks.push(heading("What sipwhy reports"));
        blocks.push(rule_list(&written));
    }
    blocks.push(heading("Read more"));
    blocks.push(list(false, &[more(&left), more(&right)]));
    Document {
        title: format!("{} vs {}", left.label(), right.label()),
        blocks,
    }
}

fn introduction(left: &Side, right: &Side) -> Vec<Block> {
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
        return texts.iter().map(|text| paragraph(text)).collect();
    }
    [left, right]
        .iter()
        .map(|side| {
            paragraph(&format!(
                "{} is a {}xx response ({}): {}.",
                side.label(),
                side.class.digit(),
                side.class.name(),
                side.class.meaning()
            ))
        })
        .collect()
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

fn differences(left: &Side, right: &Side, pair: Option<&Pair>) -> Block {
    let mut items: Vec<String> = Vec::new();
    if let Some(pair) = pair {
        let written = pair.differences.iter();
        items.extend(written.map(|item| format!("**{}.** {}", item.about, item.text)));
        return list(true, &items);
    }
    for (one, other) in [(left, right), (right, left)] {
        let confusions = one
            .details()
            .map_or(&[][..], |details| details.confused_with);
        items.extend(
            confusions
                .iter()
                .filter(|confusion| confusion.code == other.number)
                .map(|confusion| confusion.difference.to_owned()),
        );
    }
    let points: [(&str, Clause); 8] = [
        ("Kind", Side::kind),
        ("Meaning", Side::meaning),
        ("Sender", Side::sender),
        ("Reach", Side::travels),
        ("End of the transaction", Side::ends),
        ("ACK", Side::ack),
        ("Contact", Side::contact),
        ("Next step of the client", Side::next),
    ];
    for (point, get) in points {
        if get(left) != get(right) {
            items.push(format!(
                "**{point}.** For {}: {}. For {}: {}.",
                left.number,
                get(left),
                right.number,
                get(right)
            ));
        }
    }
    if items.is_empty() {
        let fallback = label(left.class.fallback());
        return paragraph(&format!(
            "There are none: a client treats both as {fallback}."
        ));
    }
    list(true, &items)
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
