//! Comma lists (RFC 3261 §7.3.1), with quoted strings and bracketed URIs kept whole.

use crate::lanes::{find, find2, find3};
use crate::lexical::{cut, quoted_end, trim};

/// One value of a comma list.
#[derive(Clone, Copy)]
pub(crate) struct ListItem<'a> {
    pub(crate) value: &'a [u8],
    /// The end of the bytes cut this value off: its last part may be missing.
    pub(crate) is_cut: bool,
}

/// The values of one header, in order; empty ones (`a,,b`) are passed over.
#[derive(Clone)]
pub(crate) struct List<'a> {
    rest: Option<&'a [u8]>,
    brackets: bool,
    is_cut: bool,
}

impl<'a> List<'a> {
    /// Values in which only quoted strings can hold a comma: Via, Reason, Warning.
    pub(crate) fn plain(value: &'a [u8], is_cut: bool) -> Self {
        Self {
            rest: Some(value),
            brackets: false,
            is_cut,
        }
    }

    /// Values in which `<...>` can hold a comma too: Contact, Route, Record-Route.
    pub(crate) fn addresses(value: &'a [u8], is_cut: bool) -> Self {
        Self {
            rest: Some(value),
            brackets: true,
            is_cut,
        }
    }

    /// The next value of a list that holds a comma.
    #[inline(never)]
    fn next_of_several(&mut self) -> Option<ListItem<'a>> {
        loop {
            let rest = self.rest?;
            let (value, is_cut) = match self.first_end(rest) {
                Some(comma) => {
                    self.rest = rest.get(comma + 1..);
                    (cut(rest, 0..comma), false)
                }
                None => {
                    self.rest = None;
                    (rest, self.is_cut)
                }
            };
            let value = trim(value);
            if !value.is_empty() {
                return Some(ListItem { value, is_cut });
            }
        }
    }

    /// Where the first value ends: at a comma, or `None` when it reaches to the end. What opens
    /// and never closes takes everything after it, so the list is walked once whatever it holds.
    pub(crate) fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..)?;
            let found = at
                + if self.brackets {
                    find3(rest, b',', b'"', b'<')?
                } else {
                    find2(rest, b',', b'"')?
                };
            at = match bytes.get(found) {
                Some(b',') => return Some(found),
                Some(b'"') => quoted_end(bytes, found)?,
                _ => found + find(bytes.get(found..)?, b'>')? + 1,
            };
        }
    }
}

impl<'a> Iterator for List<'a> {
    type Item = ListItem<'a>;

    #[inline]
    fn next(&mut self) -> Option<ListItem<'a>> {
        let rest = self.rest?;
        if find(rest, b',').is_some() {
            return self.next_of_several();
        }
        // Most values are alone, and hold no comma anywhere.
        self.rest = None;
        let value = trim(rest);
        (!value.is_empty()).then_some(ListItem {
            value,
            is_cut: self.is_cut,
        })
    }
}
