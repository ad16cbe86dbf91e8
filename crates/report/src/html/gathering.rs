//! What a page shows of a capture, gathered within bounds while the capture is read.

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::{Annotation, Severity};
use sipwhy_flow::Collector;
use sipwhy_pipeline::{Observed, Observer as _, Summary};

use super::kept::Messages;
use super::part::{Part, Standing};
use super::progress::Progress;
use super::room::{CALLS, FINDINGS, LeftOut, OUTCOMES, STAGES};
use super::scene::Scene;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::text::held::Held;

/// What is shown of a capture.
#[derive(Debug)]
pub(super) struct Gathering {
    inputs: Inputs,
    /// The capture's name among several, and how its ids begin.
    name: Option<String>,
    prefix: String,
    flows: Collector,
    messages: Messages,
    progress: BTreeMap<u64, Progress>,
    held: Held,
    /// Every finding that is held, with how many stages of it are.
    held_stages: BTreeMap<u64, usize>,
    /// Calls of which something was found, by their first legs.
    troubled: BTreeSet<u64>,
    standing: Standing,
    left_out: LeftOut,
    newest_left_out: u64,
}

impl Gathering {
    pub(super) fn new(inputs: Inputs, several: Option<(&str, usize)>) -> Self {
        Self {
            inputs,
            name: several.map(|(name, _)| name.to_owned()),
            prefix: several.map_or_else(String::new, |(_, place)| format!("c{}-", place + 1)),
            flows: Collector::new(CALLS),
            messages: Messages::default(),
            progress: BTreeMap::new(),
            held: Held::default(),
            held_stages: BTreeMap::new(),
            troubled: BTreeSet::new(),
            standing: Standing::default(),
            left_out: LeftOut::default(),
            newest_left_out: 0,
        }
    }

    pub(super) fn message(&mut self, observed: &Observed<'_, '_>) {
        if let Some(place) = self.flows.take_in(observed) {
            self.messages.add(place, observed);
        }
        let Some(call) = observed.call() else { return };
        if self.progress.len() >= OUTCOMES && !self.progress.contains_key(&call.number) {
            self.progress.pop_first();
            self.left_out.outcomes += 1;
        }
        let progress = self.progress.entry(call.number).or_default();
        progress.add(call, observed);
    }

    pub(super) fn annotation(&mut self, annotation: &Annotation) {
        self.flows.annotation(annotation);
        self.standing.add(annotation);
        if let Some(call) = &annotation.call {
            let first = call.leg.map_or(call.number, |leg| leg.of);
            self.troubled.insert(first);
            if self.troubled.len() > OUTCOMES {
                self.troubled.pop_first();
            }
        }
        let number = annotation.finding;
        let room = match annotation.severity {
            Severity::Error => FINDINGS,
            Severity::Warning => FINDINGS * 3 / 4,
            Severity::Note => FINDINGS / 2,
        };
        let is_room = self.held_stages.len() < room;
        match self.held_stages.get_mut(&number) {
            // However often it changes, how it stands in the end is told.
            Some(stages) => {
                *stages += 1;
                self.held.add(annotation);
                if *stages > STAGES {
                    self.held.forget_a_stage(number);
                }
            }
            None if is_room => {
                self.held_stages.insert(number, 1);
                self.held.add(annotation);
            }
            None if number > self.newest_left_out => {
                self.newest_left_out = number;
                self.left_out.findings += 1;
            }
            None => {}
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.flows.is_full()
    }

    pub(super) fn make_room(&mut self, is_wanted: impl Fn(u64) -> bool) {
        let (progress, troubled) = (&self.progress, &self.troubled);
        self.flows.retain(|number| {
            let first = progress.get(&number).map_or(number, |it| it.first_leg);
            is_wanted(number) && troubled.contains(&first)
        });
        let flows = &self.flows;
        self.messages.retain(|number| flows.keeps(number));
    }

    pub(super) fn finish(
        self,
        is_wanted: impl Fn(u64) -> bool,
        summary: &Summary,
        ending: &Ending,
    ) -> Part {
        let mut progress = self.progress;
        progress.retain(|number, _| is_wanted(*number));
        let flows = self.flows.finish(is_wanted);
        let mut left_out = self.left_out;
        left_out.messages = flows.left_out.messages;
        left_out.unplaced = flows.left_out.unplaced;
        let legs = flows.flows.iter().flat_map(|flow| &flow.legs);
        let shown = legs
            .filter(|leg| progress.contains_key(&leg.number))
            .count();
        left_out.calls = (progress.len() as u64).saturating_sub(shown as u64);
        let mut held = self.held;
        let groups = held.take();
        let scene = Scene::new(
            &self.prefix,
            &self.inputs,
            &flows,
            &self.messages,
            &progress,
            &groups,
        );
        Part::of(
            &scene,
            self.name,
            &groups,
            self.standing,
            left_out,
            (summary, ending),
        )
    }
}
