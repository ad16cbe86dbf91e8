//! Datagrams to a collector.

use std::io::{Error, ErrorKind, Result};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::exports::queue::WhenFull;
use crate::exports::sender::{Sent, Way};

/// The longest payload of a datagram over IPv4 (RFC 768, RFC 791).
pub(super) const LONGEST: usize = 65_507;

/// How long after a refusal, with none meanwhile, somebody listens again.
const REFUSAL: Duration = Duration::from_secs(1);
/// How long to wait for room in the socket's buffer.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many bytes of a file are sent at once, and how long to rest then: a collector's buffer holds
/// a few hundred messages, and nothing says that it is full.
const AT_ONCE: (usize, Duration) = (16 * 1024, Duration::from_millis(1));

/// A socket that is connected to a collector, so that the system says when nobody listens there.
#[derive(Debug)]
pub(super) struct Udp {
    socket: UdpSocket,
    /// When the system last said that nobody listens.
    refused: Option<Instant>,
    /// How many bytes went since the last rest, if there are to be any.
    run: Option<usize>,
}

impl Udp {
    pub(super) fn open(address: SocketAddr, when_full: WhenFull) -> Result<Self> {
        let any = match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(address)?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            socket,
            refused: None,
            run: (when_full == WhenFull::Wait).then_some(0),
        })
    }

    fn pace(&mut self, len: usize) {
        let (most, rest) = AT_ONCE;
        if let Some(run) = &mut self.run {
            *run += len;
            if *run >= most {
                *run = 0;
                sleep(rest);
            }
        }
    }
}

impl Way for Udp {
    fn send(&mut self, packets: &[Vec<u8>]) -> Result<Sent> {
        let packet = packets.first().map(Vec::as_slice).unwrap_or_default();
        self.pace(packet.len());
        let was_refused = |at: Instant| at.elapsed() < REFUSAL;
        match self.socket.send(packet) {
            Ok(_) if self.refused.is_some_and(was_refused) => Ok(Sent::Perhaps),
            Ok(_) => Ok(Sent::Well),
            // It is about a packet before, and this one was not sent.
            Err(fault) if fault.kind() == ErrorKind::ConnectionRefused => {
                self.refused = Some(Instant::now());
                self.socket.send(packet)?;
                Ok(Sent::NotTheLast(fault))
            }
            Err(fault) => Err(fault),
        }
    }

    fn tries_again(&self) -> bool {
        false
    }

    fn end(&mut self) -> Option<Error> {
        self.socket.take_error().ok().flatten()
    }
}
