//! Call flows as text: a ladder that fits the terminal.
//!
//! Hosts stand beside each other with their labels in the arrows, where that fits. Where it does
//! not, they get numbers and narrow lifelines, and the labels stand beside those; and where even
//! that does not fit, `1 → 2` takes the place of the lifelines.

mod columns;
mod gutter;
mod lifelines;

use sipwhy_annotator::Severity;
use sipwhy_packet::clock;

use crate::collector::Flows;
use crate::model::{Flow, Message, Note, Row};
use crate::relative::relative;
use crate::wrap::{self, shorten};
use columns::Columns;
use gutter::Gutter;

/// Nothing is laid out narrower than this.
pub const NARROWEST: usize = 40;
/// The first further sendings whose frames are named.
const NAMED_AGAIN: usize = 4;

/// What a piece of a line is, for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Plain text.
    Plain,
    /// Titles.
    Strong,
    /// Lifelines and arrows.
    Lines,
    /// What matters less.
    Faint,
    /// A finding of this severity.
    Severity(Severity),
}

/// A piece of a line in one ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub ink: Ink,
    /// The text, which is printable.
    pub text: String,
}

/// A line, without its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Piece>);

impl Line {
    fn of(ink: Ink, text: impl Into<String>) -> Self {
        Self::default().with(ink, text)
    }

    fn with(mut self, ink: Ink, text: impl Into<String>) -> Self {
        let text = text.into();
        self.0.push(Piece { ink, text });
        self
    }

    /// Without colours, and without spaces at its end.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text: String = self.0.iter().map(|piece| piece.text.as_str()).collect();
        text.truncate(text.trim_end().len());
        text
    }
}

/// The lines of one flow, no longer than `width` columns each.
#[must_use]
pub fn lines(flow: &Flow, width: usize) -> Vec<Line> {
    let page = Page::new(flow, width.max(NARROWEST));
    let mut lines = Vec::new();
    page.heading(&mut lines);
    lines.extend(page.columns.heading(&page.gutter));
    for row in &flow.rows {
        page.row(row, &mut lines);
    }
    page.left_out(&mut lines);
    lines
}

/// What is said below all flows, of what is not drawn.
#[must_use]
pub fn below(flows: &Flows, width: usize) -> Vec<Line> {
    let width = width.max(NARROWEST);
    let sentences = flows.left_out.sentences();
    let lines = sentences.iter().flat_map(|it| wrap::wrap(it, width, width));
    lines.map(|line| Line::of(Ink::Faint, line)).collect()
}

/// A flow on its way to lines.
struct Page<'a> {
    flow: &'a Flow,
    width: usize,
    gutter: Gutter,
    columns: Columns<'a>,
}

impl<'a> Page<'a> {
    fn new(flow: &'a Flow, width: usize) -> Self {
        let gutter = Gutter::of(flow);
        Self {
            flow,
            width,
            columns: Columns::new(flow, gutter.width(), width),
            gutter,
        }
    }

    fn heading(&self, lines: &mut Vec<Line>) {
        let day = clock::day(self.flow.began);
        let title = self.flow.title();
        self.say(lines, Ink::Strong, &title, 0);
        for name in self.flow.leg_names() {
            self.say(lines, Ink::Faint, &name, 2);
        }
        self.say(lines, Ink::Faint, &format!("{day}, times in UTC"), 2);
        for remark in self.flow.remarks() {
            self.say(lines, Ink::Faint, &remark, 2);
        }
        lines.push(Line::default());
    }

    fn row(&self, row: &Row, lines: &mut Vec<Line>) {
        match row {
            Row::Message(message) => {
                let line = self.gutter.of_message(message, self.flow);
                lines.push(self.columns.message(line, message));
                if let Some(said) = self.again(message) {
                    self.beside(lines, Ink::Faint, "", &said);
                }
                for note in &message.notes {
                    self.note(note, lines);
                }
            }
            Row::Pause(pause) => {
                let line = self.gutter.of_pause(*pause);
                lines.push(self.columns.pause(line));
            }
            Row::Lost(words) => self.beside(lines, Ink::Faint, "… ", words),
        }
    }

    /// How often a message was sent again, and where it should not have gone.
    fn again(&self, message: &Message) -> Option<String> {
        let mut said = Vec::new();
        let again = &message.again;
        if let Some((_, last)) = again.last {
            let named = again.first.iter().take(NAMED_AGAIN);
            let mut frames: Vec<_> = named.map(|(it, _)| self.flow.frame_name(*it)).collect();
            if again.count as usize > frames.len() {
                frames.push("…".to_owned());
            }
            said.push(format!(
                "sent again {}, until {} (frame{} {})",
                sipwhy_annotator::words::times(again.count),
                relative(last.since(self.flow.began)),
                if again.count > 1 { "s" } else { "" },
                frames.join(", ")
            ));
        }
        if message.is_stray {
            said.push("sent to an address that is not the client's".to_owned());
        }
        (!said.is_empty()).then(|| said.join("; "))
    }

    fn note(&self, note: &Note, lines: &mut Vec<Line>) {
        let tag = note.tag();
        let indent = self.gutter.width();
        let room = self.width.saturating_sub(indent + 2);
        let first = room.saturating_sub(wrap::columns(&tag) + 2);
        // A tag that leaves no room beside it stands alone.
        let first = if first < 12 { 0 } else { first };
        let mut pieces = wrap::wrap(&note.title, first.max(1), room).into_iter();
        let ink = Ink::Severity(note.severity);
        let mut line = Line::of(ink, format!("{:indent$}╰ {}", "", shorten(&tag, room - 1)));
        if first > 0 {
            let words = pieces.next().unwrap_or_default();
            line = line.with(Ink::Plain, format!(": {words}"));
            lines.push(line);
        } else {
            lines.push(line.with(Ink::Plain, ":"));
            pieces = wrap::wrap(&note.title, room, room).into_iter();
        }
        let indent = indent + 2;
        lines.extend(pieces.map(|words| Line::of(Ink::Plain, format!("{:indent$}{words}", ""))));
    }

    fn left_out(&self, lines: &mut Vec<Line>) {
        for sentence in self.flow.left_out.sentences() {
            self.beside(lines, Ink::Faint, "… ", &sentence);
        }
    }

    /// Words beside the gutter, below what they are about.
    fn beside(&self, lines: &mut Vec<Line>, ink: Ink, lead: &str, text: &str) {
        let indent = self.gutter.width();
        let room = self.width.saturating_sub(indent + 2);
        for (place, line) in wrap::wrap(text, room, room).into_iter().enumerate() {
            let lead = if place == 0 && !lead.is_empty() {
                lead
            } else {
                "  "
            };
            lines.push(Line::of(ink, format!("{:indent$}{lead}{line}", "")));
        }
    }

    fn say(&self, lines: &mut Vec<Line>, ink: Ink, text: &str, indent: usize) {
        let room = self.width - indent;
        let pieces = wrap::wrap(text, room, room - 2).into_iter().enumerate();
        lines.extend(pieces.map(|(place, line)| {
            let indent = indent + if place > 0 { 2 } else { 0 };
            Line::of(ink, format!("{:indent$}{line}", ""))
        }));
    }
}
