//! A key log that is read on while the software that speaks TLS writes it.

use std::fs::{File, metadata};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_pipeline::Pipeline;

use crate::exit::complain;
use crate::inputs::note_secrets;

/// How much is read at once, in bytes; what is beyond it is read the next time. No line of a key
/// log is as long.
const MOST_AT_ONCE: u64 = 4 << 20;

/// A key log, and how far it has been read.
pub(crate) struct GrowingKeyLog {
    path: PathBuf,
    /// How many bytes there were when it was looked at last.
    len: u64,
    /// How many bytes of whole lines were taken in.
    taken: u64,
    /// Whether it could not be read the last time, which was said.
    is_lost: bool,
}

impl GrowingKeyLog {
    /// Takes in what the file holds now.
    pub(crate) fn open(path: &Path, pipeline: &mut Pipeline) -> anyhow::Result<Self> {
        let mut log = Self {
            path: path.to_owned(),
            len: 0,
            taken: 0,
            is_lost: false,
        };
        let cannot = || format!("{}: cannot be read as a key log", path.display());
        let found = metadata(path).with_context(cannot)?;
        anyhow::ensure!(found.is_file(), "{}: is not a file", path.display());
        while log.read(pipeline).with_context(cannot)? {}
        Ok(log)
    }

    /// Takes in what has been added, if anything was.
    pub(crate) fn follow(&mut self, pipeline: &mut Pipeline) {
        match self.read(pipeline) {
            Ok(_) => self.is_lost = false,
            Err(fault) if !self.is_lost => {
                self.is_lost = true;
                let path = self.path.display();
                complain(&format!("{path}: cannot be read on as a key log: {fault}"));
            }
            Err(_) => {}
        }
    }

    /// Takes in the whole lines that come next. Says whether there may be more.
    fn read(&mut self, pipeline: &mut Pipeline) -> std::io::Result<bool> {
        let len = metadata(&self.path)?.len();
        if len == self.len && len.saturating_sub(self.taken) < MOST_AT_ONCE {
            return Ok(false);
        }
        if len < self.taken {
            // Another file has taken its name, or it was emptied.
            self.taken = 0;
        }
        self.len = len;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.taken))?;
        let mut text = Vec::new();
        let count = file.take(MOST_AT_ONCE).read_to_end(&mut text)? as u64;
        let is_full = count == MOST_AT_ONCE;
        let whole = match text.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => end + 1,
            // That is no line of a key log.
            None if is_full => text.len(),
            None => 0,
        };
        let lines = text.get(..whole).unwrap_or_default();
        if !lines.is_empty() {
            note_secrets(&self.path.display().to_string(), pipeline.secrets(lines));
        }
        self.taken += whole as u64;
        Ok(is_full)
    }
}
