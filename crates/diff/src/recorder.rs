//! Keeps of a capture what is compared, within bounds.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Measured, Part};
use sipwhy_check::Collector as Findings;
use sipwhy_flow::{Bounds, Collector, Place};
use sipwhy_pipeline::{Observed, Observer, Summary};
use sipwhy_report::{Filter, Inputs};

use crate::facts::Facts;
use crate::figures::{self, Figure};
use crate::recording::{Call, Recording};

/// Bytes, about, of what the headers of all messages say. Beyond, messages are compared without.
pub const MOST_HEADER_BYTES: usize = 64 << 20;
/// Figures of one call that are kept.
const MOST_FIGURES: usize = 64;

/// Keeps of a capture what is compared of the calls that a filter lets through.
#[derive(Debug)]
pub struct Recorder {
    filter: Filter,
    flows: Collector,
    findings: Findings,
    calls: BTreeMap<u64, Kept>,
    /// Bytes of headers in `calls`.
    bytes: usize,
    most_bytes: usize,
    without_headers: u64,
}

/// What is kept of a call beside its flow.
#[derive(Debug, Default)]
struct Kept {
    facts: BTreeMap<u64, Facts>,
    figures: Vec<Figure>,
    bytes: usize,
}

impl Recorder {
    /// A recorder that has seen nothing yet.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self::bounded(filter, Bounds::default(), MOST_HEADER_BYTES)
    }

    /// One with bounds of one's own.
    #[must_use]
    pub fn bounded(filter: Filter, bounds: Bounds, header_bytes: usize) -> Self {
        Self {
            findings: Findings::new(String::new(), filter.clone()),
            filter,
            flows: Collector::new(bounds),
            calls: BTreeMap::new(),
            bytes: 0,
            most_bytes: header_bytes,
            without_headers: 0,
        }
    }

    /// The capture is over.
    #[must_use]
    pub fn finish(mut self, summary: &Summary) -> Recording {
        let findings = self.findings.finish(summary, Inputs::default());
        let flows = self.flows.finish(|number| self.filter.shows_call(number));
        let calls = flows.flows.into_iter().map(|flow| {
            let mut call = Call {
                flow,
                facts: BTreeMap::new(),
                figures: Vec::new(),
            };
            for leg in &call.flow.legs {
                if let Some(mut kept) = self.calls.remove(&leg.number) {
                    call.facts.append(&mut kept.facts);
                    call.figures.append(&mut kept.figures);
                }
            }
            call
        });
        Recording {
            messages: summary.messages,
            calls: calls.collect(),
            findings: findings.findings,
            unlisted: findings.unlisted,
            left_out: flows.left_out,
            without_headers: self.without_headers,
        }
    }

    fn keep_facts(&mut self, place: Place, observed: &Observed<'_, '_>) {
        if self.bytes >= self.most_bytes {
            self.without_headers += 1;
            return;
        }
        let facts = Facts::of(observed);
        let kept = self.calls.entry(place.call).or_default();
        self.bytes += facts.bytes();
        kept.bytes += facts.bytes();
        kept.facts.insert(place.number, facts);
    }

    /// Keeps what a final response measured.
    fn keep_figures(&mut self, observed: &Observed<'_, '_>) {
        let is_final = observed.message.status().is_some_and(|code| code >= 200);
        if !is_final || observed.seen.part != Part::New {
            return;
        }
        let (Some(ended), Some(call)) = (observed.transaction(), observed.call()) else {
            return;
        };
        let Some(measured) = Measured::of(observed.world, ended) else {
            return;
        };
        if let Some(kept) = self.calls.get_mut(&call.number)
            && kept.figures.len() < MOST_FIGURES
        {
            let frame = observed.captured.last_frame;
            kept.figures.extend(figures::of(measured, frame));
        }
    }

    /// Forgets what is not wanted, when there is no room for more.
    fn make_room(&mut self) {
        if !self.flows.is_full() {
            return;
        }
        let filter = &self.filter;
        self.flows.retain(|number| filter.shows_call(number));
        let flows = &self.flows;
        self.calls.retain(|number, _| flows.keeps(*number));
        self.bytes = self.calls.values().map(|kept| kept.bytes).sum();
    }
}

impl Observer for Recorder {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.filter.message(observed);
        self.findings.message(observed);
        self.make_room();
        if let Some(place) = self.flows.take_in(observed) {
            self.keep_facts(place, observed);
        }
        self.keep_figures(observed);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.filter.annotation(annotation);
        self.findings.annotation(annotation);
    }
}
