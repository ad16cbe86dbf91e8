//! Messages waiting in a mailbox (RFC 3842).

use crate::fields::Fields;
use crate::piece::Piece;

/// What a mailbox holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessageSummary<'a> {
    /// `Messages-Waiting`.
    pub is_waiting: Option<bool>,
    /// `Message-Account`: whose mailbox it is.
    pub account: Option<Piece<'a>>,
    /// How many messages there are, by kind.
    pub counts: Vec<Count<'a>>,
}

/// How many messages of one kind there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count<'a> {
    /// Such as `Voice-Message`.
    pub kind: Piece<'a>,
    /// Those not heard yet.
    pub new: u64,
    /// Those heard.
    pub old: u64,
    /// Of the new and the old ones, those that are urgent.
    pub urgent: Option<(u64, u64)>,
}

impl<'a> MessageSummary<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Self {
        let mut summary = Self::default();
        for field in Fields::new(Piece::whole(body)) {
            let Some(value) = field.value else {
                continue;
            };
            if field.name.is("Messages-Waiting") {
                summary.is_waiting = if value.is("yes") {
                    Some(true)
                } else {
                    value.is("no").then_some(false)
                };
            } else if field.name.is("Message-Account") {
                summary.account = Some(value);
            } else {
                summary.counts.extend(Count::read(field.name, value));
            }
        }
        summary
    }
}

impl<'a> Count<'a> {
    /// `new/old (urgent new/urgent old)`.
    fn read(kind: Piece<'a>, value: Piece<'a>) -> Option<Self> {
        let (counts, urgent) = match value.split_once(b'(') {
            Some((counts, urgent)) => (counts, urgent.split_once(b')').map(|(urgent, _)| urgent)),
            None => (value, None),
        };
        let (new, old) = pair(counts)?;
        Some(Self {
            kind,
            new,
            old,
            urgent: urgent.and_then(pair),
        })
    }
}

fn pair(text: Piece<'_>) -> Option<(u64, u64)> {
    let (new, old) = text.split_once(b'/')?;
    Some((new.trim().number()?, old.trim().number()?))
}
