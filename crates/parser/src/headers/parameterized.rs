//! A value with parameters, the form that most headers share.

use super::strict::first_semicolon;
use crate::Params;
use crate::lexical::{cut, trim};

/// `value;name=value;flag`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameterized<'a> {
    /// What stands in front of the parameters, with its quotes if it has any; never empty.
    pub value: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Parameterized<'a> {
    /// Reads one value. `None` when nothing stands in front of the parameters.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let (value, params) = match first_semicolon(text) {
            Some(at) => (cut(text, 0..at), cut(text, at + 1..text.len())),
            None => (text, &[][..]),
        };
        let value = trim(value);
        (!value.is_empty()).then_some(Self {
            value,
            params: Params::new(params),
        })
    }

    /// Whether the value is this one, in any case.
    pub fn is(self, value: &str) -> bool {
        self.value.eq_ignore_ascii_case(value.as_bytes())
    }
}
