//! For people: findings grouped by call, each with its proof and the way out, and a summary.

pub(crate) mod diagnostic;
pub(crate) mod held;
pub(crate) mod palette;
pub(crate) mod quote;
mod summary;
pub(crate) mod timings;

use std::collections::BTreeSet;

use sipwhy_annotator::{Annotation, words};
pub(crate) use sipwhy_flow::wrap;
use sipwhy_packet::Timestamp;
use sipwhy_parser::printable;
use sipwhy_pipeline::Summary;

use crate::clock::rfc3339_micros;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::output::Output;
use crate::overview::{Overview, counted as plural};
use crate::stats::Stats;
use diagnostic::Diagnostic;
pub use held::MOST_HELD;
use held::{Group, Held};
use palette::Palette;
use summary::Tally;

/// Nothing is laid out narrower than this.
pub(crate) const NARROWEST: usize = 40;

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Columns of a line.
    pub width: usize,
    /// Whether to use the terminal's colours.
    pub colour: bool,
}

/// In which order findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Grouped by call, the gravest of a call first, when the capture is over. Findings are held
    /// until then, but no more than [`MOST_HELD`]: when there are more, those held are shown
    /// before the capture goes on.
    ByCall,
    /// As soon as they are made.
    AtOnce,
}

/// Writes text.
#[derive(Debug)]
pub struct Text {
    output: Output,
    inputs: Inputs,
    layout: Layout,
    palette: Palette,
    order: Order,
    /// When set, only findings of these numbers are shown.
    only: Option<BTreeSet<u64>>,
    /// Whether response times and the like are shown at the end.
    has_timings: bool,
    held: Held,
    tally: Tally,
    /// The call of the finding shown last.
    call_shown: Option<u64>,
    anything_shown: bool,
}

impl Text {
    /// Writes to `output`.
    #[must_use]
    pub fn new(output: Output, inputs: Inputs, layout: Layout, order: Order) -> Self {
        let width = layout.width.max(NARROWEST);
        Self {
            output,
            inputs,
            layout: Layout { width, ..layout },
            palette: Palette::new(layout.colour),
            order,
            only: None,
            has_timings: false,
            held: Held::default(),
            tally: Tally::default(),
            call_shown: None,
            anything_shown: false,
        }
    }

    /// Shows only findings of these numbers, and those that explain them.
    #[must_use]
    pub fn only(mut self, findings: BTreeSet<u64>) -> Self {
        self.only = Some(findings);
        self
    }

    /// Shows at the end how long answers took, and how sessions fared.
    #[must_use]
    pub const fn with_timings(mut self, has_timings: bool) -> Self {
        self.has_timings = has_timings;
        self
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    /// Takes in a finding, or a stage of one.
    pub fn annotation(&mut self, annotation: &Annotation) {
        self.held.add(annotation);
        match self.order {
            Order::AtOnce => {
                self.show_held();
                self.output.hand_on();
            }
            Order::ByCall if self.held.is_full() => self.show_held(),
            Order::ByCall => {}
        }
    }

    pub(crate) fn lines_lost(&mut self, time: Timestamp, count: u64, reason: &str) {
        let (time, reason) = (rfc3339_micros(time), printable(reason.as_bytes()));
        let text = format!("{time}: {count} lines could not be written here: {reason}\n");
        self.output.put(text.as_bytes());
        self.output.hand_on();
    }

    pub(crate) fn stats(&mut self, stats: &Stats) {
        let counted = &stats.counted;
        let mut text = format!(
            "{}: in {}: {}, {}, {}; {} in progress",
            rfc3339_micros(stats.time),
            words::span(stats.span),
            plural(counted.messages, "message"),
            plural(counted.calls, "call"),
            plural(counted.findings, "finding"),
            plural(stats.dialogs_open as u64, "call"),
        );
        let lost = [
            (counted.dropped, "frame", "lost"),
            (counted.media_shed, "packet", "of media left out"),
            (counted.lines_lost, "line", "not written"),
        ];
        for (count, noun, what) in lost {
            if count > 0 {
                text.push_str(&format!("; {} {what}", plural(count, noun)));
            }
        }
        text.push('\n');
        self.output.put(text.as_bytes());
        self.output.hand_on();
    }

    pub(crate) fn finish(&mut self, summary: &Summary, ending: &Ending) {
        self.show_held();
        let mut text = String::new();
        if self.anything_shown {
            text.push('\n');
        }
        let page = summary::Page {
            overview: Overview {
                summary,
                ending,
                inputs: &self.inputs,
            },
            tally: &self.tally,
            width: self.layout.width,
            palette: &self.palette,
        };
        page.write(&mut text);
        if self.has_timings {
            let tables = timings::Tables {
                timings: &summary.timings,
                width: self.layout.width,
                palette: &self.palette,
            };
            tables.write(&mut text);
        }
        self.output.put(text.as_bytes());
    }

    /// Shows the findings held so far.
    pub fn show_held(&mut self) {
        self.tally.begin();
        for group in self.held.take() {
            self.show_group(group);
        }
    }

    fn show_group(&mut self, mut group: Group) {
        for finding in &group.findings {
            self.tally.add(finding);
            for consequence in &finding.consequences {
                self.tally.add(consequence);
            }
        }
        if let Some(wanted) = &self.only {
            group.findings.retain(|finding| finding.is_any_of(wanted));
        }
        let mut text = String::new();
        for finding in &group.findings {
            if self.anything_shown {
                text.push('\n');
            }
            let call = finding.last.call.as_ref();
            let number = Some(call.map_or(0, |call| call.number));
            let diagnostic = Diagnostic {
                finding,
                inputs: &self.inputs,
                width: self.layout.width,
                palette: &self.palette,
            };
            if self.call_shown != number {
                self.call_shown = number;
                diagnostic.write_call(&mut text);
            }
            diagnostic.write(&mut text);
            self.anything_shown = true;
        }
        self.output.put(text.as_bytes());
    }
}
