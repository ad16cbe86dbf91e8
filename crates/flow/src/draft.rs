//! One Call-ID's messages and findings, while they are collected.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Call, LegRef, Part};
use sipwhy_packet::{Flow as Sockets, FrameId, Timestamp};
use sipwhy_pipeline::Observed;

use crate::bounds::Bounds;
use crate::identity::Identity;
use crate::label::{self, short};
use crate::model::{Again, Kind, Note};

/// The first sendings again of which the frames are kept.
const MOST_AGAIN: usize = 16;
/// The least that a message takes, in bytes, its texts aside.
const BYTES_A_MESSAGE: usize = 512;

/// A message as it was first seen, with its further sendings.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) number: u64,
    pub(crate) frame: FrameId,
    pub(crate) time: Timestamp,
    pub(crate) sockets: Sockets,
    pub(crate) kind: Kind,
    pub(crate) label: String,
    pub(crate) body: Option<String>,
    pub(crate) cseq: Option<(u32, String)>,
    pub(crate) again: Again,
    pub(crate) copies: u32,
    pub(crate) copied_in: Option<FrameId>,
    pub(crate) is_stray: bool,
    /// How the capture lost packets shortly before.
    pub(crate) lost_before: Option<String>,
}

/// A finding, and the frames that prove it, the deciding one last.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) note: Note,
    pub(crate) frames: Vec<FrameId>,
}

/// One Call-ID's messages and findings.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) number: u64,
    pub(crate) call_id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) leg: Option<LegRef>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) found: Vec<Found>,
    pub(crate) newest: Timestamp,
    pub(crate) is_beheaded: bool,
    pub(crate) messages_left_out: u64,
    pub(crate) notes_left_out: u64,
    pub(crate) bytes: usize,
    by_identity: BTreeMap<Identity, usize>,
    /// The newest loss that was told of.
    told_loss: Option<FrameId>,
}

impl Draft {
    pub(crate) fn new(call: &Call, observed: &Observed<'_, '_>) -> Self {
        Self {
            number: call.number,
            call_id: short(call.call_id()),
            from: short(call.from()),
            to: short(call.to()),
            leg: None,
            sent: Vec::new(),
            found: Vec::new(),
            newest: observed.captured.time,
            is_beheaded: call.began.frame() != observed.captured.last_frame,
            messages_left_out: 0,
            notes_left_out: 0,
            bytes: BYTES_A_MESSAGE,
            by_identity: BTreeMap::new(),
            told_loss: None,
        }
    }

    /// Takes in the message of this number, which is of this call. Says whether it has a line of
    /// its own.
    pub(crate) fn add(
        &mut self,
        number: u64,
        observed: &Observed<'_, '_>,
        bounds: &Bounds,
    ) -> bool {
        let Observed {
            message,
            captured,
            seen,
            ..
        } = observed;
        let lost_before = self.loss(observed);
        self.newest = self.newest.max(captured.time);
        let identity = Identity::of(message);
        let at = (captured.last_frame, captured.time);
        // What the analysis takes for new is new, whatever it looks like.
        let known = self.by_identity.get(&identity).copied();
        let known = known.filter(|_| seen.part != Part::New);
        if let Some(sent) = known.and_then(|place| self.sent.get_mut(place)) {
            if seen.part == Part::Copy {
                sent.copies = sent.copies.saturating_add(1);
                sent.copied_in.get_or_insert(at.0);
                return false;
            }
            if sent.sockets == captured.flow {
                sent.again.add(at);
                return false;
            }
        }
        if self.sent.len() >= bounds.messages {
            self.messages_left_out += 1;
            return false;
        }
        let (kind, label) = label::of(message);
        let sent = Sent {
            number,
            frame: at.0,
            time: at.1,
            sockets: captured.flow,
            kind,
            label,
            body: label::body(message),
            cseq: label::cseq(message),
            again: Again::default(),
            copies: 0,
            copied_in: None,
            is_stray: seen.part == Part::Stray,
            lost_before,
        };
        self.bytes += BYTES_A_MESSAGE + identity.len() + sent.label.len();
        self.by_identity.insert(identity, self.sent.len());
        self.sent.push(sent);
        true
    }

    /// A loss of packets that may be of this call, since its message before, and not told yet.
    fn loss(&mut self, observed: &Observed<'_, '_>) -> Option<String> {
        let losses = &observed.world.losses;
        let flow = observed.captured.flow;
        let since = self.newest;
        let loss = losses
            .touching(flow.source.ip(), since)
            .or_else(|| losses.touching(flow.destination.ip(), since))?;
        let frame = loss.at.frame();
        if self.sent.is_empty() || self.told_loss == Some(frame) {
            return None;
        }
        self.told_loss = Some(frame);
        Some(loss.words())
    }

    /// Takes in a finding of this call, or its next stage.
    pub(crate) fn note(&mut self, annotation: &Annotation, bounds: &Bounds) {
        let found = Found {
            note: Note {
                finding: annotation.finding,
                rule: annotation.rule,
                severity: annotation.severity,
                verdict: annotation.verdict,
                title: annotation.title.clone(),
                time: annotation.time,
            },
            frames: annotation.evidence.iter().map(|it| it.frame).collect(),
        };
        let mut known = self.found.iter_mut();
        if let Some(known) = known.find(|it| it.note.finding == annotation.finding) {
            *known = found;
        } else if self.found.len() >= bounds.notes {
            self.notes_left_out += 1;
        } else {
            self.bytes += BYTES_A_MESSAGE + found.note.title.len();
            self.found.push(found);
        }
    }
}

impl Again {
    fn add(&mut self, at: (FrameId, Timestamp)) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_AGAIN {
            self.first.push(at);
        }
        self.last = Some(at);
    }
}
