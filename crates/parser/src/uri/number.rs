//! Telephone numbers (RFC 3966).

use crate::Params;
use crate::uri::escape::unescaped;
use crate::uri::split;

/// A telephone number: of a `tel:` URI, or of a SIP URI with `user=phone`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PhoneNumber<'a> {
    /// As written, visual separators included.
    pub written: &'a [u8],
    /// Its parameters.
    pub params: Params<'a>,
}

impl<'a> PhoneNumber<'a> {
    /// Reads a `telephone-subscriber`; `None` without a number.
    pub(super) fn parse(subscriber: &'a [u8]) -> Option<Self> {
        let (written, params) = split(subscriber, b';');
        (!written.is_empty()).then(|| Self {
            written,
            params: Params::new(params),
        })
    }

    /// Whether it is valid everywhere: it begins with `+` (§5.1.4).
    pub fn is_global(self) -> bool {
        self.written.starts_with(b"+")
    }

    /// The number without its visual separators `-`, `.`, `(` and `)`, the `+` of a global one
    /// included, hexadecimal digits in lower case.
    pub fn digits(self) -> impl Iterator<Item = u8> {
        digits(self.written)
    }

    /// Where a local number is valid: a domain name, or the beginning of a global number (§5.1.5).
    pub fn context(self) -> Option<&'a [u8]> {
        self.param("phone-context")
    }

    /// The extension behind a private exchange (§5.3).
    pub fn extension(self) -> Option<&'a [u8]> {
        self.param("ext")
    }

    /// The ISDN subaddress (§5.2).
    pub fn subaddress(self) -> Option<&'a [u8]> {
        self.param("isub")
    }

    fn param(self, name: &str) -> Option<&'a [u8]> {
        self.params.get(name).filter(|value| !value.is_empty())
    }
}

pub(super) fn digits(number: &[u8]) -> impl Iterator<Item = u8> {
    unescaped(number)
        .filter(|byte| !b"-.()".contains(byte))
        .map(|byte| byte.to_ascii_lowercase())
}
