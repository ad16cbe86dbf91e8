//! What the capture held, in a few lines.

use sipwhy_annotator::{Severity, words};
use sipwhy_pipeline::Summary;

use super::held::Finding;
use super::palette::{Ink, Palette};
use super::wrap::wrap;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::{losses, tls};

/// Findings by severity, as they stood when they were shown.
#[derive(Debug, Default)]
pub(super) struct Tally {
    errors: u64,
    warnings: u64,
    notes: u64,
    /// The highest number of a finding counted before those that are counted now.
    before: u64,
    highest: u64,
}

impl Tally {
    /// The findings added next come from later in the capture than those added so far.
    pub(super) fn begin(&mut self) {
        self.before = self.highest;
    }

    /// Counts a finding, unless an earlier stage of it was counted.
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.last.finding <= self.before {
            return;
        }
        self.highest = self.highest.max(finding.last.finding);
        match finding.last.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// `2 errors, 1 note`; empty when there are none.
    fn words(&self) -> String {
        let kinds = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let named: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| counted(count, noun))
            .collect();
        named.join(", ")
    }
}

/// The summary on its way to the page.
pub(super) struct Page<'a> {
    pub(super) summary: &'a Summary,
    pub(super) ending: &'a Ending,
    pub(super) tally: &'a Tally,
    pub(super) inputs: &'a Inputs,
    pub(super) width: usize,
    pub(super) palette: &'a Palette,
}

impl Page<'_> {
    pub(super) fn write(&self, out: &mut String) {
        let summary = self.summary;
        let found = self.tally.words();
        if summary.messages == 0 {
            self.line(out, "No SIP messages found.");
            if summary.packet.other_frames > 0 {
                self.point(
                    out,
                    "hint",
                    "--port any finds SIP on any port, by its content",
                );
            }
        } else if found.is_empty() && summary.filtered > 0 {
            let text = format!("Nothing to show of {}.", self.messages());
            self.line(out, &text);
        } else if found.is_empty() {
            self.line(out, &format!("Nothing wrong in {}.", self.messages()));
        } else {
            self.line(out, &format!("{found} in {}.", self.messages()));
        }
        if summary.filtered > 0 {
            let text = format!("{}, by the filter", counted(summary.filtered, "finding"));
            self.point(out, "not shown", &text);
        }
        self.point(out, "read", &self.frames());
        if summary.annotator.copies > 0 {
            let text = format!(
                "{}, captured at a second place as well (a mirror, another interface, the far \
                 side of a router or NAT); no finding counts them twice",
                counted(summary.annotator.copies, "message")
            );
            self.point(out, "seen again", &text);
        }
        for loss in losses::losses(summary) {
            let place = loss.first.map_or_else(String::new, |frame| {
                format!(", first in {}", self.inputs.frame(frame))
            });
            let text = format!(
                "{} {} ({} bytes{place})",
                loss.count, loss.words, loss.bytes
            );
            let name = if loss.is_usual {
                "passed over"
            } else {
                "not decoded"
            };
            self.point(out, name, &text);
        }
        for text in tls::sessions(summary).filter_map(tls::words) {
            self.point(out, "TLS", &text);
        }
        if tls::sessions(summary).any(tls::wants_key) {
            self.point(
                out,
                "hint",
                "--keylog FILE decrypts TLS with the secrets that one of its ends logged \
                 (SSLKEYLOGFILE)",
            );
        }
        for (reason, count) in self.ending.dropped.by_reason() {
            if count > 0 {
                let text = format!("{} by the {}", counted(count, "frame"), place(reason));
                self.point(out, "lost", &text);
            }
        }
        if summary.packet.cut_frames > 0 {
            let text = format!(
                "{} by the snap length, {} of which a part is missing",
                counted(summary.packet.cut_frames, "frame"),
                counted(summary.packet.cut_messages, "message"),
            );
            self.point(out, "cut off", &text);
        }
        let wrong = summary.packet.wrong_checksums;
        if let Some(first) = wrong.first {
            let text = format!(
                "{} with a wrong checksum, first in {}: usually checksum offload on the capturing \
                 host",
                counted(wrong.count, "packet"),
                self.inputs.frame(first),
            );
            self.point(out, "note", &text);
        }
        for (_, words, count) in losses::bounds(summary) {
            self.point(out, "bound reached", &format!("{count} {words}"));
        }
        for input in &self.ending.inputs {
            if input.fault.is_some() {
                let text = format!(
                    "{}, of which only {} could be read",
                    input.name,
                    counted(input.frames, "frame")
                );
                self.point(out, "incomplete", &text);
            }
        }
    }

    fn messages(&self) -> String {
        let summary = self.summary;
        let requests: u64 = summary.requests().values().sum();
        let responses: u64 = summary.responses().values().sum();
        let span = summary.first.map_or_else(String::new, |first| {
            format!(", over {}", words::span(summary.newest.since(first)))
        });
        format!(
            "{} ({}, {}), {}{span}",
            counted(summary.messages, "SIP message"),
            counted(requests, "request"),
            counted(responses, "response"),
            counted(summary.annotator.calls, "call"),
        )
    }

    fn frames(&self) -> String {
        let packet = &self.summary.packet;
        let mut text = counted(packet.frames, "frame");
        if packet.other_frames > 0 {
            text.push_str(&format!(", {} of them not about SIP", packet.other_frames));
        }
        text
    }

    fn line(&self, out: &mut String, text: &str) {
        for line in wrap(text, self.width, self.width) {
            out.push_str(&self.palette.paint(Ink::Strong, line));
            out.push('\n');
        }
    }

    fn point(&self, out: &mut String, name: &str, text: &str) {
        let head = format!("  {name}: ");
        let first = self.width.saturating_sub(head.len());
        let rest = self.width.saturating_sub(4);
        for (index, line) in wrap(text, first, rest).into_iter().enumerate() {
            out.push_str(if index == 0 { &head } else { "    " });
            out.push_str(&line);
            out.push('\n');
        }
    }
}

/// `1 frame`, `2 frames`.
fn counted(count: u64, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// Who lost the frames, in words.
fn place(reason: &str) -> &'static str {
    match reason {
        "kernel" => "kernel, whose buffer was full (--buffer makes it larger)",
        "interface" => "interface or its driver",
        _ => "analysis, which was too far behind",
    }
}
