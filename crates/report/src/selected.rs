//! A report of what a filter lets through.

use sipwhy_annotator::Annotation;
use sipwhy_packet::Timestamp;
use sipwhy_pipeline::{Observed, Observer, Summary};

use crate::ending::Ending;
use crate::filter::Filter;
use crate::html::Part as HtmlPart;
use crate::output::Output;
use crate::packets::Packets;
use crate::report::Report;
use crate::stats::Stats;

/// A report of what a filter lets through.
#[derive(Debug)]
pub struct Selected {
    report: Report,
    filter: Filter,
    /// What is said of which packet, if anybody wants to know.
    packets: Option<Packets>,
}

impl Selected {
    /// Reports what `filter` lets through.
    #[must_use]
    pub const fn new(report: Report, filter: Filter) -> Self {
        Self {
            report,
            filter,
            packets: None,
        }
    }

    /// Gathers also what is said of which packet.
    #[must_use]
    pub fn with_packets(mut self) -> Self {
        self.packets = Some(Packets::new(!self.filter.is_everything()));
        self
    }

    /// What is said of which packet, when the capture is over and if it was gathered.
    pub fn take_packets(&mut self) -> Option<Packets> {
        let mut packets = self.packets.take()?;
        packets.settle(|number| self.filter.shows_call(number));
        Some(packets)
    }

    /// What a page is to hold of this capture, when the capture is over and if that was asked for.
    pub fn take_html_part(&mut self) -> Option<HtmlPart> {
        match &mut self.report {
            Report::Html(html) => html.take_part(),
            _ => None,
        }
    }

    /// Where it goes.
    #[must_use]
    pub const fn output(&self) -> &Output {
        self.report.output()
    }

    /// Tells that a live capture lost frames, when it is known.
    pub fn lost(&mut self, time: Timestamp, count: u64, place: &str) {
        self.report.lost(time, count, place);
    }

    /// Tells what went on in a stretch of a live capture.
    pub fn stats(&mut self, stats: &Stats) {
        self.report.stats(stats);
    }

    /// The capture is over: says what is still to be said, and what the capture held. Gives the
    /// summary back with the findings alone that were shown.
    pub fn finish(&mut self, summary: Summary, ending: &Ending) -> Summary {
        let summary = self.narrow(summary);
        let is_shown = |number| self.filter.shows_call(number);
        match &mut self.report {
            Report::Json(json) => json.retain_calls(is_shown),
            Report::Flow(flow) => flow.finish(is_shown),
            Report::Html(html) => html.finish(is_shown, &summary, ending),
            Report::Text(_) | Report::Log(_) => {}
        }
        self.report.finish(&summary, ending);
        summary
    }

    /// The summary with the findings alone that were shown.
    #[must_use]
    pub fn narrow(&self, summary: Summary) -> Summary {
        self.filter.narrow(summary)
    }
}

impl Observer for Selected {
    #[inline]
    fn message(&mut self, observed: &Observed<'_, '_>) {
        let is_shown = self.filter.message(observed);
        if let Some(packets) = &mut self.packets {
            packets.message(observed, is_shown);
        }
        match &mut self.report {
            Report::Json(json) => {
                if json.is_full() {
                    json.retain_calls(|number| self.filter.shows_call(number));
                }
                // The record of a call counts all its messages.
                json.message(observed, is_shown);
            }
            Report::Flow(flow) => {
                if flow.is_full() {
                    flow.retain_calls(|number| self.filter.shows_call(number));
                }
                // A call is drawn whole, or not at all.
                flow.message(observed);
            }
            Report::Html(html) => {
                if html.is_full() {
                    html.make_room(|number| self.filter.shows_call(number));
                }
                // The same here.
                html.message(observed);
            }
            report if is_shown => report.message(observed),
            _ => {}
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        if self.filter.annotation(annotation) {
            self.report.annotation(annotation);
            if let Some(packets) = &mut self.packets {
                packets.annotation(annotation);
            }
        }
    }
}
