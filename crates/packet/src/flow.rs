//! Who sent it to whom, and over what.

use std::fmt;
use std::net::SocketAddr;

/// The transport that carried a SIP message, as seen on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// UDP datagrams.
    Udp,
    /// A TCP stream.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket over TCP (RFC 7118).
    Ws,
    /// WebSocket over TLS.
    Wss,
    /// An SCTP association (RFC 4168).
    Sctp,
}

impl Transport {
    /// Whether the transport itself repeats what is lost, so that SIP's Timers A, E and G do not
    /// run (RFC 3261 §17.1.1.2).
    #[must_use]
    pub const fn is_reliable(self) -> bool {
        !matches!(self, Self::Udp)
    }

    /// Whether it encrypts.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Tls | Self::Wss)
    }

    /// What a WebSocket over this transport is.
    pub(crate) const fn with_websocket(self) -> Self {
        if self.is_secure() {
            Self::Wss
        } else {
            Self::Ws
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
            Self::Sctp => "SCTP",
        })
    }
}

/// One direction of a conversation between two sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The sending socket.
    pub source: SocketAddr,
    /// The receiving socket.
    pub destination: SocketAddr,
    /// What carried it.
    pub transport: Transport,
}

impl Flow {
    /// The opposite direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self {
            source: self.destination,
            destination: self.source,
            transport: self.transport,
        }
    }
}
