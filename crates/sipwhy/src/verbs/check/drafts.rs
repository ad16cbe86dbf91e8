//! Drafts of expectations, and the files they go to.

use std::path::Path;

use anyhow::Context as _;
use sipwhy_check::expect::{Asked, Expectations, Facts, draft};
use sipwhy_check::{CaptureResult, Threshold};

use super::captures::{Capture, Found};
use super::expectations::{BESIDE, beside};
use super::whole_file::replace;
use crate::exit::complain;

/// Sees to it that drafts can be written, before anything is read.
pub(super) fn look(found: &Found, merge: bool, force: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        !merge,
        "--write-expectations writes a file beside each capture, so --merge has no place with it"
    );
    for path in found.captures.iter().flat_map(|it| &it.paths) {
        anyhow::ensure!(
            path != Path::new("-"),
            "--write-expectations writes a file beside each capture; standard input has no place"
        );
        let file = beside(path);
        anyhow::ensure!(
            force || !file.exists(),
            "{} is there already; --force drafts it anew",
            file.display()
        );
    }
    Ok(())
}

/// Drafts what is expected of a capture that was read to its end, and holds the draft against it.
pub(super) fn of(
    capture: &Capture,
    facts: &Facts,
    threshold: Threshold,
    result: &mut CaptureResult,
) -> Option<String> {
    if !result.unreadable.is_empty() {
        return None;
    }
    let text = draft(&capture.name, facts, threshold);
    let file = format!("{}{BESIDE}", capture.name);
    match Expectations::parse(&file, &text) {
        Ok(stated) => {
            let mut asked = Asked::default();
            asked.add(&stated, &[&capture.name]);
            result.take_in(asked.judge(facts));
        }
        // A draft that is none is a mistake of ours, and must not go unnoticed.
        Err(fault) => result.unreadable.push(format!("{file}: {fault}")),
    }
    Some(text)
}

/// Writes the drafts beside their captures, those of them that were read to their end.
pub(super) fn write(captures: &[Capture], drafts: &[Option<String>]) -> anyhow::Result<()> {
    for (capture, draft) in captures.iter().zip(drafts) {
        let (Some(text), Some(path)) = (draft, capture.paths.first()) else {
            let name = &capture.name;
            complain(&format!(
                "{name}: not read to its end, so nothing is drafted from it"
            ));
            continue;
        };
        let file = beside(path);
        let written = replace(&file, text.as_bytes());
        written.with_context(|| format!("{}: cannot be written", file.display()))?;
    }
    Ok(())
}
