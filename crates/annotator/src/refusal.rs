//! What a refusal names that the next try must do without, or bring along.

use sipwhy_parser::{HeaderName, Message};
use smallvec::SmallVec;

use crate::annotation::{Evidence, QuotedLine};
use crate::ids::TransactionId;
use crate::quote;
use crate::transaction::{Received, Transaction};
use crate::world::World;

/// Most option tags and media types kept of one refusal; real ones name one or two.
const MOST: usize = 16;
/// Longest one that is kept. Registered ones are far shorter.
const LONGEST: usize = 64;
/// How many transactions of a call are looked through for an earlier refusal, the newest first.
const LOOK_BACK: usize = 16;

/// What a 415, 420, 421 or 422 named.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// 420: the extensions that the server does not know. 421: those that it wants. 415: the types
    /// that it takes.
    pub(crate) named: SmallVec<[Box<str>; 2]>,
    /// 422: the shortest session interval that it takes, in seconds.
    pub(crate) shortest: Option<u32>,
    /// The line that says so.
    pub(crate) line: Option<QuotedLine>,
}

impl Refusal {
    /// What a final response names; `None` where it is not one of these.
    pub(crate) fn read(code: u16, message: &Message<'_, '_>) -> Option<Self> {
        let (name, label) = match code {
            415 => (HeaderName::Accept, "what it takes"),
            420 => (HeaderName::Unsupported, "what it does not know"),
            421 => (HeaderName::Require, "what it wants"),
            422 => (HeaderName::MinSe, "the shortest it takes"),
            _ => return None,
        };
        let header = message.header(name);
        let mut refusal = Self {
            line: header.map(|header| quote::header(message, &header, label)),
            ..Self::default()
        };
        if name == HeaderName::MinSe {
            refusal.shortest = message.seconds(name);
        } else {
            refusal.named = named(name, message);
        }
        Some(refusal)
    }
}

/// The option tags or media types in a header, without their parameters.
fn named(name: HeaderName, message: &Message<'_, '_>) -> SmallVec<[Box<str>; 2]> {
    let tokens = message.tokens(name);
    let short = tokens.filter(|token| token.len() <= LONGEST);
    let bare = short.map(|token| {
        let bare = token.split(|byte| *byte == b';').next().unwrap_or(token);
        let bare = sipwhy_parser::printable(bare.trim_ascii());
        bare.to_ascii_lowercase().into()
    });
    bare.take(MOST).collect()
}

impl World {
    /// The refusal of a request as evidence, with the line that says what the next try must heed.
    pub(crate) fn refusal_evidence(&self, refused: &Transaction, answer: &Received) -> Evidence {
        let mut proof = self.response_evidence(refused, answer, "");
        let line = refused.refusal().and_then(|it| it.line.clone());
        proof.quote.extend(line);
        proof
    }

    /// The requests of which this one is the next try, the newest first: of its client to its
    /// server, of the same call and method, with a lower CSeq, and refused for what they need.
    pub(crate) fn refused_before(
        &self,
        id: TransactionId,
    ) -> impl Iterator<Item = (TransactionId, &Transaction)> {
        let retry = self.transaction(id);
        let call = retry.and_then(|retry| self.call(retry.call));
        let ids = call.map(|call| call.transactions.as_slice());
        let newest = ids.unwrap_or_default().iter().rev().take(LOOK_BACK);
        newest.filter_map(move |other_id| {
            let (retry, other) = (retry?, self.transaction(*other_id)?);
            is_next_try(other, retry).then_some((*other_id, other))
        })
    }
}

fn is_next_try(refused: &Transaction, retry: &Transaction) -> bool {
    let answer = refused.outcome.as_ref();
    refused.refusal().is_some()
        && refused.method == retry.method
        && (refused.client(), refused.server()) == (retry.client(), retry.server())
        && refused.cseq < retry.cseq
        && answer.is_some_and(|answer| answer.at.time <= retry.began().time)
}
