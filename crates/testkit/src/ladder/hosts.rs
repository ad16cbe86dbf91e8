//! Who takes part in a ladder.

use std::net::{Ipv4Addr, SocketAddrV4};

use sipwhy_packet::SIP_PORT;

/// The hosts of a ladder by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    known: Vec<(String, SocketAddrV4)>,
}

/// One end of a step: a host and the port that it uses there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'h> {
    pub(crate) name: &'h str,
    pub(crate) socket: SocketAddrV4,
    /// Whether the step names the port.
    pub(crate) names_port: bool,
}

impl Hosts {
    /// Reads `name=address` or `name=address:port`, any number of them.
    pub(crate) fn add(&mut self, list: &str) -> Result<(), String> {
        for host in list.split_whitespace() {
            let (name, address) = host
                .split_once('=')
                .ok_or_else(|| format!("{host:?} is not name=address"))?;
            let socket = match (address.parse::<SocketAddrV4>(), address.parse::<Ipv4Addr>()) {
                (Ok(socket), _) => socket,
                (_, Ok(address)) => SocketAddrV4::new(address, SIP_PORT),
                _ => return Err(format!("{address:?} is not an IPv4 address")),
            };
            self.known.push((name.to_owned(), socket));
        }
        Ok(())
    }

    /// Reads `name` or `name:port`.
    pub(crate) fn end<'h>(&self, text: &'h str) -> Result<End<'h>, String> {
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => {
                let port: u16 = port
                    .parse()
                    .map_err(|_| format!("{port:?} is not a port"))?;
                (name, Some(port))
            }
            None => (text, None),
        };
        let socket = self.socket(name)?;
        Ok(End {
            name,
            socket: SocketAddrV4::new(*socket.ip(), port.unwrap_or(socket.port())),
            names_port: port.is_some(),
        })
    }

    /// The address of a host, by name or as it is.
    pub(crate) fn address(&self, text: &str) -> Result<Ipv4Addr, String> {
        if let Ok(address) = text.parse() {
            return Ok(address);
        }
        Ok(*self.socket(text)?.ip())
    }

    fn socket(&self, name: &str) -> Result<SocketAddrV4, String> {
        let host = self.known.iter().find(|(known, _)| known == name);
        host.map(|(_, socket)| *socket).ok_or_else(|| {
            let names: Vec<&str> = self.known.iter().map(|(name, _)| name.as_str()).collect();
            format!("{name:?} is none of the hosts: {}", names.join(", "))
        })
    }
}
