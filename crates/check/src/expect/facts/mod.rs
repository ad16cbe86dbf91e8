//! What is known of a capture's calls when it is over: what expectations are held against.

mod attempt;
mod codecs;
mod collector;
mod figures;
mod found;
mod steps;

use std::collections::BTreeMap;
use std::net::IpAddr;

use sipwhy_packet::FrameId;

pub use collector::FactsCollector;
pub(crate) use figures::{FIGURES, Figure, Figures};
pub(crate) use found::Found;

use sipwhy_flow::wrap::shorten;
use sipwhy_parser::printable;

use super::ladder::Step;

/// Bytes of a text from the wire that are kept; no honest one is longer.
const MOST_TEXT: usize = 256;
/// Columns of a text that is shown and not compared.
const MOST_SHOWN: usize = 60;

/// A text from the wire, printable, as much of it as is kept.
fn kept(bytes: &[u8]) -> String {
    let bytes = bytes.get(..MOST_TEXT).unwrap_or(bytes);
    printable(bytes).into_owned()
}

/// The same, short enough to be shown.
fn short(bytes: &[u8]) -> String {
    shorten(&kept(bytes), MOST_SHOWN)
}

/// What is known of a capture.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Exchanges under one Call-ID each.
    pub(crate) calls_seen: u64,
    /// Those of which more is known, in the order in which they began: the first so many.
    pub(crate) calls: Vec<CallFacts>,
    /// What was found, whatever a filter lets through.
    pub(crate) found: Vec<Found>,
}

/// What is known of a call, or another exchange under one Call-ID.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallFacts {
    /// Its place in the order of first sightings, from 1.
    pub(crate) number: u64,
    pub(crate) call_id: String,
    /// From and To without what changes with each recording.
    pub(crate) from: String,
    pub(crate) to: String,
    /// The method of its first message.
    pub(crate) method: Option<String>,
    pub(crate) first_frame: Option<FrameId>,
    /// What became of the request that began it; `None` where that was not captured.
    pub(crate) outcome: Option<Outcome>,
    /// The final response to it.
    pub(crate) last: Option<Final>,
    /// The hosts that it went over, the caller first.
    pub(crate) route: Vec<IpAddr>,
    /// The codec of each kind of stream that offer and answer agreed on last.
    pub(crate) codecs: Codecs,
    pub(crate) figures: Figures,
    /// All its messages on all hops, in order.
    pub(crate) steps: Vec<Step>,
    /// How many messages more there were.
    pub(crate) steps_left_out: u64,
}

/// A final response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Final {
    pub(crate) code: u16,
    /// `486 Busy Here`.
    pub(crate) label: String,
    pub(crate) frame: FrameId,
}

/// What offer and answer agreed on: `audio`, and the codec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Codecs {
    pub(crate) by_media: BTreeMap<String, String>,
    /// Where the answer stood; `None` where there was none.
    pub(crate) answered: Option<FrameId>,
}

/// What became of the request that began a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 2xx.
    Answered,
    /// 3xx, and nothing came of it in the same call.
    Redirected,
    /// 401 or 407, and no credentials came.
    Challenged,
    /// The caller gave up: 487, or no final response after CANCEL.
    Cancelled,
    /// Any other final response.
    Failed,
    /// No final response, and no CANCEL.
    Unanswered,
}

impl Outcome {
    pub(crate) const ALL: [Self; 6] = [
        Self::Answered,
        Self::Redirected,
        Self::Challenged,
        Self::Cancelled,
        Self::Failed,
        Self::Unanswered,
    ];

    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Redirected => "redirected",
            Self::Challenged => "challenged",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
        }
    }
}

impl CallFacts {
    /// The caller's messages, or those of all hops.
    pub(crate) fn ladder(&self, of_all_hops: bool) -> Vec<&Step> {
        let steps = self.steps.iter();
        steps.filter(|it| of_all_hops || it.is_callers).collect()
    }

    /// The frame that decided what became of it, or that it began with.
    pub(crate) fn decided(&self) -> Option<FrameId> {
        let last = self.last.as_ref().map(|last| last.frame);
        last.or(self.first_frame)
    }

    /// `INVITE sip:alice@example.com → sip:bob@example.com`.
    pub(crate) fn title(&self) -> String {
        let method = self.method.as_deref().unwrap_or("?");
        format!("{method} {} → {}", self.from, self.to)
    }
}
