//! URIs: SIP, SIPS, tel, im, pres, urn, and others as opaque text.

mod equivalence;
mod escape;
mod number;
mod scheme;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::{memchr, memchr2};

pub use escape::unescaped;
pub use number::PhoneNumber;
pub use scheme::Scheme;

use crate::Params;
use crate::lexical::{cut, decimal};

/// A URI, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uri<'a> {
    /// The scheme.
    pub scheme: Scheme<'a>,
    /// The user part without password, escapes left in place; the number of a `tel:` URI.
    pub user: Option<&'a [u8]>,
    /// The password, which RFC 3261 §19.1.1 discourages.
    pub password: Option<&'a [u8]>,
    /// The host, an IPv6 reference without its brackets. Empty for schemes other than SIP, SIPS,
    /// im and pres.
    pub host: &'a [u8],
    /// Whether the host was an IPv6 reference in brackets.
    pub is_ipv6: bool,
    /// The port, if one is written.
    pub port: Option<u16>,
    /// The parameters of a SIP, SIPS or tel URI.
    pub params: Params<'a>,
    /// What follows the question mark of a SIP, SIPS, im or pres URI.
    pub headers: &'a [u8],
    /// Everything after the scheme's colon.
    pub rest: &'a [u8],
}

impl<'a> Uri<'a> {
    /// Takes a URI apart, given without angle brackets. `None` when it has no scheme, when a SIP
    /// or SIPS URI has no host, a malformed host or a port beyond 65535, or when a space, a
    /// control, a quote or an angle bracket stands in it unescaped (RFC 3261 §19.1.1, §25.1).
    ///
    /// More lenient than the grammar where phones are: any other visible character may stand in
    /// the user part, and `_` in a host name.
    pub fn parse(uri: &'a [u8]) -> Option<Self> {
        if uri
            .iter()
            .any(|&byte| byte <= b' ' || matches!(byte, b'"' | b'<' | b'>' | 0x7f))
        {
            return None;
        }
        let colon = memchr(b':', uri)?;
        let scheme = Scheme::parse(cut(uri, 0..colon))?;
        let rest = cut(uri, colon + 1..uri.len());
        let opaque = Self {
            scheme,
            user: None,
            password: None,
            host: &[],
            is_ipv6: false,
            port: None,
            params: Params::default(),
            headers: &[],
            rest,
        };
        if rest.is_empty() {
            return None;
        }
        match scheme {
            Scheme::Sip | Scheme::Sips => opaque.sip(),
            Scheme::Tel => {
                let (number, params) = split(rest, b';');
                (!number.is_empty()).then(|| Self {
                    user: Some(number),
                    params: Params::new(params),
                    ..opaque
                })
            }
            Scheme::Im | Scheme::Pres => opaque.mailbox(),
            Scheme::Urn | Scheme::Other(_) => Some(opaque),
        }
    }

    /// `user@host?headers`. Without a host it stays opaque: some write a name there.
    fn mailbox(self) -> Option<Self> {
        let (address, headers) = split(self.rest, b'?');
        let (user, host) = split(address, b'@');
        if user.is_empty() || host.is_empty() {
            return Some(self);
        }
        Some(Self {
            user: Some(user),
            host,
            headers,
            ..self
        })
    }

    fn sip(self) -> Option<Self> {
        let (user, password, rest) = match memchr(b'@', self.rest) {
            Some(at) => {
                let userinfo = cut(self.rest, 0..at);
                let (user, password) = split(userinfo, b':');
                if user.is_empty() {
                    return None;
                }
                let password = (user.len() < userinfo.len()).then_some(password);
                (
                    Some(user),
                    password,
                    cut(self.rest, at + 1..self.rest.len()),
                )
            }
            None => (None, None, self.rest),
        };
        let end = memchr2(b';', b'?', rest).unwrap_or(rest.len());
        let (host, is_ipv6, port) = host_and_port(cut(rest, 0..end))?;
        let (params, headers) = match rest.get(end) {
            Some(b';') => split(cut(rest, end + 1..rest.len()), b'?'),
            Some(_) => (&[][..], cut(rest, end + 1..rest.len())),
            None => (&[][..], &[][..]),
        };
        let params = Params::new(params);
        Some(Self {
            user,
            password,
            host,
            is_ipv6,
            port,
            params,
            headers,
            ..self
        })
    }

