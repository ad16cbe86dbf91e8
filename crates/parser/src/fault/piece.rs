//! A part of a value that knows where it lies in the value.

use std::ops::Range;

use crate::fault::{Fault, FaultKind};
use crate::lanes::find;
use crate::lexical::{is_space, quoted_end, trim_end, trim_start};
use crate::list::List;

/// Bytes of a value, and the offset in the value at which they begin.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Piece<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        Self {
            bytes: value,
            at: 0,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn span(self) -> Range<usize> {
        self.at..self.at + self.bytes.len()
    }

    /// This piece's bytes, or the byte in front of it where it has none.
    pub(crate) fn span_or_before(self) -> Range<usize> {
        if self.bytes.is_empty() {
            self.at.saturating_sub(1)..self.at
        } else {
            self.span()
        }
    }

    /// A fault of the whole piece.
    pub(crate) fn fault(self, kind: FaultKind) -> Fault {
        Fault {
            span: self.span_or_before(),
            kind,
        }
    }

    /// What stands in front of `index`, and the rest.
    pub(crate) fn split(self, index: usize) -> (Self, Self) {
        let (before, rest) = self
            .bytes
            .split_at_checked(index)
            .unwrap_or((self.bytes, &[]));
        let after = Self {
            bytes: rest,
            at: self.at + before.len(),
        };
        (
            Self {
                bytes: before,
                at: self.at,
            },
            after,
        )
    }

    /// What stands in front of the byte at `index`, and what stands behind it.
    pub(crate) fn split_around(self, index: usize) -> (Self, Self) {
        let (before, rest) = self.split(index);
        (before, rest.split(1).1)
    }

    /// What stands in front of the first `separator` and behind it; `None` without one.
    pub(crate) fn split_at(self, separator: u8) -> Option<(Self, Self)> {
        Some(self.split_around(find(self.bytes, separator)?))
    }

    /// The rest behind `first`, if the piece begins with it.
    pub(crate) fn strip(self, first: u8) -> Option<Self> {
        (self.bytes.first() == Some(&first)).then(|| self.split(1).1)
    }

    pub(crate) fn trim_start(self) -> Self {
        let bytes = trim_start(self.bytes);
        Self {
            bytes,
            at: self.at + (self.bytes.len() - bytes.len()),
        }
    }

    pub(crate) fn trim_end(self) -> Self {
        Self {
            bytes: trim_end(self.bytes),
            ..self
        }
    }

    pub(crate) fn trim(self) -> Self {
        self.trim_start().trim_end()
    }

    /// The bytes in front for which `is_part` holds, and the rest.
    pub(crate) fn split_while(self, is_part: impl Fn(u8) -> bool) -> (Self, Self) {
        let end = self.bytes.iter().position(|&byte| !is_part(byte));
        self.split(end.unwrap_or(self.bytes.len()))
    }

    /// The white space in front, and the rest.
    pub(crate) fn split_space(self) -> (Self, Self) {
        self.split_while(is_space)
    }

    /// Runs of bytes for which `is_part` holds, in order.
    pub(crate) fn runs(self, is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = Self> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (_, found) = rest.split_while(|byte| !is_part(byte));
            let (run, after) = found.split_while(&is_part);
            rest = after;
            (!run.is_empty()).then_some(run)
        })
    }

    /// The parts between `separator`s, empty ones among them.
    pub(crate) fn parts(self, separator: u8) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let whole = rest?;
            let (part, after) = match whole.split_at(separator) {
                Some((part, after)) => (part, Some(after)),
                None => (whole, None),
            };
            rest = after;
            Some(part)
        })
    }

    /// The values of a comma list, trimmed, empty ones among them; with `brackets`, commas inside
    /// `<...>` are no separators.
    pub(crate) fn elements(self, brackets: bool) -> impl Iterator<Item = Self> {
        let list = if brackets {
            List::addresses(self.bytes, false)
        } else {
            List::plain(self.bytes, false)
        };
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let whole = rest?;
            let (element, after) = match list.first_end(whole.bytes) {
                Some(comma) => {
                    let (element, after) = whole.split_around(comma);
                    (element, Some(after))
                }
                None => (whole, None),
            };
            rest = after;
            Some(element.trim())
        })
    }

    /// The quoted string that the piece begins with, its quotes included, and the rest; `None`
    /// where it never closes.
    pub(crate) fn split_quoted(self) -> Option<(Self, Self)> {
        Some(self.split(quoted_end(self.bytes, 0)?))
    }
}
