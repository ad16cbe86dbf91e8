//! Who took part in a call, from left to right.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use sipwhy_packet::SIP_PORT;

use crate::draft::Sent;
use crate::model::{Host, Kind};

/// Hosts that are drawn beside each other; messages from and to others are left out.
const MOST: usize = 32;

/// The hosts of a flow in the order in which the call reaches them.
pub(crate) struct Hosts {
    /// Hosts of which two sockets speak with each other: each socket stands for itself.
    split: BTreeSet<IpAddr>,
    order: Vec<Place>,
}

/// What stands at one place: a host, or a socket of a host that is split.
struct Place {
    address: IpAddr,
    port: Option<u16>,
    ports: BTreeSet<u16>,
}

impl Hosts {
    /// Those of these messages, which are in order; with each comes its leg.
    pub(crate) fn of<'a>(messages: impl Iterator<Item = (usize, &'a Sent)> + Clone) -> Self {
        let sockets = |sent: &Sent| (sent.sockets.source, sent.sockets.destination);
        let split = messages
            .clone()
            .map(|(_, sent)| sockets(sent))
            .filter(|(source, destination)| source.ip() == destination.ip())
            .map(|(source, _)| source.ip())
            .collect();
        let order = Vec::new();
        let mut hosts = Self { split, order };
        for (leg, sent) in messages {
            let (source, destination) = sockets(sent);
            // A response goes to the client, which stands before its server.
            let (client, server) = match sent.kind {
                Kind::Request | Kind::Malformed => (source, destination),
                _ => (destination, source),
            };
            match (hosts.find(client), hosts.find(server)) {
                (None, Some(server)) if leg == 0 => hosts.insert(server, client),
                (None, _) => hosts.insert(hosts.order.len(), client),
                (Some(_), _) => {}
            }
            if hosts.find(server).is_none() {
                hosts.insert(hosts.order.len(), server);
            }
            for socket in [source, destination] {
                if let Some(place) = hosts.find(socket).and_then(|at| hosts.order.get_mut(at)) {
                    place.ports.insert(socket.port());
                }
            }
        }
        hosts
    }

    fn port(&self, socket: SocketAddr) -> Option<u16> {
        self.split.contains(&socket.ip()).then(|| socket.port())
    }

    fn find(&self, socket: SocketAddr) -> Option<usize> {
        let port = self.port(socket);
        let mut order = self.order.iter();
        order.position(|place| place.address == socket.ip() && place.port == port)
    }

    fn insert(&mut self, at: usize, socket: SocketAddr) {
        if self.order.len() >= MOST {
            return;
        }
        let place = Place {
            address: socket.ip(),
            port: self.port(socket),
            ports: BTreeSet::new(),
        };
        self.order.insert(at.min(self.order.len()), place);
    }

    /// The place of a socket, if it has one.
    pub(crate) fn place(&self, socket: SocketAddr) -> Option<usize> {
        self.find(socket)
    }

    /// The hosts, as they are shown.
    pub(crate) fn into_hosts(self, names: &BTreeMap<IpAddr, Option<String>>) -> Vec<Host> {
        let shown = self.order.into_iter().map(|place| {
            let only = place.ports.first().filter(|_| place.ports.len() == 1);
            let port = place.port.or(only.copied());
            Host {
                address: place.address,
                port: port.filter(|port| place.port.is_some() || *port != SIP_PORT),
                name: names.get(&place.address).cloned().flatten(),
            }
        });
        shown.collect()
    }
}
