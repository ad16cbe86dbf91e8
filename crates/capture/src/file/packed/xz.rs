//! xz.

use std::io::BufRead as _;

use lzma_rust2::{Action, Status, XzStream};

use super::source::Source;
use super::{MOST_WINDOW_BYTES, Stopped, Unpack};

/// What the decoder may hold, in KiB: the window, and the megabyte that it works in.
const MOST_KIB: u32 = (MOST_WINDOW_BYTES >> 10) as u32 + 1024;

/// How much is asked of the decoder at a time, in bytes: what it made of damaged data in the call
/// that finds the damage is lost.
const STEP_BYTES: usize = 4096;

/// Decompresses the streams of an xz file, one after the other, padding between them passed over.
pub(super) struct Xz {
    source: Source,
    stream: XzStream,
}

impl Xz {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            stream: XzStream::new_mem_limit(true, MOST_KIB),
        }
    }
}

impl Unpack for Xz {
    fn source(&mut self) -> &mut Source {
        &mut self.source
    }

    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Stopped> {
        let most = into.len().min(STEP_BYTES);
        let into = into.get_mut(..most).unwrap_or_default();
        loop {
            let input = self.source.fill_buf()?;
            let action = if input.is_empty() {
                Action::Finish
            } else {
                Action::Run
            };
            let is_short = input.is_empty();
            let step = match self.stream.process(input, into, action) {
                Ok(step) => step,
                Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                    let window = self.stream.memory_usage().map(|kib| u64::from(kib) << 10);
                    return Err(Stopped::Window(window));
                }
                Err(_) => return Err(Stopped::Broken),
            };
            self.source.consume(step.bytes_consumed);
            if step.bytes_produced > 0 || step.status == Status::StreamEnd {
                return Ok(step.bytes_produced);
            }
            if step.bytes_consumed == 0 && is_short {
                return Err(Stopped::Broken);
            }
        }
    }
}
