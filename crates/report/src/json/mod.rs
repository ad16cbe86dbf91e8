//! For programs: one JSON record per line. Each record's `kind` says what it is; the schema is in
//! `docs/schema/`.

mod annotation;
mod call;
mod check;
mod message;
mod record;
mod summary;
pub(crate) mod timings;

use std::collections::BTreeMap;

use sipwhy_annotator::Annotation;
use sipwhy_packet::Timestamp;
use sipwhy_parser::printable;
use sipwhy_pipeline::{Observed, Summary};

pub use check::{CheckRecord, CheckedExpectation, CheckedFinding, ExpectedRow, GoneFinding};
pub(crate) use record::Record;
pub use record::schema;
use record::{LostRecord, StatsRecord};

use crate::clock::rfc3339_nanos;
use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::output::Output;
use crate::stats::Stats;
use call::CallRecord;
/// Calls of which a record is kept until the end; when there are more, the oldest is written and
/// forgotten, and starts anew should it be heard of again.
const MOST_CALLS: usize = 65_536;

/// Which records are written besides annotations and the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct With {
    /// One for each SIP message.
    pub messages: bool,
    /// One for each call, at the end.
    pub calls: bool,
}

/// Writes JSON records.
#[derive(Debug)]
pub struct Json {
    output: Output,
    inputs: Inputs,
    with: With,
    /// Whether each record is handed on at once, as when somebody follows a live capture.
    at_once: bool,
    line: Vec<u8>,
    calls: BTreeMap<u64, CallRecord>,
}

impl Json {
    /// Writes to `output`; with `at_once`, hands on every record as soon as it is written.
    #[must_use]
    pub fn new(output: Output, inputs: Inputs, with: With, at_once: bool) -> Self {
        Self {
            output,
            inputs,
            with,
            at_once,
            line: Vec::new(),
            calls: BTreeMap::new(),
        }
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    /// Takes in a message; with `is_shown` it gets a record of its own.
    #[inline]
    pub(crate) fn message(&mut self, observed: &Observed<'_, '_>, is_shown: bool) {
        if self.with.messages && is_shown || self.with.calls {
            self.wanted_message(observed, is_shown);
        }
    }

    /// Whether the next call displaces the oldest.
    pub(crate) fn is_full(&self) -> bool {
        self.calls.len() >= MOST_CALLS
    }

    /// Forgets the calls whose numbers are not wanted.
    pub(crate) fn retain_calls(&mut self, is_wanted: impl Fn(u64) -> bool) {
        self.calls.retain(|number, _| is_wanted(*number));
    }

    fn wanted_message(&mut self, observed: &Observed<'_, '_>, is_shown: bool) {
        let call = observed.call();
        if self.with.calls
            && let Some(call) = call
        {
            if self.is_full() && !self.calls.contains_key(&call.number) {
                self.write_oldest_call();
            }
            let record = self.calls.entry(call.number).or_insert_with(|| {
                CallRecord::new(call, self.inputs.name(observed.captured.first_frame))
            });
            record.add(call, observed);
        }
        if self.with.messages && is_shown {
            let number = call.map(|call| call.number);
            let record = message::record(observed, number, &self.inputs);
            self.write(&Record::Message(record));
        }
    }

    pub(crate) fn annotation(&mut self, annotation: &Annotation) {
        let record = Record::Annotation(annotation::record(annotation, &self.inputs));
        // Its texts are borrowed, so the line is written beside them and not through `self`.
        if write_line(&mut self.line, &record) {
            self.put_line();
        }
    }

    pub(crate) fn lines_lost(&mut self, time: Timestamp, count: u64, reason: &str) {
        self.write(&Record::Lost(LostRecord {
            time: rfc3339_nanos(time),
            count,
            place: "log",
            reason: printable(reason.as_bytes()).into_owned(),
        }));
    }

    pub(crate) fn stats(&mut self, stats: &Stats) {
        self.write(&Record::Stats(StatsRecord::of(stats)));
    }

    pub(crate) fn finish(&mut self, summary: &Summary, ending: &Ending) {
        while !self.calls.is_empty() {
            self.write_oldest_call();
        }
        let record = summary::record(summary, ending, &self.inputs);
        self.write(&Record::Summary(Box::new(record)));
    }

    fn write_oldest_call(&mut self) {
        if let Some((_, record)) = self.calls.pop_first() {
            self.write(&Record::Call(record));
        }
    }

    fn write(&mut self, record: &Record<'_>) {
        if write_line(&mut self.line, record) {
            self.put_line();
        }
    }

    fn put_line(&mut self) {
        self.output.put(&self.line);
        if self.at_once {
            self.output.hand_on();
        }
    }
}

/// The record of a finding by itself, without a line end.
#[must_use]
pub fn annotation_record(annotation: &Annotation, inputs: &Inputs) -> Vec<u8> {
    let mut line = Vec::new();
    write_line(
        &mut line,
        &Record::Annotation(annotation::record(annotation, inputs)),
    );
    line.pop();
    line
}

/// Writes a record and a line end in place of what `line` held. Writing text and numbers to memory
/// cannot fail.
fn write_line(line: &mut Vec<u8>, record: &Record<'_>) -> bool {
    line.clear();
    let is_written = serde_json::to_writer(&mut *line, record).is_ok();
    line.push(b'\n');
    is_written
}
