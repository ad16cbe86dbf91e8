//! The CSeq header.

use crate::Method;
use crate::lexical::{decimal, is_token, leading_number, split_word};

/// A CSeq value (RFC 3261 §20.16).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CSeq<'a> {
    /// The sequence number. The RFC keeps it below 2^31; what senders wrote up to 2^32 is kept.
    pub number: u32,
    /// The method.
    pub method: Method<'a>,
}

impl<'a> CSeq<'a> {
    /// Reads `number method`, with any white space between them. `None` when either is missing or
    /// malformed, when more follows, or when the number is 2^32 or more.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        if let Some((number, [b' ', name @ ..])) = leading_number(value) {
            let method = Method::from_bytes(name);
            if method.is_known() {
                return Some(Self { number, method });
            }
        }
        let (number, rest) = split_word(value);
        let (method, rest) = split_word(rest);
        if !is_token(method) || !rest.is_empty() {
            return None;
        }
        Some(Self {
            number: decimal(number)?,
            method: Method::from_bytes(method),
        })
    }
}
