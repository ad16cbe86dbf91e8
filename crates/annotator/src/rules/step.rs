//! The steps that transactions and redirections take.

use sipwhy_parser::Message;

use crate::ids::{RedirectId, TransactionId};
use crate::moment::Moment;
use crate::redirect::Judgement;
use crate::transaction::TryingMarks;

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Step<'s, 'm> {
    /// A request began a transaction.
    RequestSent(TransactionId),
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
    /// The first response of 101 to 199 came back.
    Progressed(TransactionId),
    /// The first response of all came back.
    FirstResponse(TransactionId),
    /// The first final response came back.
    Ended {
        /// The transaction it ends.
        transaction: TransactionId,
        /// The response itself.
        message: &'s Message<'s, 'm>,
    },
    /// The caller gave up an INVITE.
    Cancelled(TransactionId),
    /// A redirection was taken in.
    Redirected(RedirectId),
    /// A request that answers a redirection was judged.
    Retried(RedirectId, &'s Judgement),
    /// Nothing followed a redirection for as long as one should wait.
    RedirectSilent(RedirectId),
    /// The capture ended while the transaction was remembered.
    CaptureEnded(TransactionId),
    /// The capture ended while a redirection waited for an answer.
    CaptureEndedRedirected(RedirectId),
}

/// The kinds of [`Step`], for a rule to name those it listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of the step of the same name")]
pub enum StepKind {
    RequestSent,
    RequestRepeated,
    Trying,
    Progressed,
    FirstResponse,
    Ended,
    Cancelled,
    Redirected,
    Retried,
    RedirectSilent,
    CaptureEnded,
    CaptureEndedRedirected,
}

impl StepKind {
    /// How many kinds there are.
    pub(crate) const COUNT: usize = Self::CaptureEndedRedirected as usize + 1;
}

impl Step<'_, '_> {
    /// Which kind of step it is.
    #[must_use]
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::RequestSent(_) => StepKind::RequestSent,
            Self::RequestRepeated(_) => StepKind::RequestRepeated,
            Self::Trying { .. } => StepKind::Trying,
            Self::Progressed(_) => StepKind::Progressed,
            Self::FirstResponse(_) => StepKind::FirstResponse,
            Self::Ended { .. } => StepKind::Ended,
            Self::Cancelled(_) => StepKind::Cancelled,
            Self::Redirected(_) => StepKind::Redirected,
            Self::Retried(..) => StepKind::Retried,
            Self::RedirectSilent(_) => StepKind::RedirectSilent,
            Self::CaptureEnded(_) => StepKind::CaptureEnded,
            Self::CaptureEndedRedirected(_) => StepKind::CaptureEndedRedirected,
        }
    }
}
