//! One line of a session description: `<type>=<value>` (RFC 8866 §5).

use super::attribute::Attribute;
use crate::lines::{Line, LineEnd};
use crate::piece::Piece;

/// A line of a session description, well-formed or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SdpLine<'a>(pub Line<'a>);

impl<'a> SdpLine<'a> {
    /// The line without its end.
    pub const fn text(self) -> Piece<'a> {
        self.0.text
    }

    /// The one letter before the `=`; `None` where that is not what the line begins with.
    pub fn letter(self) -> Option<u8> {
        match self.text().text() {
            [letter, b'=', ..] if letter.is_ascii_alphabetic() => Some(*letter),
            _ => None,
        }
    }

    /// What stands after the `=`; the whole line where it does not begin with a letter and `=`.
    pub fn value(self) -> Piece<'a> {
        if self.letter().is_some() {
            self.text().split_at(2).1
        } else {
            self.text()
        }
    }

    /// Name and value of an `a=` line.
    pub fn attribute(self) -> Option<Attribute<'a>> {
        (self.letter() == Some(b'a')).then(|| Attribute::read(self.value()))
    }

    /// Whether it has a line end.
    pub fn is_ended(self) -> bool {
        self.0.end != LineEnd::None
    }
}
