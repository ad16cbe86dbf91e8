//! What a comparison finds, ready to be written.

use std::time::Duration;

use sipwhy_annotator::{Severity, Verdict};
use sipwhy_flow::Flow;
use sipwhy_packet::{FrameId, Timestamp};

use crate::fields::{Field, Weight};
use crate::first::First;
use crate::hosts::PairedHost;
use crate::tolerance::Tolerance;
use crate::value::Value;

/// One of the two recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that shows how it should be.
    Good,
    /// The one that is compared with it.
    Bad,
}

impl Side {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// How two recordings differ.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The good recording as a whole.
    pub good: SideSummary,
    /// The bad one.
    pub bad: SideSummary,
    /// When two times differ.
    pub tolerance: Tolerance,
    /// Calls of both, in the order of the good one.
    pub calls: Vec<PairedCall>,
    /// Calls of the good recording alone.
    pub only_good: Vec<CallName>,
    /// Calls of the bad one alone.
    pub only_bad: Vec<CallName>,
    /// Findings in none of the calls of both.
    pub findings: Vec<FindingPair>,
    /// The first difference that matters, if there is any difference.
    pub first: Option<First>,
    /// What was not compared, in a sentence each.
    pub not_compared: Vec<String>,
}

impl Comparison {
    /// Whether there is no difference.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.first.is_none()
    }
}

/// A recording as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideSummary {
    /// SIP messages in it.
    pub messages: u64,
    /// Its calls, legs of one call counted as one.
    pub calls: usize,
}

/// What a call is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallName {
    /// Its place in the order of first sightings, from 1.
    pub number: u64,
    /// Its Call-ID; of its first leg, where it has several.
    pub call_id: String,
    /// The URI in From.
    pub from: String,
    /// The URI in To.
    pub to: String,
    /// The method of its first request.
    pub method: String,
    /// How it ended, as far as it is seen: its last message.
    pub last: String,
    /// Its messages, each sending of the same message counted once.
    pub messages: usize,
    /// The frame of its first message.
    pub frame: Option<FrameId>,
}

impl CallName {
    pub(crate) fn of(flow: &Flow) -> Self {
        let leg = flow.legs.first();
        let first = flow.messages().next();
        let text = |of: fn(&sipwhy_flow::Leg) -> &String| leg.map(of).cloned().unwrap_or_default();
        Self {
            number: leg.map_or(0, |leg| leg.number),
            call_id: text(|leg| &leg.call_id),
            from: text(|leg| &leg.from),
            to: text(|leg| &leg.to),
            method: first.map(method).unwrap_or_default(),
            last: flow
                .messages()
                .last()
                .map(|it| it.label.clone())
                .unwrap_or_default(),
            messages: flow.messages().count(),
            frame: first.map(|it| it.frame),
        }
    }
}

/// The method that a message is about.
fn method(message: &sipwhy_flow::Message) -> String {
    let cseq = message.cseq.as_ref().map(|(_, method)| method.clone());
    cseq.unwrap_or_else(|| message.label.clone())
}

/// A call of both recordings.
#[derive(Clone, Debug)]
pub struct PairedCall {
    /// What it is called in the good recording.
    pub good: CallName,
    /// What it is called in the bad one.
    pub bad: CallName,
    /// Who plays which part.
    pub hosts: Vec<PairedHost>,
    /// Its messages, in the order of the good recording.
    pub rows: Vec<Row>,
    /// The figures of RFC 6076 that differ.
    pub figures: Vec<FigureDifference>,
    /// Its findings, those that are the same included.
    pub findings: Vec<FindingPair>,
}

impl PairedCall {
    /// Whether it is the same in both.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.rows.iter().all(Row::is_same)
            && self.figures.is_empty()
            && self.findings.iter().all(|it| it.status == Status::Same)
    }
}

