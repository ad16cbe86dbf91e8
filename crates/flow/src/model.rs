//! A call flow, ready to be drawn.

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_annotator::{Joint, Severity, Verdict};
use sipwhy_packet::{Flow as Sockets, FrameId, Timestamp};

use crate::bounds::LeftOut;
use crate::wrap::{columns, shorten};

/// A call, all its legs side by side. Every string in it is printable.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The calls it is made of, in the order in which they were seen; one, where the call has no
    /// legs.
    pub legs: Vec<Leg>,
    /// Who took part, in the order in which the call reached them: the caller first.
    pub hosts: Vec<Host>,
    /// What happened, in order.
    pub rows: Vec<Row>,
    /// When its first message was sent.
    pub began: Timestamp,
    /// Whether its frames are of several files, so that a number alone does not name one.
    pub has_several_files: bool,
    /// What of it is not here.
    pub left_out: LeftOut,
    /// Whether it began before what is here: its first messages were not kept.
    pub is_beheaded: bool,
}

impl Flow {
    /// The messages, in order.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.rows.iter().filter_map(|row| match row {
            Row::Message(message) => Some(&**message),
            Row::Pause(_) | Row::Lost(_) => None,
        })
    }

    /// How a frame is named in this flow: by its number, after that of its file where there are
    /// several, from 1.
    #[must_use]
    pub fn frame_name(&self, frame: FrameId) -> String {
        if self.has_several_files {
            format!("{}:{}", u32::from(frame.file) + 1, frame.number)
        } else {
            frame.number.to_string()
        }
    }

    /// What is to be said of the whole, in a sentence each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.is_beheaded {
            remarks.push("It began before: its first messages are not drawn".to_owned());
        }
        let copied = self.messages().filter(|it| it.copies > 0).count();
        match copied {
            0 => {}
            1 => remarks.push("1 packet was captured more than once; it is drawn once".to_owned()),
            _ => remarks.push(format!(
                "{copied} packets were captured more than once; each is drawn once"
            )),
        }
        remarks
    }

    /// The Call-ID; of several legs a line each: `Leg 2 is call 2: Call-ID …, joined by Session-ID`.
    #[must_use]
    pub fn leg_names(&self) -> Vec<String> {
        let has_legs = self.legs.len() > 1;
        let legs = self.legs.iter().enumerate();
        legs.map(|(place, leg)| {
            let call_id = format!("Call-ID {}", leg.call_id);
            if !has_legs {
                return call_id;
            }
            let joint = leg.joint.map(|joint| format!(", {}", joint.words()));
            let joint = joint.unwrap_or_default();
            format!("Leg {} is call {}: {call_id}{joint}", place + 1, leg.number)
        })
        .collect()
    }

    /// What the flow is called: `Call 3: sip:alice@example.com → sip:bob@example.com`.
    #[must_use]
    pub fn title(&self) -> String {
        self.legs.first().map_or_else(String::new, |leg| {
            format!("Call {}: {} → {}", leg.number, leg.from, leg.to)
        })
    }
}

/// One call: everything under one Call-ID.
#[derive(Clone, Debug)]
pub struct Leg {
    /// Its place in the order of first sightings, from 1: what findings call it.
    pub number: u64,
    /// Its Call-ID.
    pub call_id: String,
    /// The URI in From.
    pub from: String,
    /// The URI in To.
    pub to: String,
    /// What joined it to the legs before it.
    pub joint: Option<Joint>,
}

/// A host, or one socket of it where two sockets of one host speak with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its address.
    pub address: IpAddr,
    /// Its port, where it uses but one, and that is not SIP's own.
    pub port: Option<u16>,
    /// Its name, where the capture tells it.
    pub name: Option<String>,
}

impl Host {
    /// Its address as it is written, with the port where it has one.
    #[must_use]
    pub fn socket(&self) -> String {
        match (self.port, self.address) {
            (None, address) => address.to_string(),
            (Some(port), IpAddr::V4(address)) => format!("{address}:{port}"),
            (Some(port), IpAddr::V6(address)) => format!("[{address}]:{port}"),
        }
    }
}

