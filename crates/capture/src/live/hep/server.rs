//! The thread that listens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinError, JoinSet};

use super::connection::{self, End, MOST_CONNECTIONS, Turn};
use super::{Connections, Shared, drops};
use crate::live::queue::{Gatherer, WhenFull};
use crate::live::stats::Stats;
use crate::live::thread::now;

/// How many packets of TCP connections wait for the queue; beyond it, the connections wait.
const WAITING: usize = 64;

/// How many packets are taken in before what was gathered is offered.
const AT_ONCE: usize = 512;

/// No UDP datagram is longer.
const LONGEST: usize = 65_535;

/// How often the system is asked for its counts.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);

/// The listener at work.
pub(super) struct Server {
    address: SocketAddr,
    udp: UdpSocket,
    tcp: TcpListener,
    gatherer: Gatherer,
    shared: Arc<Shared>,
    packets: (Sender<Vec<u8>>, Receiver<Vec<u8>>),
    tasks: JoinSet<End>,
    open: Vec<Open>,
    turn: Arc<Turn>,
    connections: Connections,
    /// What the kernel had dropped before, and has dropped since; and when it was last asked.
    dropped: u64,
    asked: Option<Instant>,
}

/// An open connection.
struct Open {
    task: AbortHandle,
    /// When it was last heard of, in turns.
    heard: Arc<AtomicU64>,
}

impl Server {
    pub(super) fn new(
        address: SocketAddr,
        (udp, tcp): (UdpSocket, TcpListener),
        gatherer: Gatherer,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            address,
            udp,
            tcp,
            gatherer,
            shared,
            packets: channel(WAITING),
            tasks: JoinSet::new(),
            open: Vec::new(),
            turn: Arc::default(),
            connections: Connections::default(),
            dropped: 0,
            asked: None,
        }
    }

    /// Listens until told to stop, and gives back what gathers.
    pub(super) async fn run(mut self) -> Gatherer {
        let mut buffer = vec![0; LONGEST];
        let shared = Arc::clone(&self.shared);
        while !self.gatherer.closed {
            tokio::select! {
                biased;
                () = shared.stopping.notified() => break,
                Some(ended) = self.tasks.join_next() => {
                    self.note_end(&ended);
                    self.open.retain(|open| !open.task.is_finished());
                }
                result = self.udp.readable() => {
                    // Errors of a datagram socket concern one datagram that was sent, and we send
                    // none; there is nothing to be done about them.
                    let _ = result;
                    self.take_datagrams(&mut buffer);
                }
                Some(packet) = self.packets.1.recv() => self.take_packets(&packet),
                Ok((stream, _)) = self.tcp.accept() => self.accept(stream),
            }
            self.gatherer.offer();
            self.publish();
        }
        self.finish(&mut buffer)
    }

    /// Takes in what came before the stop.
    fn finish(mut self, buffer: &mut [u8]) -> Gatherer {
        while let Some(ended) = self.tasks.try_join_next() {
            self.note_end(&ended);
        }
        self.tasks.abort_all();
        while let Ok(packet) = self.packets.1.try_recv() {
            self.take(&packet);
        }
        self.asked = None;
        self.publish();
        let Self {
            udp,
            mut gatherer,
            shared,
            connections,
            ..
        } = self;
        // Not through the runtime, which knows only of datagrams that it has waited for.
        if let Ok(udp) = udp.into_std() {
            for _ in 0..AT_ONCE {
                let Ok(len) = udp.recv(buffer) else { break };
                push(&mut gatherer, buffer.get(..len).unwrap_or_default());
            }
        }
        let (mut stats, _) = shared.read();
        stats.delivered = gatherer.kept();
        stats.lost_behind = gatherer.lost;
        stats.received = stats.delivered + stats.lost_behind;
        shared.write(stats, connections);
        gatherer
    }

    fn note_end(&mut self, ended: &Result<End, JoinError>) {
        self.connections.not_hep += u64::from(matches!(ended, Ok(End::NotHep)));
    }

    fn take(&mut self, packet: &[u8]) {
        push(&mut self.gatherer, packet);
    }

    fn take_datagrams(&mut self, buffer: &mut [u8]) {
        for _ in 0..AT_ONCE {
            let Ok(len) = self.udp.try_recv(buffer) else {
                return;
            };
            if let Some(packet) = buffer.get(..len) {
                self.take(packet);
            }
        }
    }

    fn take_packets(&mut self, first: &[u8]) {
        self.take(first);
        for _ in 1..AT_ONCE {
            let Ok(packet) = self.packets.1.try_recv() else {
                return;
            };
            self.take(&packet);
        }
    }

    fn accept(&mut self, stream: TcpStream) {
        self.connections.accepted += 1;
        while self.open.len() >= MOST_CONNECTIONS {
            let silent = (0..self.open.len())
                .min_by_key(|&at| self.open.get(at).map(|it| it.heard.load(Ordering::Relaxed)));
            let Some(silent) = silent else { break };
            self.open.swap_remove(silent).task.abort();
            self.connections.displaced += 1;
        }
        let heard = Arc::new(AtomicU64::new(self.turn.next()));
        let task = self.tasks.spawn(connection::receive(
            stream,
            self.packets.0.clone(),
            Arc::clone(&self.turn),
            Arc::clone(&heard),
        ));
        self.open.push(Open { task, heard });
    }

    /// Brings the counts up to date.
    fn publish(&mut self) {
        if self
            .asked
            .is_none_or(|asked| asked.elapsed() >= COUNT_INTERVAL)
        {
            self.asked = Some(Instant::now());
            self.dropped = drops::dropped(self.address);
        }
        let delivered = self.gatherer.kept();
        let stats = Stats {
            delivered,
            lost_behind: self.gatherer.lost,
            media_shed: 0,
            received: delivered + self.gatherer.lost,
            dropped_by_kernel: self.dropped,
            dropped_by_interface: 0,
        };
        self.shared.write(stats, self.connections);
    }
}

fn push(gatherer: &mut Gatherer, packet: &[u8]) {
    let len = u32::try_from(packet.len()).unwrap_or(u32::MAX);
    gatherer.push(now(), packet, len, WhenFull::Lose);
}
