//! The captures in a directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::{OpenError, ReadError, Reader};
use crate::printable::printable;

/// What a directory holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// The captures, sorted by name.
    pub captures: Vec<PathBuf>,
    /// The files in it that are no captures, or empty; sorted too.
    pub others: Vec<PathBuf>,
    /// Files and directories in it that could not be looked at.
    pub faults: Vec<ReadError>,
}

/// Looks for the captures in a directory, by content; in those below it too, if `recursive`.
/// Links to directories are not followed, and what is no file (a pipe, a device) is passed over.
#[must_use]
pub fn captures_in(folder: &Path, recursive: bool) -> Folder {
    let mut found = Folder::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let name = printable(&folder.to_string_lossy());
                found.faults.push(ReadError::open(name, error.into()));
                continue;
            }
        };
        for entry in entries {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if recursive {
                    folders.push(path);
                }
            } else if path.is_file() {
                found.look_at(path);
            }
        }
    }
    found.captures.sort();
    found.others.sort();
    found
}

impl Folder {
    fn look_at(&mut self, path: PathBuf) {
        match Reader::open(&path, 0) {
            Ok(_) => self.captures.push(path),
            Err(ReadError::Open {
                reason: OpenError::NotACapture(_) | OpenError::Empty | OpenError::HeaderCut { .. },
                ..
            }) => self.others.push(path),
            Err(fault) => self.faults.push(fault),
        }
    }
}
