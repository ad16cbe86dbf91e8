//! What the end of a transaction tells of the session or registration that it belongs to.

use std::time::Duration;

use sipwhy_packet::Timestamp;
use sipwhy_parser::Method;

use crate::call::Session;
use crate::config::TIMEOUT;
use crate::method::MethodName;
use crate::moment::Moment;
use crate::transaction::Transaction;
use crate::world::World;

/// No request crosses more hops: the Max-Forwards it begins with (RFC 3261 §8.1.1.6).
const MOST_HOPS: usize = 70;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With 2xx.
    Success,
    /// With 401, 402 or 407, which RFC 6076 does not count as failures.
    Challenge,
    /// With 3xx.
    Redirection,
    /// With another final response.
    Failure(u16),
    /// Nothing came for 64·T1.
    Silence,
}

/// What the end of a request measured, at the first hop on which the request was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// A REGISTER.
    Registration {
        /// How it ended.
        end: End,
        /// RRD, from the first REGISTER of the attempt on.
        delay: Duration,
    },
    /// An INVITE that begins a session.
    Session {
        /// How it ended.
        end: End,
        /// SRD, from the first INVITE of the attempt to the first response that tells the caller
        /// something: any but 100.
        delay: Duration,
        /// How many hops it crossed, as far as it was seen.
        hops: u16,
    },
    /// A BYE.
    Disconnect {
        /// How it ended.
        end: End,
        /// SDD.
        delay: Duration,
        /// SDT, where the answer that began the session was seen.
        duration: Option<Duration>,
    },
}

/// What is measured of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Registration,
    Session,
    Disconnect,
}

impl Kind {
    /// What is measured of this one, if anything: a hop before it in view has the say.
    pub(crate) const fn of(transaction: &Transaction) -> Option<Self> {
        if transaction.parent.is_some() {
            return None;
        }
        match transaction.method {
            MethodName::Invite if !transaction.in_dialog => Some(Self::Session),
            MethodName::Known(Method::Register) => Some(Self::Registration),
            MethodName::Known(Method::Bye) => Some(Self::Disconnect),
            _ => None,
        }
    }
}

/// An attempt that a challenge or a redirection interrupted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    kind: Kind,
    /// When its first request was sent.
    began: Moment,
    /// When it was interrupted.
    interrupted: Timestamp,
    /// The newest request's CSeq.
    cseq: u32,
}

impl Asked {
    /// The attempt that goes on, after `end`, with the next request.
    pub(crate) fn of(
        world: &World,
        kind: Kind,
        transaction: &Transaction,
        end: End,
    ) -> Option<Self> {
        if !matches!(end, End::Challenge | End::Redirection) {
            return None;
        }
        let request = transaction.request?;
        Some(Self {
            kind,
            began: beginning(world, kind, transaction, request),
            interrupted: transaction.outcome.as_ref()?.at.time,
            cseq: transaction.cseq,
        })
    }
}

/// When the attempt began that this request belongs to: with the request, or with one before it
/// that was challenged or redirected (RFC 3261 §8.1.3.4, §8.1.3.5).
fn beginning(world: &World, kind: Kind, transaction: &Transaction, request: Moment) -> Moment {
    if !transaction.has_credentials && transaction.follows.is_none() {
        return request;
    }
    let patience = world.config.thresholds.next_attempt;
    let asked = world.call(transaction.call).and_then(|call| call.asked);
    asked
        .filter(|asked| {
            asked.kind == kind
                && asked.cseq.checked_add(1) == Some(transaction.cseq)
                && request.time.since(asked.interrupted) <= patience
        })
        .map_or(request, |asked| asked.began)
}

impl End {
    pub(crate) fn of(transaction: &Transaction) -> Option<Self> {
        Some(match transaction.outcome.as_ref()?.code {
            200..=299 => Self::Success,
            300..=399 => Self::Redirection,
            401 | 402 | 407 => Self::Challenge,
            code => Self::Failure(code),
        })
    }
}

impl Measured {
    /// What the final response to this request measured; `None` when it is of no interest, or
    /// when its request, or its end, was not seen.
    #[must_use]
    pub fn of(world: &World, transaction: &Transaction) -> Option<Self> {
        Self::with_end(
            world,
            Kind::of(transaction)?,
            transaction,
            End::of(transaction)?,
        )
    }

    pub(crate) fn with_end(
        world: &World,
        kind: Kind,
        transaction: &Transaction,
        end: End,
    ) -> Option<Self> {
        let request = transaction.request?;
        let began = beginning(world, kind, transaction, request);
        let outcome = transaction.outcome.as_ref().map(|answer| answer.at.time);
        let ended = outcome.unwrap_or(request.time + TIMEOUT);
        Some(match kind {
            Kind::Registration => Self::Registration {
                end,
                delay: ended.since(began.time),
            },
            Kind::Session => {
                let rang = transaction.progress.as_ref().map(|progress| progress.at);
                let told = rang.map_or(ended, |rang| rang.time);
                Self::Session {
                    end,
                    delay: told.since(began.time),
                    hops: hops(world, transaction),
                }
            }
            Kind::Disconnect => {
                let session = session_ended_by(world, transaction, began);
                let over = match end {
                    End::Silence => ended,
                    _ => began.time,
                };
                Self::Disconnect {
                    end,
                    delay: ended.since(began.time),
                    duration: session.map(|session| over.since(session.answered)),
                }
            }
        })
    }
}

/// The session that this BYE ended, where its beginning was seen.
pub(crate) fn session_of(world: &World, bye: &Transaction) -> Option<Session> {
    let began = beginning(world, Kind::Disconnect, bye, bye.request?);
    session_ended_by(world, bye, began)
}

/// The session that the BYE ended that was first sent at `began`.
fn session_ended_by(world: &World, bye: &Transaction, began: Moment) -> Option<Session> {
    let call = world.call(bye.call)?;
    let mut dialogs = call.dialogs.iter();
    dialogs.find(|dialog| dialog.ended == Some(began))?.session
}

/// How many hops the request crossed, as far as it was seen: the Via values on the last hop of the
/// branch that gave the answer.
fn hops(world: &World, first: &Transaction) -> u16 {
    let code = |it: &Transaction| it.outcome.as_ref().map(|answer| answer.code);
    let mut last = first;
    for _ in 0..MOST_HOPS {
        let mut children = world.children(last).map(|(_, child)| child);
        let Some(any) = children.next() else { break };
        let same = std::iter::once(any)
            .chain(children)
            .find(|child| code(child) == code(first));
        last = same.unwrap_or(any);
    }
    last.vias.max(first.vias)
}
