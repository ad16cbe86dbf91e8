//! Keeps what is drawn, within bounds.

use std::collections::BTreeMap;
use std::net::IpAddr;

use sipwhy_annotator::{Annotation, World};
use sipwhy_pipeline::{Observed, Observer};

use crate::assemble::assemble;
use crate::bounds::{Bounds, LeftOut};
use crate::draft::Draft;
use crate::model::Flow;

/// Bytes of a Call-ID that tell it from others.
const MOST_CALL_ID: usize = 256;
/// Hosts of which it is kept whether they have a name.
const MOST_NAMES: usize = 4096;
/// Messages after which it is tried again to make room, where there was none.
const PATIENCE: u64 = 4096;

/// Keeps the messages and findings of calls.
///
/// Which calls are wanted may not be known before they are over, so all are kept for the time
/// being; when there are too many, whoever knows is asked ([`Collector::retain`]).
#[derive(Debug, Default)]
pub struct Collector {
    bounds: Bounds,
    drafts: BTreeMap<u64, Draft>,
    /// The newest call of each Call-ID that is kept.
    by_call_id: BTreeMap<Box<[u8]>, u64>,
    names: BTreeMap<IpAddr, Option<String>>,
    bytes: usize,
    left_out: LeftOut,
    /// The newest call that was left out.
    newest_left_out: u64,
    seen: u64,
    /// When to ask again for what is not wanted.
    ask_again: u64,
}

/// All flows of a capture.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// In the order in which the calls began.
    pub flows: Vec<Flow>,
    /// What is not among them.
    pub left_out: LeftOut,
}

/// Where a message stands that has a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of its call.
    pub call: u64,
    /// Its own number, [`Message::number`](crate::Message::number).
    pub number: u64,
}

impl Collector {
    /// A collector that has seen nothing yet.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            ..Self::default()
        }
    }

    /// Whether it takes no new calls in, unless [`Collector::retain`] makes room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.has_no_room() && self.seen >= self.ask_again
    }

    fn has_no_room(&self) -> bool {
        self.drafts.len() >= self.bounds.calls || self.bytes >= self.bounds.bytes
    }

    /// Makes room: forgets calls that are not wanted, the longer silent half of them, so that one
    /// of which it is not known yet may still come to be wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(u64) -> bool) {
        let unwanted = self.drafts.values().filter(|it| !is_wanted(it.number));
        let mut unwanted: Vec<_> = unwanted.map(|it| (it.newest, it.number)).collect();
        if unwanted.is_empty() {
            self.ask_again = self.seen + PATIENCE;
        }
        unwanted.sort_unstable();
        unwanted.truncate(unwanted.len().div_ceil(2));
        for (_, number) in unwanted {
            if let Some(draft) = self.drafts.remove(&number) {
                self.bytes = self.bytes.saturating_sub(draft.bytes);
            }
        }
        let drafts = &self.drafts;
        self.by_call_id
            .retain(|_, number| drafts.contains_key(number));
    }

    /// The capture is over: the flows of the calls that are wanted, in the order in which they
    /// began. A call with several legs is wanted if one of its legs is.
    #[must_use]
    pub fn finish(self, is_wanted: impl Fn(u64) -> bool) -> Flows {
        let mut calls: BTreeMap<u64, Vec<Draft>> = BTreeMap::new();
        for draft in self.drafts.into_values() {
            let first = draft.leg.map_or(draft.number, |leg| leg.of);
            calls.entry(first).or_default().push(draft);
        }
        let mut left_out = self.left_out;
        let mut flows = Vec::new();
        for legs in calls.into_values() {
            if legs.iter().any(|leg| is_wanted(leg.number)) {
                let flow = assemble(legs, &self.names);
                left_out.messages += flow.left_out.messages;
                left_out.notes += flow.left_out.notes;
                flows.push(flow);
            }
        }
        Flows { flows, left_out }
    }

    /// The call that a message belongs to: by its transaction, or by its Call-ID where it is none
    /// of one, as the ACK to a 2xx.
    fn call_of(&mut self, observed: &Observed<'_, '_>) -> Option<u64> {
        let call_id = observed.message.call_id().unwrap_or_default();
        let call_id = call_id.get(..MOST_CALL_ID).unwrap_or(call_id);
        let Some(call) = observed.call() else {
            return self.by_call_id.get(call_id).copied();
        };
        if !self.drafts.contains_key(&call.number) {
            if self.has_no_room() {
                if call.number > self.newest_left_out {
                    self.newest_left_out = call.number;
                    self.left_out.calls += 1;
                }
                return None;
            }
            let draft = Draft::new(call, observed);
            self.bytes += draft.bytes;
            self.drafts.insert(call.number, draft);
            self.by_call_id.insert(call_id.into(), call.number);
        }
        if let Some(draft) = self.drafts.get_mut(&call.number) {
            draft.leg = call.leg.as_deref().map(sipwhy_annotator::LegRef::of);
        }
        Some(call.number)
    }

    /// Takes in a message. Says where it stands if it was given a line of its own: if it was no
    /// further sending of one that has a line, and there was room for it.
    pub fn take_in(&mut self, observed: &Observed<'_, '_>) -> Option<Place> {
        self.seen += 1;
        let Some(call) = self.call_of(observed) else {
            self.left_out.unplaced += u64::from(observed.seen.transaction.is_none());
            return None;
        };
        let flow = observed.captured.flow;
        for socket in [flow.source, flow.destination] {
            self.name(socket.ip(), observed.world);
        }
        let draft = self.drafts.get_mut(&call)?;
        let before = draft.bytes;
        let is_new = draft.add(self.seen, observed, &self.bounds);
        self.bytes += draft.bytes - before;
        let number = self.seen;
        is_new.then_some(Place { call, number })
    }

    /// Whether anything is kept of the call of this number.
    #[must_use]
    pub fn keeps(&self, call: u64) -> bool {
        self.drafts.contains_key(&call)
    }

    fn name(&mut self, host: IpAddr, world: &World) {
        if self.names.len() < MOST_NAMES && !self.names.contains_key(&host) {
            let name = world.names.name_of(host).map(str::to_owned);
            self.names.insert(host, name);
        }
    }
}

impl Observer for Collector {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.take_in(observed);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        let Some(call) = &annotation.call else { return };
        if let Some(draft) = self.drafts.get_mut(&call.number) {
            let before = draft.bytes;
            draft.note(annotation, &self.bounds);
            self.bytes += draft.bytes - before;
            draft.leg = call.leg.or(draft.leg);
        }
    }
}
