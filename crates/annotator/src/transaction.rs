//! A transaction as the wire shows it: the client's state machine of RFC 3261 §17.1, with the
//! Accepted state of RFC 6026, reconstructed from requests and responses.
//!
//! Each hop has a transaction of its own; [`Transaction::parent`] and
//! [`Transaction::children`] chain those that a proxy joins.

use std::net::IpAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use sipwhy_packet::{Captured, DatagramMark, Flow, Timestamp};
use smallvec::SmallVec;

use crate::annotation::{QuotedLine, Responsible, Severity, Verdict};
use crate::auth::Auth;
use crate::config::TIMEOUT;
use crate::course::Course;
use crate::engine::Part;
use crate::identity::Claims;
use crate::ids::{CallId, RedirectId, RuleIndex, TransactionId};
use crate::index::Keyed;
use crate::key::Key;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::negotiation::Negotiation;
use crate::refusal::Refusal;
use crate::reliable::Reliable;
use crate::transfer::Transfer;

/// How long a message may stay in the network (RFC 3261 table 4).
const T4: Duration = Duration::from_secs(5);
/// Transactions are kept up to this much longer than they must be.
const SLACK: Duration = Duration::from_secs(1);

/// Where a client transaction stands (RFC 3261 figures 5 and 6, RFC 6026 figure 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The request was sent; nothing came back. RFC 3261 calls this Calling for INVITE and
    /// Trying for all others.
    Calling,
    /// A provisional response came back.
    Proceeding,
    /// A final response came back; for INVITE one of 300-699.
    Completed,
    /// A 2xx to an INVITE came back; more of them may follow from other forks.
    Accepted,
}

/// A response that reached the client.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// When, and in which frame.
    pub at: Moment,
    /// Its status code.
    pub code: u16,
}

/// What the element that wrote a 100 put its own mark on, as hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TryingMarks {
    /// The To tag, where the request had none.
    pub to_tag: Option<NonZeroU64>,
    /// The Server header.
    pub server: Option<NonZeroU64>,
    /// The Timestamp header, where it carries a delay.
    pub delay: Option<NonZeroU64>,
}

/// The last sighting of a request or response, to tell a copy from a retransmission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    time: Timestamp,
    /// The status code; 0 for a request.
    code: u16,
    /// Whether it was between the sockets between which the request was first seen.
    is_on_path: bool,
    mark: Option<DatagramMark>,
}

impl Sighting {
    pub(crate) fn of(captured: &Captured<'_>, code: u16, is_on_path: bool) -> Self {
        Self {
            time: captured.time,
            code,
            is_on_path,
            mark: captured.mark,
        }
    }

    /// Whether `later` is of the same packet, which the capture saw at two places: on both sides
    /// of a mirror, a router or a bridge, or on both sides of a NAT, which changes addresses and
    /// so the checksum. A retransmission takes T1, hundreds of milliseconds, and has an
    /// identification of its own.
    pub(crate) fn is_copied_by(&self, later: &Self, window: Duration) -> bool {
        if self.code != later.code || later.time.since(self.time) > window {
            return false;
        }
        let is_translated = self.is_on_path != later.is_on_path;
        match (self.mark, later.mark) {
            (Some(one), Some(other)) if is_translated => {
                (one.ip_id, one.len) == (other.ip_id, other.len)
            }
            (Some(one), Some(other)) => one == other,
            // On a stream nothing is sent twice, and copies on the same path are dropped before.
            (None, None) => is_translated,
            _ => false,
        }
    }

    /// Tells what `later` is, of a request that was seen before, and keeps it where the request
    /// was sent again. Beside the path it is the other side of a router or NAT, whenever that
    /// comes.
    pub(crate) fn take_in(&mut self, later: Self, window: Duration) -> Part {
        let is_beside = self.is_on_path && !later.is_on_path;
        if is_beside || self.is_copied_by(&later, window) {
            return Part::Copy;
        }
        *self = later;
        Part::Retransmission
    }
}

/// A response that went to an address that is not the client's.
#[derive(Clone, Debug)]
pub struct Stray {
    /// What it was.
    pub received: Received,
    /// Who sent it to whom.
    pub flow: Flow,
    pub(crate) sighting: Sighting,
}

/// What a rule has said of a transaction so far.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub(crate) rule: RuleIndex,
    pub(crate) finding: u64,
    /// The rule's own number of the stage.
    pub stage: u8,
    /// The gravest severity of all stages so far.
    pub worst: Severity,
    /// The verdict of the newest stage.
    pub verdict: Verdict,
    /// The hop that the newest stage named.
    pub responsible: Option<Responsible>,
}

