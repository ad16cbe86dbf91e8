//! The places in messages that decide findings.

use std::collections::BTreeMap;
use std::ops::Range;

use sipwhy_annotator::{Annotation, QuotedLine, Severity};
use sipwhy_packet::FrameId;

use super::markup::Markup;
use crate::text::held::{Finding, Group};

/// What the end of a quote is replaced with where it is too long.
const CUT: char = '…';

/// A deciding place in a quoted line.
#[derive(Debug)]
struct Mark<'a> {
    /// The line, or its beginning.
    line: &'a str,
    is_cut: bool,
    range: Range<usize>,
    label: &'a str,
    severity: Severity,
}

/// Deciding places by the frames that were quoted.
#[derive(Debug, Default)]
pub(super) struct Marks<'a>(BTreeMap<FrameId, Vec<Mark<'a>>>);

impl<'a> Marks<'a> {
    pub(super) fn of(groups: &'a [Group]) -> Self {
        let mut marks = Self::default();
        for group in groups {
            group.findings.iter().for_each(|it| marks.add(it));
        }
        marks
    }

    fn add(&mut self, finding: &'a Finding) {
        self.add_stage(&finding.last);
        finding.consequences.iter().for_each(|it| self.add(it));
    }

    fn add_stage(&mut self, annotation: &'a Annotation) {
        for evidence in &annotation.evidence {
            for quoted in &evidence.quote {
                let Some((range, label)) = &quoted.mark else {
                    continue;
                };
                let marks = self.0.entry(evidence.frame).or_default();
                marks.push(Mark {
                    line: quoted.text.trim_end_matches(CUT),
                    is_cut: quoted.text.ends_with(CUT),
                    range: range.clone(),
                    label,
                    severity: annotation.severity,
                });
            }
        }
    }

    /// The places in the message that these frames sent, for one reading of its lines.
    pub(super) fn in_frames(&self, frames: impl Iterator<Item = FrameId>) -> Remaining<'_> {
        let mut marks: Vec<&Mark<'_>> = Vec::new();
        for mark in frames.filter_map(|frame| self.0.get(&frame)).flatten() {
            let is_same = |it: &&Mark<'_>| it.line == mark.line && it.label == mark.label;
            // The same place may be quoted of each sending.
            if !marks.iter().any(is_same) {
                marks.push(mark);
            }
        }
        Remaining(marks)
    }
}

/// The places in one message that were not come by yet.
pub(super) struct Remaining<'a>(Vec<&'a Mark<'a>>);

/// A deciding place in a line.
pub(super) struct Found<'a> {
    pub(super) range: Range<usize>,
    pub(super) label: &'a str,
    pub(super) severity: Severity,
}

impl Found<'_> {
    /// The same in the line without so many of its first bytes.
    pub(super) fn after(mut self, bytes: usize) -> Self {
        self.range = self.range.start.saturating_sub(bytes)..self.range.end.saturating_sub(bytes);
        self
    }
}

impl<'a> Remaining<'a> {
    /// The places in this line, which are not found again.
    pub(super) fn take(&mut self, line: &str) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        self.0.retain(|mark| {
            let is_it = mark.line == line || mark.is_cut && line.starts_with(mark.line);
            if is_it {
                found.push(Found {
                    range: mark.range.clone(),
                    label: mark.label,
                    severity: mark.severity,
                });
            }
            !is_it
        });
        found.sort_by_key(|it| (it.range.start, it.range.end));
        found
    }
}

/// A line with its deciding places marked, what they decide below it.
pub(super) fn write_line(out: &mut Markup, text: &str, marks: &[Found<'_>]) {
    let mut done = 0;
    for mark in marks {
        let (start, end) = (mark.range.start.max(done), mark.range.end);
        if let (Some(before), Some(marked)) = (text.get(done..start), text.get(start..end))
            && !marked.is_empty()
        {
            out.text(before);
            out.raw("<mark class=\"").raw(mark.severity.as_str());
            out.raw("\" title=\"").text(mark.label).raw("\">");
            out.text(marked).raw("</mark>");
            done = end;
        }
    }
    out.text(text.get(done..).unwrap_or_default()).raw("\n");
    for mark in marks.iter().filter(|mark| !mark.label.is_empty()) {
        out.raw("<span class=\"why ").raw(mark.severity.as_str());
        out.raw("\">↳ ").text(mark.label).raw("</span>\n");
    }
}

/// A line as a finding quotes it.
pub(super) fn write_quote(out: &mut Markup, quoted: &QuotedLine, severity: Severity) {
    let mark = quoted.mark.as_ref().map(|(range, label)| Found {
        range: range.clone(),
        label,
        severity,
    });
    write_line(out, &quoted.text, mark.as_slice());
}