/// A message of one recording, or of both.
#[derive(Clone, Debug)]
pub struct Row {
    /// The place of its sender in [`PairedCall::hosts`].
    pub from: usize,
    /// The place of its receiver there.
    pub to: usize,
    /// How the good recording has it.
    pub good: Option<Seen>,
    /// How the bad one has it.
    pub bad: Option<Seen>,
    /// Whether it comes in another order in the bad one, and that matters.
    pub is_moved: bool,
    /// Whether the time that passed before it differs.
    pub is_delayed: bool,
    /// Whether it was sent more or less often.
    pub is_repeated: bool,
    /// What its headers and body say otherwise.
    pub fields: Vec<FieldDifference>,
}

impl Row {
    /// Whether both have it, and there is nothing to tell.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.good.is_some()
            && self.bad.is_some()
            && !self.is_moved
            && !self.is_delayed
            && !self.is_repeated
            && self.fields.is_empty()
    }

    /// How the good recording has it, or the bad one where that has not.
    #[must_use]
    pub fn seen(&self) -> Option<&Seen> {
        self.good.as_ref().or(self.bad.as_ref())
    }
}

/// A message as one recording has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The frame that completed it.
    pub frame: FrameId,
    /// When it was captured.
    pub time: Timestamp,
    /// How long after the first message of the call.
    pub since: Duration,
    /// What it is: `180 Ringing`.
    pub label: String,
    /// What it is and carries: `INVITE (SDP)`.
    pub title: String,
    /// How often it was sent again.
    pub again: u32,
    /// Of a response: the method of the request that it answers, and how long after that it came.
    pub answers: Option<(String, Duration)>,
}

/// Something that a message of both recordings says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference {
    /// What it is: the name of a header, `SDP`, `transport`.
    pub field: &'static str,
    /// What the good one says; of a set, what it alone says.
    pub good: Option<String>,
    /// What the bad one says.
    pub bad: Option<String>,
    /// Whether it may change what happens next.
    pub decides: bool,
}

impl FieldDifference {
    pub(crate) fn of(field: &Field, good: Option<&Value>, bad: Option<&Value>) -> Self {
        let (good, bad) = match (good, bad) {
            (Some(Value::Set(good)), Some(Value::Set(bad))) => {
                let left = |one: &std::collections::BTreeSet<String>, other| {
                    let names: Vec<&str> = one.difference(other).map(String::as_str).collect();
                    (!names.is_empty()).then(|| names.join(", "))
                };
                (left(good, bad), left(bad, good))
            }
            (good, bad) => (good.map(Value::words), bad.map(Value::words)),
        };
        Self {
            field: field.name,
            good,
            bad,
            decides: field.weight == Weight::Decides,
        }
    }
}

/// A time, and the frame that ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// How long it took.
    pub time: Duration,
    /// The frame that ended it.
    pub frame: FrameId,
}

impl Said {
    pub(crate) const fn new(time: Duration, frame: FrameId) -> Self {
        Self { time, frame }
    }
}

/// A figure of RFC 6076 that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureDifference {
    /// Which.
    pub name: &'static str,
    /// In the good recording.
    pub good: Said,
    /// In the bad one.
    pub bad: Said,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Only the bad recording has it.
    New,
    /// Only the good one has it.
    Gone,
    /// Both have it, and it is more or less grave, or more or less sure.
    Changed,
    /// Both have it.
    Same,
}

impl Status {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Same => "same",
        }
    }
}

/// A finding of one recording, or of both.
#[derive(Clone, Debug)]
pub struct FindingPair {
    /// What became of it.
    pub status: Status,
    /// The rule.
    pub rule: &'static str,
    /// How it stands at the end of the good recording.
    pub good: Option<FindingSeen>,
    /// How it stands at the end of the bad one.
    pub bad: Option<FindingSeen>,
}

/// A finding as it stands at the end of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingSeen {
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub verdict: Verdict,
    /// The fault in one line.
    pub title: String,
    /// The frames that prove it.
    pub frames: Vec<FrameId>,
}