/// What rules keep with a transaction. Few transactions have any.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What each rule last said of it.
    pub(crate) said: Vec<Said>,
    /// Lines of the final response that a rule may yet have to quote.
    pub(crate) kept_lines: Vec<QuotedLine>,
    /// The provisional responses to it that were sent reliably.
    pub(crate) reliable: Vec<Reliable>,
    /// Reason phrases of responses that are not their code's usual ones, by when they were seen.
    pub(crate) reasons: Vec<(Moment, Box<str>)>,
    /// An ACK to this failed INVITE that is not of its transaction.
    pub(crate) ack_apart: Option<Box<AckApart>>,
    /// The 2xx to the CANCEL of this INVITE.
    pub(crate) cancel_taken: Option<Received>,
    /// Of an INVITE whose 2xx was sent again: where that sends the ACK.
    pub(crate) course: Option<Box<Course>>,
    /// The client's address as a NAT translated it, where the capture shows both sides of that:
    /// responses go there.
    pub(crate) translated_client: Option<IpAddr>,
    /// What its refusal names that the next try must heed.
    pub(crate) refusal: Option<Box<Refusal>>,
    /// What its Identity headers claim.
    pub(crate) identity: Option<Box<[Claims]>>,
    /// What this REFER asked for.
    pub(crate) transfer: Option<Box<Transfer>>,
}

/// An ACK to a failed INVITE under another branch, which its server cannot know for one.
#[derive(Debug)]
pub(crate) struct AckApart {
    pub(crate) at: Moment,
    /// Its first line, and its Via with the branch underlined.
    pub(crate) quote: Vec<QuotedLine>,
}

/// Reason phrases that are kept of one transaction.
const MOST_REASONS: usize = 8;

/// What deadlines ask of a transaction first. It stands in a table of its own, which is small
/// enough to stay near to the processor: most deadlines find that nothing is to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// When the engine may forget it.
    expires: Timestamp,
    /// Whether a final response came.
    pub(crate) is_over: bool,
    /// Whether 100 is the newest response and the client still waits.
    pub(crate) is_trying: bool,
}

impl Standing {
    /// Whether it may be forgotten at `now`.
    pub(crate) fn may_go_at(&self, now: Timestamp) -> bool {
        self.expires <= now + SLACK
    }

    /// When to look again whether it may be forgotten; `None` where a deadline is set already.
    pub(crate) fn next_look(&self) -> Option<Timestamp> {
        (!self.is_over).then_some(self.expires)
    }
}

/// A text that is kept in place when it is no longer than a usual URI, so that most transactions
/// need no allocation.
pub type ShortText = SmallVec<[u8; 36]>;

/// One request, the responses to it, and the hop they crossed.
///
/// In the order of the fields those that nearly every message asks for stand together, and behind
/// them those that own memory and are asked for when the transaction is forgotten: it takes several
/// lines of the processor's cache, and most messages need one or two of them.
#[derive(Debug)]
#[repr(C)]
pub struct Transaction {
    /// When the CANCEL of this INVITE was sent on this hop.
    pub cancelled: Option<Moment>,
    /// The redirection that ended this transaction.
    pub redirect: Option<RedirectId>,
    /// What marks the writer of the first 100.
    pub trying_marks: TryingMarks,
    /// The first 100.
    pub trying: Option<Received>,
    /// When the ACK to a final response other than 2xx was sent.
    pub acked: Option<Moment>,
    pub(crate) ack_sighting: Option<Sighting>,
    /// The last time the request was sent.
    pub last_sent: Moment,
    pub(crate) request_sighting: Sighting,
    /// The number in CSeq.
    pub cseq: u32,
    /// How often the final response was sent again.
    pub outcome_repeats: u32,
    /// How many Via values the request carries: 1 when its client is the UAC.
    pub vias: u16,
    /// Whether the request carries Record-Route.
    pub(crate) has_record_route: bool,
    /// The number in Max-Forwards, where there is one in the RFC's range.
    pub max_forwards: Option<u8>,
    /// The first response of 101 to 199.
    pub progress: Option<Received>,
    /// When the request was first sent; `None` when only responses were seen.
    pub request: Option<Moment>,
    /// The transaction of the hop before, when it was captured.
    pub parent: Option<TransactionId>,
    /// The redirection that this request answers.
    pub follows: Option<RedirectId>,
    /// From the client to the server of this hop.
    pub flow: Flow,
    /// How often the request was sent again.
    pub retransmissions: u32,
    pub(crate) response_sighting: Option<Sighting>,
    /// The first response of any kind.
    pub first_response: Option<Moment>,
    /// The first final response.
    pub outcome: Option<Received>,
    /// When the engine may forget it.
    pub(crate) expires: Timestamp,
    /// Whether the request's To has a tag.
    pub in_dialog: bool,
    /// Whether the request carries credentials.
    pub has_credentials: bool,
    /// Whether it came over UDP from another place than its Via names, without `rport`: its
    /// answers go to the port in the Via (RFC 3261 §18.2.2).
    pub answers_elsewhere: bool,
    /// Where it stands.
    pub state: State,
    /// The request's method.
    pub method: MethodName,
    /// The call it belongs to.
    pub call: CallId,
    /// The table's key.
    pub(crate) key: Key,
    pub(crate) notes: Option<Box<Notes>>,
    /// Its credentials, and the challenges that answered it.
    pub(crate) auth: Option<Box<Auth>>,
    /// Its offer and what was answered.
    pub(crate) negotiation: Option<Box<Negotiation>>,
    /// The first response that went to an address that is not the client's.
    pub stray: Option<Box<Stray>>,
    /// The transactions of the hop after, in the order they began.
    pub children: SmallVec<[TransactionId; 2]>,
    /// The Request-URI as sent; empty when the request was not seen.
    pub uri: ShortText,
}

