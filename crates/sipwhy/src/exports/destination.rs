//! Where a collector listens, as users write it.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use anyhow::Context as _;

/// What carries the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Udp,
    Tcp,
}

/// Where a collector listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) transport: Transport,
    host: String,
    port: u16,
}

impl Destination {
    /// Its address. A name is looked up once.
    pub(super) fn look_up(&self) -> anyhow::Result<SocketAddr> {
        let mut found = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .with_context(|| format!("{self}: its address is not to be found"))?;
        found
            .next()
            .with_context(|| format!("{self}: it has no address"))
    }
}

impl Destination {
    /// Reads one; the port is this where none is given, and UDP is meant where nothing else is.
    pub(super) fn read(text: &str, port_unless_given: u16) -> Result<Self, &'static str> {
        const FORM: &str = "expected udp:HOST:PORT or tcp:HOST:PORT, such as udp:192.0.2.1:9060 or \
                            tcp:[2001:db8::1]:9060";
        let (transport, rest) = if let Some(rest) = text.strip_prefix("udp:") {
            (Transport::Udp, rest)
        } else if let Some(rest) = text.strip_prefix("tcp:") {
            (Transport::Tcp, rest)
        } else {
            (Transport::Udp, text)
        };
        let (host, port) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(FORM)?;
                host.parse::<Ipv6Addr>().map_err(|_| FORM)?;
                match port {
                    "" => (host, None),
                    _ => (host, Some(port.strip_prefix(':').ok_or(FORM)?)),
                }
            }
            None if rest.parse::<Ipv6Addr>().is_ok() => (rest, None),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let port = match port {
            Some(digits) => digits.parse().map_err(|_| FORM)?,
            None => port_unless_given,
        };
        if host.is_empty() || host.contains(['/', ' ']) || port == 0 {
            return Err(FORM);
        }
        Ok(Self {
            transport,
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        f.write_str(match self.transport {
            Transport::Udp => "udp:",
            Transport::Tcp => "tcp:",
        })?;
        if host.contains(':') {
            write!(f, "[{host}]:{port}")
        } else {
            write!(f, "{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, full) in [
            ("192.0.2.1", "udp:192.0.2.1:9060"),
            ("udp:192.0.2.1", "udp:192.0.2.1:9060"),
            ("tcp:homer.example.org:9061", "tcp:homer.example.org:9061"),
            ("::1", "udp:[::1]:9060"),
            ("tcp:::1", "tcp:[::1]:9060"),
            ("tcp:[::1]", "tcp:[::1]:9060"),
            ("[2001:db8::1]:1", "udp:[2001:db8::1]:1"),
        ] {
            let read = Destination::read(text, 9060).unwrap();
            assert_eq!(read.to_string(), full, "{text}");
            assert_eq!(Destination::read(full, 1), Ok(read), "{text}");
        }
        for wrong in [
            "",
            "udp:",
            "tls:192.0.2.1:9060",
            "192.0.2.1:",
            "192.0.2.1:0",
            "192.0.2.1:70000",
            "[192.0.2.1]:9060",
            "[::1",
            "[::1]9060",
            "udp://192.0.2.1:9060",
        ] {
            assert!(Destination::read(wrong, 9060).is_err(), "{wrong}");
        }
    }
}
