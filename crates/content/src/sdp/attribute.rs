//! `a=`: attributes (RFC 8866 §5.13).

use crate::piece::Piece;

/// A property (`a=rtcp-mux`) or a value (`a=ptime:20`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    /// What stands before the colon, or all of it.
    pub name: Piece<'a>,
    /// What stands after the colon.
    pub value: Option<Piece<'a>>,
}

impl<'a> Attribute<'a> {
    pub(super) fn read(value: Piece<'a>) -> Self {
        match value.split_once(b':') {
            Some((name, value)) => Self {
                name,
                value: Some(value),
            },
            None => Self {
                name: value,
                value: None,
            },
        }
    }

    /// The value, or nothing at the place where it would stand.
    pub(super) fn value_or_empty(self) -> Piece<'a> {
        self.value
            .unwrap_or_else(|| self.name.split_at(self.name.len()).1)
    }
}
