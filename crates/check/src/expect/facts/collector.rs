//! Gathers what expectations ask of.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Call, Measured, Part};
use sipwhy_flow::{Bounds, Collector as Messages};
use sipwhy_pipeline::{Observed, Observer, Summary};

use super::attempt::Attempt;
use super::codecs::Negotiated;
use super::found::Gathered;
use super::steps;
use super::{CallFacts, Facts, kept};
use crate::key::stable_uri;

/// Calls of which more is known than that there were so many.
const MOST_CALLS: usize = 4096;
/// Bytes of a Call-ID that tell it from others.
const MOST_CALL_ID: usize = 256;

/// Gathers what is known of a capture's calls.
#[derive(Debug)]
pub struct FactsCollector {
    calls: BTreeMap<u64, Draft>,
    /// The newest call of each Call-ID, for what belongs to no transaction.
    by_call_id: BTreeMap<Box<[u8]>, u64>,
    messages: Messages,
    found: Gathered,
}

/// A call while it is followed.
#[derive(Debug, Default)]
struct Draft {
    facts: CallFacts,
    attempt: Attempt,
    negotiated: Negotiated,
}

impl Default for FactsCollector {
    fn default() -> Self {
        Self::new()
    }
}

impl FactsCollector {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        let bounds = Bounds {
            calls: MOST_CALLS,
            ..Bounds::default()
        };
        Self {
            calls: BTreeMap::new(),
            by_call_id: BTreeMap::new(),
            messages: Messages::new(bounds),
            found: Gathered::default(),
        }
    }

    /// The capture is over.
    #[must_use]
    pub fn finish(self, summary: &Summary) -> Facts {
        let flows = self.messages.finish(|_| true);
        let mut steps = steps::by_call(&flows);
        let calls = self.calls.into_values().map(|draft| {
            let mut facts = draft.facts;
            facts.outcome = draft.attempt.outcome();
            (facts.last, facts.route) = draft.attempt.into_end();
            facts.codecs = draft.negotiated.into_agreed();
            (facts.steps, facts.steps_left_out) = steps.remove(&facts.number).unwrap_or_default();
            facts
        });
        Facts {
            calls_seen: summary.annotator.calls,
            calls: calls.collect(),
            found: self.found.into_all(),
        }
    }

    /// The call that a message belongs to, as [`sipwhy_flow::Collector`] finds it.
    fn call_of(&mut self, observed: &Observed<'_, '_>) -> Option<&mut Draft> {
        let call_id = observed.message.call_id().unwrap_or_default();
        let call_id = call_id.get(..MOST_CALL_ID).unwrap_or(call_id);
        let Some(call) = observed.call() else {
            let number = self.by_call_id.get(call_id)?;
            return self.calls.get_mut(number);
        };
        if !self.calls.contains_key(&call.number) {
            if self.calls.len() >= MOST_CALLS {
                return None;
            }
            self.calls.insert(call.number, Draft::new(call, observed));
            self.by_call_id.insert(call_id.into(), call.number);
        }
        self.calls.get_mut(&call.number)
    }
}

impl Draft {
    fn new(call: &Call, observed: &Observed<'_, '_>) -> Self {
        let message = observed.message;
        let method = message
            .method()
            .or_else(|| message.cseq().map(|cseq| cseq.method));
        let uri = |bytes: &[u8]| stable_uri(&kept(bytes));
        let facts = CallFacts {
            number: call.number,
            call_id: kept(call.call_id()),
            from: uri(call.from()),
            to: uri(call.to()),
            method: method.map(|it| kept(it.as_bytes())),
            first_frame: Some(observed.captured.last_frame),
            ..CallFacts::default()
        };
        Self {
            facts,
            ..Self::default()
        }
    }

    fn add(&mut self, observed: &Observed<'_, '_>) {
        self.attempt.add(observed);
        if Attempt::is_first_hop(observed) {
            self.negotiated.add(observed);
        }
        let world = observed.world;
        let is_final = observed.message.status().is_some_and(|code| code >= 200);
        if is_final
            && observed.seen.part == Part::New
            && let Some(ended) = observed.seen.transaction
            && let Some(ended) = world.transaction(ended)
            && let Some(measured) = Measured::of(world, ended)
        {
            let frame = observed.captured.last_frame;
            self.facts.figures.add(&measured, frame);
        }
    }
}

impl Observer for FactsCollector {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.messages.message(observed);
        if let Some(draft) = self.call_of(observed) {
            draft.add(observed);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.found.add(annotation);
    }
}
