//! Parameters after a semicolon.

use crate::lanes::{find, find2};
use crate::lexical::{cut, is_space, quoted_end, trim, unquote};

/// The parameters of a header value or a URI: `;name=value;flag`, quoted values included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Params<'a>(&'a [u8]);

impl<'a> Params<'a> {
    /// Parameters from the bytes after the first semicolon; empty bytes are no parameters.
    pub const fn new(raw: &'a [u8]) -> Self {
        Self(raw)
    }

    /// The bytes, without the first semicolon.
    pub const fn raw(self) -> &'a [u8] {
        self.0
    }

    /// Each parameter's name and value, in order; empty ones (`;;`) are passed over.
    pub fn iter(self) -> ParamsIter<'a> {
        ParamsIter { rest: Some(self.0) }
    }

    /// The value of the first parameter of this name, in any case: without its quotes, escapes
    /// left in place, and empty for a parameter without a value.
    // Names are literals nearly everywhere: comparing with one whose length is known is cheap.
    #[inline(always)]
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        let name = name.as_bytes();
        let mut params = self.iter();
        loop {
            // Names are tokens, so `name=` in front leaves nothing to take apart but the value.
            let (start, after) = params.rest?.split_at_checked(name.len())?;
            if let [b'=', value @ ..] = after
                && (start == name || start.eq_ignore_ascii_case(name))
            {
                return Some(first_value(value));
            }
            let param = params.next_raw()?;
            // Most can be told from their first byte to be others.
            let may_be = match (param, name) {
                ([first, ..], [letter, ..]) => {
                    first.eq_ignore_ascii_case(letter) || is_space(*first)
                }
                _ => true,
            };
            if may_be
                && let Some((candidate, value)) = take_apart(param)
                && candidate.eq_ignore_ascii_case(name)
            {
                return Some(value.unwrap_or_default());
            }
        }
    }

    /// Whether there is a parameter of this name, in any case.
    pub fn contains(self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl<'a> IntoIterator for Params<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);
    type IntoIter = ParamsIter<'a>;

    fn into_iter(self) -> ParamsIter<'a> {
        self.iter()
    }
}

/// Iterates over [`Params`].
#[derive(Clone, Debug)]
pub struct ParamsIter<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> ParamsIter<'a> {
    /// What stands up to the next semicolon.
    #[inline]
    fn next_raw(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        Some(match semicolon(rest) {
            Some(at) => {
                self.rest = rest.get(at + 1..);
                cut(rest, 0..at)
            }
            None => {
                self.rest = None;
                rest
            }
        })
    }
}

impl<'a> Iterator for ParamsIter<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(param) = take_apart(self.next_raw()?) {
                return Some(param);
            }
        }
    }
}

/// The value that ends at the next semicolon.
fn first_value(bytes: &[u8]) -> &[u8] {
    let end = semicolon(bytes).unwrap_or(bytes.len());
    unquote(trim(cut(bytes, 0..end)))
}

/// Name and value of a parameter; `None` for an empty one.
fn take_apart(param: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let param = trim(param);
    if param.is_empty() {
        return None;
    }
    Some(match find(param, b'=') {
        Some(at) => {
            let value = trim(cut(param, at + 1..param.len()));
            (trim(cut(param, 0..at)), Some(unquote(value)))
        }
        None => (param, None),
    })
}

/// The first semicolon outside a quoted string. A quote that never closes takes the rest with it.
#[inline]
fn semicolon(bytes: &[u8]) -> Option<usize> {
    let found = find2(bytes, b';', b'"')?;
    if bytes.get(found) == Some(&b';') {
        Some(found)
    } else {
        semicolon_past(bytes, found)
    }
}

/// The first semicolon past the quoted string that opens at `quote`, and past any other.
#[inline(never)]
fn semicolon_past(bytes: &[u8], mut quote: usize) -> Option<usize> {
    loop {
        let at = quoted_end(bytes, quote)?;
        let found = at + find2(bytes.get(at..)?, b';', b'"')?;
        if bytes.get(found) == Some(&b';') {
            return Some(found);
        }
        quote = found;
    }
}
