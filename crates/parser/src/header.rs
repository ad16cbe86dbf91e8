//! One header of a message.

use std::borrow::Cow;
use std::ops::Range;

use crate::HeaderName;
use crate::lexical::{is_space, is_token};

/// One header, with its continuation lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header<'a> {
    /// Which header it is.
    pub name: HeaderName,
    /// The name as written, white space before the colon taken off. Empty for a line that has no
    /// colon: its whole text is then the value.
    pub raw_name: &'a [u8],
    /// The value without the white space around it; folding inside is left in place
    /// ([`Header::unfolded`] takes it out).
    pub value: &'a [u8],
    /// Byte offsets of the whole header in the message, line ends included.
    pub span: Range<usize>,
    /// Byte offsets of [`value`](Self::value) in the message.
    pub value_span: Range<usize>,
    /// The line it begins on; the message's first line is 1.
    pub line: u32,
    /// False where the bytes end inside this header, so that its value may lack its end.
    pub is_complete: bool,
}

impl<'a> Header<'a> {
    /// The value with each fold (line end and the white space around it) turned into one space,
    /// as RFC 3261 §7.3.1 reads it. Borrowed when nothing is folded.
    pub fn unfolded(&self) -> Cow<'a, [u8]> {
        if !self.value.contains(&b'\n') {
            return Cow::Borrowed(self.value);
        }
        let mut out = Vec::with_capacity(self.value.len());
        let mut lines = self.value.split(|&byte| byte == b'\n').map(|line| {
            let start = line
                .iter()
                .position(|&byte| !is_space(byte))
                .unwrap_or(line.len());
            let end = line
                .iter()
                .rposition(|&byte| !is_space(byte))
                .map_or(start, |at| at + 1);
            line.get(start..end).unwrap_or_default()
        });
        out.extend_from_slice(lines.next().unwrap_or_default());
        for line in lines {
            if !line.is_empty() {
                out.push(b' ');
                out.extend_from_slice(line);
            }
        }
        Cow::Owned(out)
    }

    /// Whether this is no `name: value` at all: no colon, or a name that is not a token.
    pub fn is_malformed(&self) -> bool {
        !is_token(self.raw_name)
    }
}
