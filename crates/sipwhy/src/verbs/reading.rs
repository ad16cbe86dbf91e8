//! Frames of captures, read from files into a pipeline.

use std::path::{Path, PathBuf};

use sipwhy_capture::file::{Gauge, Item, Merge, Merged, Reader};
use sipwhy_packet::Frame;
use sipwhy_pipeline::{Observer, Pipeline};
use sipwhy_redact::{Blanked, Key, Redactor};
use sipwhy_report::InputEnd;

use crate::inputs::note_secrets;

/// Frames read before it is asked again whether anybody still listens: it takes a lock.
const ASK_AFTER: u64 = 1024;

/// How the reading went.
#[derive(Debug, Default)]
pub(super) struct ReadOut {
    /// How each input ended, in the order given; those that could not be opened have no end.
    pub(super) ends: Vec<InputEnd>,
    /// What could not be read, and why.
    pub(super) faults: Vec<String>,
    /// The TLS key logs that the inputs held, as much as is kept of them.
    pub(super) key_logs: Vec<u8>,
    /// What was not replaced but blanked.
    pub(super) blanked: Blanked,
}

/// Where frames go: into a pipeline, by way of what replaces names, if they are to be.
pub(super) struct Intake<'p> {
    pipeline: &'p mut Pipeline,
    redactor: Option<Redactor>,
    key_logs: Vec<u8>,
}

impl<'p> Intake<'p> {
    pub(super) fn new(pipeline: &'p mut Pipeline, key: Option<Key>) -> Self {
        Self {
            pipeline,
            redactor: key.map(Redactor::new),
            key_logs: Vec::new(),
        }
    }

    fn frame<O: Observer>(&mut self, frame: &Frame<'_>, observer: &mut O) {
        let pipeline = &mut *self.pipeline;
        match &mut self.redactor {
            Some(redactor) => redactor.push(frame, &mut |frame| pipeline.frame(frame, observer)),
            None => pipeline.frame(frame, observer),
        }
    }

    /// Takes in what a capture file holds beside its frames.
    fn aside(&mut self, item: &Item<'_>) {
        let Some(redactor) = &self.redactor else {
            keep_key_log(&mut self.key_logs, item);
            return take_aside(self.pipeline, item);
        };
        // What secrets open is blank.
        if let Item::Names(names) = item {
            for (address, name) in names.clone() {
                let (address, name) = redactor.name(address, name);
                self.pipeline.name(address, &name);
            }
        }
    }

    /// Hands on what waited for frames that did not come.
    fn finish<O: Observer>(&mut self, observer: &mut O) {
        let pipeline = &mut *self.pipeline;
        if let Some(redactor) = &mut self.redactor {
            redactor.finish(&mut |frame| pipeline.frame(frame, observer));
        }
    }

    fn blanked(&self) -> Blanked {
        self.redactor
            .as_ref()
            .map_or_else(Blanked::default, Redactor::blanked)
    }
}

/// How many bytes are kept of the key logs in captures.
const MOST_KEY_LOG_BYTES: usize = 64 << 20;

/// Keeps the lines of a key log.
fn keep_key_log(kept: &mut Vec<u8>, item: &Item<'_>) {
    if let Item::KeyLog(lines) = item
        && kept.len() + lines.len() < MOST_KEY_LOG_BYTES
    {
        kept.extend(*lines);
        kept.push(b'\n');
    }
}

/// Reads captures, several as one, until they end or `is_over`. How far, `gauge` tells.
pub(super) fn read_out<O: Observer>(
    paths: &[PathBuf],
    gauge: &Gauge,
    mut intake: Intake<'_>,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    let read = match paths {
        [path] => read_one(path, gauge, &mut intake, observer, is_over),
        paths => read_merged(paths, gauge, &mut intake, observer, is_over),
    };
    intake.finish(observer);
    ReadOut {
        blanked: intake.blanked(),
        key_logs: intake.key_logs,
        ..read
    }
}

/// Reads one capture, which needs no merging.
fn read_one<O: Observer>(
    path: &Path,
    gauge: &Gauge,
    intake: &mut Intake<'_>,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    let mut reader = match Reader::open_gauged(path, 0, gauge) {
        Ok(reader) => reader,
        Err(fault) => {
            return ReadOut {
                faults: vec![fault.to_string()],
                ..ReadOut::default()
            };
        }
    };
    let fault = loop {
        match reader.next_item() {
            Ok(Some(Item::Frame(frame))) => intake.frame(&frame, observer),
            Ok(Some(other)) => intake.aside(&other),
            Ok(None) => break None,
            Err(fault) => break Some(fault.to_string()),
        }
        if reader.frames().is_multiple_of(ASK_AFTER) && is_over(observer) {
            break None;
        }
    };
    ReadOut {
        faults: fault.iter().cloned().collect(),
        ends: vec![InputEnd {
            name: reader.name().to_owned(),
            frames: reader.frames(),
            fault,
        }],
        ..ReadOut::default()
    }
}

/// Reads several captures as one.
fn read_merged<O: Observer>(
    paths: &[PathBuf],
    gauge: &Gauge,
    intake: &mut Intake<'_>,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    let mut merge = Merge::open_gauged(paths, gauge);
    let mut ends: Vec<(u16, InputEnd)> = Vec::new();
    let mut faults = Vec::new();
    let mut frames: u64 = 0;
    while let Some(next) = merge.next_piece() {
        match next {
            Merged::Item(Item::Frame(frame)) => {
                intake.frame(&frame, observer);
                frames += 1;
                if frames.is_multiple_of(ASK_AFTER) && is_over(observer) {
                    break;
                }
            }
            Merged::Item(other) => intake.aside(&other),
            Merged::End(end) => {
                let fault = end.fault.as_ref().map(ToString::to_string);
                faults.extend(fault.clone());
                if let Some((name, frames)) = end.read {
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
    ReadOut {
        ends: ends.into_iter().map(|(_, end)| end).collect(),
        faults,
        ..ReadOut::default()
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
