//! A file of expectations that may be for several captures.

use std::path::{Path, PathBuf};

use sipwhy_capture::file::captures_in;
use sipwhy_check::CaptureResult;
use sipwhy_check::expect::{Expectations, OfCapture, missing};

use super::super::captures::{Capture, Found, name};
use super::directory_of;

/// A file of expectations.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) stated: Expectations,
    pub(super) scope: Scope,
    /// Its directory, without links.
    pub(super) directory: PathBuf,
}

/// Which captures a file is for.
#[derive(Debug)]
pub(super) enum Scope {
    /// All that are checked: it was given by `--expect`.
    All,
    /// Those in its directory and below.
    Below,
}

/// Where a capture is.
pub(super) struct Place<'c> {
    /// What it is called.
    name: &'c str,
    /// Its path without links; none of several files that are one.
    path: Option<PathBuf>,
}

impl<'c> Place<'c> {
    pub(super) fn of(capture: &'c Capture) -> Self {
        let path = match capture.paths.as_slice() {
            [path] => path.file_name().map(|own| directory_of(path).join(own)),
            _ => None,
        };
        Self {
            name: &capture.name,
            path,
        }
    }
}

impl Page {
    /// What a capture that it is for is called in it: what it is called, its path below the file.
    pub(super) fn names(&self, place: &Place<'_>) -> Option<Vec<String>> {
        let whole = place.path.as_deref();
        let below = whole.and_then(|whole| whole.strip_prefix(&self.directory).ok());
        let is_for = matches!(self.scope, Scope::All) || below.is_some();
        let below = below.map(|below| name(below, None));
        is_for.then(|| [place.name.to_owned()].into_iter().chain(below).collect())
    }

    /// What is said of the captures that it names and that are not there.
    pub(super) fn missing(&self, found: &Found, named: &[PathBuf]) -> Vec<CaptureResult> {
        let captures = found.captures.iter();
        let names = captures.filter_map(|capture| self.names(&Place::of(capture)));
        let names: Vec<Vec<String>> = names.collect();
        let is_checked = |stated: &&OfCapture| {
            names.iter().any(|names| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                stated.is_for(&names)
            })
        };
        let stated = self.stated.captures().iter();
        let unmatched: Vec<_> = stated.filter(|it| !is_checked(it)).collect();
        if unmatched.is_empty() {
            return Vec::new();
        }
        let there = self.there(&names, named);
        let gone = unmatched.into_iter();
        let gone = gone.filter(|stated| !self.is_there(stated, &there));
        gone.map(|stated| {
            let name = self.shown(stated.path());
            missing(&name, (self.stated.file(), stated.line()), &there)
        })
        .collect()
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
