//! Media types: the value of `Content-Type` (RFC 3261 §20.15).

use sipwhy_parser::Params;

/// A media type with its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaType<'a> {
    /// What stands before the slash.
    pub kind: &'a [u8],
    /// What stands after it.
    pub subtype: &'a [u8],
    /// Such as `boundary` and `charset`.
    pub params: Params<'a>,
}

impl<'a> MediaType<'a> {
    /// Reads a value of `Content-Type`; `None` without a slash between two words.
    pub fn read(value: &'a [u8]) -> Option<Self> {
        let (name, params) = split_once(value, b';').unwrap_or((value, &[]));
        let (kind, subtype) = split_once(name, b'/')?;
        let (kind, subtype) = (kind.trim_ascii(), subtype.trim_ascii());
        let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_graphic);
        (is_word(kind) && is_word(subtype)).then_some(Self {
            kind,
            subtype,
            params: Params::new(params),
        })
    }

    /// Whether this is the type `name`, such as `application/sdp`, in any case.
    pub fn is(&self, name: &str) -> bool {
        name.split_once('/').is_some_and(|(kind, subtype)| {
            self.kind.eq_ignore_ascii_case(kind.as_bytes())
                && self.subtype.eq_ignore_ascii_case(subtype.as_bytes())
        })
    }

    /// Whether it is of this kind, such as `multipart`.
    pub fn is_kind(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind.as_bytes())
    }

    /// Whether the subtype ends with this, such as `+xml`.
    pub(crate) fn ends_with(&self, suffix: &str) -> bool {
        let start = self.subtype.len().saturating_sub(suffix.len());
        self.subtype
            .get(start..)
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
    }

    /// Both words with the slash.
    pub fn name(&self) -> String {
        let name = [self.kind, b"/", self.subtype].concat();
        sipwhy_parser::printable(&name).to_ascii_lowercase()
    }
}

fn split_once(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let (head, tail) = bytes.split_at_checked(memchr::memchr(at, bytes)?)?;
    Some((head, tail.get(1..)?))
}
