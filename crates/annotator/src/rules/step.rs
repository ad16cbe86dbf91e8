//! The steps that transactions and redirections take.

use std::time::Duration;

use sipwhy_packet::{Captured, Flow};
use sipwhy_parser::{Message, Method};

use crate::dialog_ends::Numbered;
use crate::ids::{CallId, RedirectId, TransactionId};
use crate::moment::Moment;
use crate::negotiation::{Exchange, Unanswered};
use crate::pauses::Pause;
use crate::rates::Burst;
use crate::redirect::Judgement;
use crate::registrations::Registration;
use crate::route_set::{Departure, RouteSet};
use crate::session_timer::SessionTimer;
use crate::transaction::TryingMarks;
use crate::transfer::Report;
use crate::vantage::FailureKind;

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Step<'s, 'm> {
    /// A request began a transaction.
    RequestSent {
        /// The transaction.
        transaction: TransactionId,
        /// Its method.
        method: Method<'m>,
        /// The request itself.
        message: &'s Message<'s, 'm>,
    },
    /// An INVITE is the next try of one that was refused for what it needs: told before
    /// [`Step::RequestSent`].
    RepairSent {
        /// The transaction.
        transaction: TransactionId,
        /// The one that was refused.
        refused: TransactionId,
        /// The request itself.
        message: &'s Message<'s, 'm>,
    },
    /// The answers to a request go elsewhere than where it came from: told before
    /// [`Step::RequestSent`].
    AnswersElsewhere {
        /// The request's transaction.
        transaction: TransactionId,
        /// The request itself.
        message: &'s Message<'s, 'm>,
    },
    /// A request claims who its caller is, by an Identity header: told before
    /// [`Step::RequestSent`].
    IdentityClaimed(TransactionId),
    /// A request with credentials began a transaction: told after [`Step::RequestSent`].
    CredentialsSent(TransactionId),
    /// A request over UDP is larger than UDP carries safely.
    LargeRequest {
        /// The transaction that it began.
        transaction: TransactionId,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// A request was sent again.
    RequestRepeated(TransactionId),
    /// A 100 came back, the first or a later one.
    Trying {
        /// The transaction it answers.
        transaction: TransactionId,
        /// When it was seen.
        at: Moment,
        /// What marks its writer.
        marks: TryingMarks,
        /// The 100 itself.
        message: &'s Message<'s, 'm>,
    },
    /// A response of 101 to 199 came back, the first or a later one.
    Provisional {
        /// The transaction it answers.
        transaction: TransactionId,
        /// Its status code.
        code: u16,
        /// When it was seen.
        at: Moment,
        /// The response itself.
        message: &'s Message<'s, 'm>,
    },
    /// The first response of 101 to 199 came back.
    Progressed(TransactionId),
    /// The first response of all came back, to a request that had been sent again.
    LateResponse(TransactionId),
    /// The first final response came back.
    Ended {
        /// The transaction it ends.
        transaction: TransactionId,
        /// Its status code.
        code: u16,
        /// Whether there is more to the transaction than a request and its answer: it was given
        /// up, was spoken of, followed a redirection, carried credentials or answered reliably.
        is_eventful: bool,
        /// The response itself.
        message: &'s Message<'s, 'm>,
    },
    /// The first final response came back, to a socket of which others were refused: told before
    /// [`Step::Ended`].
    Doubted {
        /// The transaction it ends.
        transaction: TransactionId,
        /// The response itself.
        message: &'s Message<'s, 'm>,
    },
    /// A final response came again, or that of another fork.
    FinalRepeated {
        /// The transaction, which another final response ended.
        transaction: TransactionId,
        /// Its status code.
        code: u16,
        /// When it was seen.
        at: Moment,
        /// The response itself.
        message: &'s Message<'s, 'm>,
    },
    /// A 2xx to an INVITE was acknowledged, on this hop for the first time.
    Acknowledged {
        /// The call.
        call: CallId,
        /// The INVITE's transaction on the hop that was seen first to be answered.
        invite: TransactionId,
        /// Between whom the ACK went.
        flow: Flow,
        /// When it was seen.
        at: Moment,
        /// The ACK itself.
        message: &'s Message<'s, 'm>,
    },
    /// A dialog was ended by a BYE, which is seen for the first time.
    Released {
        /// The BYE's transaction.
        transaction: TransactionId,
        /// The INVITE's transaction on the hop that was seen first to be answered.
        invite: TransactionId,
        /// How long after the answer.
        after: Duration,
        /// Whether the calling side sent it.
        by_caller: bool,
        /// The BYE itself.
        message: &'s Message<'s, 'm>,
    },
    /// A dialog with a session timer was ended by a BYE: told after [`Step::Released`].
    TimedRelease {
        /// The BYE's transaction.
        transaction: TransactionId,
        /// What had been agreed.
        timer: &'s SessionTimer,
        /// Whether the calling side sent it.
        by_caller: bool,
        /// The BYE itself.
        message: &'s Message<'s, 'm>,
    },
    /// A source sends far more requests to a host than it ever did.
    Flooded {
        /// The newest of them.
        transaction: TransactionId,
        /// How many there are.
        burst: Burst,
    },
    /// A request came before its server wanted one: told before [`Step::RequestSent`].
    SentTooSoon {
        /// Its transaction.
        transaction: TransactionId,
        /// What the server asked for.
        pause: &'s Pause,
    },
    /// The Content-Length of a message in a datagram is not the length of its body.
    LengthOff {
        /// The transaction that the message belongs to, if it could be told.
        transaction: Option<TransactionId>,
        /// The message.
        message: &'s Message<'s, 'm>,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// A request was captured once more, on the other side of a NAT.
    Translated {
        /// The transaction.
        transaction: TransactionId,
        /// The request as it is there.
        message: &'s Message<'s, 'm>,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// An answer met its offer.
    Negotiated(&'s Exchange<'s>),
    /// An offer got no answer where one was due.
    Unanswered(&'s Unanswered<'s>),
    /// A response went to an address that is not its client's.
    WentAstray(TransactionId),
    /// A message belongs to no transaction in view.
    Unmatched {
        /// The message.
        message: &'s Message<'s, 'm>,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// A request within a dialog has a number that its sender had got past, or used.
    OutOfOrder {
        /// The transaction that it began.
        transaction: TransactionId,
        /// The request of the highest number of this sender.
        newest: Numbered,
    },
    /// A request within a dialog does not take the way that the 2xx gave.
    OffRoute {
        /// The call.
        call: CallId,
        /// The way that it should take.
        route: &'s RouteSet,
        /// How it differs.
        departure: Departure,
        /// The request.
        message: &'s Message<'s, 'm>,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// A proxy passed on a request without lowering its Max-Forwards.
    HopsKept(TransactionId),
    /// A request went between two hosts once more, unchanged but for its Via headers.
    CameBack {
        /// Its transaction.
        transaction: TransactionId,
        /// Its transaction at the first visit.
        first: TransactionId,
    },
    /// Another dialog was confirmed within a call that has one: on this hop its 2xx was seen first.
    AnsweredAgain(TransactionId),
    /// The network, or the far end below SIP, turned a packet down.
    Undelivered {
        /// The way of the packet.
        flow: Flow,
        /// How it was turned down.
        kind: FailureKind,
        /// When that was seen.
        at: Moment,
    },
    /// A client has registered again and again, far sooner than it had to.
    Reregistered {
        /// The newest REGISTER.
        transaction: TransactionId,
        /// What is known of it.
        registration: &'s Registration,
        /// The 2xx to it.
        message: &'s Message<'s, 'm>,
    },
    /// A NOTIFY tells of a transfer.
    TransferReported {
        /// The REFER, where it is in view.
        refer: Option<TransactionId>,
        /// The NOTIFY.
        notify: TransactionId,
        /// What it tells.
        report: &'s Report,
    },
    /// The caller gave up an INVITE.
    Cancelled(TransactionId),
    /// A redirection was taken in.
    Redirected(RedirectId),
    /// A request that answers a redirection was judged.
    Retried(RedirectId, &'s Judgement),
    /// Nothing followed a redirection for as long as one should wait.
    RedirectSilent(RedirectId),
    /// A message may be malformed: it deserves a look at its form.
    Suspect {
        /// The transaction that it belongs to, if it could be told.
        transaction: Option<TransactionId>,
        /// The message.
        message: &'s Message<'s, 'm>,
        /// Where it was captured.
        captured: &'s Captured<'m>,
    },
    /// The capture ended while the transaction was remembered.
    CaptureEnded(TransactionId),
    /// The capture ended while a redirection waited for an answer.
    CaptureEndedRedirected(RedirectId),
}

/// The kinds of [`Step`], for a rule to name those it listens to.
///
/// Most requests are answered as they should be, and no rule has anything to say of them; those
/// that only listen to what they care for are not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of the step of the same name")]
pub enum StepKind {
    /// [`Step::RequestSent`], whatever the method.
    RequestSent,
    /// The same of a BYE.
    ByeSent,
    /// The same of an OPTIONS.
    OptionsSent,
    /// The same of any other method.
    OtherSent,
    RepairSent,
    AnswersElsewhere,
    IdentityClaimed,
    CredentialsSent,
    LargeRequest,
    RequestRepeated,
    Trying,
    Provisional,
    Progressed,
    LateResponse,
    Doubted,
    /// [`Step::Ended`], whatever the code.
    Ended,
    /// The same by 300 to 699.
    Refused,
    /// The same of an eventful transaction.
    EventfulEnd,
    /// The same by 2xx, and eventful.
    EventfulAccept,
    /// The same by 300 to 699, and eventful.
    EventfulRefusal,
    /// The same by 2xx, and not eventful.
    PlainAccept,
    /// The same by 300 to 699, and not eventful.
    PlainRefusal,
    FinalRepeated,
    Acknowledged,
    Released,
    TimedRelease,
    Flooded,
    SentTooSoon,
    LengthOff,
    Translated,
    Negotiated,
    Unanswered,
    WentAstray,
    Unmatched,
    OutOfOrder,
    OffRoute,
    HopsKept,
    CameBack,
    AnsweredAgain,
    Undelivered,
    Reregistered,
    TransferReported,
    Cancelled,
    Redirected,
    Retried,
    RedirectSilent,
    Suspect,
    CaptureEnded,
    CaptureEndedRedirected,
}

impl StepKind {
    /// How many kinds there are.
    pub(crate) const COUNT: usize = Self::CaptureEndedRedirected as usize + 1;

    /// The kinds that steps have of which this one is said: several for a kind that is wide.
    pub(crate) fn narrowed(self) -> Vec<Self> {
        match self {
            Self::RequestSent => vec![Self::ByeSent, Self::OptionsSent, Self::OtherSent],
            Self::Ended => [Self::EventfulEnd, Self::PlainAccept, Self::PlainRefusal]
                .into_iter()
                .flat_map(Self::narrowed)
                .collect(),
            Self::Refused => vec![Self::EventfulRefusal, Self::PlainRefusal],
            Self::EventfulEnd => vec![Self::EventfulAccept, Self::EventfulRefusal],
            narrow => vec![narrow],
        }
    }
}

impl Step<'_, '_> {
    /// Which kind of step it is: the narrowest.
    #[must_use]
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::RequestSent { method, .. } => match method {
                Method::Bye => StepKind::ByeSent,
                Method::Options => StepKind::OptionsSent,
                _ => StepKind::OtherSent,
            },
            Self::RepairSent { .. } => StepKind::RepairSent,
            Self::AnswersElsewhere { .. } => StepKind::AnswersElsewhere,
            Self::IdentityClaimed(_) => StepKind::IdentityClaimed,
            Self::CredentialsSent(_) => StepKind::CredentialsSent,
            Self::LargeRequest { .. } => StepKind::LargeRequest,
            Self::RequestRepeated(_) => StepKind::RequestRepeated,
            Self::Trying { .. } => StepKind::Trying,
            Self::Provisional { .. } => StepKind::Provisional,
            Self::Progressed(_) => StepKind::Progressed,
            Self::LateResponse(_) => StepKind::LateResponse,
            Self::Doubted { .. } => StepKind::Doubted,
            Self::Ended {
                code, is_eventful, ..
            } => match (*code < 300, *is_eventful) {
                (true, true) => StepKind::EventfulAccept,
                (false, true) => StepKind::EventfulRefusal,
                (true, false) => StepKind::PlainAccept,
                (false, false) => StepKind::PlainRefusal,
            },
            Self::FinalRepeated { .. } => StepKind::FinalRepeated,
            Self::Acknowledged { .. } => StepKind::Acknowledged,
            Self::Released { .. } => StepKind::Released,
            Self::TimedRelease { .. } => StepKind::TimedRelease,
            Self::Flooded { .. } => StepKind::Flooded,
            Self::SentTooSoon { .. } => StepKind::SentTooSoon,
            Self::LengthOff { .. } => StepKind::LengthOff,
            Self::Translated { .. } => StepKind::Translated,
            Self::Negotiated(_) => StepKind::Negotiated,
            Self::Unanswered(_) => StepKind::Unanswered,
            Self::WentAstray(_) => StepKind::WentAstray,
            Self::Unmatched { .. } => StepKind::Unmatched,
            Self::OutOfOrder { .. } => StepKind::OutOfOrder,
            Self::OffRoute { .. } => StepKind::OffRoute,
            Self::HopsKept(_) => StepKind::HopsKept,
            Self::CameBack { .. } => StepKind::CameBack,
            Self::AnsweredAgain(_) => StepKind::AnsweredAgain,
            Self::Undelivered { .. } => StepKind::Undelivered,
            Self::Reregistered { .. } => StepKind::Reregistered,
            Self::TransferReported { .. } => StepKind::TransferReported,
            Self::Cancelled(_) => StepKind::Cancelled,
            Self::Redirected(_) => StepKind::Redirected,
            Self::Retried(..) => StepKind::Retried,
            Self::RedirectSilent(_) => StepKind::RedirectSilent,
            Self::Suspect { .. } => StepKind::Suspect,
            Self::CaptureEnded(_) => StepKind::CaptureEnded,
            Self::CaptureEndedRedirected(_) => StepKind::CaptureEndedRedirected,
        }
    }
}
