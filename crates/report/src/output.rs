//! Where a report goes, and what happens when nobody reads it any longer.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// Where a report goes. Once its reader is gone, or it fails otherwise, whatever is written to it
/// is thrown away, so that a report need not look at each write: its user asks now and then.
///
/// Clones write to the same place.
#[derive(Clone)]
pub struct Output(Arc<Mutex<State>>);

struct State {
    sink: Box<dyn Write + Send>,
    end: End,
}

/// Whether anybody still takes what is written.
enum End {
    Open,
    ReaderGone,
    Failed(io::Error),
}

impl Output {
    /// Writes to `sink`; whoever wants buffering wraps it before.
    #[must_use]
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let sink: Box<dyn Write + Send> = Box::new(sink);
        let end = End::Open;
        Self(Arc::new(Mutex::new(State { sink, end })))
    }

    /// An output into memory, and what is gathered there.
    #[must_use]
    pub fn gathered() -> (Self, Gathered) {
        let gathered = Gathered::default();
        (Self::new(gathered.clone()), gathered)
    }

    /// Writes all of `bytes`, or what can still be written.
    pub fn put(&self, bytes: &[u8]) {
        self.attempt(|sink| sink.write_all(bytes));
    }

    /// Hands on what is buffered.
    pub(crate) fn hand_on(&self) {
        self.attempt(Write::flush);
    }

    /// Whether nothing written from now on will arrive.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.with(|state| !matches!(state.end, End::Open))
    }

    /// Why writing failed, if it did and not because the reader went away, which is its right.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.with(|state| match &state.end {
            End::Failed(error) => Some(error.to_string()),
            End::Open | End::ReaderGone => None,
        })
    }

    fn attempt(&self, action: impl FnOnce(&mut Box<dyn Write + Send>) -> io::Result<()>) {
        self.with(|state| {
            if !matches!(state.end, End::Open) {
                return;
            }
            if let Err(error) = action(&mut state.sink) {
                state.end = match error.kind() {
                    io::ErrorKind::BrokenPipe => End::ReaderGone,
                    _ => End::Failed(error),
                };
                state.sink = Box::new(io::sink());
            }
        });
    }

    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on();
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

/// What was written to an output into memory.
#[derive(Clone, Debug, Default)]
pub struct Gathered(Arc<Mutex<Vec<u8>>>);

impl Gathered {
    /// What was written since it was last taken.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Gathered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_fault() {
        let output = Output::new(Broken(io::ErrorKind::BrokenPipe));
        assert!(!output.is_over());
        output.put(b"x");
        output.put(b"y");
        assert!(output.is_over());
        assert_eq!(output.fault(), None);
    }

    #[test]
    fn a_full_disk_is_a_fault() {
        let output = Output::new(io::BufWriter::new(Broken(io::ErrorKind::StorageFull)));
        output.put(b"x");
        assert!(!output.is_over());
        output.hand_on();
        assert!(output.is_over());
        assert!(output.fault().is_some());
    }
}
