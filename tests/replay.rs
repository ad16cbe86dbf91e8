//! A capture through the pipeline.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::path::Path;

use sipwhy_annotator::{Annotation, Severity, Verdict};
use sipwhy_capture::file::{Item, ReadError, Reader};
use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline, Summary};

use crate::render::{Outputs, Shown};

/// What a capture led to.
#[derive(Debug, Default)]
pub struct Replay {
    /// Every annotation, in order.
    pub annotations: Vec<Annotation>,
    /// Every message, as its frame and start line.
    pub messages: Vec<(u64, String)>,
    /// What was counted.
    pub summary: Summary,
    /// Why reading stopped before the end.
    pub damage: Option<ReadError>,
}

/// The stages of one finding, as one.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// The gravest severity of any stage.
    pub severity: Severity,
    /// The verdict of the last stage.
    pub verdict: Verdict,
    /// Who was blamed, in any stage.
    pub responsible: BTreeSet<IpAddr>,
    /// The frames cited in any stage.
    pub frames: BTreeSet<u64>,
    /// The title of the last stage.
    pub title: String,
}

impl Observer for Replay {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        let line = observed.message.start_line_bytes();
        let line = String::from_utf8_lossy(line).trim_end().to_owned();
        let frame = observed.captured.last_frame.number;
        self.messages.push((frame, line));
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.annotations.push(annotation.clone());
    }
}

/// A frame that owns its bytes.
#[derive(Clone, Debug)]
pub struct OwnedFrame {
    /// Which frame this is.
    pub id: FrameId,
    /// When it was captured.
    pub time: Timestamp,
    /// What its first byte is the start of.
    pub link_type: LinkType,
    /// The bytes kept.
    pub data: Vec<u8>,
    /// How long it was on the wire.
    pub original_len: u32,
}

impl OwnedFrame {
    /// The frame as the pipeline takes it.
    #[must_use]
    pub fn borrow(&self) -> Frame<'_> {
        Frame {
            id: self.id,
            time: self.time,
            link_type: self.link_type,
            data: &self.data,
            original_len: self.original_len,
        }
    }
}

/// Every frame of a capture file.
///
/// # Errors
/// When the file cannot be read to its end.
pub fn frames(path: impl AsRef<Path>) -> Result<Vec<OwnedFrame>, ReadError> {
    let mut reader = Reader::open(path, 0)?;
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame()? {
        frames.push(OwnedFrame {
            id: frame.id,
            time: frame.time,
            link_type: frame.link_type,
            data: frame.data.to_vec(),
            original_len: frame.original_len,
        });
    }
    Ok(frames)
}

/// Plays what a reader gives through a pipeline: frames, and the keys and names beside them. Gives
/// the counts, and why reading stopped before the end.
pub fn play(
    reader: Reader,
    config: Config,
    observer: &mut impl Observer,
) -> (Summary, Option<ReadError>) {
    play_with_keys(reader, b"", config, observer)
}

/// As [`play`], with the lines of a TLS key log.
pub fn play_with_keys(
    mut reader: Reader,
    keys: &[u8],
    config: Config,
    observer: &mut impl Observer,
) -> (Summary, Option<ReadError>) {
    let mut pipeline = Pipeline::new(config);
    pipeline.secrets(keys);
    let damage = loop {
        match reader.next_item() {
            Ok(Some(Item::Frame(frame))) => pipeline.frame(&frame, observer),
            Ok(Some(Item::KeyLog(lines))) => {
                pipeline.secrets(lines);
            }
            Ok(Some(Item::Names(names))) => {
                for (address, name) in names {
                    pipeline.name(address, name);
                }
            }
            Ok(None) => break None,
            Err(damage) => break Some(damage),
        }
    };
    pipeline.finish(observer);
    (pipeline.summary(), damage)
}

/// Plays a capture file through a pipeline.
///
/// # Errors
/// When it cannot be opened.
pub fn replay_file(path: impl AsRef<Path>, config: Config) -> Result<Replay, ReadError> {
    let mut replay = Replay::default();
    let (summary, damage) = play(Reader::open(path, 0)?, config, &mut replay);
    Ok(Replay {
        summary,
        damage,
        ..replay
    })
}

/// Everything that is shown of a capture from `reader`, which goes by `name`.
///
/// # Errors
/// None in practice: see [`Outputs::new`].
pub fn shown(reader: Reader, name: &str, config: Config) -> io::Result<Shown> {
    let mut outputs = Outputs::new(name)?;
    let (summary, damage) = play(reader, config, &mut outputs);
    Ok(outputs.finish(&summary, damage.map(|damage| damage.to_string())))
}

/// Joins the stages of each finding, in the order in which the findings began.
#[must_use]
pub fn findings(annotations: &[Annotation]) -> Vec<Finding> {
    let mut numbers: Vec<u64> = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    for said in annotations {
        let place = numbers.iter().position(|number| *number == said.finding);
        let place = place.unwrap_or_else(|| {
            numbers.push(said.finding);
            findings.push(Finding {
                rule: said.rule,
                severity: said.severity,
                verdict: said.verdict,
                responsible: BTreeSet::new(),
                frames: BTreeSet::new(),
                title: String::new(),
            });
            findings.len() - 1
        });
        let finding = &mut findings[place];
        finding.severity = finding.severity.max(said.severity);
        finding.verdict = said.verdict;
        finding
            .responsible
            .extend(said.responsible.map(|it| it.address));
        finding
            .frames
            .extend(said.evidence.iter().map(|it| it.frame.number));
        finding.title.clone_from(&said.title);
    }
    findings
}
