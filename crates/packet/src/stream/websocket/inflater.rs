//! Messages that were compressed one by one (RFC 7692).

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// How far back a compressed message may refer (RFC 1951 §2).
const WINDOW: usize = 32 << 10;

/// What a sender leaves off the end of each message (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Why a message cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It would be longer than any message may be.
    TooLong,
    /// It is broken, or refers to what is not there.
    Broken,
}

/// Decompresses one direction.
#[derive(Debug)]
pub(super) struct Inflater {
    /// The end of what was told before, to which the next message may refer.
    window: Vec<u8>,
    takes_over: bool,
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            window: Vec::new(),
            // Until it is known better. A sender that does not refer back loses nothing by it.
            takes_over: true,
        }
    }
}

impl Inflater {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.window.len()
    }

    /// Takes note of whether a message may refer to those before it.
    pub(super) fn agree(&mut self, takes_over: bool) {
        self.takes_over = takes_over;
    }

    /// Lets go of what was told before: something is missing after it.
    pub(super) fn forget(&mut self) {
        self.window = Vec::new();
    }

    /// Decompresses a message to at most `most` bytes.
    pub(super) fn message(&mut self, compressed: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
        let result = self.inflate(compressed, most, true);
        match &result {
            Ok(message) if self.takes_over => self.remember(message),
            _ => self.forget(),
        }
        result
    }

    /// Decompresses as much as there is of a message whose end is missing.
    pub(super) fn beginning(&mut self, compressed: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
        let result = self.inflate(compressed, most, false);
        self.forget();
        result
    }

    fn inflate(&self, compressed: &[u8], most: usize, is_whole: bool) -> Result<Vec<u8>, Failure> {
        // What may be referred to stands in front, and a reference beyond it is an error. Every
        // message begins with a block, so that nothing but the window lasts from one to the next.
        let start = self.window.len();
        let most = start + most;
        let mut output = self.window.clone();
        output.resize(most.min(start + compressed.len() * 4 + 256), 0);
        let mut end = start;
        let mut inflater = DecompressorOxide::new();
        let flags = TINFL_FLAG_HAS_MORE_INPUT | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let tail: &[u8] = if is_whole { &TAIL } else { &[] };
        for mut input in [compressed, tail] {
            loop {
                let (status, read, written) =
                    decompress(&mut inflater, input, &mut output, end, flags);
                input = input.get(read..).unwrap_or_default();
                end += written;
                match status {
                    // A block may be marked as the last (RFC 7692 §7.2.3.5).
                    TINFLStatus::NeedsMoreInput | TINFLStatus::Done => break,
                    TINFLStatus::HasMoreOutput if output.len() < most => {
                        output.resize(most.min(output.len() * 2), 0);
                    }
                    TINFLStatus::HasMoreOutput => return Err(Failure::TooLong),
                    _ => return Err(Failure::Broken),
                }
            }
        }
        output.truncate(end);
        output.drain(..start);
        Ok(output)
    }

    fn remember(&mut self, message: &[u8]) {
        self.window.extend_from_slice(message);
        let excess = self.window.len().saturating_sub(WINDOW);
        self.window.drain(..excess);
    }
}
