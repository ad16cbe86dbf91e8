//! When a log file is full, and what becomes of the old ones.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When a log file is full, and how many old ones are kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rotation {
    /// The most bytes of a file. A longer line has a file of its own.
    pub(crate) size: Option<u64>,
    /// The length of the periods, counted from 1970 in UTC, each of which has a file of its own: a
    /// day's begin at midnight.
    pub(crate) every: Option<Duration>,
    /// How many old files there are beside the one that is written, as with logrotate's `rotate`.
    pub(crate) keep: u32,
}

impl Rotation {
    /// The period that a moment is in.
    pub(super) fn period(&self, at: SystemTime) -> u128 {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        match self.every {
            Some(every) if !every.is_zero() => since.as_nanos() / every.as_nanos(),
            _ => 0,
        }
    }

    /// How many bytes of whole lines there is room for beside `len`. An empty file takes a line of
    /// any length.
    pub(super) fn room(&self, len: u64, lines: &[u8]) -> usize {
        let Some(size) = self.size else {
            return lines.len();
        };
        let room = usize::try_from(size.saturating_sub(len)).unwrap_or(usize::MAX);
        let Some(within) = lines.get(..room) else {
            return lines.len();
        };
        match within.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => at + 1,
            None if len > 0 => 0,
            None => match lines.iter().position(|byte| *byte == b'\n') {
                Some(at) => at + 1,
                None => lines.len(),
            },
        }
    }

    /// Makes the file `FILE.1`, what was `FILE.1` `FILE.2`, and so on. The last one goes.
    pub(crate) fn rotate(&self, path: &Path) -> io::Result<()> {
        if self.keep == 0 {
            return fs::remove_file(path);
        }
        // One that is missing leaves a gap, and files beyond it stay where they are.
        let free = (1..self.keep).find(|number| !numbered(path, *number).exists());
        for number in (0..free.unwrap_or(self.keep)).rev() {
            match fs::rename(numbered(path, number), numbered(path, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_whole_lines_up_to_its_size() {
        let rotation = Rotation {
            size: Some(10),
            ..Rotation::default()
        };
        for (len, lines, expected) in [
            (0, &b"one\ntwo\nthree\n"[..], 8),
            (4, b"one\ntwo\nthree\n", 4),
            (8, b"one\n", 0),
            (10, b"one\n", 0),
            (0, b"longer than all\none\n", 16),
            (6, b"one\n", 4),
        ] {
            assert_eq!(rotation.room(len, lines), expected, "{len} {lines:?}");
        }
        assert_eq!(Rotation::default().room(1 << 40, b"one\n"), 4);
    }

    #[test]
    fn days_begin_at_midnight() {
        let rotation = Rotation {
            every: Some(Duration::from_secs(86_400)),
            ..Rotation::default()
        };
        let at = |seconds| rotation.period(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(86_400), at(2 * 86_400 - 1));
        assert_ne!(at(86_399), at(86_400));
    }
}
