//! Captures read from files, in the order of time, through one pipeline.

use std::path::{Path, PathBuf};

use sipwhy_capture::file::{Item, Merge, Merged, ReadError, Reader};
use sipwhy_packet::Undecoded;
use sipwhy_pipeline::{Config, Pipeline, Summary};
use sipwhy_report::{Ending, InputEnd, Inputs, Selected};

use crate::exit::complain;
use crate::inputs::{Captures, InputOptions, note_secrets};

/// What came of a replay.
pub(super) struct Replayed {
    pub(super) summary: Summary,
    /// Whether something could not be read; it has been said what.
    pub(super) is_incomplete: bool,
}

/// Captures on their way through a pipeline.
pub(super) struct Replay {
    pipeline: Pipeline,
    captures: Captures,
}

impl Replay {
    /// Finds the captures, and reads the key log that goes with them.
    pub(super) fn new(inputs: &InputOptions, config: Config) -> anyhow::Result<Self> {
        let mut pipeline = Pipeline::new(config);
        inputs.give_key_log(&mut pipeline)?;
        let captures = inputs.captures();
        // Their places are numbers of 16 bits.
        anyhow::ensure!(
            captures.paths.len() <= usize::from(u16::MAX),
            "more than {} captures; read fewer at a time",
            u16::MAX
        );
        Ok(Self { pipeline, captures })
    }

    /// What the captures are called in reports.
    pub(super) fn names(&self) -> Inputs {
        let paths = self.captures.paths.iter();
        Inputs::new(paths.map(|path| path.to_string_lossy()))
    }

    /// The pipeline alone, for a capture that is read otherwise.
    pub(super) fn into_pipeline(self) -> Pipeline {
        self.pipeline
    }

    /// Reads all captures and reports on them. Faults of the files are said on standard error.
    pub(super) fn run(mut self, report: &mut Selected) -> anyhow::Result<Replayed> {
        let paths = std::mem::take(&mut self.captures.paths);
        let inputs = match paths.as_slice() {
            [path] => self.read_one(path, report),
            paths => self.read_merged(paths, report),
        };
        let ending = Ending {
            inputs,
            ..Ending::default()
        };
        finish(self.pipeline, &ending, report, self.captures.is_incomplete)
    }

    /// Reads one capture, which needs no merging.
    fn read_one(&mut self, path: &Path, report: &mut Selected) -> Vec<InputEnd> {
        let mut reader = match Reader::open(path, 0) {
            Ok(reader) => reader,
            Err(fault) => {
                self.complain(&fault);
                return Vec::new();
            }
        };
        let fault = loop {
            match reader.next_item() {
                Ok(Some(Item::Frame(frame))) => self.pipeline.frame(&frame, report),
                Ok(Some(other)) => take_aside(&mut self.pipeline, &other),
                Ok(None) => break None,
                Err(fault) => break Some(fault),
            }
            // Asked now and then only: it takes a lock.
            if reader.frames() % 1024 == 0 && report.output().is_over() {
                break None;
            }
        };
        if let Some(fault) = &fault {
            self.complain(fault);
        }
        vec![InputEnd {
            name: reader.name().to_owned(),
            frames: reader.frames(),
            fault: fault.as_ref().map(ToString::to_string),
        }]
    }

    /// Reads several captures as one.
    fn read_merged(&mut self, paths: &[PathBuf], report: &mut Selected) -> Vec<InputEnd> {
        let mut merge = Merge::open(paths);
        let mut ends: Vec<(u16, InputEnd)> = Vec::new();
        let mut frames: u64 = 0;
        while let Some(next) = merge.next_piece() {
            match next {
                Merged::Item(Item::Frame(frame)) => {
                    self.pipeline.frame(&frame, report);
                    frames += 1;
                    if frames.is_multiple_of(1024) && report.output().is_over() {
                        break;
                    }
                }
                Merged::Item(other) => take_aside(&mut self.pipeline, &other),
                Merged::End(end) => {
                    if let Some(fault) = &end.fault {
                        self.complain(fault);
                    }
                    if let Some((name, frames)) = end.read {
                        let fault = end.fault.as_ref().map(ToString::to_string);
                        let end_of_input = InputEnd {
                            name,
                            frames,
                            fault,
                        };
                        ends.push((end.file, end_of_input));
                    }
                }
            }
        }
        ends.sort_by_key(|(file, _)| *file);
        ends.into_iter().map(|(_, end)| end).collect()
    }

    fn complain(&mut self, fault: &ReadError) {
        self.captures.is_incomplete = true;
        complain(&fault.to_string());
    }
}

/// Takes in what a capture file holds beside its frames.
pub(super) fn take_aside(pipeline: &mut Pipeline, item: &Item<'_>) {
    match item {
        Item::KeyLog(lines) => note_secrets("the capture", pipeline.secrets(lines)),
        Item::Names(names) => {
            for (address, name) in names.clone() {
                pipeline.name(address, name);
            }
        }
        Item::Frame(_) => {}
    }
}

/// Says what is still to be said when all captures are over.
pub(super) fn finish(
    mut pipeline: Pipeline,
    ending: &Ending,
    report: &mut Selected,
    mut is_incomplete: bool,
) -> anyhow::Result<Replayed> {
    if !ending.inputs.is_empty() {
        pipeline.finish(report);
    }
    let mut summary = pipeline.summary();
    if !ending.inputs.is_empty() {
        summary = report.finish(summary, ending);
    }
    // The process ends, and its memory with it: nothing is won by taking it apart piece by piece.
    std::mem::forget(pipeline);
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
