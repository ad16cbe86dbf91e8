//! How far captures have been read.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes of files have been read, compressed as they are. Clones share the count, so that
/// it can be looked at while another thread reads.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// How many bytes have been read. A file that is closed before its end, and opened again for
    /// its turn, counts from its beginning again.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A source whose bytes are counted as they are read: once for each piece of many kilobytes.
pub(super) struct Gauged<R> {
    inner: R,
    gauge: Gauge,
    /// Bytes of it that were counted.
    counted: u64,
    is_at_end: bool,
}

impl<R> Gauged<R> {
    pub(super) const fn new(inner: R, gauge: Gauge) -> Self {
        Self {
            inner,
            gauge,
            counted: 0,
            is_at_end: false,
        }
    }
}

impl<R: Read> Read for Gauged<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.is_at_end |= read == 0;
        self.counted += read as u64;
        self.gauge.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R> Drop for Gauged<R> {
    fn drop(&mut self) {
        if !self.is_at_end {
            self.gauge.0.fetch_sub(self.counted, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_to_its_end_does_not_count_when_it_is_closed() {
        let gauge = Gauge::default();
        let source = || Gauged::new(&[7_u8; 10][..], gauge.clone());
        let mut first = source();
        assert!(first.read(&mut [0; 4]).is_ok());
        assert_eq!(gauge.bytes(), 4, "while it is read");
        drop(first);
        assert_eq!(gauge.bytes(), 0);
        let mut again = source();
        assert!(again.read_to_end(&mut Vec::new()).is_ok());
        drop(again);
        assert_eq!(gauge.bytes(), 10);
    }
}
