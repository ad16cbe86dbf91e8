//! gzip (RFC 1952).

use std::io::BufRead as _;

use flate2::{Decompress, FlushDecompress, Status};

use super::source::Source;
use super::{Stopped, Unpack};

/// The base-2 logarithm of deflate's largest window.
const WINDOW_BITS: u8 = 15;

/// Decompresses the members of a gzip file, one after the other (§2.2).
pub(super) struct Gzip {
    source: Source,
    /// The member that is being read; `None` between two.
    member: Option<Decompress>,
    /// The data makes no sense after what was handed on last.
    is_broken: bool,
}

impl Gzip {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            member: None,
            is_broken: false,
        }
    }
}

impl Unpack for Gzip {
    fn source(&mut self) -> &mut Source {
        &mut self.source
    }

    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, Stopped> {
        if self.is_broken {
            return Err(Stopped::Broken);
        }
        loop {
            if self.member.is_none() && is_over(&mut self.source)? {
                return Ok(0);
            }
            let member = self
                .member
                .get_or_insert_with(|| Decompress::new_gzip(WINDOW_BITS));
            let (taken_before, given_before) = (member.total_in(), member.total_out());
            let input = self.source.fill_buf()?;
            let status = member.decompress(input, into, FlushDecompress::None);
            let taken = (member.total_in() - taken_before) as usize;
            let given = (member.total_out() - given_before) as usize;
            self.source.consume(taken);
            match status {
                Ok(Status::StreamEnd) => self.member = None,
                Ok(_) if taken == 0 && given == 0 => return Err(Stopped::Broken),
                Ok(_) => {}
                Err(_) if given == 0 => return Err(Stopped::Broken),
                Err(_) => self.is_broken = true,
            }
            if given > 0 {
                return Ok(given);
            }
        }
    }
}

/// Whether no member follows. Zeros may: files on tapes and disks are padded to a block.
fn is_over(source: &mut Source) -> Result<bool, Stopped> {
    loop {
        if source.is_at_end()? {
            return Ok(true);
        }
        let zeros = source.fill_buf()?.iter().take_while(|byte| **byte == 0);
        let zeros = zeros.count();
        if zeros == 0 {
            return Ok(false);
        }
        source.consume(zeros);
    }
}
