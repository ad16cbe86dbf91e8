//! A connection to a collector.

use std::io::{ErrorKind, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::exports::sender::{Sent, Way};

/// How long it may take to connect, and to hand over a packet.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to a collector, or none at the moment.
#[derive(Debug)]
pub(super) struct Tcp {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Tcp {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl Way for Tcp {
    fn send(&mut self, packets: &[Vec<u8>]) -> Result<Sent> {
        // A packet that was sent in part is sent again from its beginning, on another connection.
        let mut stream = match self.stream.take().filter(is_open) {
            Some(stream) => stream,
            None => self.connect()?,
        };
        for packet in packets {
            stream.write_all(packet)?;
        }
        self.stream = Some(stream);
        Ok(Sent::Well)
    }

    fn tries_again(&self) -> bool {
        true
    }
}

/// Whether the other side has not ended the connection. If it has, the system would still take a
/// packet, and nobody would read it.
fn is_open(stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return false;
    }
    let looked = stream.peek(&mut [0]);
    let is_open = match looked {
        // Collectors say nothing; what one says is not read.
        Ok(len) => len > 0,
        Err(fault) => fault.kind() == ErrorKind::WouldBlock,
    };
    stream.set_nonblocking(false).is_ok() && is_open
}
