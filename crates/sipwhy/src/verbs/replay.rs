//! Captures read from files, one after the other, through one pipeline.

use std::path::PathBuf;

use anyhow::Context as _;
use sipwhy_capture::file::{ReadError, Reader};
use sipwhy_packet::Undecoded;
use sipwhy_pipeline::{Config, Pipeline, Summary};
use sipwhy_report::{Ending, InputEnd, Inputs, Report};

use crate::exit::complain;

/// What came of a replay.
pub(super) struct Replayed {
    pub(super) summary: Summary,
    /// Whether something could not be read; it has been said what.
    pub(super) is_incomplete: bool,
}

/// What the files are called in reports.
pub(super) fn inputs(files: &[PathBuf]) -> Inputs {
    Inputs::new(files.iter().map(|file| file.to_string_lossy()))
}

/// Whether one of the files is standard input, which may be a capture being made.
pub(super) fn has_standard_input(files: &[PathBuf]) -> bool {
    files.iter().any(|file| file.as_os_str() == "-")
}

/// Reads all files and reports on them. Faults of the files are said on standard error.
pub(super) fn replay(
    files: &[PathBuf],
    config: Config,
    report: &mut Report,
) -> anyhow::Result<Replayed> {
    let mut pipeline = Pipeline::new(config);
    let mut ending = Ending::default();
    let mut is_incomplete = false;
    for (index, path) in files.iter().enumerate() {
        let index = u16::try_from(index).context("more than 65536 files; read fewer at a time")?;
        let (end, fault) = replay_one(path, index, &mut pipeline, report);
        if let Some(fault) = fault {
            is_incomplete = true;
            complain(&fault.to_string());
        }
        ending.inputs.extend(end);
        if report.output().is_over() {
            break;
        }
    }
    if !ending.inputs.is_empty() {
        pipeline.finish(report);
    }
    let summary = pipeline.summary();
    if !ending.inputs.is_empty() {
        report.finish(&summary, &ending);
    }
    if let Some(fault) = report.output().fault() {
        anyhow::bail!("cannot write to standard output: {fault}");
    }
    if let Some(link_types) = undecodable(&summary) {
        is_incomplete = true;
        complain(&link_types);
    }
    Ok(Replayed {
        summary,
        is_incomplete,
    })
}

/// Reads one file. What is known of it at its end, unless it could not be opened; and the fault
/// that ended it early.
fn replay_one(
    path: &PathBuf,
    index: u16,
    pipeline: &mut Pipeline,
    report: &mut Report,
) -> (Option<InputEnd>, Option<ReadError>) {
    let mut reader = match Reader::open(path, index) {
        Ok(reader) => reader,
        Err(fault) => return (None, Some(fault)),
    };
    let fault = loop {
        match reader.next_frame() {
            Ok(Some(frame)) => pipeline.frame(&frame, report),
            Ok(None) => break None,
            Err(fault) => break Some(fault),
        }
        // Asked now and then only: it takes a lock.
        if reader.frames() % 1024 == 0 && report.output().is_over() {
            break None;
        }
    };
    let end = InputEnd {
        name: reader.name().to_owned(),
        frames: reader.frames(),
        fault: fault.as_ref().map(ToString::to_string),
    };
    (Some(end), fault)
}

/// What to say when no message was found because the link types are not known.
fn undecodable(summary: &Summary) -> Option<String> {
    let unknown: Vec<(u16, u64)> = summary
        .packet
        .all_undecoded()
        .filter_map(|(reason, tally)| match reason {
            Undecoded::UnknownLinkType(link) => Some((link.0, tally.count)),
            _ => None,
        })
        .collect();
    if unknown.is_empty() || summary.messages > 0 {
        return None;
    }
    let frames: u64 = unknown.iter().map(|(_, count)| count).sum();
    let numbers: Vec<String> = unknown.iter().map(|(link, _)| link.to_string()).collect();
    Some(format!(
        "{frames} of {} frames have a link type that is not known here ({}), and nothing else \
         was SIP; capture on an Ethernet, Linux cooked, loopback or raw IP interface",
        summary.packet.frames,
        numbers.join(", ")
    ))
}
