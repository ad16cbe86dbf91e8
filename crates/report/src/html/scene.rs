//! What the parts of a page need to know of each other: what is shown, and under which id.

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_flow::svg::{Links, frame_id};
use sipwhy_flow::{Flow, Flows, Message};
use sipwhy_packet::FrameId;

use super::kept::{Kept, Messages};
use super::marks::Marks;
use super::outcome::Outcome;
use super::progress::Progress;
use crate::inputs::Inputs;
use crate::text::held::{Finding, Group};

/// What is shown of a capture, and under which id.
pub(super) struct Scene<'a> {
    /// How every id begins, so that captures do not share any.
    pub(super) prefix: &'a str,
    pub(super) inputs: &'a Inputs,
    pub(super) flows: &'a Flows,
    pub(super) progress: &'a BTreeMap<u64, Progress>,
    pub(super) marks: Marks<'a>,
    messages: &'a Messages,
    /// The number of the message that a frame sent.
    by_frame: BTreeMap<FrameId, u64>,
    /// The call under which each leg is shown.
    shown_under: BTreeMap<u64, u64>,
    findings: BTreeSet<u64>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        prefix: &'a str,
        inputs: &'a Inputs,
        flows: &'a Flows,
        messages: &'a Messages,
        progress: &'a BTreeMap<u64, Progress>,
        groups: &'a [Group],
    ) -> Self {
        let mut by_frame = BTreeMap::new();
        let mut shown_under = BTreeMap::new();
        for flow in &flows.flows {
            for message in flow.messages() {
                for frame in frames(message) {
                    by_frame.entry(frame).or_insert(message.number);
                }
            }
            for leg in &flow.legs {
                shown_under.insert(leg.number, number(flow));
            }
        }
        let mut findings = BTreeSet::new();
        for group in groups {
            group.findings.iter().for_each(|it| add(it, &mut findings));
        }
        Self {
            prefix,
            inputs,
            flows,
            progress,
            marks: Marks::of(groups),
            messages,
            by_frame,
            shown_under,
            findings,
        }
    }

    /// The message of a leg, as it was kept.
    pub(super) fn kept(&self, flow: &Flow, message: &Message) -> Option<&'a Kept> {
        let leg = flow.legs.get(message.leg)?;
        self.messages.get(leg.number, message.number)
    }

    /// How many messages are shown of which not all is kept.
    pub(super) fn cut_messages(&self) -> u64 {
        let flows = self.flows.flows.iter();
        let shown = flows.flat_map(|flow| flow.messages().map(move |it| (flow, it)));
        let kept = shown.filter_map(|(flow, message)| self.kept(flow, message));
        kept.filter(|kept| kept.cut() > 0).count() as u64
    }

    /// The id of a message by its number.
    pub(super) fn message_id(&self, number: u64) -> String {
        format!("{}m-{number}", self.prefix)
    }

    /// The id of a message in the ladder.
    pub(super) fn ladder_id(&self, message: &Message) -> String {
        format!("{}{}", self.prefix, frame_id(message.frame))
    }

    /// The id of the message that a frame sent, if it is shown.
    pub(super) fn id_of_frame(&self, frame: FrameId) -> Option<String> {
        Some(self.message_id(*self.by_frame.get(&frame)?))
    }

    /// The id under which a call is shown, if it is.
    pub(super) fn id_of_call(&self, call: u64) -> Option<String> {
        Some(self.call_id(*self.shown_under.get(&call)?))
    }

    pub(super) fn call_id(&self, call: u64) -> String {
        format!("{}call-{call}", self.prefix)
    }

    pub(super) fn finding_id(&self, number: u64) -> String {
        format!("{}finding-{number}", self.prefix)
    }

    /// How a call went, as far as it is known.
    pub(super) fn outcome(&self, call: u64) -> Option<Outcome> {
        self.progress.get(&call).map(Progress::outcome)
    }
}

impl Links for Scene<'_> {
    fn message(&self, message: &Message) -> Option<String> {
        Some(self.message_id(message.number))
    }

    fn finding(&self, number: u64) -> Option<String> {
        let is_shown = self.findings.contains(&number);
        is_shown.then(|| self.finding_id(number))
    }
}

/// The frames in which a message was sent, as far as they are kept.
pub(super) fn frames(message: &Message) -> impl Iterator<Item = FrameId> {
    let again = message.again.first.iter().chain(&message.again.last);
    std::iter::once(message.frame).chain(again.map(|(frame, _)| *frame))
}

/// The number of a flow's first call.
pub(super) fn number(flow: &Flow) -> u64 {
    flow.legs.first().map_or(0, |leg| leg.number)
}

fn add(finding: &Finding, numbers: &mut BTreeSet<u64>) {
    numbers.insert(finding.last.finding);
    finding.consequences.iter().for_each(|it| add(it, numbers));
}
