//! The last packets: written down with what was found, all of them or those of calls that failed.

mod files;
mod ring;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use sipwhy_annotator::{Annotation, Ended, Policy};
use sipwhy_capture::write::Envelope;
use sipwhy_check::Level;
use sipwhy_packet::{Frame, LinkType, Timestamp};
use sipwhy_pipeline::{Observed, Observer};
use sipwhy_report::{Selected, packet_comments};

use crate::amounts::{bytes, span};
use crate::exit::complain;
use crate::exports::Exports;
use crate::verbs::live::keep::files::Files;
use crate::verbs::live::keep::ring::Ring;

/// How long packets wait for what will be said of them before they are written, where all are: the
/// rules' longest usual waits are of 32 s.
const WAIT: Duration = Duration::from_secs(35);
/// Calls known to be wanted; the oldest is forgotten for a new one.
const MOST_CALLS: usize = 1 << 16;
/// How long after a failure writing is tried again, in capture time.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// Which packets to write, and where.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::verbs) struct KeepOptions {
    /// Write the packets with SIP to a pcapng file, with what is found as comments. They wait for
    /// it for up to 35 s; SIGHUP writes them at once
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,

    /// Write the packets of those calls alone of which this rule speaks, those from before it did
    /// included; * is any rule. Can be given several times
    #[arg(long, value_name = "RULE", requires = "write")]
    keep_on: Vec<String>,

    /// With --keep-on: how long packets are kept in memory, waiting for a rule to speak
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = span)]
    keep_for: Duration,

    /// How much memory packets may take while they wait
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = bytes)]
    keep_bytes: u64,

    /// The size from which a file is full: it becomes FILE.1, and a new one is begun
    #[arg(long, value_name = "SIZE", default_value = "100M", value_parser = bytes)]
    write_size: u64,

    /// How many files there are at most; the oldest goes
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    write_files: u32,
}

impl KeepOptions {
    /// The folder of the files, if there are to be any.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let path = self.write.as_ref()?;
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        Some(folder.map_or_else(|| PathBuf::from("."), Path::to_owned))
    }

    /// Who keeps packets, if any are to be kept. The file is begun.
    pub(super) fn keeper(&self, inputs: Vec<String>) -> anyhow::Result<Option<Keeper>> {
        let Some(path) = &self.write else {
            return Ok(None);
        };
        for rule in self.keep_on.iter().filter(|rule| *rule != "*") {
            // Only to be told what is wrong with its name.
            Level::Warn
                .apply(rule, &mut Policy::default())
                .map_err(|fault| anyhow::anyhow!("--keep-on: {fault}"))?;
        }
        let name = path.display().to_string();
        let files = Files::create(path, self.write_size, self.write_files)
            .with_context(|| format!("{name}: cannot be written"))?;
        let is_choice = !self.keep_on.is_empty();
        let limit = usize::try_from(self.keep_bytes).unwrap_or(usize::MAX);
        Ok(Some(Keeper {
            ring: Ring::new(if is_choice { self.keep_for } else { WAIT }, limit),
            rules: is_choice.then(|| self.keep_on.clone()),
            wanted: BTreeSet::new(),
            name,
            files,
            inputs,
            lost: 0,
            envelope: Envelope::default(),
            too_long: 0,
            failed: None,
        }))
    }
}

/// Keeps packets until it is known what is said of them, and writes those that are wanted.
#[derive(Debug)]
pub(super) struct Keeper {
    ring: Ring,
    /// The rules that make a call wanted; all calls are if there are none.
    rules: Option<Vec<String>>,
    /// The calls that are, by their numbers.
    wanted: BTreeSet<u64>,
    name: String,
    files: Files,
    /// The names of the inputs.
    inputs: Vec<String>,
    /// Packets that could not be written.
    lost: u64,
    /// What packets that came by HEP are written in.
    envelope: Envelope,
    /// Those that have no room in it.
    too_long: u64,
    /// Since when nothing can be written.
    failed: Option<Timestamp>,
}

