//! A report in the form that was asked for.

use sipwhy_annotator::Annotation;
use sipwhy_packet::Timestamp;
use sipwhy_pipeline::{Observed, Observer, Summary};

use crate::ending::Ending;
use crate::flow::Flow;
use crate::html::Html;
use crate::json::Json;
use crate::log::Log;
use crate::output::Output;
use crate::stats::Stats;
use crate::text::Text;

/// A report in one of its forms.
#[derive(Debug)]
pub enum Report {
    /// For people.
    Text(Text),
    /// To follow and to search.
    Log(Log),
    /// For programs.
    Json(Json),
    /// The messages of calls, drawn.
    Flow(Flow),
    /// A page to be passed on.
    Html(Box<Html>),
}

impl Report {
    /// Where it goes.
    #[must_use]
    pub const fn output(&self) -> &Output {
        match self {
            Self::Text(text) => text.output(),
            Self::Log(log) => log.output(),
            Self::Json(json) => json.output(),
            Self::Flow(flow) => flow.output(),
            Self::Html(html) => html.output(),
        }
    }

    /// Tells that a live capture lost frames, when it is known.
    pub fn lost(&mut self, time: Timestamp, count: u64, place: &str) {
        if let Self::Log(log) = self {
            log.lost(time, count, place);
        }
    }

    /// Tells that lines of this very report could not be written, and why, once they can again.
    pub fn lines_lost(&mut self, time: Timestamp, count: u64, reason: &str) {
        match self {
            Self::Text(text) => text.lines_lost(time, count, reason),
            Self::Log(log) => log.lines_lost(time, count, reason),
            Self::Json(json) => json.lines_lost(time, count, reason),
            // Written when all is over.
            Self::Flow(_) | Self::Html(_) => {}
        }
    }

    /// Tells what went on in a stretch of a live capture.
    pub fn stats(&mut self, stats: &Stats) {
        match self {
            Self::Text(text) => text.stats(stats),
            Self::Log(log) => log.stats(stats),
            Self::Json(json) => json.stats(stats),
            // Written when all is over.
            Self::Flow(_) | Self::Html(_) => {}
        }
    }

    /// The capture is over: says what is still to be said, and what the capture held.
    pub fn finish(&mut self, summary: &Summary, ending: &Ending) {
        match self {
            Self::Text(text) => text.finish(summary, ending),
            Self::Log(log) => log.finish(summary, ending),
            Self::Json(json) => json.finish(summary, ending),
            Self::Flow(flow) => flow.finish(|_| true),
            Self::Html(html) => html.finish(|_| true, summary, ending),
        }
        self.output().hand_on();
    }
}

impl Observer for Report {
    #[inline]
    fn message(&mut self, observed: &Observed<'_, '_>) {
        match self {
            Self::Text(_) => {}
            Self::Log(log) => log.message(observed),
            Self::Json(json) => json.message(observed, true),
            Self::Flow(flow) => flow.message(observed),
            Self::Html(html) => html.message(observed),
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        match self {
            Self::Text(text) => text.annotation(annotation),
            Self::Log(log) => log.annotation(annotation),
            Self::Json(json) => json.annotation(annotation),
            Self::Flow(flow) => flow.annotation(annotation),
            Self::Html(html) => html.annotation(annotation),
        }
    }
}