/// One line of the ladder.
#[derive(Clone, Debug)]
pub enum Row {
    /// A message.
    Message(Box<Message>),
    /// Nothing was sent for so long.
    Pause(Duration),
    /// The capture is known to lack packets here: how, in words.
    Lost(String),
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request.
    Request,
    /// A 1xx.
    Provisional,
    /// A 2xx.
    Success,
    /// A 3xx.
    Redirection,
    /// A 4xx, 5xx or 6xx, or any other code.
    Failure,
    /// Its first line is neither a request's nor a status line.
    Malformed,
}

impl Kind {
    /// A word for it, for style sheets.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Provisional => "provisional",
            Self::Success => "success",
            Self::Redirection => "redirection",
            Self::Failure => "failure",
            Self::Malformed => "malformed",
        }
    }
}

/// A message on one hop, with all its sendings.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its place among all messages that the collector was handed, from 1.
    pub number: u64,
    /// The frame that completed it.
    pub frame: FrameId,
    /// When it was captured.
    pub time: Timestamp,
    /// The place in [`Flow::legs`] of the call that it belongs to.
    pub leg: usize,
    /// The place in [`Flow::hosts`] of its sender.
    pub from: usize,
    /// The place in [`Flow::hosts`] of its receiver.
    pub to: usize,
    /// Between which sockets, and over what.
    pub sockets: Sockets,
    /// What kind it is.
    pub kind: Kind,
    /// What it is, in short: `INVITE`, `180 Ringing`.
    pub label: String,
    /// What it carries, if anything: `SDP`.
    pub body: Option<String>,
    /// CSeq: the number and the method.
    pub cseq: Option<(u32, String)>,
    /// The further times it was sent.
    pub again: Again,
    /// How often the same packet was captured a further time.
    pub copies: u32,
    /// Whether it went to an address that is not its client's.
    pub is_stray: bool,
    /// What was found here.
    pub notes: Vec<Note>,
}

impl Message {
    /// What it is and carries, in short: `INVITE (SDP)`.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.body {
            Some(body) => format!("{} ({body})", self.label),
            None => self.label.clone(),
        }
    }

    /// The same with how often it was sent, `INVITE (SDP) ×7`, in so many columns: what it carries
    /// is left away before what it is, and how often it was sent is told in any case.
    #[must_use]
    pub fn title_within(&self, room: usize) -> String {
        let times = match self.again.count {
            0 => String::new(),
            again => format!(" ×{}", again.saturating_add(1)),
        };
        let title = self.title();
        let left = room.saturating_sub(columns(&times));
        let title = if columns(&title) <= left {
            title
        } else {
            shorten(&self.label, left)
        };
        title + &times
    }

    /// How long after `began` it was sent.
    #[must_use]
    pub fn since(&self, began: Timestamp) -> Duration {
        self.time.since(began)
    }
}

/// The further times a message was sent.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// How many.
    pub count: u32,
    /// The first of them, and when; [`Again::last`] is among them if they are all.
    pub first: Vec<(FrameId, Timestamp)>,
    /// The last of them.
    pub last: Option<(FrameId, Timestamp)>,
}

/// A finding, at the message that decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its number; stages of one finding share it.
    pub finding: u64,
    /// The rule that found it.
    pub rule: &'static str,
    /// How much it matters, as it stands.
    pub severity: Severity,
    /// How sure it is.
    pub verdict: Verdict,
    /// The fault in one line.
    pub title: String,
    /// When it became true.
    pub time: Timestamp,
}

impl Note {
    /// What it is headed by: `warning[call-failed]`, `note[stuck-on-trying] (resolved)`.
    #[must_use]
    pub fn tag(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Confirmed => String::new(),
            other => format!(" ({})", other.as_str()),
        };
        format!("{}[{}]{verdict}", self.severity.as_str(), self.rule)
    }
}