impl Keeper {
    /// Takes in a packet, before it is known what is in it.
    pub(super) fn frame(&mut self, frame: &Frame<'_>) {
        if frame.link_type == LinkType::HEP {
            match self.envelope.around(frame) {
                Some(frame) => self.ring.push(&frame),
                None => self.too_long += 1,
            }
        } else {
            self.ring.push(frame);
        }
    }

    fn message(&mut self, observed: &Observed<'_, '_>) {
        let call = observed.call().map(|call| call.number);
        self.ring.message(observed.captured, call);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        let speaks = self.rules.as_ref().is_some_and(|rules| {
            let is_it = |rule: &String| rule == "*" || rule == annotation.rule;
            rules.iter().any(is_it)
        });
        let mut wanted: Vec<u64> = annotation.call.iter().map(|call| call.number).collect();
        for (frame, comment) in packet_comments(annotation) {
            wanted.extend(self.ring.comment(frame, comment));
        }
        if speaks {
            self.wanted.extend(wanted);
            while self.wanted.len() > MOST_CALLS {
                self.wanted.pop_first();
            }
        }
    }

    /// Writes what has waited for long enough.
    pub(super) fn write(&mut self, now: Timestamp) {
        while let Some(packet) = self.ring.leave(now) {
            self.put(&packet, now);
        }
    }

    /// Writes all that waits, and hands it on.
    pub(super) fn write_all(&mut self, now: Timestamp) {
        while let Some(packet) = self.ring.pop_sip() {
            self.put(&packet, now);
        }
        if let Err(fault) = self.files.flush() {
            self.fail(&fault, now);
        }
    }

    /// The capture is over.
    pub(super) fn finish(mut self, now: Timestamp) {
        self.failed = None;
        self.write_all(now);
        let name = &self.name;
        for (count, why) in [
            (self.lost, "could not be written"),
            (
                self.too_long,
                "came by HEP and are too long for a UDP datagram",
            ),
            (
                self.ring.early,
                "were written or let go before their time, for want of room; --keep-bytes sets it",
            ),
        ] {
            if count > 0 {
                complain(&format!("{name}: {count} packets {why}"));
            }
        }
    }

    fn put(&mut self, packet: &ring::Packet, now: Timestamp) {
        let is_wanted =
            self.rules.is_none() || packet.calls.iter().any(|call| self.wanted.contains(call));
        if !is_wanted {
            return;
        }
        if self
            .failed
            .is_some_and(|since| now.since(since) < TRY_AGAIN)
        {
            self.lost += 1;
            return;
        }
        let frame = packet.frame();
        let input = self.inputs.get(usize::from(frame.id.file));
        let input = input.map_or("", String::as_str);
        match self.files.packet(input, &frame, &packet.comments) {
            Ok(()) => {
                if self.failed.take().is_some() {
                    complain(&format!("{}: is written again", self.name));
                }
            }
            Err(fault) => {
                self.lost += 1;
                self.fail(&fault, now);
            }
        }
    }

    /// Says once that nothing can be written.
    fn fail(&mut self, fault: &std::io::Error, now: Timestamp) {
        if self.failed.replace(now).is_none() {
            let name = &self.name;
            complain(&format!(
                "{name}: cannot be written, packets are lost: {fault}"
            ));
        }
    }
}

/// A report, and who keeps packets and sends things elsewhere beside it.
pub(super) struct Beside<'a> {
    pub(super) report: &'a mut Selected,
    pub(super) keeper: Option<&'a mut Keeper>,
    pub(super) exports: &'a mut Exports,
}

impl Observer for Beside<'_> {
    #[inline]
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.report.message(observed);
        if let Some(keeper) = &mut self.keeper {
            keeper.message(observed);
        }
        self.exports.message(observed);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.report.annotation(annotation);
        if let Some(keeper) = &mut self.keeper {
            keeper.annotation(annotation);
        }
        self.exports.annotation(annotation);
    }

    fn ended(&mut self, ended: &Ended) {
        self.exports.ended(ended);
    }
}
