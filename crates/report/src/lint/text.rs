//! Faults for people.

use sipwhy_lint::Severity;

use super::entry::{Entry, place_name};
use super::{LintPlace, Lints};
use crate::clock::time_of_day;
use crate::text::diagnostic::pieces_of_heading;
use crate::text::palette::{Ink, Palette};
use crate::text::quote::{Line, lay_out};
use crate::text::wrap::{columns, wrap};
use crate::text::{Layout, NARROWEST};

const MARGIN: &str = "  │ ";

/// All faults, and the counts.
pub(super) fn page(lints: &Lints, layout: Layout) -> String {
    let page = Page {
        lints,
        width: layout.width.max(NARROWEST),
        palette: Palette::new(layout.colour),
    };
    let mut out = String::new();
    for remark in &lints.remarks {
        page.wrapped(&mut out, Ink::Faint, &format!("note: {remark}"), "      ");
    }
    for entry in &lints.entries {
        if !out.is_empty() {
            out.push('\n');
        }
        page.entry(&mut out, entry);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    page.wrapped(&mut out, Ink::Strong, &counts(lints), "  ");
    out
}

struct Page<'l> {
    lints: &'l Lints,
    width: usize,
    palette: Palette,
}

impl Page<'_> {
    fn entry(&self, out: &mut String, entry: &Entry) {
        let ink = Ink::Severity(ink(entry.severity));
        let tag = format!("{}[{}]", entry.severity.as_str(), entry.check.id);
        let room = self.width.saturating_sub(columns(&tag) + 2);
        let mut lines = wrap(&entry.says, room, self.width - 2).into_iter();
        let first = format!(": {}", lines.next().unwrap_or_default());
        out.push_str(&self.palette.paint(ink, tag));
        out.push_str(&self.palette.paint(Ink::Strong, first));
        out.push('\n');
        for line in lines {
            out.push_str("  ");
            out.push_str(&self.palette.paint(Ink::Strong, line));
            out.push('\n');
        }
        self.packet(out, entry, ink);
        // Where the sentence says it all, the title would say it again.
        if !entry.says.contains(entry.check.title) {
            self.point(out, "why:", entry.check.title);
        }
        self.point(out, "see:", entry.check.reference);
        self.point(out, "receivers:", entry.check.receivers);
        if entry.times > 1 {
            let more = entry.times - 1;
            let text = match more {
                1 => "1 more message of this sender".to_owned(),
                _ => format!("{more} more messages of this sender"),
            };
            self.point(out, "also in:", &text);
        }
    }

    fn packet(&self, out: &mut String, entry: &Entry, ink: Ink) {
        for (index, spot) in entry.spots.iter().enumerate() {
            let name = place_name(&entry.place, &self.lints.inputs, spot.line - 1);
            let heading = match &entry.place {
                LintPlace::Packet { time, flow, .. } => format!(
                    "{name}  {}  {} → {}  {}  line {}",
                    time_of_day(*time),
                    flow.source,
                    flow.destination,
                    flow.transport,
                    spot.line
                ),
                LintPlace::Text { .. } => format!("{name}:{}", spot.column),
            };
            let corner = if index == 0 { "  ┌─ " } else { "  ├─ " };
            for (at, line) in pieces_of_heading(&heading, self.width - 5)
                .iter()
                .enumerate()
            {
                let margin = if at == 0 { corner } else { MARGIN };
                out.push_str(&self.palette.paint(Ink::Frame, margin));
                out.push_str(line);
                out.push('\n');
            }
            for line in lay_out(&spot.quote, self.width - columns(MARGIN)) {
                out.push_str(&self.palette.paint(Ink::Frame, MARGIN));
                match line {
                    Line::Wire(text) => out.push_str(&text),
                    Line::Mark(at, text) => {
                        out.push_str(&" ".repeat(at));
                        out.push_str(&self.palette.paint(ink, text));
                    }
                }
                out.push('\n');
            }
        }
    }

    /// A named point below the quote.
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

    fn wrapped(&self, out: &mut String, ink: Ink, text: &str, indent: &str) {
        let rest = self.width.saturating_sub(columns(indent));
        for (index, line) in wrap(text, self.width, rest).into_iter().enumerate() {
            if index > 0 {
                out.push_str(indent);
            }
            out.push_str(&self.palette.paint(ink, line));
            out.push('\n');
        }
    }
}

/// The last line: `3 messages: 1 error, 2 notes`.
fn counts(lints: &Lints) -> String {
    let plural = |number: u64, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    };
    let mut found = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let number = lints.counts.get(severity as usize).copied().unwrap_or(0);
        if number > 0 {
            found.push(plural(number, severity.as_str()));
        }
    }
    let found = if found.is_empty() {
        "nothing wrong".to_owned()
    } else {
        found.join(", ")
    };
    let unlisted = match lints.unlisted {
        0 => String::new(),
        number => format!("; {number} more not listed"),
    };
    let messages = plural(lints.messages, "message");
    format!("{messages}: {found}{unlisted}")
}

/// The colours are those of the severities that captures have.
const fn ink(severity: Severity) -> sipwhy_annotator::Severity {
    match severity {
        Severity::Note => sipwhy_annotator::Severity::Note,
        Severity::Warning => sipwhy_annotator::Severity::Warning,
        Severity::Error => sipwhy_annotator::Severity::Error,
    }
}
