//! The captures to check, and what they are called.

use std::path::{Component, Path, PathBuf};

use sipwhy_capture::file::captures_in;
use sipwhy_check::CaptureResult;
use sipwhy_parser::printable;
use sipwhy_report::Inputs;

use crate::inputs::pass_over;

/// What is checked as one.
#[derive(Clone, Debug)]
pub(super) struct Capture {
    /// Its place among all, from 0.
    pub(super) place: usize,
    /// What it is called.
    pub(super) name: String,
    /// The files that it is made of.
    pub(super) paths: Vec<PathBuf>,
    names: Vec<String>,
}

impl Capture {
    /// What its files are called in reports.
    pub(super) fn inputs(&self) -> Inputs {
        Inputs::new(&self.names)
    }
}

/// What was found of what was named.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The captures in the order of their names.
    pub(super) captures: Vec<Capture>,
    /// Directories of which something could not be looked at.
    faults: Vec<(String, String)>,
    /// What lies in directories beside captures.
    pub(super) others: Vec<PathBuf>,
}

impl Found {
    /// Looks for captures, in directories as deep as they go.
    pub(super) fn seek(named: &[PathBuf], merge: bool) -> anyhow::Result<Self> {
        let here = std::env::current_dir().ok();
        let name = |path: &Path| name(path, here.as_deref());
        let mut found = Self::default();
        let mut files: Vec<(String, PathBuf)> = Vec::new();
        for path in named {
            if path.as_os_str() != "-" && path.is_dir() {
                let paths = found.folder(path, &name(path));
                files.extend(paths.into_iter().map(|path| (name(&path), path)));
            } else {
                files.push((name(path), path.clone()));
            }
        }
        files.sort();
        // Named twice, but there once. Names that are no text may look the same and differ.
        files.dedup_by(|(one, path), (other, _)| one == other && path.to_str().is_some());
        anyhow::ensure!(
            !merge || files.len() <= usize::from(u16::MAX),
            "more than {} captures to take for one; take fewer",
            u16::MAX
        );
        if merge && !files.is_empty() {
            let named: Vec<String> = named.iter().map(|path| name(path)).collect();
            let (names, paths) = files.into_iter().unzip();
            found.captures.push(Capture {
                place: 0,
                name: named.join(", "),
                paths,
                names,
            });
        } else {
            let files = files.into_iter().enumerate();
            let captures = files.map(|(place, (name, path))| Capture {
                place,
                names: vec![name.clone()],
                name,
                paths: vec![path],
            });
            found.captures.extend(captures);
        }
        Ok(found)
    }

    /// What to say of what could not be looked at.
    pub(super) fn faulty(&self) -> Vec<CaptureResult> {
        let mut all: Vec<CaptureResult> = Vec::new();
        for (name, fault) in &self.faults {
            match all.iter_mut().find(|it| it.name == *name) {
                Some(known) => known.unreadable.push(fault.clone()),
                None => all.push(CaptureResult {
                    name: name.clone(),
                    unreadable: vec![fault.clone()],
                    ..CaptureResult::default()
                }),
            }
        }
        all
    }

    fn folder(&mut self, folder: &Path, name: &str) -> Vec<PathBuf> {
        let found = captures_in(folder, true);
        let faults = found.faults.iter();
        self.faults
            .extend(faults.map(|it| (name.to_owned(), it.to_string())));
        if found.captures.is_empty() && found.faults.is_empty() {
            let fault = format!("{name}: no captures in it, nor in the directories below it");
            self.faults.push((name.to_owned(), fault));
        } else {
            pass_over(name, &found.others);
        }
        self.others.extend(found.others);
        found.captures
    }
}

/// What a path is called, on every system alike: with `/`, without `./`, and relative if it lies
/// below the working directory.
pub(super) fn name(path: &Path, here: Option<&Path>) -> String {
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    let below = below.filter(|below| !below.as_os_str().is_empty());
    let mut name = String::new();
    for part in below.unwrap_or(path).components() {
        if part == Component::CurDir {
            continue;
        }
        if !name.is_empty() && !name.ends_with('/') {
            name.push('/');
        }
        match part {
            Component::RootDir if !name.ends_with('/') => name.push('/'),
            Component::RootDir => {}
            part => name.push_str(&printable(part.as_os_str().as_encoded_bytes())),
        }
    }
    if name.is_empty() {
        name.push('.');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_name_however_it_is_given() {
        let here = Some(Path::new("/home/a/lab"));
        for (path, expected) in [
            ("x.pcap", "x.pcap"),
            ("./calls/./x.pcap", "calls/x.pcap"),
            ("/home/a/lab/calls//x.pcap", "calls/x.pcap"),
            ("/home/b/x.pcap", "/home/b/x.pcap"),
            ("../x.pcap", "../x.pcap"),
            ("/home/a/lab", "/home/a/lab"),
            (".", "."),
            ("-", "-"),
            ("a\u{1b}\n.pcap", "a\\x1b\\x0a.pcap"),
        ] {
            assert_eq!(name(Path::new(path), here), expected, "{path}");
        }
    }
}
