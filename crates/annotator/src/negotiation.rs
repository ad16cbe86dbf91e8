//! Offer and answer (RFC 3264): an offer, kept until its answers are judged, and the two beside
//! each other.
//!
//! Nothing of a description is read until an answer meets its offer; then both are read once, for
//! all rules. Until then an offer costs its bytes and one look at the body's type.

use std::fmt;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use sipwhy_content::sdp::{Agreement, Sdp, Session, agreed};
use sipwhy_packet::Flow;
use smallvec::SmallVec;

use crate::annotation::{Evidence, QuotedLine, Role};
use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::quote;

/// What is remembered of an INVITE's or UPDATE's offer and its answers.
#[derive(Debug, Default)]
pub(crate) struct Negotiation {
    /// The offer, until the last answer to it was judged. `None` also where there was too much to
    /// keep, or it could not be read.
    pub(crate) offer: Option<KeptOffer>,
    /// The To tag of the response that made the offer, where the request made none.
    pub(crate) offered_by: Option<u64>,
    /// The answers that were judged, one for each To tag.
    pub(crate) judged: SmallVec<[Judged; 1]>,
    /// Whether a rule wants to see the answer on the hop before too.
    pub(crate) look_again: bool,
    /// What a 488 or 606 told, until it is known whether the client repairs its offer.
    pub(crate) refusal: Option<Refusal>,
}

/// An answer that was judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) to_tag: u64,
    /// Stands for offer and answer together, to know them again on the hop before.
    pub(crate) mark: u64,
    /// Whether a response that cannot be lost carried it: a 2xx, or a 1xx by RFC 3262.
    pub(crate) is_reliable: bool,
}

/// What a refusal of an offer told of itself.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// The first warn-code (RFC 3261 §20.43).
    pub(crate) warning: Option<u16>,
    /// The lines that tell.
    pub(crate) lines: Vec<QuotedLine>,
    /// What the refuser can do, in SDP (RFC 3261 §13.3.1.3), no longer than an offer may be.
    pub(crate) capabilities: Option<Box<[u8]>>,
}

/// A description as it was captured.
#[derive(Clone, Debug)]
pub(crate) struct KeptOffer {
    pub(crate) body: Box<[u8]>,
    pub(crate) is_cut: bool,
    pub(crate) at: Moment,
    pub(crate) flow: Flow,
    pub(crate) carrier: Carrier,
    /// As many offers are held as there are copies of this.
    pub(crate) _place: Arc<()>,
}

impl KeptOffer {
    /// The offer as it stands.
    pub(crate) const fn sdp(&self) -> Sdp<'_> {
        if self.is_cut {
            Sdp::cut(&self.body)
        } else {
            Sdp::new(&self.body)
        }
    }

    /// The offer, read.
    pub(crate) fn side(&self) -> Side<'_> {
        Side::read(self.sdp(), self.at, self.flow, self.carrier)
    }
}

/// The message that carries a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// An INVITE.
    Invite,
    /// An UPDATE.
    Update,
    /// An ACK.
    Ack,
    /// A response with this code.
    Response(u16),
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invite => f.write_str("INVITE"),
            Self::Update => f.write_str("UPDATE"),
            Self::Ack => f.write_str("ACK"),
            Self::Response(code) => write!(f, "{code}"),
        }
    }
}

/// One side's description.
#[derive(Debug)]
pub struct Side<'x> {
    /// What it says.
    pub session: Session<'x>,
    /// The description itself.
    pub body: &'x [u8],
    /// When it was seen.
    pub at: Moment,
    /// From its sender to its receiver, on this hop.
    pub flow: Flow,
    /// What carried it.
    pub carrier: Carrier,
}

impl<'x> Side<'x> {
    pub(crate) fn read(sdp: Sdp<'x>, at: Moment, flow: Flow, carrier: Carrier) -> Self {
        Self {
            session: sdp.session(),
            body: sdp.body(),
            at,
            flow,
            carrier,
        }
    }

    /// Who sent it on this hop, and as what.
    #[must_use]
    pub fn sender(&self) -> (IpAddr, Role) {
        let role = match self.carrier {
            Carrier::Response(_) => Role::Server,
            Carrier::Invite | Carrier::Update | Carrier::Ack => Role::Client,
        };
        (self.flow.source.ip(), role)
    }

    /// The description as evidence, with these lines of it.
    #[must_use]
    pub fn evidence(&self, quote: Vec<QuotedLine>) -> Option<Evidence> {
        Some(evidence(self.at, self.flow, quote))
    }

    /// All its `m=` lines, `label` under what follows the kind of the stream.
    #[must_use]
    pub fn stream_lines(&self, label: &str) -> Vec<QuotedLine> {
        let lines = self.session.streams.iter().take(MOST_LINES);
        lines
            .map(|stream| quote::marked(&stream.line, &stream.media.formats, label))
            .collect()
    }

    /// The line in which `span` lies, `label` under that place.
    #[must_use]
    pub fn line_at(&self, span: Range<usize>, label: &str) -> Option<QuotedLine> {
        let part = self
            .body
            .get(span.clone())
            .filter(|part| !part.is_empty())?;
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let start = self.body.get(..span.start)?.iter().rposition(is_end);
        let start = start.map_or(0, |at| at + 1);
        let rest = self.body.get(start..)?;
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        Some(quote::marked(rest.get(..length)?, part, label))
    }
}

/// Most `m=` lines quoted of one description.
const MOST_LINES: usize = 4;

pub(crate) fn evidence(at: Moment, flow: Flow, quote: Vec<QuotedLine>) -> Evidence {
    Evidence {
        frame: at.frame(),
        time: at.time,
        flow: Some(flow),
        quote,
    }
}

/// An answer that met its offer.
#[derive(Debug)]
pub struct Exchange<'x> {
    /// The INVITE's or UPDATE's transaction, on the hop farthest from the offer's sender on which
    /// both were seen so.
    pub transaction: TransactionId,
    /// The offer.
    pub offer: Side<'x>,
    /// The answer.
    pub answer: Side<'x>,
    /// The two beside each other.
    pub agreement: Agreement<'x>,
}

impl<'x> Exchange<'x> {
    pub(crate) fn new(transaction: TransactionId, offer: Side<'x>, answer: Side<'x>) -> Self {
        let agreement = agreed(&offer.session, &answer.session);
        Self {
            transaction,
            offer,
            answer,
            agreement,
        }
    }

    /// Whether every line of both is in view.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.offer.session.is_cut && !self.answer.session.is_cut
    }
}

/// A message that should carry an answer, and carries none.
#[derive(Debug)]
pub struct Unanswered<'x> {
    /// The INVITE's or UPDATE's transaction.
    pub transaction: TransactionId,
    /// The offer, where it was kept.
    pub(crate) offer: Option<&'x KeptOffer>,
    /// The message without an answer: when it was seen.
    pub at: Moment,
    /// Between whom it went.
    pub flow: Flow,
    /// What it is.
    pub carrier: Carrier,
    /// Whether a 1xx that may be lost had carried a description.
    pub came_early: bool,
}
