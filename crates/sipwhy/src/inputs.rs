//! Which captures to read, and what to know of them beforehand.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_capture::file::captures_in;
use sipwhy_pipeline::{AddedSecrets, Pipeline};

use crate::exit::complain;
use crate::verbs::check::is_expectations;

/// The longest key log that is read, in bytes: some hundred thousand sessions.
const MOST_KEY_LOG_BYTES: u64 = 256 << 20;

/// The captures to read.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InputOptions {
    /// Capture files, compressed or not, or directories of them; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Look for captures in the directories below a directory too
    #[arg(long)]
    recursive: bool,

    #[command(flatten)]
    pub(crate) key_log: KeyLogOptions,
}

/// What to decrypt with.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct KeyLogOptions {
    /// A file with TLS secrets, as SSLKEYLOGFILE makes it, to decrypt with. Those that a pcapng
    /// file holds itself are used anyway
    #[arg(long, value_name = "FILE")]
    keylog: Option<PathBuf>,
}

/// The captures found.
pub(crate) struct Captures {
    /// Their paths, in the order given.
    pub(crate) paths: Vec<PathBuf>,
    /// Something could not be read; it has been said what.
    pub(crate) is_incomplete: bool,
}

impl InputOptions {
    /// Whether one of the inputs is standard input, which may be a capture being made.
    pub(crate) fn has_standard_input(&self) -> bool {
        self.files.iter().any(|file| file.as_os_str() == "-")
    }

    /// The one file that is named.
    pub(crate) fn only_file(&self) -> Option<&Path> {
        match self.files.as_slice() {
            [file] if file.as_os_str() != "-" => Some(file),
            _ => None,
        }
    }

    /// The captures, those in directories sought out.
    pub(crate) fn captures(&self) -> Captures {
        let mut captures = Captures {
            paths: Vec::new(),
            is_incomplete: false,
        };
        for file in &self.files {
            if file.as_os_str() != "-" && file.is_dir() {
                captures.add_folder(file, self.recursive);
            } else {
                captures.paths.push(file.clone());
            }
        }
        captures
    }

    /// What was named: files and directories.
    pub(crate) fn named(&self) -> &[PathBuf] {
        &self.files
    }
}

impl KeyLogOptions {
    /// Hands the secrets of the key log to a pipeline, and gives the key log for others.
    pub(crate) fn read(&self, pipeline: &mut Pipeline) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(path) = &self.keylog else {
            return Ok(None);
        };
        let name = path.display().to_string();
        let text = read_key_log(path, &name)?;
        let added = pipeline.secrets(&text);
        note_secrets(&name, added);
        anyhow::ensure!(
            added.secrets > 0 || added.bad_lines == 0,
            "{name}: holds no TLS secrets; give it a key log as SSLKEYLOGFILE makes it"
        );
        Ok(Some(text))
    }
}

impl Captures {
    fn add_folder(&mut self, folder: &Path, recursive: bool) {
        let found = captures_in(folder, recursive);
        let name = folder.display();
        for fault in &found.faults {
            self.is_incomplete = true;
            complain(&fault.to_string());
        }
        if found.captures.is_empty() && found.faults.is_empty() {
            self.is_incomplete = true;
            complain(&match recursive {
                true => format!("{name}: no captures in it, nor in the directories below it"),
                false => format!("{name}: no captures in it; --recursive looks further down"),
            });
        } else {
            pass_over(&name.to_string(), &found.others);
        }
        self.paths.extend(found.captures);
    }
}

/// Says how many files in a directory are no captures, those of expectations aside, which belong
/// beside them.
pub(crate) fn pass_over(folder: &str, others: &[PathBuf]) {
    let others = others.iter().filter(|path| !is_expectations(path));
    let (others, files, kind) = match others.count() {
        0 => return,
        1 => (1, "file that is", "no capture"),
        others => (others, "files that are", "no captures"),
    };
    complain(&format!("{folder}: passed over {others} {files} {kind}"));
}

fn read_key_log(path: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_KEY_LOG_BYTES + 1).read_to_end(&mut text))
        .with_context(|| format!("{name}: cannot be read as a key log"))?;
    anyhow::ensure!(
        text.len() as u64 <= MOST_KEY_LOG_BYTES,
        "{name}: is longer than {} MiB; keep the lines of the sessions in the capture",
        MOST_KEY_LOG_BYTES >> 20
    );
    Ok(text)
}

/// Tells what came of the lines of a key log, wherever they were.
pub(crate) fn note_secrets(place: &str, added: AddedSecrets) {
    tracing::debug!(
        place,
        secrets = added.secrets,
        other_lines = added.other_lines,
        bad_lines = added.bad_lines,
        "took in TLS secrets"
    );
    if added.given_up > 0 {
        complain(&format!(
            "{place}: more TLS sessions than are kept; the secrets of {} were given up",
            added.given_up
        ));
    }
}
