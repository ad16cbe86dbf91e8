//! The Warning header.

use crate::lexical::{decimal, quoted_end, split_word, unquote};

/// One Warning value (RFC 3261 §20.43).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Warning<'a> {
    /// The warn-code, three digits.
    pub code: u16,
    /// Who warns: a host or a pseudonym.
    pub agent: &'a [u8],
    /// The text without its quotes, escapes left in place.
    pub text: &'a [u8],
}

impl<'a> Warning<'a> {
    /// Reads `code agent "text"`. `None` when code or agent is missing or malformed, or when the
    /// text's quote does not close; a text without quotes is taken as it is.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (code, rest) = split_word(value);
        let (agent, text) = split_word(rest);
        if code.len() != 3 || agent.is_empty() || agent.first() == Some(&b'"') {
            return None;
        }
        if text.first() == Some(&b'"') && quoted_end(text, 0) != Some(text.len()) {
            return None;
        }
        let code = u16::try_from(decimal(code)?).ok()?;
        Some(Self {
            code,
            agent,
            text: unquote(text),
        })
    }
}
