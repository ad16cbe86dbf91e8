//! A log file that is open: whole lines are appended to it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::SystemTime;

/// A log tells who called whom, which is not for everybody on the machine.
const MODE: u32 = 0o640;

/// A log file that is open.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: File,
    /// Device and inode, where it is a file and no pipe, terminal or other device.
    id: Option<(u64, u64)>,
    len: u64,
    /// When it was last written to, before it was opened.
    pub(super) modified: Option<SystemTime>,
}

impl OpenFile {
    /// Opens a file to append to it, which is made if it is not there. Where somebody was stopped
    /// in the middle of a line, that line is ended.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(MODE);
        let is_special = path.metadata().is_ok_and(|it| !it.is_file());
        let file = options.read(!is_special).open(path)?;
        let metadata = file.metadata()?;
        let mut open = Self {
            id: metadata.is_file().then(|| (metadata.dev(), metadata.ino())),
            len: metadata.len(),
            modified: metadata.modified().ok().filter(|_| metadata.len() > 0),
            file,
        };
        let mut last = [b'\n'];
        if open.id.is_some() && open.len > 0 {
            open.file.read_at(&mut last, open.len - 1)?;
        }
        if last != *b"\n" {
            open.append(b"\n").map_err(|half| half.fault)?;
        }
        Ok(open)
    }

    /// How long it is, or 0 where it has no length.
    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has a name to rotate.
    pub(super) const fn is_file(&self) -> bool {
        self.id.is_some()
    }

    /// Whether its name still stands for it: the file, or the directory that it is in, may have
    /// been moved or removed. Looks at how long it is meanwhile, as somebody may have cut it.
    pub(super) fn is_in_place(&mut self, path: &Path) -> bool {
        let Some(id) = self.id else {
            return true;
        };
        match path.metadata() {
            Ok(metadata) if (metadata.dev(), metadata.ino()) == id => {
                self.len = metadata.len();
                true
            }
            _ => false,
        }
    }

    /// Appends whole lines. One that cannot be written to its end is taken back.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), Half> {
        let mut written = 0;
        while let Some(rest) = lines.get(written..).filter(|rest| !rest.is_empty()) {
            let fault = match self.file.write(rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(count) => {
                    written += count;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            let begun = lines.get(..written).unwrap_or_default();
            let last = begun.iter().rposition(|byte| *byte == b'\n');
            let whole = last.map_or(0, |at| at + 1);
            if whole < written {
                self.take_back(whole as u64, written as u64);
            }
            return Err(Half { fault, whole });
        }
        if self.is_file() {
            self.len += written as u64;
        }
        Ok(())
    }

    /// Cuts off half a line, if nobody else has changed the file. Where that cannot be done, the
    /// line is ended when the file is opened again.
    fn take_back(&self, whole: u64, written: u64) {
        let is_ours = |len: u64| len == self.len + written;
        if self.is_file() && self.file.metadata().is_ok_and(|it| is_ours(it.len())) {
            let _ = self.file.set_len(self.len + whole);
        }
    }

    /// Waits until what was written is on the disk. Pipes and devices have none.
    pub(super) fn sync(&self) -> io::Result<()> {
        if self.is_file() {
            self.file.sync_data()
        } else {
            Ok(())
        }
    }
}

/// Lines could not all be written.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) fault: io::Error,
    /// The bytes of those that were.
    pub(super) whole: usize,
}
