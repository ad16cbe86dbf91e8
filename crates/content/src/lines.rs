//! The lines of a body of text, with every byte in one of them.

use memchr::memchr;

use crate::piece::Piece;

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineEnd {
    /// CR and LF, as the RFCs want it.
    CrLf,
    /// LF alone, which every receiver takes.
    Lf,
    /// The body ends here.
    None,
}

impl LineEnd {
    /// The bytes of it.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
            Self::None => b"",
        }
    }
}

/// One line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    /// The line without its end. It holds no LF.
    pub text: Piece<'a>,
    /// How it ends.
    pub end: LineEnd,
}

/// The lines of a body, in order. A body that ends with a line end has no empty line after it.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    rest: Piece<'a>,
}

impl<'a> Lines<'a> {
    /// The lines of `body`.
    pub const fn new(body: Piece<'a>) -> Self {
        Self { rest: body }
    }

    /// What was not read yet.
    pub const fn rest(self) -> Piece<'a> {
        self.rest
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let Some(at) = memchr(b'\n', &self.rest) else {
            let text = self.rest;
            self.rest = text.split_at(text.len()).1;
            return Some(Line {
                text,
                end: LineEnd::None,
            });
        };
        let (text, after) = self.rest.split_at(at);
        self.rest = after.split_at(1).1;
        Some(match text.strip_suffix(b"\r") {
            Some(without) => Line {
                text: text.split_at(without.len()).0,
                end: LineEnd::CrLf,
            },
            None => Line {
                text,
                end: LineEnd::Lf,
            },
        })
    }
}
