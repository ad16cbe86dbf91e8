//! What a live capture counts, for Prometheus, by HTTP.
//!
//! ```text
//! Prometheus ─► server, a task ─► Ask ─► the capture's loop, between two batches
//!            ◄─────────────────── text ◄┘
//! ```
//!
//! The capture's loop makes the text, since all that is counted is its own; it makes it anew after
//! a second at the earliest, however many ask.

mod memory;
mod server;

use std::future::pending;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hyper::body::Bytes;
use tokio::sync::{mpsc, oneshot};

pub(crate) use memory::Memory;

/// How long a text is good for.
const FRESH: Duration = Duration::from_secs(1);
/// How many who ask may wait.
const MOST_WAITING: usize = 16;

/// Somebody who wants to know.
pub(crate) type Ask = oneshot::Sender<Bytes>;

/// Where it is listened, before there is anything to tell.
pub(crate) struct OpenMetrics(TcpListener);

impl OpenMetrics {
    /// Listens for those who ask, and says where.
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .with_context(|| format!("cannot listen for metrics on {address}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        crate::exit::complain(&format!("metrics on http://{address}/metrics"));
        Ok(Self(listener))
    }

    /// Starts to take them in; within a runtime.
    pub(crate) fn start(self) -> anyhow::Result<Metrics> {
        let listener = tokio::net::TcpListener::from_std(self.0)?;
        let (sender, asks) = mpsc::channel(MOST_WAITING);
        tokio::spawn(server::serve(listener, sender));
        Ok(Metrics { asks, text: None })
    }
}

/// Those who ask, and what they were told last.
pub(crate) struct Metrics {
    asks: mpsc::Receiver<Ask>,
    text: Option<(Instant, Bytes)>,
}

impl Metrics {
    /// The next who asks.
    pub(crate) async fn next(metrics: &mut Option<Self>) -> Ask {
        match metrics {
            Some(metrics) => match metrics.asks.recv().await {
                Some(ask) => ask,
                None => pending().await,
            },
            None => pending().await,
        }
    }

    /// Tells one, anew where that is due.
    pub(crate) fn answer(&mut self, ask: Ask, now: Instant, make: impl FnOnce() -> String) {
        let text = match self.text.take() {
            Some((made, text)) if now.duration_since(made) < FRESH => (made, text),
            _ => (now, Bytes::from(make())),
        };
        // Who asked may be gone.
        let _ = ask.send(text.1.clone());
        self.text = Some(text);
    }
}

/// A port on this host, or an address with a port.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text
        .parse()
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    port.or_else(|_| text.parse()).map_err(|_| {
        "expected a port, or an address such as 127.0.0.1:9060 or [::1]:9060".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_of_this_host() {
        assert_eq!(address("9100"), Ok("127.0.0.1:9100".parse().unwrap()));
        assert_eq!(address("[::1]:1"), Ok("[::1]:1".parse().unwrap()));
        assert_eq!(address("0.0.0.0:1"), Ok("0.0.0.0:1".parse().unwrap()));
        for wrong in ["", "here", "127.0.0.1", "65536", "::1"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_text_is_made_once_a_second_however_many_ask() {
        let (_, asks) = mpsc::channel(1);
        let mut metrics = Metrics { asks, text: None };
        let began = Instant::now();
        let mut made = 0;
        let mut told = Vec::new();
        for millis in [0, 10, 999, 1_000, 1_500, 2_100] {
            let (ask, mut answer) = oneshot::channel();
            metrics.answer(ask, began + Duration::from_millis(millis), || {
                made += 1;
                made.to_string()
            });
            told.push(answer.try_recv().unwrap());
        }
        assert_eq!(told, ["1", "1", "1", "2", "2", "3"].map(Bytes::from));
    }
}
