//! What is known about a session, with or without its keys.

use std::fmt;

use crate::{Certificate, Way};

/// What the handshake says about a session.
///
/// Texts are as they were on the wire, as far as they are text: whoever shows them to people has
/// to escape them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The direction in which the client speaks.
    pub client: Option<Way>,
    /// The version that the server chose.
    pub version: Option<Version>,
    /// The cipher suite that the server chose.
    pub cipher_suite: Option<CipherSuite>,
    /// The name of the server that the client asked for (RFC 6066 §3).
    pub server_name: Option<String>,
    /// The protocol that the server chose (RFC 7301); encrypted in TLS 1.3.
    pub alpn: Option<String>,
    /// The server's own certificate; encrypted in TLS 1.3.
    pub server_certificate: Option<Certificate>,
    /// The client's own certificate, if it has shown one; encrypted in TLS 1.3.
    pub client_certificate: Option<Certificate>,
    /// Whether the session takes up an earlier one, so that no certificates are shown. `None`
    /// while that is unknown.
    pub resumed: Option<bool>,
    /// Whether the server asked the client to try once more, with another key share (RFC 8446
    /// §4.1.4).
    pub retried: bool,
}

/// A version of the protocol, by its number on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// TLS 1.0 (RFC 2246).
    pub const TLS_1_0: Self = Self(0x0301);
    /// TLS 1.1 (RFC 4346).
    pub const TLS_1_1: Self = Self(0x0302);
    /// TLS 1.2 (RFC 5246).
    pub const TLS_1_2: Self = Self(0x0303);
    /// TLS 1.3 (RFC 8446).
    pub const TLS_1_3: Self = Self(0x0304);
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self(0x0300) => "SSL 3.0",
            Self::TLS_1_0 => "TLS 1.0",
            Self::TLS_1_1 => "TLS 1.1",
            Self::TLS_1_2 => "TLS 1.2",
            Self::TLS_1_3 => "TLS 1.3",
            Self(number) => return write!(f, "TLS version 0x{number:04x}"),
        })
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A cipher suite, by its number on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CipherSuite(pub u16);

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "cipher suite 0x{:04x}", self.0),
        }
    }
}

impl fmt::Debug for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
