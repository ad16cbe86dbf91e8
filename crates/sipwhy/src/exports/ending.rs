//! Waiting for a thread that sends, as long as it gets on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How long a thread may send nothing before it is not waited for any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits until the thread ends, which drops what `ended` hears, or until it sends nothing more.
pub(super) fn wait(ended: &Receiver<()>, sent: &AtomicU64) {
    loop {
        let before = sent.load(Ordering::Relaxed);
        let is_over = !matches!(ended.recv_timeout(PATIENCE), Err(RecvTimeoutError::Timeout));
        if is_over || sent.load(Ordering::Relaxed) == before {
            return;
        }
    }
}