impl Keyed for Transaction {
    fn key(&self) -> Key {
        self.key
    }
}

impl Transaction {
    /// The host that sent the request.
    #[must_use]
    pub fn client(&self) -> IpAddr {
        self.flow.source.ip()
    }

    /// The host that the request was sent to.
    #[must_use]
    pub fn server(&self) -> IpAddr {
        self.flow.destination.ip()
    }

    /// The client's address as a NAT translated it, where both sides of that were seen.
    pub(crate) fn translated_client(&self) -> Option<IpAddr> {
        self.notes.as_ref()?.translated_client
    }

    /// Keeps the reason phrase of a response, which is not its code's usual one.
    pub(crate) fn note_reason(&mut self, at: Moment, reason: Box<str>) {
        let reasons = &mut self.notes.get_or_insert_default().reasons;
        if reasons.len() < MOST_REASONS {
            reasons.push((at, reason));
        }
    }

    /// The reason phrase of one of its responses, where it was not the code's usual one.
    #[must_use]
    pub fn reason(&self, response: &Received) -> Option<&str> {
        let mut reasons = self.notes.as_ref()?.reasons.iter();
        let found = reasons.find(|(at, _)| *at == response.at);
        found.map(|(_, reason)| &**reason)
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing {
            expires: self.expires,
            is_over: self.outcome.is_some(),
            is_trying: self.is_trying(),
        }
    }

    /// Lines of the final response that a rule kept for later.
    #[must_use]
    pub fn kept_lines(&self) -> &[QuotedLine] {
        self.notes
            .as_ref()
            .map(|notes| notes.kept_lines.as_slice())
            .unwrap_or_default()
    }

    /// The provisional responses that were sent reliably, in the order they were first seen.
    #[must_use]
    pub fn reliable(&self) -> &[Reliable] {
        self.notes
            .as_ref()
            .map(|notes| notes.reliable.as_slice())
            .unwrap_or_default()
    }

    /// The 2xx to the CANCEL of this INVITE. The CANCEL's own transaction is soon forgotten.
    #[must_use]
    pub fn cancel_taken(&self) -> Option<&Received> {
        self.notes.as_ref()?.cancel_taken.as_ref()
    }

    /// Where its 2xx sends the ACK, when that 2xx was sent again.
    pub(crate) fn course(&self) -> Option<&Course> {
        self.notes.as_ref()?.course.as_deref()
    }

    /// Its credentials, and the challenges that answered it, where there are any.
    pub(crate) fn auth(&self) -> Option<&Auth> {
        self.auth.as_deref()
    }

    pub(crate) fn auth_mut(&mut self) -> &mut Auth {
        self.auth.get_or_insert_default()
    }

