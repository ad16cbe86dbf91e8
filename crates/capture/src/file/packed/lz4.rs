//! LZ4 frames.
//!
//! <https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>

use std::io::{self, Read as _};
use std::mem;

use lz4_flex::frame::{Error, FrameDecoder};

use super::source::Source;
use super::{Stopped, Unpack};

/// Decompresses the frames of an LZ4 file, one after the other.
pub(super) struct Lz4 {
    /// For one frame: it holds what the blocks of that frame need at most.
    decoder: FrameDecoder<Source>,
    /// Whether the next byte is the first of a frame.
    is_between: bool,
}

impl Lz4 {
    pub(super) fn new(source: Source) -> Self {
        Self {
            decoder: FrameDecoder::new(source),
            is_between: true,
        }
    }

    /// The frame is over.
    fn close_frame(&mut self) {
        let source = mem::replace(self.decoder.get_mut(), Source::empty());
        *self = Self::new(source);
    }
}

impl Unpack for Lz4 {
    fn source(&mut self) -> &mut Source {
        self.decoder.get_mut()
    }

    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Stopped> {
        loop {
            if self.is_between && self.source().is_at_end()? {
                return Ok(0);
            }
            match self.decoder.read(into) {
                // The decoder takes the end of the source for the end of the frame.
                Ok(0) if self.source().was_short() => return Err(Stopped::Broken),
                Ok(0) => self.close_frame(),
                Ok(n) => {
                    self.is_between = false;
                    return Ok(n);
                }
                Err(error) => match reason(&error) {
                    Some(Error::SkippableFrame(length)) => {
                        self.source().skip(u64::from(*length))?;
                        self.close_frame();
                    }
                    Some(Error::DictionaryNotSupported) => return Err(Stopped::Dictionary),
                    _ => return Err(Stopped::Broken),
                },
            }
        }
    }
}

fn reason(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}
