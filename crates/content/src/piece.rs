//! A piece of a body that knows where in the body it stands.

use std::fmt;
use std::ops::{Deref, Range};

use memchr::memchr;

/// Some bytes of a body, and where they begin in it: what a diagnostic underlines.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Piece<'a> {
    start: usize,
    text: &'a [u8],
}

impl<'a> Piece<'a> {
    /// The whole of a body.
    pub const fn whole(body: &'a [u8]) -> Self {
        Self {
            start: 0,
            text: body,
        }
    }

    /// The bytes, for as long as the body lives.
    pub const fn text(self) -> &'a [u8] {
        self.text
    }

    /// Where it stands in the body.
    pub const fn span(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Whether this is `word`, in any case.
    pub const fn is(self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word.as_bytes())
    }

    /// Whether both are the same text, in any case.
    pub const fn is_same(self, other: Self) -> bool {
        self.text.eq_ignore_ascii_case(other.text)
    }

    /// Whether this begins with `word`, in any case.
    pub fn begins_with(self, word: &str) -> bool {
        self.text
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// All of it as a decimal number; `None` for anything but digits, or past `u64`.
    pub fn number(self) -> Option<u64> {
        let is_number = !self.text.is_empty() && self.text.iter().all(u8::is_ascii_digit);
        // Nothing but ASCII digits is UTF-8.
        is_number
            .then(|| std::str::from_utf8(self.text).ok())
            .flatten()?
            .parse()
            .ok()
    }

    /// What stands before and from the byte at `at`; past the end, all of it and nothing.
    pub fn split_at(self, at: usize) -> (Self, Self) {
        let (head, tail) = self.text.split_at_checked(at).unwrap_or((self.text, &[]));
        let tail_start = self.start + head.len();
        (
            Self { text: head, ..self },
            Self {
                start: tail_start,
                text: tail,
            },
        )
    }

    /// What stands before the first `byte`, and after it; `None` where there is none.
    pub fn split_once(self, byte: u8) -> Option<(Self, Self)> {
        let (head, tail) = self.split_at(memchr(byte, self.text)?);
        Some((head, tail.split_at(1).1))
    }

    /// The first run of bytes that are no blanks, and what follows the blanks after it.
    pub fn first_word(self) -> (Self, Self) {
        let line = self.trim_start();
        let end = line.text.iter().position(|&byte| is_blank(byte));
        let (word, rest) = line.split_at(end.unwrap_or(line.text.len()));
        (word, rest.trim_start())
    }

    /// The words of it: what stands between blanks.
    pub fn words(self) -> impl Iterator<Item = Self> + Clone + use<'a> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let word;
            (word, rest) = rest.first_word();
            (!word.text.is_empty()).then_some(word)
        })
    }

    /// Without the blanks in front.
    pub fn trim_start(self) -> Self {
        let blanks = self.text.iter().take_while(|&&byte| is_blank(byte)).count();
        self.split_at(blanks).1
    }

    /// Without the blanks at both ends.
    pub fn trim(self) -> Self {
        let inner = self.trim_start();
        let blanks = inner.text.iter().rev().take_while(|&&byte| is_blank(byte));
        inner.split_at(inner.text.len() - blanks.count()).0
    }
}

/// Space and tab: white space within a line.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Deref for Piece<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.text
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} at {}",
            self.text.escape_ascii().to_string(),
            self.start
        )
    }
}
