//! The Via header.

use std::net::{IpAddr, Ipv6Addr};

use crate::Params;
use crate::lanes::{find, find_break};
use crate::lexical::{
    cut, decimal, is_space, is_token_byte, leading_number, trim, trim_end, trim_start,
};

/// One Via value (RFC 3261 §20.42, RFC 3581 for rport).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Via<'a> {
    /// The protocol's name, usually `SIP`.
    pub protocol: &'a [u8],
    /// The protocol's version, usually `2.0`.
    pub version: &'a [u8],
    /// The transport as written, such as `UDP`.
    pub transport: &'a [u8],
    /// Host and port as written.
    pub sent_by: &'a [u8],
    /// The host; an IPv6 address without its brackets.
    pub host: &'a [u8],
    /// The port; `None` when there is none, or none that can be read.
    pub port: Option<u16>,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Reads one Via value: `SIP/2.0/UDP host:port;params`, with white space wherever the grammar
    /// allows it. `None` when a part is missing. A port that cannot be read leaves
    /// [`port`](Self::port) empty: the value still identifies its transaction.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        Self::usual(value).or_else(|| Self::unusual(value))
    }

    /// Reads a value with one space, before the host, and no white space else, whose host is a
    /// name or an IPv4 address.
    #[inline]
    fn usual(value: &'a [u8]) -> Option<Self> {
        let (name, rest) = value.split_at_checked(8)?;
        if name != b"SIP/2.0/" {
            return None;
        }
        let (transport, rest) = rest.split_at_checked(token_length(rest))?;
        let rest = rest.strip_prefix(b" ")?;
        let host_end = find_break(rest, b':', b';').unwrap_or(rest.len());
        let (host, after) = rest.split_at_checked(host_end)?;
        if transport.is_empty() || matches!(host, [] | [b'[', ..]) {
            return None;
        }
        let (port, after) = match after {
            [b':', after @ ..] => {
                let (port, after) = leading_number(after)?;
                (Some(u16::try_from(port).ok()?), after)
            }
            _ => (None, after),
        };
        let params = match after {
            [] => after,
            [b';', params @ ..] => params,
            _ => return None,
        };
        Some(Self {
            protocol: cut(value, 0..3),
            version: cut(value, 4..7),
            transport,
            sent_by: cut(rest, 0..rest.len() - after.len()),
            host,
            port,
            params: Params::new(params),
        })
    }

    #[cold]
    #[inline(never)]
    fn unusual(value: &'a [u8]) -> Option<Self> {
        let (main, params) = match find(value, b';') {
            Some(at) => (cut(value, 0..at), cut(value, at + 1..value.len())),
            None => (value, &[][..]),
        };
        let (protocol, rest) = token(main)?;
        let (version, rest) = token(trim_start(rest).strip_prefix(b"/")?)?;
        let (transport, rest) = token(trim_start(rest).strip_prefix(b"/")?)?;
        let sent_by = trim(rest);
        if sent_by.is_empty() || !rest.first().is_some_and(|&byte| is_space(byte)) {
            return None;
        }
        let (host, port) = host_and_port(sent_by)?;
        let params = Params::new(params);
        Some(Self {
            protocol,
            version,
            transport,
            sent_by,
            host,
            port,
            params,
        })
    }

    /// The branch, which identifies the transaction (§8.1.1.7).
    pub fn branch(self) -> Option<&'a [u8]> {
        self.params
            .get("branch")
            .filter(|branch| !branch.is_empty())
    }

    /// Whether the branch begins with `z9hG4bK`, in any case, as RFC 3261 and later senders have
    /// it (§8.1.1.7).
    pub fn has_magic_cookie(self) -> bool {
        self.branch()
            .and_then(|branch| branch.get(..7))
            .is_some_and(|start| start.eq_ignore_ascii_case(b"z9hG4bK"))
    }

    /// The address that the receiver saw the request come from, as written.
    pub fn received(self) -> Option<&'a [u8]> {
        self.params
            .get("received")
            .filter(|value| !value.is_empty())
    }

    /// The address in `received`, with or without brackets around an IPv6 address (RFC 5118
    /// §4.5); `None` when absent or no address.
    pub fn received_ip(self) -> Option<IpAddr> {
        ip(self.received()?)
    }

    /// `Some(None)` when rport is there without a port, that is, asked for and not yet filled in
    /// (RFC 3581 §3), or with one that cannot be read.
    pub fn rport(self) -> Option<Option<u16>> {
        let value = self.params.get("rport")?;
        Some(decimal(value).and_then(|port| u16::try_from(port).ok()))
    }

    /// The multicast or override address, as written.
    pub fn maddr(self) -> Option<&'a [u8]> {
        self.params.get("maddr").filter(|value| !value.is_empty())
    }

    /// How far a multicast request goes (§18.1.1); `None` when absent or beyond 255.
    pub fn ttl(self) -> Option<u8> {
        u8::try_from(decimal(self.params.get("ttl")?)?).ok()
    }

    /// The host as an address; `None` for a name.
    pub fn ip(self) -> Option<IpAddr> {
        ip(self.host)
    }
}

/// An address, with or without brackets around an IPv6 address.
fn ip(text: &[u8]) -> Option<IpAddr> {
    let text = text
        .strip_prefix(b"[")
        .and_then(|rest| rest.strip_suffix(b"]"))
        .unwrap_or(text);
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// How many token characters the bytes begin with.
fn token_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&byte| !is_token_byte(byte))
        .unwrap_or(bytes.len())
}

/// A token and what follows it, white space in front passed over.
fn token(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let bytes = trim_start(bytes);
    let length = token_length(bytes);
    if length == 0 {
        None
    } else {
        bytes.split_at_checked(length)
    }
}

/// Host, without the brackets of an IPv6 reference, and port.
fn host_and_port(sent_by: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let (host, rest) = if let Some(reference) = sent_by.strip_prefix(b"[") {
        let end = find(reference, b']')?;
        (
            cut(reference, 0..end),
            cut(reference, end + 1..reference.len()),
        )
    } else {
        match find(sent_by, b':') {
            // Some write an IPv6 address without brackets; then there can be no port.
            Some(_) if is_ipv6(sent_by) => (sent_by, &[][..]),
            Some(colon) => sent_by.split_at_checked(colon)?,
            None => (sent_by, &[][..]),
        }
    };
    let host = trim_end(host);
    if host.is_empty() || host.iter().any(|&byte| is_space(byte)) {
        return None;
    }
    let port = trim_start(rest)
        .strip_prefix(b":")
        .and_then(|port| decimal(trim(port)));
    Some((host, port.and_then(|port| u16::try_from(port).ok())))
}

/// No IPv6 address is written with more than 45 bytes, so this stays cheap on long input.
fn is_ipv6(text: &[u8]) -> bool {
    // Two colons at least; the usual host and port have one.
    text.len() <= 45
        && text.iter().filter(|&&byte| byte == b':').count() > 1
        && std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Via;

    proptest! {
        #[test]
        fn what_is_read_straight_is_read_right(rest in "(UDP|TLS-x) ?[a1.@:;, \t\\[\\]\"]{0,9}(:[0-9]{0,6})?") {
            let value = format!("SIP/2.0/{rest}");
            let value = value.trim().as_bytes();
            if let Some(usual) = Via::usual(value) {
                prop_assert_eq!(Some(usual), Via::unusual(value));
            }
        }
    }
}
