//! A log that grows, and the ones that take its name when it is rotated.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::verbs::tail::lines::Lines;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;
/// Rotated logs that are looked at for where it goes on; as many as `--log-keep` may keep.
const MOST_ROTATED: u32 = 10_000;

/// A log that grows.
#[derive(Debug)]
pub(super) struct Growing {
    path: PathBuf,
    current: Option<Current>,
    lines: Lines,
    piece: Vec<u8>,
}

/// The file that is being read.
#[derive(Debug)]
struct Current {
    file: File,
    id: Id,
    /// How far it was read.
    at: u64,
}

/// What tells one file from another, whatever it is called: device and inode.
type Id = (u64, u64);

fn id_of(metadata: &Metadata) -> Id {
    (metadata.dev(), metadata.ino())
}

/// What a look at the log brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Bytes; there may be more.
    Some,
    /// Nothing new.
    Nothing,
    /// The file became shorter, and is read from its begin.
    CutOff,
}

impl Growing {
    /// Begins with the file at `path`, if there is one.
    ///
    /// # Errors
    /// When there is one that cannot be read, or that is no file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            current: Current::open(path)?,
            lines: Lines::default(),
            piece: vec![0; PIECE],
        })
    }

    /// Whether there is a file.
    pub(super) const fn is_there(&self) -> bool {
        self.current.is_some()
    }

    /// Passes over all but the last lines of what is there.
    pub(super) fn skip_to_last(&mut self, count: usize) -> io::Result<()> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let end = current.file.seek(SeekFrom::End(0))?;
        let (mut start, mut begun) = (end, 0);
        while start > 0 && begun < count {
            let from = start.saturating_sub(PIECE as u64);
            let piece = self.piece.get_mut(..(start - from) as usize);
            let piece = piece.unwrap_or_default();
            current.file.seek(SeekFrom::Start(from))?;
            current.file.read_exact(piece)?;
            start = from;
            for (place, byte) in piece.iter().enumerate().rev() {
                let after = from + place as u64 + 1;
                // A line begins behind the end of another, but for the last.
                if *byte == b'\n' && after < end {
                    begun += 1;
                    if begun == count {
                        start = after;
                        break;
                    }
                }
            }
        }
        current.at = current.file.seek(SeekFrom::Start(start))?;
        Ok(())
    }

    /// Reads a piece of what is there, and hands on the lines that are whole with it.
    pub(super) fn read(&mut self, sink: &mut impl FnMut(&[u8])) -> io::Result<Look> {
        let Some(current) = &mut self.current else {
            self.current = Current::open(&self.path)?;
            return Ok(match self.current {
                Some(_) => Look::Some,
                None => Look::Nothing,
            });
        };
        let read = match current.file.read(&mut self.piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(Look::Some),
            read => read?,
        };
        if read > 0 {
            current.at += read as u64;
            self.lines
                .take(self.piece.get(..read).unwrap_or_default(), sink);
            return Ok(Look::Some);
        }
        if current.file.metadata()?.len() < current.at {
            current.at = current.file.seek(SeekFrom::Start(0))?;
            self.lines.end(sink);
            return Ok(Look::CutOff);
        }
        let in_place = match fs::metadata(&self.path) {
            Ok(metadata) => id_of(&metadata),
            // Moved away, and the next is not there yet.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Look::Nothing),
            Err(error) => return Err(error),
        };
        if in_place == current.id {
            return Ok(Look::Nothing);
        }
        // What was written between the last look and the rotation.
        let before = current.id;
        while let read @ 1.. = current.file.read(&mut self.piece)? {
            self.lines
                .take(self.piece.get(..read).unwrap_or_default(), sink);
        }
        self.lines.end(sink);
        self.current = self.successor(before)?;
        Ok(Look::Some)
    }

    /// No more will come: hands on what was begun of a line.
    pub(super) fn end(&mut self, sink: &mut impl FnMut(&[u8])) {
        self.lines.end(sink);
    }

    /// The file that was begun after the one that is over: the one before it among those that were
    /// rotated since, or the one in place.
    fn successor(&self, before: Id) -> io::Result<Option<Current>> {
        let mut next = self.path.clone();
        for number in 1..=MOST_ROTATED {
            let mut name = self.path.clone().into_os_string();
            name.push(format!(".{number}"));
            let rotated = PathBuf::from(name);
            match fs::metadata(&rotated) {
                Ok(metadata) if id_of(&metadata) == before => return Current::open(&next),
                Ok(_) => next = rotated,
                // It was removed, or is called otherwise.
                Err(_) => break,
            }
        }
        Current::open(&self.path)
    }
}

impl Current {
    fn open(path: &Path) -> io::Result<Option<Self>> {
        // Before it is opened: a pipe would wait for somebody who writes.
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let id = id_of(&file.metadata()?);
        Ok(Some(Self { file, id, at: 0 }))
    }
}

#[cfg(test)]
mod tests;
