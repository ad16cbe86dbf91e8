//! A TCP connection from an agent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sipwhy_packet::{HepFrame, hep_frame_len};
use tokio::net::TcpStream;
use tokio::sync::mpsc::Sender;

/// How many connections there are at most. For another, the one that was silent for longest gives
/// way.
pub const MOST_CONNECTIONS: usize = 256;

/// How many bytes are read from a connection at a time. What is held of one is at most this and a
/// packet of the greatest length, 64 KiB.
pub const READ_BYTES: usize = 16 * 1024;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The agent closed it, or it broke.
    Closed,
    /// It carried something else.
    NotHep,
}

/// Cuts what a connection carries into packets. A consumer that is behind holds the agent back.
pub(super) async fn receive(
    stream: TcpStream,
    packets: Sender<Vec<u8>>,
    turn: Arc<Turn>,
    mine: Arc<AtomicU64>,
) -> End {
    let mut held = Vec::new();
    let mut chunk = vec![0; READ_BYTES];
    loop {
        if stream.readable().await.is_err() {
            return End::Closed;
        }
        let read = match stream.try_read(&mut chunk) {
            Ok(0) => return End::Closed,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return End::Closed,
        };
        mine.store(turn.next(), Ordering::Relaxed);
        held.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let mut used = 0;
        loop {
            let rest = held.get(used..).unwrap_or_default();
            match hep_frame_len(rest) {
                HepFrame::Packet(len) => match rest.get(..len) {
                    Some(packet) => {
                        used += len;
                        if packets.send(packet.to_vec()).await.is_err() {
                            return End::Closed;
                        }
                    }
                    None => break,
                },
                HepFrame::Incomplete => break,
                HepFrame::NotHep => return End::NotHep,
            }
        }
        held.drain(..used);
    }
}

/// Numbers in the order in which something was heard, to know who was silent for longest.
#[derive(Debug, Default)]
pub(super) struct Turn(AtomicU64);

impl Turn {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}
