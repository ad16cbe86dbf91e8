//! One finding: what is wrong, the packets that prove it, why, and what to do.

use sipwhy_annotator::{Annotation, CallRef, Evidence, Responsible, Role, Verdict, words};

use super::held::Finding;
use super::palette::{Ink, Palette};
use super::quote::{Line, lay_out};
use super::wrap::{columns, wrap};
use crate::clock::{day, time_of_day};
use crate::inputs::Inputs;

/// Before each quoted line.
const MARGIN: &str = "  │ ";

/// A finding on its way to the page.
pub(super) struct Diagnostic<'a> {
    pub(super) finding: &'a Finding,
    pub(super) inputs: &'a Inputs,
    pub(super) width: usize,
    pub(super) palette: &'a Palette,
}

impl Diagnostic<'_> {
    /// The heading of the call that the finding is about.
    pub(super) fn write_call(&self, out: &mut String) {
        let annotation = &self.finding.last;
        let first = annotation.evidence.first();
        let day = day(first.map_or(annotation.time, |evidence| evidence.time));
        let Some(call) = &annotation.call else {
            self.say(out, Ink::Strong, "Outside any call", "");
            out.push('\n');
            return;
        };
        let CallRef {
            number,
            call_id,
            from,
            to,
            leg,
        } = call;
        let heading = format!("Call {number}: {from} → {to}");
        self.say(out, Ink::Strong, &heading, "  ");
        if let Some(leg) = leg {
            self.say(out, Ink::Faint, &format!("  This is {}", leg.words()), "  ");
        }
        let detail = format!("  Call-ID {call_id} · {day}, times in UTC");
        self.say(out, Ink::Faint, &detail, "  ");
        out.push('\n');
    }

    /// The finding itself.
    pub(super) fn write(&self, out: &mut String) {
        let annotation = &self.finding.last;
        self.write_title(out, annotation);
        let mut before = None;
        for evidence in &annotation.evidence {
            self.write_packet(out, evidence, before);
            before = Some(evidence);
        }
        self.write_below(out, annotation);
    }

    fn write_title(&self, out: &mut String, annotation: &Annotation) {
        let severity = annotation.severity;
        let tag = format!("{}[{}]", severity.as_str(), annotation.rule);
        let verdict = match annotation.verdict {
            Verdict::Confirmed => String::new(),
            other => format!(" ({})", other.as_str()),
        };
        let taken = columns(&tag) + columns(&verdict) + 2;
        let room = self.width.saturating_sub(taken);
        let mut lines = wrap(&annotation.title, room, self.width - 2).into_iter();
        let first = lines.next().unwrap_or_default();
        out.push_str(&self.palette.paint(Ink::Severity(severity), tag));
        let first = format!("{verdict}: {first}");
        out.push_str(&self.palette.paint(Ink::Strong, first));
        out.push('\n');
        for line in lines {
            out.push_str("  ");
            out.push_str(&self.palette.paint(Ink::Strong, line));
            out.push('\n');
        }
    }

    fn write_packet(&self, out: &mut String, evidence: &Evidence, before: Option<&Evidence>) {
        let corner = if before.is_none() {
            "  ┌─ "
        } else {
            "  ├─ "
        };
        let mut heading = format!(
            "{}  {}",
            self.inputs.frame(evidence.frame),
            time_of_day(evidence.time)
        );
        if let Some(flow) = evidence.flow {
            heading.push_str(&format!(
                "  {} → {}  {}",
                flow.source, flow.destination, flow.transport
            ));
        }
        if let Some(before) = before {
            let span = words::span(evidence.time.since(before.time));
            heading.push_str(&format!("  ({span} later)"));
        }
        let room = self.width - columns(corner);
        for (index, line) in pieces_of_heading(&heading, room).into_iter().enumerate() {
            let margin = if index == 0 { corner } else { MARGIN };
            out.push_str(&self.palette.paint(Ink::Frame, margin));
            out.push_str(&line);
            out.push('\n');
        }
        for quoted in &evidence.quote {
            for line in lay_out(quoted, self.width - columns(MARGIN)) {
                out.push_str(&self.palette.paint(Ink::Frame, MARGIN));
                match line {
                    Line::Wire(text) => out.push_str(&text),
                    Line::Mark(at, text) => {
                        out.push_str(&" ".repeat(at));
                        let ink = Ink::Severity(self.finding.last.severity);
                        out.push_str(&self.palette.paint(ink, text));
                    }
                }
                out.push('\n');
            }
        }
    }

    fn write_below(&self, out: &mut String, annotation: &Annotation) {
        for stage in &self.finding.earlier {
            let text = format!(
                "{} {}: {}",
                time_of_day(stage.time),
                stage.severity.as_str(),
                stage.title
            );
            self.point(out, "was:", &text);
        }
        for consequence in &self.finding.consequences {
            let it = &consequence.last;
            let number = |of: &Annotation| of.call.as_ref().map(|call| call.number);
            let other = number(it).filter(|_| number(it) != number(annotation));
            let text = format!(
                "{} {}[{}]: {}{}",
                time_of_day(it.time),
                it.severity.as_str(),
                it.rule,
                it.title,
                other.map_or_else(String::new, |other| format!(" (call {other})"))
            );
            self.point(out, "so: ", &text);
        }
        if let Some(root) = annotation.caused_by {
            let text = format!("to {}, told before", root.rule);
            self.point(out, "due:", &text);
        }
        if !annotation.explanation.is_empty() {
            self.point(out, "why:", &annotation.explanation);
        }
        for help in &annotation.help {
            self.point(out, "fix:", help);
        }
        if let Some(responsible) = annotation.responsible {
            self.point(out, "who:", &part_played(responsible));
        }
        let mut see = annotation.references.join(" · ");
        if !see.is_empty() {
            see.push_str(" · ");
        }
        see.push_str("sipwhy explain ");
        see.push_str(annotation.rule);
        self.point(out, "see:", &see);
    }

    /// A named point below the packets.
    fn point(&self, out: &mut String, name: &str, text: &str) {
        let head = format!("  = {name} ");
        let indent = columns(&head);
        let room = self.width.saturating_sub(indent);
        for (index, line) in wrap(text, room, room).into_iter().enumerate() {
            if index == 0 {
                out.push_str(&self.palette.paint(Ink::Frame, &head));
            } else {
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(&line);
            out.push('\n');
        }
    }

    /// Wrapped words in one ink; what does not fit on the first line is indented.
    fn say(&self, out: &mut String, ink: Ink, text: &str, indent: &str) {
        let lead: String = text.chars().take_while(|c| *c == ' ').collect();
        let rest = self.width - columns(&lead) - columns(indent);
        let lines = wrap(text, self.width - columns(&lead), rest);
        for (index, line) in lines.into_iter().enumerate() {
            out.push_str(&lead);
            if index > 0 {
                out.push_str(indent);
            }
            out.push_str(&self.palette.paint(ink, line));
            out.push('\n');
        }
    }
}

/// A packet's heading, broken between its parts, which are two spaces apart, where it is too long.
pub(crate) fn pieces_of_heading(heading: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in heading.split("  ") {
        match lines.last_mut() {
            Some(line) if columns(line) + 2 + columns(part) <= room => {
                line.push_str("  ");
                line.push_str(part);
            }
            _ if columns(part) <= room => lines.push(part.to_owned()),
            _ => lines.extend(wrap(part, room, room)),
        }
    }
    lines
}

/// The hop to look at, in words.
pub(crate) fn part_played(responsible: Responsible) -> String {
    let address = responsible.address;
    match responsible.role {
        Role::Client => format!("{address}, which sent the request"),
        Role::Server => format!("{address}, which was to answer"),
        Role::Proxy => format!("{address}, a proxy"),
        Role::Path => format!("the path to {address}, or {address} itself"),
    }
}
