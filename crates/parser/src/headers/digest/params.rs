//! The parameters of challenges and credentials, which commas separate.

use crate::lanes::{find, find2};
use crate::lexical::{cut, quoted_end, trim, trim_start};

/// Parameters separated by commas: `realm="example.com", nonce="abc", stale=FALSE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AuthParams<'a>(&'a [u8]);

impl<'a> AuthParams<'a> {
    /// Parameters from the bytes behind the scheme, or from the value of Authentication-Info.
    pub const fn new(raw: &'a [u8]) -> Self {
        Self(raw)
    }

    /// The bytes as they stand: for a Bearer token, which has no name.
    pub const fn raw(self) -> &'a [u8] {
        self.0
    }

    /// Each parameter's name and value, in order; a value without its quotes, escapes left in
    /// place. Where a comma is missing behind a quoted string, the next parameter begins there.
    pub const fn iter(self) -> AuthParamsIter<'a> {
        AuthParamsIter { rest: self.0 }
    }

    /// The value of the first parameter of this name, in any case; empty for one without a value.
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        self.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value.unwrap_or_default())
    }

    /// `nc`: how many requests used the nonce; `None` when absent or not hexadecimal.
    pub fn nonce_count(self) -> Option<u32> {
        let digits = self.get("nc")?;
        if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    /// `nextnonce` of Authentication-Info (RFC 7616 §3.5).
    pub fn next_nonce(self) -> Option<&'a [u8]> {
        self.get("nextnonce")
    }
}

impl<'a> IntoIterator for AuthParams<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);
    type IntoIter = AuthParamsIter<'a>;

    fn into_iter(self) -> AuthParamsIter<'a> {
        self.iter()
    }
}

/// Iterates over [`AuthParams`].
#[derive(Clone, Debug)]
pub struct AuthParamsIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for AuthParamsIter<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        while let [b',' | b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let here = self.rest;
        if here.is_empty() {
            return None;
        }
        let end = find2(here, b'=', b',').unwrap_or(here.len());
        let name = trim(cut(here, 0..end));
        let after = cut(here, end + 1..here.len());
        if here.get(end) != Some(&b'=') {
            self.rest = after;
            return Some((name, None));
        }
        let after = trim_start(after);
        if after.first() == Some(&b'"') {
            let Some(close) = quoted_end(after, 0) else {
                // Where the value ends is unknown, so it is too.
                self.rest = &[];
                return None;
            };
            self.rest = cut(after, close..after.len());
            return Some((name, Some(cut(after, 1..close - 1))));
        }
        let end = find(after, b',').unwrap_or(after.len());
        self.rest = cut(after, end..after.len());
        Some((name, Some(trim(cut(after, 0..end)))))
    }
}
