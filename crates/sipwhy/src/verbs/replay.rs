//! Captures read from files, in the order of time, through one pipeline.

use std::path::PathBuf;

use sipwhy_packet::Undecoded;
use sipwhy_pipeline::{Config, Pipeline, Summary};
use sipwhy_redact::Key;
use sipwhy_report::{Ending, Export, Inputs, Selected};

use crate::exit::complain;
use crate::exports::{Exported, Exports};
use crate::inputs::{Captures, InputOptions};
use crate::progress::Progress;
use crate::redaction::complain_of_blanks;
use crate::session_secrets::SessionSecrets;
use crate::verbs::reading::{Intake, read_out};

/// What came of a replay.
pub(super) struct Replayed {
    pub(super) summary: Summary,
    /// Whether something could not be read; it has been said what.
    pub(super) is_incomplete: bool,
    /// The secrets of TLS that the captures held, if they were to be kept.
    pub(super) secrets: Option<SessionSecrets>,
}

/// Captures on their way through a pipeline.
pub(super) struct Replay {
    pipeline: Pipeline,
    captures: Captures,
    key_log: Option<Vec<u8>>,
    /// The secrets of TLS that the captures hold, if they are read again: then they are read to
    /// their ends, whoever listens.
    secrets: Option<SessionSecrets>,
    /// The key of the stand-ins, if there are to be any.
    redaction: Option<Key>,
    exports: Exports,
}

impl Replay {
    /// Finds the captures, and reads the key log that goes with them.
    pub(super) fn new(
        inputs: &InputOptions,
        config: Config,
        redaction: Option<Key>,
    ) -> anyhow::Result<Self> {
        let mut pipeline = Pipeline::new(config);
        let key_log = inputs.key_log.read(&mut pipeline)?;
        let captures = inputs.captures();
        // Their places are numbers of 16 bits.
        anyhow::ensure!(
            captures.paths.len() <= usize::from(u16::MAX),
            "more than {} captures; read fewer at a time",
            u16::MAX
        );
        Ok(Self {
            pipeline,
            captures,
            key_log,
            secrets: None,
            redaction,
            exports: Exports::default(),
        })
    }

    /// Sends what is read elsewhere too. Then captures are read to their ends, whoever listens.
    pub(super) fn send_to(&mut self, exports: Exports) {
        self.exports = exports;
    }

    /// The lines of the key log, if there is one.
    pub(super) fn take_key_log(&mut self) -> Option<Vec<u8>> {
        self.key_log.take()
    }

    /// Reads the captures to be read again: keeps the secrets that they hold beside these.
    pub(super) fn keep_secrets(&mut self, secrets: SessionSecrets) {
        self.secrets = Some(secrets);
    }

    /// The captures, in the order given.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.captures.paths
    }

    /// What the captures are called in reports.
    pub(super) fn names(&self) -> Inputs {
        let paths = self.captures.paths.iter();
        Inputs::new(paths.map(|path| path.to_string_lossy()))
    }

    /// The pipeline alone, for a capture that is read otherwise, and what is sent elsewhere.
    pub(super) fn into_parts(self) -> (Pipeline, Exports) {
        (self.pipeline, self.exports)
    }

    /// Reads all captures and reports on them. Faults of the files are said on standard error.
    pub(super) fn run(
        mut self,
        report: &mut Selected,
        progress: Progress,
    ) -> anyhow::Result<Replayed> {
        let is_read_to_its_end = self.secrets.is_some() || self.exports.is_on();
        let is_over = |told: &Exported<'_>| !is_read_to_its_end && told.report.output().is_over();
        let gauge = progress.gauge();
        let intake = Intake::new(&mut self.pipeline, self.redaction);
        let mut told = Exported {
            report,
            exports: &mut self.exports,
        };
        let read = read_out(&self.captures.paths, gauge, intake, &mut told, is_over);
        drop(progress);
        complain_of_blanks("", read.blanked);
        for fault in &read.faults {
            self.captures.is_incomplete = true;
            complain(fault);
        }
        let ending = Ending {
            inputs: read.ends,
            ..Ending::default()
        };
        let mut secrets = self.secrets;
        if let Some(secrets) = &mut secrets {
            secrets.add(&read.key_logs);
        }
        let replayed = finish(
            self.pipeline,
            ending,
            &mut told,
            self.captures.is_incomplete,
        )?;
        Ok(Replayed {
            secrets,
            ..replayed
        })
    }
}

/// Says what is still to be said when all captures are over.
pub(super) fn finish(
    mut pipeline: Pipeline,
    mut ending: Ending,
    told: &mut Exported<'_>,
    mut is_incomplete: bool,
) -> anyhow::Result<Replayed> {
    if !ending.inputs.is_empty() {
        pipeline.finish(told);
    }
    ending.exports = told.exports.finish();
    for Export { to, lost, .. } in &ending.exports {
        if *lost > 0 {
            is_incomplete = true;
            complain(&format!("{lost} pieces were not sent to {to}"));
        }
    }
    let report = &mut *told.report;
    let mut summary = pipeline.summary();
    if !ending.inputs.is_empty() {
        summary = report.finish(summary, &ending);
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
        secrets: None,
    })
}

/// What to say when no message was found because the link types are not known.
pub(super) fn undecodable(summary: &Summary) -> Option<String> {
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
