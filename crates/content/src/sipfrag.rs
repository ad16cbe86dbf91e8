//! Pieces of SIP messages (RFC 3420): how a transfer goes (RFC 3515 §2.4.5).

use crate::fields::Fields;
use crate::lines::Lines;
use crate::piece::Piece;

/// A start line, header fields and a body, of which each may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SipFrag<'a> {
    /// The start line.
    pub start_line: Option<Piece<'a>>,
    after: Piece<'a>,
}

impl<'a> SipFrag<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Self {
        let whole = Piece::whole(body);
        let mut lines = Lines::new(whole);
        let is_start = |line: &Piece<'_>| {
            line.begins_with("SIP/2.0 ")
                || line.words().last().is_some_and(|word| word.is("SIP/2.0"))
        };
        match lines.next().map(|line| line.text).filter(is_start) {
            Some(line) => Self {
                start_line: Some(line),
                after: lines.rest(),
            },
            None => Self {
                start_line: None,
                after: whole,
            },
        }
    }

    /// The status code and its reason, where the start line is that of a response.
    pub fn status(&self) -> Option<(u16, Piece<'a>)> {
        let (version, rest) = self.start_line?.first_word();
        let (code, reason) = rest.first_word();
        let number = code.number().filter(|number| (100..700).contains(number))?;
        version
            .is("SIP/2.0")
            .then_some((u16::try_from(number).ok()?, reason))
    }

    /// The header fields.
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.after)
    }
}
