//! Instant messages with their senders (CPIM, RFC 3862).

use crate::fields::Fields;
use crate::multipart::Part;
use crate::piece::Piece;

/// Header fields of the message, an empty line, and a part with fields of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cpim<'a> {
    whole: Piece<'a>,
    depth: u8,
}

impl<'a> Cpim<'a> {
    pub(crate) const fn new(body: &'a [u8], depth: u8) -> Self {
        Self {
            whole: Piece::whole(body),
            depth,
        }
    }

    /// `From`, `To`, `DateTime` and so on.
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.whole)
    }

    /// The message itself.
    pub fn part(&self) -> Part<'a> {
        Part::new(self.fields().body(), self.depth)
    }
}
