//! What a capture held, in words: a line for the whole, and a point for each thing to know of it.

use std::fmt::Write as _;

use sipwhy_annotator::words;
use sipwhy_pipeline::Summary;

use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::{losses, tls};

/// What a capture held.
#[derive(Clone, Copy)]
pub(crate) struct Overview<'a> {
    pub(crate) summary: &'a Summary,
    pub(crate) ending: &'a Ending,
    pub(crate) inputs: &'a Inputs,
}

impl Overview<'_> {
    /// What was found, `2 errors, 1 note`, and in how much.
    pub(crate) fn headline(&self, found: &str) -> String {
        let summary = self.summary;
        if summary.messages == 0 {
            "No SIP messages found.".to_owned()
        } else if found.is_empty() && summary.filtered > 0 {
            format!("Nothing to show of {}.", self.messages())
        } else if found.is_empty() {
            format!("Nothing wrong in {}.", self.messages())
        } else {
            format!("{found} in {}.", self.messages())
        }
    }

    /// Everything else there is to know, each under its name.
    pub(crate) fn points(&self) -> Vec<(&'static str, String)> {
        let summary = self.summary;
        let mut points = Vec::new();
        let mut say = |name, text| points.push((name, text));
        if summary.messages == 0 && summary.packet.other_frames > 0 {
            let text = "--port any finds SIP on any port, by its content";
            say("hint", text.to_owned());
        }
        if summary.filtered > 0 {
            let text = format!("{}, by the filter", counted(summary.filtered, "finding"));
            say("not shown", text);
        }
        say("read", self.frames());
        if summary.annotator.copies > 0 {
            let text = format!(
                "{}, captured at a second place as well (a mirror, another interface, the far \
                 side of a router or NAT); no finding counts them twice",
                counted(summary.annotator.copies, "message")
            );
            say("seen again", text);
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
            say(name, text);
        }
        for text in tls::sessions(summary).filter_map(tls::words) {
            say("TLS", text);
        }
        if tls::sessions(summary).any(tls::wants_key) {
            let text = "--keylog FILE decrypts TLS with the secrets that one of its ends logged \
                        (SSLKEYLOGFILE)";
            say("hint", text.to_owned());
        }
        for (reason, count) in self.ending.dropped.by_reason() {
            if count > 0 {
                let text = format!("{} by the {}", counted(count, "frame"), place(reason));
                say("lost", text);
            }
        }
        if self.ending.media_shed > 0 {
            let text = format!(
                "{} of media while the analysis was behind, so as not to lose signalling",
                counted(self.ending.media_shed, "packet")
            );
            say("left out", text);
        }
        if self.ending.lines_lost > 0 {
            let text = format!("{} of this report", counted(self.ending.lines_lost, "line"));
            say("lost", text);
        }
        for export in &self.ending.exports {
            let mut text = format!("{} to {}", export.sent, export.to);
            for (count, why) in [
                (export.lost, "lost, the collector was away or too slow"),
                (export.too_long, "left out, too long for the form"),
            ] {
                if count > 0 {
                    let _ = write!(text, "; {count} {why}");
                }
            }
            say("sent", text);
        }
        if summary.packet.cut_frames > 0 {
            let text = format!(
                "{} by the snap length, {} of which a part is missing",
                counted(summary.packet.cut_frames, "frame"),
                counted(summary.packet.cut_messages, "message"),
            );
            say("cut off", text);
        }
        let wrong = summary.packet.wrong_checksums;
        if let Some(first) = wrong.first {
            let text = format!(
                "{} with a wrong checksum, first in {}: usually checksum offload on the capturing \
                 host",
                counted(wrong.count, "packet"),
                self.inputs.frame(first),
            );
            say("note", text);
        }
        for (_, words, count) in losses::bounds(summary) {
            say("bound reached", format!("{count} {words}"));
        }
        for input in &self.ending.inputs {
            if input.fault.is_some() {
                let text = format!(
                    "{}, of which only {} could be read",
                    input.name,
                    counted(input.frames, "frame")
                );
                say("incomplete", text);
            }
        }
        points
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
}

/// `1 frame`, `2 frames`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
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
