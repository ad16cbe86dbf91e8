//! What the capture held, in a few lines.

use sipwhy_annotator::Severity;

use super::held::Finding;
use super::palette::{Ink, Palette};
use super::wrap::wrap;
use crate::overview::{Overview, counted};

/// Findings by severity, as they stood when they were shown.
#[derive(Debug, Default)]
pub(super) struct Tally {
    errors: u64,
    warnings: u64,
    notes: u64,
    /// The highest number of a finding counted before those that are counted now.
    before: u64,
    highest: u64,
}

impl Tally {
    /// The findings added next come from later in the capture than those added so far.
    pub(super) fn begin(&mut self) {
        self.before = self.highest;
    }

    /// Counts a finding, unless an earlier stage of it was counted.
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.last.finding <= self.before {
            return;
        }
        self.highest = self.highest.max(finding.last.finding);
        match finding.last.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// `2 errors, 1 note`; empty when there are none.
    fn words(&self) -> String {
        let kinds = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let named: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| counted(count, noun))
            .collect();
        named.join(", ")
    }
}

/// The summary on its way to the page.
pub(super) struct Page<'a> {
    pub(super) overview: Overview<'a>,
    pub(super) tally: &'a Tally,
    pub(super) width: usize,
    pub(super) palette: &'a Palette,
}

impl Page<'_> {
    pub(super) fn write(&self, out: &mut String) {
        self.line(out, &self.overview.headline(&self.tally.words()));
        for (name, text) in self.overview.points() {
            self.point(out, name, &text);
        }
    }

    fn line(&self, out: &mut String, text: &str) {
        for line in wrap(text, self.width, self.width) {
            out.push_str(&self.palette.paint(Ink::Strong, line));
            out.push('\n');
        }
    }

    fn point(&self, out: &mut String, name: &str, text: &str) {
        let head = format!("  {name}: ");
        let first = self.width.saturating_sub(head.len());
        let rest = self.width.saturating_sub(4);
        for (index, line) in wrap(text, first, rest).into_iter().enumerate() {
            out.push_str(if index == 0 { &head } else { "    " });
            out.push_str(&line);
            out.push('\n');
        }
    }
}
