//! The file of known findings.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_check::Baseline;

use super::whole_file::replace;

/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// A file of known findings.
pub(super) struct BaselineFile {
    path: PathBuf,
    /// What it said.
    pub(super) known: Baseline,
}

impl BaselineFile {
    /// Reads it. Where it is about to be written, it need not be there yet.
    pub(super) fn read(path: &Path, may_be_missing: bool) -> anyhow::Result<Self> {
        let shown = path.display();
        let known = match fs::metadata(path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => {
                anyhow::ensure!(
                    may_be_missing,
                    "{shown}: no such baseline; --update-baseline makes it"
                );
                Baseline::default()
            }
            Err(fault) => return Err(fault).with_context(|| cannot_read(path)),
            Ok(data) => {
                anyhow::ensure!(
                    data.len() <= MOST_BYTES,
                    "{shown}: is longer than a baseline may be ({} MiB)",
                    MOST_BYTES >> 20
                );
                let text = fs::read_to_string(path).with_context(|| cannot_read(path))?;
                Baseline::parse(&text).map_err(|fault| anyhow::anyhow!("{shown}: {fault}"))?
            }
        };
        Ok(Self {
            path: path.to_owned(),
            known,
        })
    }

    /// Writes what is known now: the whole file or nothing.
    pub(super) fn write(&self, known: &Baseline) -> anyhow::Result<()> {
        // What a link points to is replaced, not the link.
        let path = self.path.canonicalize().unwrap_or(self.path.clone());
        replace(&path, known.text().as_bytes())
            .with_context(|| format!("{}: cannot be written", self.path.display()))
    }
}

fn cannot_read(path: &Path) -> String {
    format!("{}: cannot be read as a baseline", path.display())
}
