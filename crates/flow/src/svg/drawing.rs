//! One flow, drawn from top to bottom.

use std::fmt::Write as _;

use sipwhy_annotator::words::{span, times};
use sipwhy_packet::clock;

use super::escape::escaped;
use super::inlay::Names;
use super::measure::{MARGIN, Measure};
use crate::model::{Flow, Message, Note, Row};
use crate::relative::relative;
use crate::wrap::{shorten_middle, wrap};

/// A line of text.
const LINE: usize = 17;
/// A message without what is below it: its label, and its arrow with a little room.
const MESSAGE: usize = 36;
/// From the top of a message to its arrow.
const ARROW: usize = 24;
/// When a message was sent for the last time.
const UNTIL: usize = 10;
/// Nothing happens.
const PAUSE: usize = 30;
/// The length of an arrow's head, and half its width.
const HEAD: (usize, usize) = (9, 4);

/// What came of it.
pub(super) struct Drawn {
    pub(super) body: String,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Draws a flow, its messages and findings named and linked by `names`.
pub(super) fn draw(flow: &Flow, names: &mut Names<'_>) -> Drawn {
    let mut pen = Pen {
        flow,
        names,
        measure: Measure::of(flow),
        out: String::new(),
        y: MARGIN,
    };
    pen.heading();
    let top = pen.hosts();
    let mut rows = std::mem::take(&mut pen.out);
    let mut pauses = Vec::new();
    for row in &flow.rows {
        match row {
            Row::Message(message) => pen.message(message),
            Row::Pause(pause) => {
                pauses.push((pen.y, pen.y + PAUSE));
                let words = span(*pause);
                pen.text("small", MARGIN, pen.y + PAUSE / 2 + 4, &words);
                pen.y += PAUSE;
            }
            Row::Lost(words) => pen.remark(words),
        }
    }
    for sentence in flow.left_out.sentences() {
        pen.remark(&sentence);
    }
    pen.y += MARGIN;
    // What stands behind comes first.
    rows.push_str(&pen.lifelines(top, &pauses));
    rows.push_str(&pen.out);
    Drawn {
        body: rows,
        width: pen.measure.width,
        height: pen.y,
    }
}

/// Draws downwards.
struct Pen<'a, 'n> {
    flow: &'a Flow,
    names: &'a mut Names<'n>,
    measure: Measure,
    out: String,
    y: usize,
}

impl Pen<'_, '_> {
    fn text(&mut self, class: &str, x: usize, y: usize, text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.out,
            r#"<text class="{class}" x="{x}" y="{y}">{text}</text>"#
        );
    }