    /// Whether this is a SIP or SIPS URI.
    pub fn is_sip(self) -> bool {
        matches!(self.scheme, Scheme::Sip | Scheme::Sips)
    }

    /// The transport parameter, as written.
    pub fn transport(self) -> Option<&'a [u8]> {
        self.params
            .get("transport")
            .filter(|value| !value.is_empty())
    }

    /// The maddr parameter, which overrides the host as destination.
    pub fn maddr(self) -> Option<&'a [u8]> {
        self.params.get("maddr").filter(|value| !value.is_empty())
    }

    /// Whether `lr` is there: the element is a loose router (§16.12). `lr=on` counts.
    pub fn has_lr(self) -> bool {
        self.params.contains("lr")
    }

    /// The user part without parameters of its own: `alice` of `alice;day=tuesday`.
    pub fn user_name(self) -> Option<&'a [u8]> {
        Some(split(self.user?, b';').0)
    }

    /// The parameters inside the user part (RFC 3261 §19.1.1), not to be mistaken for the URI's.
    pub fn user_params(self) -> Params<'a> {
        Params::new(split(self.user.unwrap_or_default(), b';').1)
    }

    /// Name and value of each header in the URI, escapes left in place ([`unescaped`] takes them
    /// out). Those without an equals sign have an empty value.
    pub fn header_fields(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.headers
            .split(|byte| *byte == b'&')
            .filter(|field| !field.is_empty())
            .map(|field| split(field, b'='))
    }

    /// The method parameter, as written: of the request to be made from this URI.
    pub fn method(self) -> Option<&'a [u8]> {
        self.params.get("method").filter(|value| !value.is_empty())
    }

    /// The ttl parameter: how far a multicast packet goes. `None` when absent or beyond 255.
    pub fn ttl(self) -> Option<u8> {
        u8::try_from(decimal(self.params.get("ttl")?)?).ok()
    }

    /// The telephone number of a `tel:` URI, or of a SIP or SIPS URI with `user=phone`.
    pub fn phone_number(self) -> Option<PhoneNumber<'a>> {
        match self.scheme {
            Scheme::Tel => PhoneNumber::parse(self.rest),
            Scheme::Sip | Scheme::Sips => {
                let kind = self.params.get("user")?;
                kind.eq_ignore_ascii_case(b"phone")
                    .then(|| PhoneNumber::parse(self.user?))?
            }
            _ => None,
        }
    }

    /// Namespace and name of a `urn:` URI (RFC 8141 §2), such as `service` and `sos.fire`, without
    /// the components that do not identify (`?`, `#`). `None` for other schemes, and when either
    /// is missing.
    pub fn urn(self) -> Option<(&'a [u8], &'a [u8])> {
        if self.scheme != Scheme::Urn {
            return None;
        }
        let end = memchr2(b'?', b'#', self.rest).unwrap_or(self.rest.len());
        let (namespace, name) = split(cut(self.rest, 0..end), b':');
        (!namespace.is_empty() && !name.is_empty()).then_some((namespace, name))
    }

    /// The host as an address; `None` for a name.
    pub fn ip(self) -> Option<IpAddr> {
        let host = std::str::from_utf8(self.host).ok()?;
        if self.is_ipv6 {
            host.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        } else {
            host.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
        }
    }
}

/// What stands before the first `separator`, and what stands after it.
fn split(bytes: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match memchr(separator, bytes) {
        Some(at) => (cut(bytes, 0..at), cut(bytes, at + 1..bytes.len())),
        None => (bytes, &[]),
    }
}

fn host_and_port(text: &[u8]) -> Option<(&[u8], bool, Option<u16>)> {
    let (host, is_ipv6, after) = if let Some(reference) = text.strip_prefix(b"[") {
        let end = memchr(b']', reference)?;
        let host = cut(reference, 0..end);
        // RFC 3261's grammar lets `:::` through (RFC 5118 §4.10), so only the alphabet is checked.
        if !host
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        {
            return None;
        }
        (host, true, cut(reference, end + 1..reference.len()))
    } else {
        let end = memchr(b':', text).unwrap_or(text.len());
        let host = cut(text, 0..end);
        if !host
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte))
        {
            return None;
        }
        (host, false, cut(text, end..text.len()))
    };
    if host.is_empty() {
        return None;
    }
    let port = match after {
        [] => None,
        [b':', port @ ..] => Some(u16::try_from(decimal(port)?).ok()?),
        _ => return None,
    };
    Some((host, is_ipv6, port))
}
