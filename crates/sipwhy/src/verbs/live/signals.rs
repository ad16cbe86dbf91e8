//! Signals that a capture listens to.

use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that ask for an orderly end.
pub(super) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// SIGHUP, where it asks for something; elsewhere it does what it always does.
pub(super) struct HangUp(Option<Signal>);

impl HangUp {
    pub(super) fn new(is_wanted: bool) -> std::io::Result<Self> {
        let signal = is_wanted.then(|| signal(SignalKind::hangup()));
        Ok(Self(signal.transpose()?))
    }

    pub(super) async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => pending().await,
        }
    }
}
