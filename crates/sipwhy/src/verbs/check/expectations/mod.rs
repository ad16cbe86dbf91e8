//! The files of expectations, and which captures each is for.

mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_check::CaptureResult;
use sipwhy_check::expect::{Asked, Expectations, missing};

use self::page::{Page, Place, Scope};
use super::captures::{Capture, Found, name};

/// What a file beside a capture is called, after the capture's own name.
pub(super) const BESIDE: &str = ".expect.toml";
/// The file of a directory.
const OF_DIRECTORY: &str = "sipwhy-expect.toml";
/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// All files of expectations of a run.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Those that may be for several captures.
    pages: Vec<Page>,
    /// Those beside a capture, by its path.
    beside: BTreeMap<PathBuf, Expectations>,
    /// Whether those beside captures were looked for.
    seeks: bool,
}

impl Book {
    /// Reads the files that were named; where none was, looks for those beside the captures and in
    /// the directories that were named.
    pub(super) fn open(
        files: &[OsString],
        found: &Found,
        named: &[PathBuf],
        merge: bool,
    ) -> anyhow::Result<Self> {
        let mut book = Self::default();
        if files.is_empty() && !merge {
            book.seeks = true;
            book.seek_beside(found)?;
            book.seek_above(found, named)?;
        }
        // An empty name says that none is to be read.
        for path in files.iter().filter(|path| !path.is_empty()).map(Path::new) {
            let stated = read(path)?;
            anyhow::ensure!(
                !merge || stated.captures().is_empty(),
                "{}: --merge takes all captures for one, so no [[capture]] can name one",
                path.display()
            );
            let directory = directory_of(path);
            book.pages.push(Page {
                stated,
                scope: Scope::All,
                directory,
            });
        }
        Ok(book)
    }

    /// Whether nothing is asked of any capture.
    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.beside.is_empty()
    }

    fn seek_beside(&mut self, found: &Found) -> anyhow::Result<()> {
        for path in found.captures.iter().flat_map(|it| &it.paths) {
            let beside = beside(path);
            if !beside.is_file() {
                continue;
            }
            let stated = read(&beside)?;
            anyhow::ensure!(
                stated.captures().is_empty(),
                "{}: is for one capture, so no [[capture]] can name others; {OF_DIRECTORY} in \
                 the directory is for several",
                beside.display()
            );
            self.beside.insert(path.clone(), stated);
        }
        Ok(())
    }

    fn seek_above(&mut self, found: &Found, named: &[PathBuf]) -> anyhow::Result<()> {
        let roots: Vec<&PathBuf> = named.iter().filter(|root| root.is_dir()).collect();
        let mut directories = BTreeSet::new();
        for path in found.captures.iter().flat_map(|it| &it.paths) {
            let parent = path.parent().unwrap_or(Path::new(""));
            if !directories.insert(parent.to_owned()) {
                continue;
            }
            for root in roots.iter().filter(|root| path.starts_with(root)) {
                let above = parent.ancestors();
                let above = above.take_while(|it| it.starts_with(root));
                directories.extend(above.map(Path::to_owned));
            }
        }
        for directory in directories {
            let path = directory.join(OF_DIRECTORY);
            if path.is_file() {
                self.pages.push(Page {
                    stated: read(&path)?,
                    scope: Scope::Below,
                    directory: directory_of(&path),
                });
            }
        }
        Ok(())
    }

    /// What is expected of a capture.
    pub(super) fn of(&self, capture: &Capture) -> Asked<'_> {
        let mut asked = Asked::default();
        if let [path] = capture.paths.as_slice()
            && let Some(stated) = self.beside.get(path)
        {
            asked.add(stated, &[]);
        }
        let place = Place::of(capture);
        for page in &self.pages {
            if let Some(names) = page.names(&place) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                asked.add(&page.stated, &names);
            }
        }
        asked
    }

    /// What is said of captures that are named and are not there.
    pub(super) fn missing(&self, found: &Found, named: &[PathBuf]) -> Vec<CaptureResult> {
        let naming = self.pages.iter();
        let naming = naming.filter(|page| !page.stated.captures().is_empty());
        let mut missing: Vec<CaptureResult> = Vec::new();
        for page in naming {
            missing.extend(page.missing(found, named));
        }
        if self.seeks {
            missing.extend(orphans(found));
        }
        missing
    }
}

/// The file of expectations beside a capture.
pub(super) fn beside(capture: &Path) -> PathBuf {
    let mut path = OsString::from(capture);
    path.push(BESIDE);
    path.into()
}

/// Whether a file is one of expectations, by its name.
pub(crate) fn is_expectations(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(BESIDE) || name == OF_DIRECTORY
}

/// Files beside captures that are not there, in the directories that were looked through.
fn orphans(found: &Found) -> Vec<CaptureResult> {
    let mut orphans = Vec::new();
    for path in &found.others {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(own) = file.strip_suffix(BESIDE).filter(|it| !it.is_empty()) else {
            continue;
        };
        let capture = path.with_file_name(own);
        if capture.exists() {
            continue;
        }
        let is_near = |it: &&Capture| it.paths.iter().any(|it| it.parent() == path.parent());
        let near = found.captures.iter().filter(is_near);
        let near: Vec<String> = near.map(|it| it.name.clone()).collect();
        orphans.push(missing(&called(&capture), (&called(path), 1), &near));
    }
    orphans
}

fn read(path: &Path) -> anyhow::Result<Expectations> {
    let shown = path.display();
    let cannot = || format!("{shown}: cannot be read as expectations");
    let length = fs::metadata(path).with_context(cannot)?.len();
    anyhow::ensure!(
        length <= MOST_BYTES,
        "{shown}: is longer than expectations may be ({} MiB)",
        MOST_BYTES >> 20
    );
    let text = fs::read_to_string(path).with_context(cannot)?;
    let stated = Expectations::parse(&called(path), &text);
    stated.map_err(|fault| anyhow::anyhow!("{shown}: {fault}"))
}

/// What a path is called in reports.
fn called(path: &Path) -> String {
    name(path, std::env::current_dir().ok().as_deref())
}

/// The directory of a file, without links.
fn directory_of(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    parent.canonicalize().unwrap_or_else(|_| parent.to_owned())
}
