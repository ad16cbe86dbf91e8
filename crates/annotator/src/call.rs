//! Calls: everything under one Call-ID, with the dialogs that came of it.

use std::net::IpAddr;

use smallvec::SmallVec;

use sipwhy_packet::{Flow, Timestamp};

use crate::dialog_ends::{DialogEnd, DialogEnds};
use crate::ids::TransactionId;
use crate::index::Keyed;
use crate::key::Key;
use crate::legs::Leg;
use crate::moment::Moment;
use crate::session_timer::SessionTimer;
use crate::timings::{Asked, PeerIndex};
use crate::transaction::{ShortText, Sighting};

/// Everything under one Call-ID: a call, or an exchange such as a registration.
#[derive(Debug)]
pub struct Call {
    pub(crate) key: Key,
    /// Its place in the order of first sightings, from 1.
    pub number: u64,
    names: Box<[u8]>,
    from_at: u32,
    to_at: u32,
    /// When its first message was seen.
    pub began: Moment,
    /// When its newest message was seen.
    pub newest: Timestamp,
    /// Whether an INVITE is among its requests.
    pub invited: bool,
    /// Its transactions that the engine remembers, in the order they began.
    pub transactions: SmallVec<[TransactionId; 8]>,
    /// When an ACK to a 2xx or a BYE was first seen that belongs to no dialog in view: the call
    /// was answered, and the answer was not captured.
    pub answered_unseen: Option<Moment>,
    /// Its place among the legs of a call over a back-to-back user agent, if it is known to be
    /// one.
    pub leg: Option<Box<Leg>>,
    /// Whether its INVITE has a Session-ID.
    pub(crate) has_session_id: bool,
    /// What a challenge or redirection interrupted, and what comes next takes up again.
    pub(crate) asked: Option<Asked>,
    /// The CSeq numbers, modulo 32, of requests that were refused until they are repaired.
    pub(crate) repairs: Repairs,
    /// The dialogs that a 2xx to an INVITE confirmed.
    pub dialogs: SmallVec<[Dialog; 1]>,
}

/// A dialog confirmed by a 2xx (RFC 3261 §12), by the tags of its ends.
#[derive(Debug)]
pub struct Dialog {
    /// Hash of the calling end's tag.
    pub(crate) from_tag: u64,
    /// Hash of the called end's tag.
    pub(crate) to_tag: u64,
    /// The INVITE's transaction on the hop on which the 2xx was seen first.
    pub invite: TransactionId,
    /// When it was confirmed.
    pub confirmed: Moment,
    /// When an ACK for it was first seen.
    pub acked: Option<Moment>,
    /// Whether its 2xx was sent again.
    pub(crate) is_answered_again: bool,
    /// When a BYE for it was first seen.
    pub ended: Option<Moment>,
    /// The session it carries, where the hop was seen that asked for it.
    pub(crate) session: Option<Session>,
    /// Its ACK on each hop, as last seen.
    pub(crate) acks: SmallVec<[HopAck; 1]>,
    /// How long it lasts, where its ends agreed on that.
    pub(crate) timer: Option<Box<SessionTimer>>,
    /// What its ends have sent within it, and have to.
    pub(crate) ends: Box<DialogEnds>,
}

/// A session, as its originating end has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    /// The host that was asked for it.
    pub(crate) peer: Option<PeerIndex>,
    /// When the answer came.
    pub(crate) answered: Timestamp,
}

/// The ACK to a 2xx on one hop. It is a transaction of its own (RFC 3261 §13.2.2.4) to which no
/// response comes, so this is all there is to remember of it.
#[derive(Clone, Debug)]
pub(crate) struct HopAck {
    /// The key of its topmost Via.
    pub(crate) key: Key,
    /// Between which sockets it was first seen.
    pub(crate) flow: Flow,
    /// When it was first seen.
    pub(crate) at: Moment,
    /// Its Request-URI.
    pub(crate) uri: ShortText,
    pub(crate) sighting: Sighting,
}

impl Dialog {
    /// Whether its ACK was seen on the way to this host.
    pub(crate) fn is_acked_at(&self, host: IpAddr) -> bool {
        let mut acks = self.acks.iter();
        acks.any(|ack| ack.flow.destination.ip() == host)
    }

    /// The end that sends requests with this tag in From.
    pub(crate) fn end_mut(&mut self, from_tag: u64) -> &mut DialogEnd {
        if from_tag == self.from_tag {
            &mut self.ends.caller
        } else {
            &mut self.ends.callee
        }
    }

    fn joins(&self, one: u64, other: u64) -> bool {
        (self.from_tag, self.to_tag) == (one, other) || (self.to_tag, self.from_tag) == (one, other)
    }
}

/// Which CSeq numbers a client was asked to go beyond. A number may stand for others: what is said
/// to be there has to be looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Repairs(u32);

impl Repairs {
    /// The request with this number is to be sent again, repaired.
    pub(crate) fn note(&mut self, cseq: u32) {
        self.0 |= 1 << (cseq % u32::BITS);
    }

    /// Whether nothing was ever to be repaired.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a request with this number may have been one of them.
    pub(crate) const fn may_hold(self, cseq: u32) -> bool {
        self.0 & 1 << (cseq % u32::BITS) != 0
    }
}

impl Keyed for Call {
    fn key(&self) -> Key {
        self.key
    }
}

impl Call {
    pub(crate) fn new(
        key: Key,
        number: u64,
        began: Moment,
        call_id: &[u8],
        from: &[u8],
        to: &[u8],
    ) -> Self {
        let as_offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        Self {
            key,
            number,
            names: [call_id, from, to].concat().into(),
            from_at: as_offset(call_id.len()),
            to_at: as_offset(call_id.len() + from.len()),
            began,
            newest: began.time,
            invited: false,
            answered_unseen: None,
            leg: None,
            has_session_id: false,
            asked: None,
            repairs: Repairs::default(),
            transactions: SmallVec::new(),
            dialogs: SmallVec::new(),
        }
    }

    /// The Call-ID as sent.
    #[must_use]
    pub fn call_id(&self) -> &[u8] {
        self.names.get(..self.from_at as usize).unwrap_or_default()
    }

    /// The URI in From as sent.
    #[must_use]
    pub fn from(&self) -> &[u8] {
        self.names
            .get(self.from_at as usize..self.to_at as usize)
            .unwrap_or_default()
    }

    /// The URI in To as sent.
    #[must_use]
    pub fn to(&self) -> &[u8] {
        self.names.get(self.to_at as usize..).unwrap_or_default()
    }

    /// The dialog between the two tags, whichever end each belongs to.
    pub(crate) fn dialog_mut(&mut self, one: u64, other: u64) -> Option<&mut Dialog> {
        self.dialogs
            .iter_mut()
            .find(|dialog| dialog.joins(one, other))
    }

    pub(crate) fn dialog(&self, one: u64, other: u64) -> Option<&Dialog> {
        self.dialogs.iter().find(|dialog| dialog.joins(one, other))
    }

    /// Whether nothing more is expected of it but what a new message would start afresh.
    pub(crate) fn is_over(&self) -> bool {
        self.transactions.is_empty() && self.dialogs.iter().all(|dialog| dialog.ended.is_some())
    }
}
