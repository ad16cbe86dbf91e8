//! A listener for HEP, to which capture agents elsewhere send what they see.
//!
//! It takes UDP datagrams and TCP connections on one port and hands over each packet as a frame of
//! [`LinkType::HEP`], stamped with the time at which it came; the time at which the message inside
//! was captured is in the packet. Sockets, connections and what waits for the consumer are
//! bounded; what is lost is counted.

mod connection;
mod drops;
mod error;
mod server;

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use sipwhy_packet::LinkType;
use tokio::sync::Notify;

pub use self::connection::{MOST_CONNECTIONS, READ_BYTES};
pub use self::error::HepError;

use super::batch::Batch;
use super::queue::{Gatherer, Receiver};
use super::stats::Stats;

/// The port that agents send to unless told otherwise.
pub const HEP_PORT: u16 = 9060;

/// A running listener.
pub struct HepListener {
    batches: Receiver,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    address: SocketAddr,
}

/// What the listener's thread and the consumer both know.
#[derive(Default)]
struct Shared {
    stopping: Notify,
    stats: Mutex<(Stats, Connections)>,
}

/// TCP connections since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Those that were taken.
    pub accepted: u64,
    /// Those closed since what they carried was not HEP.
    pub not_hep: u64,
    /// Those closed to make room for others, since they were silent for longest.
    pub displaced: u64,
}

/// Sockets for HEP that are open, before there is a thread that reads from them.
#[derive(Debug)]
pub struct OpenHep {
    address: SocketAddr,
    tcp: TcpListener,
    udp: UdpSocket,
    input: u16,
}

impl OpenHep {
    /// Opens the sockets. The frames will say that they are of the input of this number. Port 0
    /// takes any that is free.
    ///
    /// # Errors
    /// When the address is taken, is not this host's, or may not be listened on.
    pub fn open(address: SocketAddr, input: u16) -> Result<Self, HepError> {
        let fault = |error| HepError::of(address, error);
        let tcp = TcpListener::bind(address).map_err(fault)?;
        let address = tcp.local_addr().map_err(fault)?;
        let fault = |error| HepError::of(address, error);
        let udp = UdpSocket::bind(address).map_err(fault)?;
        tcp.set_nonblocking(true).map_err(fault)?;
        udp.set_nonblocking(true).map_err(fault)?;
        Ok(Self {
            address,
            tcp,
            udp,
            input,
        })
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn start(self) -> Result<HepListener, HepError> {
        let address = self.address;
        let fault = |error| HepError::of(address, error);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .map_err(HepError::Thread)?;
        let sockets = {
            let _inside = runtime.enter();
            let udp = tokio::net::UdpSocket::from_std(self.udp).map_err(fault)?;
            let tcp = tokio::net::TcpListener::from_std(self.tcp).map_err(fault)?;
            (udp, tcp)
        };
        let shared = Arc::new(Shared::default());
        let (gatherer, batches) = Gatherer::of_input(LinkType::HEP, self.input, 0);
        let server = server::Server::new(address, sockets, gatherer, Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("hep".to_owned())
            .spawn(move || {
                let gatherer = runtime.block_on(server.run());
                // What is left is handed over by waiting, which must not be done inside.
                drop(runtime);
                gatherer.finish();
            })
            .map_err(HepError::Thread)?;
        Ok(HepListener {
            batches,
            shared,
            thread: Some(thread),
            address,
        })
    }
}

impl HepListener {
    /// Opens the sockets and starts to listen: [`OpenHep::open`] and [`OpenHep::start`].
    ///
    /// # Errors
    /// When the address is taken, is not this host's, or may not be listened on.
    pub fn start(address: SocketAddr, input: u16) -> Result<Self, HepError> {
        OpenHep::open(address, input)?.start()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next packets, as soon as there are any; `None` after the last, when the listener was
    /// stopped. Nothing is lost when the future is dropped before it is ready.
    pub async fn next_batch(&mut self) -> Option<Batch> {
        self.batches.recv().await
    }

    /// As [`HepListener::next_batch`], for who waits for several things at once.
    pub fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        self.batches.poll_recv(cx)
    }

    /// What came and what was lost so far. What the system counts is up to a second old.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.read().0
    }

    /// The TCP connections so far.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.shared.read().1
    }

    /// Asks the listener to end. What came before still comes from [`HepListener::next_batch`], and
    /// then `None`.
    pub fn stop(&self) {
        self.shared.stopping.notify_one();
    }

    /// Ends the listener, if it has not ended, and gives the final counts. Batches that were not
    /// taken are lost. Says also whether its thread ended as it should.
    pub fn finish(mut self) -> (Stats, Result<(), HepError>) {
        self.stop();
        self.batches.close();
        let ended = self.thread.take().map_or(Ok(()), |thread| {
            thread.join().map_err(|_| HepError::ThreadPanicked)
        });
        (self.stats(), ended)
    }
}

impl Drop for HepListener {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn read(&self) -> (Stats, Connections) {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, stats: Stats, connections: Connections) {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner) = (stats, connections);
    }
}
