//! Addresses as From, To, Contact, Route and their kin carry them.

use std::borrow::Cow;

use crate::lanes::{find, find3};
use crate::lexical::{cut, decimal, leading_digits, quoted_end, trim, trim_end, trim_start};
use crate::{Params, Uri};

/// A `name-addr` or `addr-spec` with the header's parameters (RFC 3261 §20.10, §25.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address<'a> {
    /// The display name: without its quotes, escapes and folding left in place.
    pub display: Option<&'a [u8]>,
    /// The URI without its angle brackets; not checked, see [`Address::parsed_uri`].
    pub uri: &'a [u8],
    /// The header's parameters. Without angle brackets all parameters are the header's (§20.10).
    pub params: Params<'a>,
}

impl<'a> Address<'a> {
    /// Reads one address. `None` when a quote or an angle bracket does not close, when the URI is
    /// empty, or when anything but parameters follows it.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let (display, rest) = if value.first() == Some(&b'<') {
            (None, value)
        } else if value.first() == Some(&b'"') {
            let end = quoted_end(value, 0)?;
            (
                Some(cut(value, 1..end - 1)),
                trim_start(cut(value, end..value.len())),
            )
        } else if let Some(open) = opening_angle(value) {
            let display = trim(cut(value, 0..open));
            (
                (!display.is_empty()).then_some(display),
                cut(value, open..value.len()),
            )
        } else {
            return Self::addr_spec(value);
        };
        let bracketed = rest.strip_prefix(b"<")?;
        let close = find(bracketed, b'>')?;
        let uri = cut(bracketed, 0..close);
        if uri.is_empty() {
            return None;
        }
        let params = match trim_start(cut(bracketed, close + 1..bracketed.len())) {
            [] => Params::default(),
            [b';', params @ ..] => Params::new(params),
            _ => return None,
        };
        Some(Self {
            display,
            uri,
            params,
        })
    }

    /// The display name as it is meant to be read: escapes taken out (`quoted-pair`, RFC 3261
    /// §25.1), each fold turned into one space. Borrowed where there is neither.
    pub fn display_text(self) -> Option<Cow<'a, [u8]>> {
        let display = self.display?;
        if find3(display, b'\\', b'\r', b'\n').is_none() {
            return Some(Cow::Borrowed(display));
        }
        let mut text = Vec::with_capacity(display.len());
        let mut rest = display;
        loop {
            rest = match rest {
                [b'\\', escaped, after @ ..] => {
                    text.push(*escaped);
                    after
                }
                [b'\r' | b'\n', after @ ..] => {
                    text.truncate(trim_end(&text).len());
                    text.push(b' ');
                    trim_start(after)
                }
                [byte, after @ ..] => {
                    text.push(*byte);
                    after
                }
                [] => return Some(Cow::Owned(text)),
            }
        }
    }

    fn addr_spec(value: &'a [u8]) -> Option<Self> {
        let (uri, params) = match find(value, b';') {
            Some(at) => (cut(value, 0..at), cut(value, at + 1..value.len())),
            None => (value, &[][..]),
        };
        let uri = trim(uri);
        (!uri.is_empty()).then(|| Self {
            display: None,
            uri,
            params: Params::new(params),
        })
    }

    /// The tag of From or To.
    // Many addresses have no parameters, which the caller then sees at once.
    #[inline]
    pub fn tag(self) -> Option<&'a [u8]> {
        self.params.get("tag").filter(|tag| !tag.is_empty())
    }

    /// A Contact's preference in thousandths: 700 for `q=0.7` (§20.10). `None` when absent or
    /// not between 0 and 1.
    pub fn q(self) -> Option<u16> {
        thousandths(self.params.get("q")?)
    }

    /// A Contact's own lifetime in seconds (§10.2.1.1); `None` when absent or malformed.
    pub fn expires_secs(self) -> Option<u32> {
        decimal(self.params.get("expires")?)
    }

    /// The URI taken apart; `None` when malformed.
    pub fn parsed_uri(self) -> Option<Uri<'a>> {
        Uri::parse(self.uri)
    }
}

/// Where the URI's angle bracket opens in a value that begins with neither bracket nor quote. One
/// in a quoted parameter, as in `sip:a@b;x="<"`, opens nothing.
pub(crate) fn opening_angle(value: &[u8]) -> Option<usize> {
    let open = find(value, b'<')?;
    let before = cut(value, 0..open);
    match find(before, b'"') {
        Some(quote) if find(cut(before, 0..quote), b';').is_some() => None,
        _ => Some(open),
    }
}

/// One Contact value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContactItem<'a> {
    /// `*`: all bindings, when a REGISTER removes them (RFC 3261 §10.2.2).
    Star,
    /// An address.
    Address(Address<'a>),
    /// Neither, or cut off by the end of the bytes.
    Malformed(&'a [u8]),
}

impl<'a> ContactItem<'a> {
    /// Reads one value of a Contact list.
    pub fn parse(value: &'a [u8]) -> Self {
        let value = trim(value);
        if value == b"*" {
            Self::Star
        } else {
            Address::parse(value).map_or(Self::Malformed(value), Self::Address)
        }
    }

    /// The address, if it is one.
    pub fn address(self) -> Option<Address<'a>> {
        match self {
            Self::Address(address) => Some(address),
            Self::Star | Self::Malformed(_) => None,
        }
    }
}

/// `0.7` as 700. More than three decimals are more than the grammar allows, and cut.
fn thousandths(text: &[u8]) -> Option<u16> {
    let (whole, rest) = leading_digits(text);
    let fraction = match rest {
        [] => &[][..],
        [b'.', fraction @ ..] if fraction.iter().all(u8::is_ascii_digit) => fraction,
        _ => return None,
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = if whole.is_empty() {
        0
    } else {
        decimal(whole)?.checked_mul(1000)?
    };
    for (digit, unit) in fraction.iter().zip([100, 10, 1]) {
        value = value.checked_add(u32::from(digit - b'0') * unit)?;
    }
    u16::try_from(value).ok().filter(|value| *value <= 1000)
}