    /// What its refusal names that the next try must heed, where there is such.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.notes.as_ref()?.refusal.as_deref()
    }

    /// What its Identity headers claim of the caller, where it has any.
    pub(crate) fn identity(&self) -> Option<&[Claims]> {
        self.notes.as_ref()?.identity.as_deref()
    }

    /// What it asked for, of a REFER that asked for a call.
    pub(crate) fn transfer(&self) -> Option<&Transfer> {
        self.notes.as_ref()?.transfer.as_deref()
    }

    /// What became of its offer.
    pub(crate) fn negotiation(&self) -> Option<&Negotiation> {
        self.negotiation.as_deref()
    }

    /// Whether this is an INVITE transaction.
    #[must_use]
    pub fn is_invite(&self) -> bool {
        self.method == MethodName::Invite
    }

    /// When the transaction was first seen: the request, or the first response.
    #[must_use]
    pub fn began(&self) -> Moment {
        self.request
            .or(self.first_response)
            .unwrap_or(self.last_sent)
    }

    /// Whether there is more to it than a request and its answer.
    pub(crate) fn is_eventful(&self) -> bool {
        self.cancelled.is_some()
            || self.follows.is_some()
            || self.auth.is_some()
            || self.notes.as_ref().is_some_and(|notes| {
                !notes.said.is_empty() || !notes.reliable.is_empty() || notes.transfer.is_some()
            })
    }

    /// Whether 100 is the newest response and the client still waits.
    #[must_use]
    pub fn is_trying(&self) -> bool {
        self.state == State::Proceeding && self.progress.is_none() && self.cancelled.is_none()
    }

    /// Whether nothing final came back yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, State::Calling | State::Proceeding)
    }

    /// Whether the newest response went to the socket that the request came from.
    pub(crate) fn is_answered_where_it_came_from(&self) -> bool {
        let newest = self.response_sighting.as_ref();
        newest.is_none_or(|newest| newest.is_on_path)
    }

    /// Whether the request came from a proxy: it has more than one Via.
    #[must_use]
    pub fn client_is_proxy(&self) -> bool {
        self.vias > 1
    }

    /// Takes a provisional response into account. RFC 3261 §17.1.1.2, §17.1.2.2: from Calling to
    /// Proceeding; a provisional response after a final one changes nothing.
    pub(crate) fn on_provisional(&mut self, received: Received) {
        self.first_response.get_or_insert(received.at);
        if !self.is_pending() {
            return;
        }
        self.state = State::Proceeding;
        let slot = if received.code == 100 {
            &mut self.trying
        } else {
            &mut self.progress
        };
        slot.get_or_insert(received);
    }

    /// The newest response of 101 to 199 to a request that still waits, by code and time; `first`
    /// is the first of them.
    pub(crate) fn newest_progress(&self, first: &Received) -> (u16, Timestamp) {
        let newest = self.response_sighting.map(|it| (it.code, it.time));
        let newest = newest.filter(|(code, _)| (101..200).contains(code));
        newest.unwrap_or((first.code, first.at.time))
    }

    /// Takes a final response into account, and says whether it is the first.
    pub(crate) fn on_final(&mut self, received: Received) -> bool {
        self.first_response.get_or_insert(received.at);
        if !self.is_pending() {
            self.outcome_repeats += 1;
            return false;
        }
        let is_accept = self.is_invite() && received.code < 300;
        self.state = if is_accept {
            State::Accepted
        } else {
            State::Completed
        };
        self.expires = received.at.time + self.linger(received.code);
        self.outcome = Some(received);
        true
    }

    /// How long after a final response with this code more of this transaction may be seen: Timer
    /// D for an INVITE refused, Timer M for one accepted, Timers J and K for all others, each at
    /// its value for UDP, and a second more so that every deadline of a rule comes first. One that
    /// was redirected or challenged is looked back at for longer, and so is a REFER that was
    /// accepted, of which NOTIFYs tell.
    fn linger(&self, code: u16) -> Duration {
        if self.is_invite() || matches!(code, 300..=399 | 401 | 407) {
            TIMEOUT + SLACK
        } else if code < 300
            && let Some(transfer) = self.transfer()
        {
            transfer.kept_for
        } else {
            T4 + SLACK
        }
    }

    /// When to look first whether it may be forgotten. Nearly every request other than INVITE is
    /// answered within a second and needs no second look.
    pub(crate) fn first_look(&self) -> Timestamp {
        if self.is_invite() {
            self.expires
        } else {
            self.began().time + T4 + SLACK
        }
    }

    /// Whether the first look finds it over: no deadline of its own is needed then.
    pub(crate) fn ends_by_first_look(&self) -> bool {
        !self.is_invite() && self.standing().may_go_at(self.first_look())
    }

    /// Challenges were answered at `now`: nothing looks back at them for long any more. Says when
    /// it may be forgotten, where that is sooner than before.
    pub(crate) fn settle_challenge(&mut self, now: Timestamp) -> Option<Timestamp> {
        let soon = now + T4 + SLACK;
        let is_challenge = self
            .outcome
            .is_some_and(|answer| matches!(answer.code, 401 | 407));
        if !is_challenge || self.expires <= soon {
            return None;
        }
        self.expires = soon;
        Some(soon)
    }
}

/// Whether the client is to send the request again, changed, under the next CSeq (§8.1.3.5, §22.2;
/// for 422 RFC 4028 §7.3, for 494 RFC 3329).
pub(crate) const fn asks_for_repair(code: u16) -> bool {
    matches!(
        code,
        401 | 407 | 413 | 415 | 416 | 420 | 421 | 422 | 423 | 494
    )
}
