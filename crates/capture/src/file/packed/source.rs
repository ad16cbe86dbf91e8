//! Where compressed bytes come from, and how many were used.

use std::io::{self, BufRead, Read};

/// How much is read at a time, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// A buffered source that remembers why it had nothing more: decoders report every fault of their
/// source as one of the data.
pub(super) struct Source {
    inner: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    consumed: u64,
    was_short: bool,
    fault: Option<io::Error>,
}

impl Source {
    /// `begin`, and then `inner`.
    pub(super) fn new(begin: Vec<u8>, inner: Box<dyn Read + Send>) -> Self {
        let end = begin.len();
        let mut bytes = begin;
        bytes.resize(end.max(READ_BYTES), 0);
        Self {
            inner,
            bytes,
            start: 0,
            end,
            consumed: 0,
            was_short: false,
            fault: None,
        }
    }

    /// A source of nothing.
    pub(super) fn empty() -> Self {
        Self {
            inner: Box::new(io::empty()),
            bytes: Vec::new(),
            start: 0,
            end: 0,
            consumed: 0,
            was_short: false,
            fault: None,
        }
    }

    /// How many bytes were used up.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Whether more was asked for than there was, by a decoder that needed it.
    pub(super) fn was_short(&self) -> bool {
        self.was_short
    }

    /// Why the source could not be read on, if that was why.
    pub(super) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// Whether nothing follows. Asking is no shortage.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        let is_at_end = self.fill_buf()?.is_empty();
        self.was_short = false;
        Ok(is_at_end)
    }

    /// Passes over so many bytes, which must be there.
    pub(super) fn skip(&mut self, length: u64) -> io::Result<()> {
        if io::copy(&mut self.take(length), &mut io::sink())? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.start == self.end {
            match self.inner.read(&mut self.bytes) {
                Ok(0) => {
                    self.was_short = true;
                    break;
                }
                Ok(n) => (self.start, self.end) = (0, n.min(self.bytes.len())),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    self.fault = Some(error);
                    return Err(kind.into());
                }
            }
        }
        Ok(self.bytes.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        let n = n.min(self.end - self.start);
        self.start += n;
        self.consumed += n as u64;
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(into)?;
        self.consume(n);
        Ok(n)
    }
}
