//! What the engine says: an annotation and the packets that prove it.

use std::net::IpAddr;
use std::ops::Range;

use crate::legs::{Joint, Leg};
use sipwhy_packet::{Flow, FrameId, Timestamp};

/// How much an annotation matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Something is wrong, or will be; the call may still succeed.
    Warning,
    /// A call, or a request, failed or is failing because of this.
    Error,
}

impl Severity {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The packets prove it.
    Confirmed,
    /// The capture starts too late, ends too early, shows one direction only, or lost packets
    /// where it matters. The explanation says which.
    Inconclusive,
    /// An earlier annotation that a later packet ended.
    Resolved,
}

impl Verdict {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Inconclusive => "inconclusive",
            Self::Resolved => "resolved",
        }
    }
}

/// What part an address plays in the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The host that sent the request: a UAC, or a proxy in its client role.
    Client,
    /// The host that was to answer the request: a UAS, or a proxy in its server role.
    Server,
    /// A host shown to pass requests on.
    Proxy,
    /// The network between two hosts.
    Path,
}

impl Role {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Proxy => "proxy",
            Self::Path => "path",
        }
    }
}

/// The hop that the packets single out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Responsible {
    /// Its address. For [`Role::Path`], the far end that stayed silent.
    pub address: IpAddr,
    /// What part it plays.
    pub role: Role,
}

/// The call, or the exchange outside any call, that an annotation is about. Every string is
/// printable (see [`sipwhy_parser::printable`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRef {
    /// The call's place in the order of first sightings, from 1.
    pub number: u64,
    /// Its place among the legs of a call over a back-to-back user agent, if it is one.
    pub leg: Option<LegRef>,
    /// Its Call-ID.
    pub call_id: String,
    /// The From URI.
    pub from: String,
    /// The To URI.
    pub to: String,
}

/// A call's place among the legs that it is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegRef {
    /// The number of the call that is the first leg.
    pub of: u64,
    /// Its place among the legs, from 1, in the order in which they were seen.
    pub number: u32,
    /// What joined it; `None` for the first.
    pub joint: Option<Joint>,
}

impl LegRef {
    /// The place of this leg.
    #[must_use]
    pub const fn of(leg: &Leg) -> Self {
        Self {
            of: leg.of,
            number: leg.number,
            joint: leg.joint,
        }
    }

    /// The leg in words: `leg 2 of call 1, joined by Session-ID`.
    #[must_use]
    pub fn words(&self) -> String {
        let joint = self.joint.map(|joint| format!(", {}", joint.words()));
        let joint = joint.unwrap_or_default();
        format!("leg {} of call {}{joint}", self.number, self.of)
    }
}

/// The finding that explains another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its number.
    pub finding: u64,
    /// The rule that told it.
    pub rule: &'static str,
}

/// A finding, or a later stage of one.
///
/// Every string in it is printable: control bytes from the wire were escaped when they were
/// quoted, so an output needs no escaping of its own against terminals or log lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Identifies the rule; stable.
    pub rule: &'static str,
    /// The finding this belongs to, from 1: the stages of one fault (a call stuck for 8 s, still
    /// stuck at 32 s, then resolved) carry the same number.
    pub finding: u64,
    /// The finding that explains this one, where that had been said before: the root of both.
    pub caused_by: Option<Root>,
    /// Findings told before that nothing explained so far and this one does, by their numbers.
    pub explains: Vec<u64>,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub verdict: Verdict,
    /// When it became true, in capture time: the time of the packet or of the deadline.
    pub time: Timestamp,
    /// The call it is about.
    pub call: Option<CallRef>,
    /// The fault in one line.
    pub title: String,
    /// Why it is so, and what it means.
    pub explanation: String,
    /// What to do, most likely remedy first.
    pub help: Vec<String>,
    /// The hop to look at, when the packets single one out.
    pub responsible: Option<Responsible>,
    /// The packets that prove it, in capture order.
    pub evidence: Vec<Evidence>,
    /// Where the rule of conduct is written down.
    pub references: &'static [&'static str],
}

/// One packet that proves an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The frame that completed the message.
    pub frame: FrameId,
    /// When it was captured.
    pub time: Timestamp,
    /// Who sent it to whom.
    pub flow: Option<Flow>,
    /// The lines of it that matter.
    pub quote: Vec<QuotedLine>,
}

/// A line quoted from a packet, or said of it, with the places that decide underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedLine {
    /// The printable text of the line.
    pub text: String,
    /// The deciding place, as a byte range of `text`, and what it decides.
    pub mark: Option<(Range<usize>, String)>,
}
