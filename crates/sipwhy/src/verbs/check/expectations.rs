//! The files of expectations, and which captures each is for.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_capture::file::captures_in;
use sipwhy_check::CaptureResult;
use sipwhy_check::expect::{Asked, Expectations, OfCapture, missing};

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
    pages: Vec<Page>,
    /// Whether those beside captures were looked for.
    seeks: bool,
}

/// A file of expectations.
#[derive(Debug)]
struct Page {
    stated: Expectations,
    scope: Scope,
    /// Its directory, without links.
    directory: PathBuf,
}

/// Which captures a file is for.
#[derive(Debug)]
enum Scope {
    /// All that are checked: it was given by `--expect`.
    All,
    /// Those in its directory and below.
    Below,
    /// This one.
    One(PathBuf),
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
            book.seek(found, named)?;
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

    fn seek(&mut self, found: &Found, named: &[PathBuf]) -> anyhow::Result<()> {
        let mut directories = BTreeSet::new();
        for path in found.captures.iter().flat_map(|it| &it.paths) {
            let beside = beside(path);
            if beside.is_file() {
                let stated = read(&beside)?;
                anyhow::ensure!(
                    stated.captures().is_empty(),
                    "{}: is for one capture, so no [[capture]] can name others; {OF_DIRECTORY} \
                     in the directory is for several",
                    beside.display()
                );
                let directory = directory_of(path);
                self.pages.push(Page {
                    stated,
                    scope: Scope::One(path.clone()),
                    directory,
                });
            }
            let roots = named.iter().filter(|root| path.starts_with(root));
            let parent = path.parent().unwrap_or(Path::new(""));
            directories.insert(parent.to_owned());
            for root in roots.filter(|root| root.is_dir()) {
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
        for page in &self.pages {
            let names = page.names(capture);
            if let Some(names) = names {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                asked.add(&page.stated, &names);
            }
        }
        asked
    }

    /// What is said of captures that are named and are not there.
    pub(super) fn missing(&self, found: &Found, named: &[PathBuf]) -> Vec<CaptureResult> {
        let mut all = Vec::new();
        for page in &self.pages {
            let names: Vec<Vec<String>> = found
                .captures
                .iter()
                .filter_map(|capture| page.names(capture))
                .collect();
            let is_checked = |stated: &&OfCapture| {
                names.iter().any(|names| {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    stated.is_for(&names)
                })
            };
            let stated = page.stated.captures().iter();
            let unmatched: Vec<_> = stated.filter(|it| !is_checked(it)).collect();
            if unmatched.is_empty() {
                continue;
            }
            let there = page.there(&names, named);
            for stated in unmatched {
                if !page.is_there(stated, &there) {
                    let name = page.shown(stated.path());
                    let place = (page.stated.file(), stated.line());
                    all.push(missing(&name, place, &there));
                }
            }
        }
        if self.seeks {
            all.extend(orphans(found));
        }
        all
    }
}

impl Page {
    /// What a capture that it is for is called in it: its path below the file, what it is called.
    fn names(&self, capture: &Capture) -> Option<Vec<String>> {
        let mut names = vec![capture.name.clone()];
        let [path] = capture.paths.as_slice() else {
            return matches!(self.scope, Scope::All).then_some(names);
        };
        let whole = directory_of(path).join(path.file_name().unwrap_or_default());
        let below = whole.strip_prefix(&self.directory).ok();
        names.extend(below.map(|below| name(below, None)));
        let is_for = match &self.scope {
            Scope::All => true,
            Scope::Below => below.is_some(),
            Scope::One(own) => own == path,
        };
        is_for.then_some(names)
    }

    /// The captures that there are, checked or not.
    fn there(&self, checked: &[Vec<String>], named: &[PathBuf]) -> Vec<String> {
        if matches!(self.scope, Scope::All) {
            let is_whole = named.iter().any(|path| path.is_dir());
            let first = checked.iter().filter_map(|names| names.first());
            return if is_whole {
                first.cloned().collect()
            } else {
                Vec::new()
            };
        }
        let found = captures_in(&self.directory, true).captures.into_iter();
        let below = found.filter_map(|path| {
            let below = path.strip_prefix(&self.directory).ok()?;
            Some(name(below, None))
        });
        below.collect()
    }

    /// Whether a capture is there that was not to be checked this time.
    fn is_there(&self, stated: &OfCapture, there: &[String]) -> bool {
        match stated.only_path() {
            Some(path) => self.directory.join(&path).exists() || Path::new(&path).exists(),
            // Only single captures are checked, and which others there are is not known.
            None if there.is_empty() && matches!(self.scope, Scope::All) => true,
            None => there.iter().any(|name| stated.is_for(&[name])),
        }
    }

    /// A path that is stated in it, as captures are called.
    fn shown(&self, path: &str) -> String {
        let file = self.stated.file();
        match file.rsplit_once('/') {
            Some((directory, _)) if matches!(self.scope, Scope::Below) => {
                format!("{directory}/{path}")
            }
            _ => path.to_owned(),
        }
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
