//! Frames of captures, read from files into a pipeline.

use std::path::{Path, PathBuf};

use sipwhy_capture::file::{Gauge, Item, Merge, Merged, Reader};
use sipwhy_pipeline::{Observer, Pipeline};
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
    pipeline: &mut Pipeline,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    match paths {
        [path] => read_one(path, gauge, pipeline, observer, is_over),
        paths => read_merged(paths, gauge, pipeline, observer, is_over),
    }
}

/// Reads one capture, which needs no merging.
fn read_one<O: Observer>(
    path: &Path,
    gauge: &Gauge,
    pipeline: &mut Pipeline,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    let mut reader = match Reader::open_gauged(path, 0, gauge) {
        Ok(reader) => reader,
        Err(fault) => {
            return ReadOut {
                ends: Vec::new(),
                faults: vec![fault.to_string()],
                key_logs: Vec::new(),
            };
        }
    };
    let mut key_logs = Vec::new();
    let fault = loop {
        match reader.next_item() {
            Ok(Some(Item::Frame(frame))) => pipeline.frame(&frame, observer),
            Ok(Some(other)) => {
                keep_key_log(&mut key_logs, &other);
                take_aside(pipeline, &other);
            }
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
        key_logs,
    }
}

/// Reads several captures as one.
fn read_merged<O: Observer>(
    paths: &[PathBuf],
    gauge: &Gauge,
    pipeline: &mut Pipeline,
    observer: &mut O,
    is_over: impl Fn(&O) -> bool,
) -> ReadOut {
    let mut merge = Merge::open_gauged(paths, gauge);
    let mut ends: Vec<(u16, InputEnd)> = Vec::new();
    let mut faults = Vec::new();
    let mut key_logs = Vec::new();
    let mut frames: u64 = 0;
    while let Some(next) = merge.next_piece() {
        match next {
            Merged::Item(Item::Frame(frame)) => {
                pipeline.frame(&frame, observer);
                frames += 1;
                if frames.is_multiple_of(ASK_AFTER) && is_over(observer) {
                    break;
                }
            }
            Merged::Item(other) => {
                keep_key_log(&mut key_logs, &other);
                take_aside(pipeline, &other);
            }
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
        key_logs,
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
