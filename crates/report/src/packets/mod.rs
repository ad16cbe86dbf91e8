//! What is said of which packet, and which packets belong to what was asked for: for a capture
//! with the findings as comments.
//!
//! Findings are told after the packets that prove them, some at the very end, so they are gathered
//! while a capture is read, and asked for while it is read again.

mod chosen;
mod comment;
mod notes;

use sipwhy_annotator::Annotation;
use sipwhy_packet::{Frame, FrameId};
use sipwhy_pipeline::Observed;

use chosen::Chosen;
use notes::Notes;

/// What is said of which packet, and which packets are wanted.
#[derive(Debug)]
pub struct Packets {
    notes: Notes,
    /// Those wanted; all if there is none.
    chosen: Option<Chosen>,
}

/// What an annotation says of each packet that proves it, as it would be told of alone.
#[must_use]
pub fn packet_comments(annotation: &Annotation) -> Vec<(FrameId, String)> {
    let mut notes = Notes::default();
    if !notes.add(annotation) {
        return Vec::new();
    }
    notes.settle();
    let mut frames: Vec<FrameId> = annotation.evidence.iter().map(|it| it.frame).collect();
    frames.dedup();
    let comments = frames
        .iter()
        .flat_map(|frame| notes.of(*frame).map(|text| (*frame, text)));
    comments.collect()
}

/// What was left out, since it would have taken too much memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Findings of which no packet says anything.
    pub findings: u64,
    /// Messages whose packets are not wanted, though they should be, or not all of them.
    pub messages: u64,
}

impl Packets {
    /// Nothing gathered yet. Of everything, or of what is chosen alone.
    pub(crate) fn new(is_choice: bool) -> Self {
        Self {
            notes: Notes::default(),
            chosen: is_choice.then(Chosen::default),
        }
    }

    /// Takes in a message, which is shown by itself or not.
    pub(crate) fn message(&mut self, observed: &Observed<'_, '_>, is_shown: bool) {
        if let Some(chosen) = &mut self.chosen {
            chosen.message(observed, is_shown);
        }
    }

    /// Takes in a finding that is shown, or a stage of one.
    pub(crate) fn annotation(&mut self, annotation: &Annotation) {
        if self.notes.add(annotation)
            && let Some(chosen) = &mut self.chosen
        {
            annotation
                .evidence
                .iter()
                .for_each(|it| chosen.packet(it.frame));
        }
    }

    /// All was taken in: it is known of which calls the packets are wanted.
    pub(crate) fn settle(&mut self, shows_call: impl Fn(u64) -> bool) {
        self.notes.settle();
        if let Some(chosen) = &mut self.chosen {
            chosen.settle(shows_call);
        }
    }

    /// Whether a packet is wanted.
    #[must_use]
    pub fn wants(&self, frame: &Frame<'_>) -> bool {
        self.chosen.as_ref().is_none_or(|it| it.holds(frame))
    }

    /// What is said of a packet: a comment for each finding, in the order in which they were told.
    /// Printable, but for the ends of lines.
    pub fn comments(&self, frame: FrameId) -> impl Iterator<Item = String> {
        self.notes.of(frame)
    }

    /// What was left out.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        LeftOut {
            findings: self.notes.left_out,
            messages: self.chosen.as_ref().map_or(0, |it| it.left_out),
        }
    }
}
