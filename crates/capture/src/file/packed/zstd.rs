//! Zstandard (RFC 8878).

use std::io::Read as _;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::source::Source;
use super::{MOST_WINDOW_BYTES, Stopped, Unpack};

/// An empty last block (§3.1.1.2), and room for a checksum.
const EMPTY_LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Decompresses the frames of a Zstandard file, one after the other.
pub(super) struct Zstd {
    source: Source,
    decoder: FrameDecoder,
    state: State,
}

enum State {
    /// Between two frames.
    Between,
    /// In a frame.
    Inside,
    /// The frame is broken: what came of it is handed on.
    Broken,
}

impl Zstd {
    pub(super) fn new(source: Source) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MOST_WINDOW_BYTES);
        Self {
            source,
            decoder,
            state: State::Between,
        }
    }

    fn open_frame(&mut self) -> Result<(), Stopped> {
        match self.decoder.reset(&mut self.source) {
            Ok(()) => self.state = State::Inside,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => self.source.skip(u64::from(length))?,
            Err(FrameDecoderError::WindowSizeTooBig { requested, .. }) => {
                return Err(Stopped::Window(Some(requested)));
            }
            Err(FrameDecoderError::DictNotProvided { .. }) => return Err(Stopped::Dictionary),
            Err(_) => return Err(Stopped::Broken),
        }
        Ok(())
    }

    /// The frame cannot be decoded on. The decoder keeps back a window of what it decoded until
    /// the frame ends, so it is told that it does.
    fn give_up(&mut self) {
        let end = EMPTY_LAST_BLOCK.as_slice();
        // If it does not take that either, there is nothing to be had of it.
        let _ = self
            .decoder
            .decode_blocks(end, BlockDecodingStrategy::UptoBlocks(1));
        self.state = State::Broken;
    }

    /// Compares the checksum at the end of a frame, if it has one.
    fn check(&self) -> Result<(), Stopped> {
        let said = self.decoder.get_checksum_from_data();
        if said.is_none() || said == self.decoder.get_calculated_checksum() {
            Ok(())
        } else {
            Err(Stopped::Broken)
        }
    }
}

impl Unpack for Zstd {
    fn source(&mut self) -> &mut Source {
        &mut self.source
    }

    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Stopped> {
        loop {
            match self.state {
                State::Between => {
                    if self.source.is_at_end()? {
                        return Ok(0);
                    }
                    self.open_frame()?;
                }
                State::Inside => {
                    if self.decoder.can_collect() > 0 {
                        return Ok(self.decoder.read(into)?);
                    }
                    if self.decoder.is_finished() {
                        self.check()?;
                        self.state = State::Between;
                    } else if self
                        .decoder
                        .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                        .is_err()
                    {
                        self.give_up();
                    }
                }
                State::Broken => {
                    return match self.decoder.read(into)? {
                        0 => Err(Stopped::Broken),
                        n => Ok(n),
                    };
                }
            }
        }
    }
}
