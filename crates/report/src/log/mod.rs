//! A log to follow and to search: one line for each message and annotation, handed on at once.
//!
//! Each line is a `tracing` event with the target [`TARGET`]; a subscriber of its own writes it,
//! so that the program's diagnostics, which go through the global subscriber, stay apart.

mod fields;
mod line;
mod logfmt;
mod style;

use sipwhy_annotator::{Annotation, LegRef, Severity};
use sipwhy_packet::Timestamp;
use sipwhy_parser::printable;
use sipwhy_pipeline::{Observed, Summary};
use tracing::{Dispatch, Level, dispatcher};

pub(crate) use line::{fields_line, logfmt_line};
pub use style::LogStyle;

use crate::clock::rfc3339_micros;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::losses;
use crate::output::Output;
use crate::part;
use crate::stats::Stats;

/// The target of every event of the log.
pub(crate) const TARGET: &str = "sipwhy::log";

/// Writes the annotated log.
#[derive(Debug)]
pub struct Log {
    output: Output,
    inputs: Inputs,
    dispatch: Dispatch,
}

/// An event whose severity decides its level; the fields are the same for each.
macro_rules! at_level {
    ($severity:expr, $($field:tt)*) => {
        match $severity {
            Severity::Error => tracing::event!(target: TARGET, Level::ERROR, $($field)*),
            Severity::Warning => tracing::event!(target: TARGET, Level::WARN, $($field)*),
            Severity::Note => tracing::event!(target: TARGET, Level::INFO, $($field)*),
        }
    };
}

impl Log {
    /// Writes to `output`, or in the style of journald to the journal.
    ///
    /// # Errors
    /// When there is no journal to write to.
    pub fn new(output: Output, inputs: Inputs, style: LogStyle) -> std::io::Result<Self> {
        let dispatch = style.dispatch(&output)?;
        Ok(Self {
            output,
            inputs,
            dispatch,
        })
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    pub(crate) fn message(&mut self, observed: &Observed<'_, '_>) {
        let Observed {
            message,
            captured,
            seen,
            world,
        } = observed;
        let call = seen
            .transaction
            .and_then(|id| world.transaction(id))
            .and_then(|transaction| world.call(transaction.call));
        let leg = call.and_then(|call| call.leg.as_deref()).map(LegRef::of);
        let headline = part::headline(message);
        let meaning = sipwhy_annotator::meaning(world, seen, message);
        let meaning = match message.status() {
            Some(_) => format!("{headline}: {meaning}"),
            None => meaning,
        };
        dispatcher::with_default(&self.dispatch, || {
            tracing::event!(
                target: TARGET,
                Level::INFO,
                time = rfc3339_micros(captured.time),
                kind = "msg",
                frame = self.inputs.frame(captured.last_frame),
                transport = captured.flow.transport.to_string(),
                src = captured.flow.source.to_string(),
                dst = captured.flow.destination.to_string(),
                start = headline,
                method = part::method(message),
                cseq = message.cseq().map(|cseq| cseq.number),
                call = call.map(|call| call.number),
                leg_of = leg.map(|leg| leg.of),
                leg = leg.map(|leg| leg.number),
                call_id = message.call_id().map(|id| printable(id).into_owned()),
                part = part::word(seen.part),
                message = meaning,
            );
        });
    }

    pub(crate) fn annotation(&mut self, annotation: &Annotation) {
        let call = annotation.call.as_ref();
        let leg = call.and_then(|call| call.leg);
        let hop = annotation.responsible;
        let frames: Vec<String> = annotation
            .evidence
            .iter()
            .map(|evidence| self.inputs.frame(evidence.frame))
            .collect();
        let explains: Vec<String> = annotation.explains.iter().map(u64::to_string).collect();
        dispatcher::with_default(&self.dispatch, || {
            at_level!(
                annotation.severity,
                time = rfc3339_micros(annotation.time),
                kind = annotation.severity.as_str(),
                rule = annotation.rule,
                verdict = annotation.verdict.as_str(),
                finding = annotation.finding,
                caused_by = annotation.caused_by.map(|root| root.finding),
                explains = (!explains.is_empty()).then(|| explains.join(",")),
                responsible = hop.map(|hop| hop.address.to_string()),
                role = hop.map(|hop| hop.role.as_str()),
                frames = frames.join(","),
                call = call.map(|call| call.number),
                leg_of = leg.map(|leg| leg.of),
                leg = leg.map(|leg| leg.number),
                call_id = call.map(|call| call.call_id.as_str()),
                help = annotation.help.first().map(String::as_str),
                message = annotation.title.as_str(),
            );
        });
    }

    pub(crate) fn lost(&mut self, time: Timestamp, count: u64, place: &str) {
        dispatcher::with_default(&self.dispatch, || {
            tracing::event!(
                target: TARGET,
                Level::WARN,
                time = rfc3339_micros(time),
                kind = "lost",
                count,
                place,
                message = "frames were lost; what needs them is inconclusive",
            );
        });
    }

    pub(crate) fn lines_lost(&mut self, time: Timestamp, count: u64, reason: &str) {
        dispatcher::with_default(&self.dispatch, || {
            tracing::event!(
                target: TARGET,
                Level::WARN,
                time = rfc3339_micros(time),
                kind = "lost",
                count,
                place = "log",
                reason = printable(reason.as_bytes()).into_owned(),
                message = "lines of this log could not be written",
            );
        });
    }

    pub(crate) fn stats(&mut self, stats: &Stats) {
        let counted = &stats.counted;
        dispatcher::with_default(&self.dispatch, || {
            tracing::event!(
                target: TARGET,
                Level::INFO,
                time = rfc3339_micros(stats.time),
                kind = "stats",
                seconds = stats.span.as_secs(),
                frames = counted.frames,
                messages = counted.messages,
                calls = counted.calls,
                findings = counted.findings,
                not_decoded = counted.not_decoded,
                dropped = counted.dropped,
                media_shed = counted.media_shed,
                lines_lost = counted.lines_lost,
                transactions_open = stats.transactions_open as u64,
                dialogs_open = stats.dialogs_open as u64,
                lag_ms = stats.lag.as_millis() as u64,
                memory = stats.memory,
                message = "what went on since the last such line",
            );
        });
    }

    pub(crate) fn finish(&mut self, summary: &Summary, ending: &Ending) {
        let losses: u64 = losses::losses(summary).iter().map(|loss| loss.count).sum();
        let dropped: u64 = ending.dropped.by_reason().iter().map(|(_, n)| n).sum();
        let bounds: u64 = losses::bounds(summary).iter().map(|(_, _, n)| n).sum();
        let findings: u64 = summary.annotations.values().sum();
        let exports = &ending.exports;
        let sent: u64 = exports.iter().map(|export| export.sent).sum();
        let lost: u64 = exports.iter().map(|it| it.lost + it.too_long).sum();
        dispatcher::with_default(&self.dispatch, || {
            tracing::event!(
                target: TARGET,
                Level::INFO,
                time = rfc3339_micros(summary.newest),
                kind = "summary",
                frames = summary.packet.frames,
                messages = summary.messages,
                calls = summary.annotator.calls,
                findings,
                not_decoded = losses,
                dropped,
                media_shed = (ending.media_shed > 0).then_some(ending.media_shed),
                truncated = summary.packet.cut_frames,
                bounds_reached = bounds,
                lines_lost = (ending.lines_lost > 0).then_some(ending.lines_lost),
                exported = (!exports.is_empty()).then_some(sent),
                exports_lost = (lost > 0).then_some(lost),
                message = "the capture is over",
            );
        });
    }
}
