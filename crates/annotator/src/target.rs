//! Where a Contact sends a request, and whether a request went there.

use std::net::{IpAddr, SocketAddr};

use sipwhy_packet::{Flow, Transport};
use sipwhy_parser::{Scheme, Uri, printable};

use crate::names::Names;
use crate::quote;

/// Bytes looked at of one Contact URI. No proxy's URI is longer.
const LONGEST: usize = 1024;

/// One URI of a redirection's Contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URI as sent, printable.
    pub text: String,
    /// Whether its scheme is `sips`.
    pub secure: bool,
    /// The user part as sent; empty when there is none.
    pub user: Box<[u8]>,
    /// The host as sent, without brackets; `maddr` in its place where given (RFC 3263 §4).
    pub host: Box<[u8]>,
    /// The host, when it is an address.
    pub address: Option<IpAddr>,
    /// The port, when given.
    pub port: Option<u16>,
    /// The transport, when given.
    pub transport: Option<Wanted>,
}

/// A transport that a URI asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One that can be told apart on the wire.
    Plain(Transport),
    /// TLS over TCP.
    Tls,
    /// Any other.
    Other,
}

/// Whether a request went where a target says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It did.
    Yes,
    /// It did not, and this is where the two differ.
    No(Difference),
    /// The target is a host name, and the capture holds no address for it.
    NameUnknown,
}

/// How a request's destination differs from a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another host.
    Host,
    /// The right host, another port.
    Port,
    /// The right host and port, another transport.
    Transport,
}

impl Target {
    /// Reads a Contact's URI. `None` when it is no SIP or SIPS URI.
    pub(crate) fn parse(uri: &[u8]) -> Option<Self> {
        let parsed = Uri::parse(uri.get(..LONGEST.min(uri.len()))?)?;
        let secure = match parsed.scheme {
            Scheme::Sip => false,
            Scheme::Sips => true,
            _ => return None,
        };
        let host = parsed.maddr().unwrap_or(parsed.host);
        let address = std::str::from_utf8(host)
            .ok()
            .and_then(|text| text.trim_matches(['[', ']']).parse().ok());
        let transport = parsed.transport().map(|name| {
            // sips with transport=tcp means TLS over TCP, with ws WebSocket over TLS (RFC 3261
            // §26.2.2, RFC 7118 §5.2).
            let named = [
                (&b"udp"[..], Wanted::Plain(Transport::Udp), Wanted::Other),
                (b"tcp", Wanted::Plain(Transport::Tcp), Wanted::Tls),
                (b"tls", Wanted::Tls, Wanted::Tls),
                (
                    b"ws",
                    Wanted::Plain(Transport::Ws),
                    Wanted::Plain(Transport::Wss),
                ),
                (
                    b"wss",
                    Wanted::Plain(Transport::Wss),
                    Wanted::Plain(Transport::Wss),
                ),
                (b"sctp", Wanted::Plain(Transport::Sctp), Wanted::Other),
            ];
            named
                .into_iter()
                .find(|(known, ..)| name.eq_ignore_ascii_case(known))
                .map_or(
                    Wanted::Other,
                    |(_, plain, with_sips)| {
                        if secure { with_sips } else { plain }
                    },
                )
        });
        Some(Self {
            text: quote::shorten(&printable(uri)),
            secure,
            user: parsed.user.unwrap_or_default().into(),
            host: host.into(),
            address,
            port: parsed.port,
            transport,
        })
    }

    /// The transport asked for: the parameter, or TLS for a `sips` URI without one.
    fn wanted(&self) -> Option<Wanted> {
        self.transport.or(self.secure.then_some(Wanted::Tls))
    }

    /// The port that stands where none is given (RFC 3261 §19.1.2).
    fn default_port(&self) -> u16 {
        match self.wanted() {
            Some(Wanted::Tls) => 5061,
            // Those of WebSocket itself (RFC 6455 §3).
            Some(Wanted::Plain(Transport::Ws)) => 80,
            Some(Wanted::Plain(Transport::Wss)) => 443,
            _ => 5060,
        }
    }

    /// Every socket address the target is known to stand for.
    pub(crate) fn sockets(&self, names: &Names) -> Vec<SocketAddr> {
        let default = self.port.unwrap_or(self.default_port());
        match self.address {
            Some(address) => vec![SocketAddr::new(address, default)],
            None => {
                let found = names.resolve(&self.host);
                let socket = |(address, port): (IpAddr, Option<u16>)| {
                    // An SRV record's port counts only where the URI gives none (RFC 3263 §4.2).
                    SocketAddr::new(address, self.port.or(port).unwrap_or(default))
                };
                found.into_iter().map(socket).collect()
            }
        }
    }

    /// Whether `flow` carries a request to this target.
    pub(crate) fn reached_by(&self, flow: &Flow, names: &Names) -> Reach {
        let sockets = self.sockets(names);
        if sockets.is_empty() {
            return Reach::NameUnknown;
        }
        if sockets.contains(&flow.destination) {
            return match self.wanted() {
                // `transport=ws` stands for WebSocket over TLS as well: whether there is TLS is
                // not said by the URI (RFC 7118 §5.2).
                Some(Wanted::Plain(Transport::Ws)) if flow.transport == Transport::Wss => {
                    Reach::Yes
                }
                Some(Wanted::Plain(transport)) if transport != flow.transport => {
                    Reach::No(Difference::Transport)
                }
                // What was read in the clear may have been decrypted before it was captured, but
                // TLS never runs over these.
                Some(Wanted::Tls) if matches!(flow.transport, Transport::Udp | Transport::Ws) => {
                    Reach::No(Difference::Transport)
                }
                // Without a transport parameter a client may choose: UDP by default, TCP for a
                // large request (RFC 3261 §18.1.1) or by NAPTR (RFC 3263 §4.1).
                _ => Reach::Yes,
            };
        }
        if sockets
            .iter()
            .any(|socket| socket.ip() == flow.destination.ip())
        {
            return Reach::No(Difference::Port);
        }
        Reach::No(Difference::Host)
    }

    /// Whether `uri` is for the same user.
    pub(crate) fn has_user(&self, uri: &[u8]) -> bool {
        Uri::parse(uri).is_some_and(|uri| uri.user.unwrap_or_default() == &*self.user)
    }

    /// Whether `uri` names this target's host and port, as a Request-URI or Route that was made
    /// from it does.
    pub(crate) fn is_named_by(&self, uri: &[u8]) -> bool {
        Uri::parse(uri).is_some_and(|uri| {
            let host = uri.maddr().unwrap_or(uri.host);
            host.eq_ignore_ascii_case(&self.host)
                && uri.port.unwrap_or(5060) == self.port.unwrap_or(5060)
        })
    }
}
