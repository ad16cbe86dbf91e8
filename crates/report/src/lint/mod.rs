//! What `sipwhy lint` found in single messages: each distinct fault once, with its place.

mod entry;
mod json;
mod text;

use std::collections::HashMap;
use std::net::SocketAddr;

use sipwhy_lint::{Report, Severity};
use sipwhy_packet::{Flow, FrameId, Timestamp};
use sipwhy_parser::Message;

pub(crate) use json::{LintRecord, LintSummaryRecord};

use crate::inputs::Inputs;
use crate::text::Layout;
use entry::Entry;

/// Distinct faults that are kept; further ones are counted.
pub const MOST_FAULTS: usize = 1000;

/// Where a message was.
#[derive(Clone, Copy, Debug)]
pub enum LintPlace {
    /// In a text, from this line on, counted from 1.
    Text {
        /// The input's place in the list of inputs, from 0.
        file: u16,
        /// The line.
        line: u64,
    },
    /// In a capture.
    Packet {
        /// The frame that completed it.
        frame: FrameId,
        /// When that was captured.
        time: Timestamp,
        /// Who sent it to whom.
        flow: Flow,
    },
}

impl LintPlace {
    /// What tells senders apart: the same fault of another sender is another fault.
    fn sender(&self) -> (u16, Option<SocketAddr>) {
        match self {
            Self::Text { file, .. } => (*file, None),
            Self::Packet { frame, flow, .. } => (frame.file, Some(flow.source)),
        }
    }
}

/// What makes two faults one.
type Key = (&'static str, u16, Option<SocketAddr>, String);

/// The faults of any number of messages.
#[derive(Debug)]
pub struct Lints {
    inputs: Inputs,
    entries: Vec<Entry>,
    known: HashMap<Key, usize>,
    /// What was done to make messages of a text.
    remarks: Vec<String>,
    messages: u64,
    /// Findings by severity, repeated ones included.
    counts: [u64; 3],
    /// Findings that are not shown: beyond the limits of a message, or of this list.
    unlisted: u64,
    worst: Option<Severity>,
}

impl Lints {
    /// None yet, of these inputs.
    #[must_use]
    pub fn new(inputs: Inputs) -> Self {
        Self {
            inputs,
            entries: Vec::new(),
            known: HashMap::new(),
            remarks: Vec::new(),
            messages: 0,
            counts: [0; 3],
            unlisted: 0,
            worst: None,
        }
    }

    /// Takes in what was found in a message.
    pub fn add(&mut self, place: LintPlace, message: &Message<'_, '_>, report: &Report) {
        self.messages += 1;
        self.unlisted += report.unlisted as u64;
        self.worst = self.worst.max(report.worst());
        let (file, source) = place.sender();
        for finding in &report.findings {
            if let Some(count) = self.counts.get_mut(finding.severity as usize) {
                *count += 1;
            }
            let key = (finding.check.id, file, source, finding.says.clone());
            if let Some(entry) = self
                .known
                .get(&key)
                .and_then(|&at| self.entries.get_mut(at))
            {
                entry.times += 1;
            } else if self.entries.len() < MOST_FAULTS {
                self.known.insert(key, self.entries.len());
                self.entries.push(Entry::new(place, message, finding));
            } else {
                self.unlisted += 1;
            }
        }
    }

    /// Takes in what was done to make a message of a text: `place: what`.
    pub fn remark(&mut self, place: LintPlace, what: &str) {
        if self.remarks.len() < MOST_FAULTS {
            let place = entry::place_name(&place, &self.inputs, 0);
            self.remarks.push(format!("{place}: {what}"));
        }
    }

    /// How many messages were looked at.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// The gravest severity found.
    #[must_use]
    pub const fn worst(&self) -> Option<Severity> {
        self.worst
    }

    /// For people: each fault with the bytes underlined, and a line of counts.
    #[must_use]
    pub fn text(&self, layout: Layout) -> String {
        text::page(self, layout)
    }

    /// For programs: a record a line for each fault, and one with the counts.
    #[must_use]
    pub fn json(&self) -> String {
        json::lines(self)
    }
}
