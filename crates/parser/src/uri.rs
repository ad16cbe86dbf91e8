//! URIs: SIP, SIPS, tel, and others as opaque text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::{memchr, memchr2};

use crate::Params;
use crate::lexical::{cut, decimal};

/// A URI's scheme.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scheme<'a> {
    /// `sip:` (RFC 3261 §19.1)
    Sip,
    /// `sips:` (RFC 3261 §19.1)
    Sips,
    /// `tel:` (RFC 3966)
    Tel,
    /// `urn:` (RFC 8141), such as `urn:service:sos` (RFC 5031)
    Urn,
    /// Any other, as written.
    Other(&'a [u8]),
}

/// A URI, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uri<'a> {
    /// The scheme.
    pub scheme: Scheme<'a>,
    /// The user part without password, escapes left in place; the number of a `tel:` URI.
    pub user: Option<&'a [u8]>,
    /// The password, which RFC 3261 §19.1.1 discourages.
    pub password: Option<&'a [u8]>,
    /// The host, an IPv6 reference without its brackets. Empty for schemes other than SIP and
    /// SIPS.
    pub host: &'a [u8],
    /// Whether the host was an IPv6 reference in brackets.
    pub is_ipv6: bool,
    /// The port, if one is written.
    pub port: Option<u16>,
    /// The parameters of a SIP, SIPS or tel URI.
    pub params: Params<'a>,
    /// What follows the question mark of a SIP or SIPS URI.
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
        let scheme = scheme(cut(uri, 0..colon))?;
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
            Scheme::Urn | Scheme::Other(_) => Some(opaque),
        }
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

fn scheme(name: &[u8]) -> Option<Scheme<'_>> {
    let is_scheme = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return None;
    }
    Some(if name.eq_ignore_ascii_case(b"sip") {
        Scheme::Sip
    } else if name.eq_ignore_ascii_case(b"sips") {
        Scheme::Sips
    } else if name.eq_ignore_ascii_case(b"tel") {
        Scheme::Tel
    } else if name.eq_ignore_ascii_case(b"urn") {
        Scheme::Urn
    } else {
        Scheme::Other(name)
    })
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
