//! The one buffer through which a file is read.

use std::io::{self, Read};

/// How much is read at a time, in bytes. Small enough to stay in the cache of one core, large
/// enough that the calls cost nothing: larger buffers measured slower.
const READ_BYTES: usize = 256 * 1024;

/// A window on the input: `fill` it, look at it, `consume` it.
pub(super) struct Buffer {
    source: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    /// The window is `bytes[start..end]`.
    start: usize,
    end: usize,
    /// Where in the input `start` is.
    offset: u64,
}

impl Buffer {
    pub(super) fn new(source: Box<dyn Read + Send>) -> Self {
        Self {
            source,
            bytes: vec![0; READ_BYTES],
            start: 0,
            end: 0,
            offset: 0,
        }
    }

    /// A buffer of nothing.
    pub(super) fn empty() -> Self {
        Self {
            source: Box::new(io::empty()),
            bytes: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
        }
    }

    /// What was read and not consumed, and where the rest comes from.
    pub(super) fn into_parts(self) -> (Vec<u8>, Box<dyn Read + Send>) {
        let mut bytes = self.bytes;
        bytes.truncate(self.end);
        bytes.drain(..self.start);
        (bytes, self.source)
    }

    /// How many bytes of the input lie before the window.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes that are there.
    #[inline]
    pub(super) fn window(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Where the window starts in the buffer, for [`Buffer::slice`].
    #[inline]
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Bytes of the buffer; they stay what they were until the next `fill` or `skip`.
    #[inline]
    pub(super) fn slice(&self, start: usize, len: usize) -> &[u8] {
        &self.bytes[start..start + len]
    }

    /// Makes the window at least `wanted` bytes long, and says whether it is: it is not when the
    /// input ends before.
    #[inline]
    pub(super) fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        if self.end - self.start >= wanted {
            return Ok(true);
        }
        self.read_until(wanted)
    }

    #[cold]
    fn read_until(&mut self, wanted: usize) -> io::Result<bool> {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < wanted {
            if self.end == self.bytes.len() {
                // Grown by what has come, not by what a length field promises.
                self.bytes.resize(wanted.min(self.bytes.len() * 2), 0);
            }
            let space = &mut self.bytes[self.end..];
            match self.source.read(space) {
                Ok(0) => return Ok(false),
                Ok(n) => self.end += n.min(space.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Moves the window on by `n` bytes, which must be in it.
    #[inline]
    pub(super) fn consume(&mut self, n: usize) {
        debug_assert!(n <= self.end - self.start, "consumed what was not filled");
        self.start = (self.start + n).min(self.end);
        self.offset += n as u64;
    }

    /// Moves on by `left` bytes, in the window or not, without keeping them; says whether they
    /// were all there. `left` is what is still to skip, also after an error.
    pub(super) fn skip(&mut self, left: &mut usize) -> io::Result<bool> {
        while *left > 0 {
            if !self.fill(1)? {
                return Ok(false);
            }
            let step = (*left).min(self.end - self.start);
            self.consume(step);
            *left -= step;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_only_as_bytes_come() {
        let mut buffer = Buffer::new(Box::new(io::Cursor::new(vec![7; 1000])));
        assert!(!buffer.fill(1 << 30).unwrap());
        assert_eq!(buffer.window().len(), 1000);
        assert_eq!(buffer.bytes.len(), READ_BYTES);
    }

    #[test]
    fn skips_more_than_it_holds() {
        let mut buffer = Buffer::new(Box::new(io::repeat(1).take(1_000_000)));
        assert!(buffer.skip(&mut 999_999).unwrap());
        assert_eq!(buffer.offset(), 999_999);
        assert!(buffer.fill(1).unwrap());
        assert!(!buffer.fill(2).unwrap());
    }
}
