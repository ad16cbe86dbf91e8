//! Who a request says it is from and for.

use sipwhy_parser::{Address, CSeq, Message};

/// What a request says of its place in a dialog, read once for all who ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a> {
    /// From; `None` when missing or malformed.
    pub(crate) from: Option<Address<'a>>,
    /// To; `None` when missing or malformed.
    pub(crate) to: Option<Address<'a>>,
    /// CSeq; `None` when missing or malformed.
    pub(crate) cseq: Option<CSeq<'a>>,
}

impl<'a> Ends<'a> {
    pub(crate) fn of(message: &Message<'_, 'a>) -> Self {
        Self {
            from: message.from(),
            to: message.to(),
            cseq: message.cseq(),
        }
    }

    /// The tag of From, empty where there is none.
    pub(crate) fn tag_of_from(&self) -> &'a [u8] {
        self.from.and_then(Address::tag).unwrap_or_default()
    }

    /// The tag of To, empty where there is none.
    pub(crate) fn tag_of_to(&self) -> &'a [u8] {
        self.to.and_then(Address::tag).unwrap_or_default()
    }
}