    fn middle(&mut self, class: &str, x: usize, y: usize, text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.out,
            r#"<text class="{class}" x="{x}" y="{y}" text-anchor="middle">{text}</text>"#
        );
    }

    /// What the call is, which legs it has, and what is to be said of the whole.
    fn heading(&mut self) {
        let room = self.measure.width - 2 * MARGIN;
        let title = Measure::columns(room * 4 / 5);
        for line in wrap(&self.flow.title(), title, title) {
            self.y += LINE + 4;
            self.text("title", MARGIN, self.y, &line);
        }
        let mut remarks = self.flow.leg_names();
        remarks.push(format!("{}, times in UTC", clock::day(self.flow.began)));
        remarks.extend(self.flow.remarks());
        let small = Measure::small_columns(room);
        for line in remarks.iter().flat_map(|it| wrap(it, small, small)) {
            self.y += LINE;
            self.text("small", MARGIN, self.y, &line);
        }
        self.y += MARGIN;
    }

    /// The hosts in their boxes. Gives where the lifelines begin.
    fn hosts(&mut self) -> usize {
        let has_names = self.flow.hosts.iter().any(|host| host.name.is_some());
        let height = if has_names { 2 * LINE + 10 } else { LINE + 12 };
        let half = self.measure.half_box();
        for (place, host) in self.flow.hosts.iter().enumerate() {
            let x = self.measure.at(place);
            let (left, top, width) = (x - half, self.y, 2 * half);
            let socket = host.socket();
            let name = host.name.iter().map(|name| format!("{name}, "));
            let title = escaped(&(name.collect::<String>() + &socket));
            let _ = writeln!(self.out, r#"<g class="host"><title>{title}</title>"#);
            let _ = writeln!(
                self.out,
                r##"<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="6" fill="#eeeeee"/>"##
            );
            let room = Measure::columns(width - 4);
            let mut bottom = self.y + height - 10;
            if let Some(name) = &host.name {
                let small = shorten_middle(&socket, Measure::small_columns(width - 4));
                self.middle("small", x, bottom, &small);
                bottom -= LINE;
                self.middle("name", x, bottom, &shorten_middle(name, room));
            } else {
                let y = self.y + height / 2 + 5;
                self.middle("name", x, y, &shorten_middle(&socket, room));
            }
            self.out.push_str("</g>\n");
        }
        self.y += height;
        let top = self.y;
        self.y += 6;
        top
    }

    /// The lifelines from `top` to here, dotted where nothing happens.
    fn lifelines(&self, top: usize, pauses: &[(usize, usize)]) -> String {
        let (mut solid, mut dotted) = (String::new(), String::new());
        for place in 0..self.flow.hosts.len() {
            let x = self.measure.at(place);
            let mut from = top;
            for (start, end) in pauses {
                let _ = write!(solid, "M{x} {from}V{start}");
                let _ = write!(dotted, "M{x} {start}V{end}");
                from = *end;
            }
            let _ = write!(solid, "M{x} {from}V{}", self.y);
        }
        let mut out = String::from(r##"<g class="lifelines" stroke="#aaaaaa">"##);
        let _ = write!(out, r#"<path d="{solid}"/>"#);
        if !dotted.is_empty() {
            let _ = write!(out, r#"<path class="pause" d="{dotted}"/>"#);
        }
        out + "</g>\n"
    }

    fn message(&mut self, message: &Message) {
        let id = self.names.id(message.frame);
        let kind = message.kind.as_str();
        let leg = message.leg + 1;
        let _ = write!(self.out, r#"<g class="message {kind} leg-{leg}""#);
        if let Some(id) = id {
            let _ = write!(self.out, r#" id="{}""#, escaped(&id));
        }
        let title = escaped(&self.in_full(message));
        let _ = writeln!(self.out, "><title>{title}</title>");
        let is_link = self.begin_link(self.names.links.message(message).as_deref());
        self.times(message);
        self.arrow(message);
        self.y += MESSAGE;
        self.until(message);
        self.end_link(is_link);
        self.out.push_str("</g>\n");
        for note in &message.notes {
            self.note(note);
        }
    }

    /// Begins a link to `id` of the same page, if there is one.
    fn begin_link(&mut self, id: Option<&str>) -> bool {
        if let Some(id) = id {
            let _ = writeln!(self.out, r##"<a href="#{}">"##, escaped(id));
        }
        id.is_some()
    }

    fn end_link(&mut self, is_link: bool) {
        if is_link {
            self.out.push_str("</a>");
        }
    }

    /// When, in which frame, and of which leg.
    fn times(&mut self, message: &Message) {
        let time = if message.time == self.flow.began {
            clock::time_of_day(message.time)
        } else {
            relative(message.since(self.flow.began))
        };
        let mut frame = format!("frame {}", self.flow.frame_name(message.frame));
        if self.flow.legs.len() > 1 {
            frame.push_str(&format!(", leg {}", message.leg + 1));
        }
        self.text("small", MARGIN, self.y + 16, &time);
        self.text("small", MARGIN, self.y + 30, &frame);
    }

    fn arrow(&mut self, message: &Message) {
        let (from, to) = (self.measure.at(message.from), self.measure.at(message.to));
        let y = self.y + ARROW;
        let hops = message.from.abs_diff(message.to).max(1);
        let room = Measure::columns(hops * self.measure.gap - 12);
        let label = message.title_within(room);
        if from == to {
            // Out and back.
            let (out, top, low) = (from + 26, y - 8, y + 4);
            let _ = writeln!(
                self.out,
                r#"<path class="arrow" fill="none" stroke="black" d="M{from} {top}H{out}V{low}H{from}"/>"#
            );
            self.head(from, low, false);
            return self.text("label", out + 6, y + 2, &label);
        }
        let _ = writeln!(
            self.out,
            r#"<path class="arrow" fill="none" stroke="black" d="M{from} {y}H{to}"/>"#
        );
        self.head(to, y, from < to);
        let middle = usize::midpoint(from, to);
        self.middle("label", middle, y - 7, &label);
    }

    /// When a message was sent for the last time, below its arrow.
    fn until(&mut self, message: &Message) {
        let Some((_, last)) = message.again.last else {
            return;
        };
        let words = format!("until {}", relative(last.since(self.flow.began)));
        let (from, to) = (self.measure.at(message.from), self.measure.at(message.to));
        self.middle("small", usize::midpoint(from, to), self.y + 1, &words);
        self.y += UNTIL;
    }

    /// The head of an arrow, with its tip here.
    fn head(&mut self, x: usize, y: usize, is_rightward: bool) {
        let (length, half) = HEAD;
        let back = if is_rightward { x - length } else { x + length };
        let (high, low) = (y - half, y + half);
        let _ = writeln!(
            self.out,
            r#"<path class="head" d="M{x} {y}L{back} {high}V{low}Z"/>"#
        );
    }

    /// All that is known of a message, for whoever points at it.
    fn in_full(&self, message: &Message) -> String {
        let sockets = message.sockets;
        let mut said = vec![
            message.title(),
            format!(
                "{} → {} over {}",
                sockets.source, sockets.destination, sockets.transport
            ),
            clock::time_of_day(message.time),
            format!("frame {}", self.flow.frame_name(message.frame)),
        ];
        if let Some((number, method)) = &message.cseq {
            said.push(format!("CSeq {number} {method}"));
        }
        if let Some((frame, last)) = message.again.last {
            said.push(format!(
                "sent again {}, until {} in frame {}",
                times(message.again.count),
                relative(last.since(self.flow.began)),
                self.flow.frame_name(frame)
            ));
        }
        if message.is_stray {
            said.push("sent to an address that is not the client's".to_owned());
        }
        said.join(", ")
    }

    /// A finding in a box below its message.
    fn note(&mut self, note: &Note) {
        let left = self.measure.gutter;
        let width = self.measure.width - MARGIN - left;
        let room = Measure::columns(width - 20);
        let tag = wrap(&note.tag(), room, room);
        let lines = wrap(&note.title, room, room);
        let height = (tag.len() + lines.len()) * LINE + 10;
        let (top, severity) = (self.y, note.severity.as_str());
        let _ = writeln!(self.out, r#"<g class="finding {severity}">"#);
        let is_link = self.begin_link(self.names.links.finding(note.finding).as_deref());
        let _ = writeln!(
            self.out,
            r##"<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="4" fill="#eeeeee"/><path class="bar" d="M{left} {top}h4v{height}h-4Z"/>"##
        );
        let mut y = top + 2;
        for line in &tag {
            y += LINE;
            self.text("tag", left + 12, y, line);
        }
        for line in &lines {
            y += LINE;
            self.text("words", left + 12, y, line);
        }
        self.end_link(is_link);
        self.out.push_str("</g>\n");
        self.y += height + 8;
    }

    /// Words between two messages.
    fn remark(&mut self, words: &str) {
        let left = self.measure.gutter;
        let room = Measure::small_columns(self.measure.width - MARGIN - left);
        for line in wrap(words, room, room) {
            self.y += LINE;
            self.text("small", left, self.y, &line);
        }
        self.y += 8;
    }
}
