//! A comparison as one JSON object, as `docs/diff.md` describes it.

use serde::Serialize;
use sipwhy_flow::Host;
use sipwhy_packet::clock::rfc3339_nanos;

use crate::model::{
    CallName, Comparison, FieldDifference, FigureDifference, FindingPair, FindingSeen, PairedCall,
    Row, Said, Seen, Side,
};
use crate::words::{self, Frames};

/// The version of the shape. A field may be added without a new one.
const VERSION: u32 = 1;

/// A comparison as one line of JSON, without the end of the line.
#[must_use]
pub fn document(comparison: &Comparison, frames: &Frames) -> String {
    let record = record(comparison, frames);
    // Nothing in it can fail: its keys are texts, and its numbers are finite.
    serde_json::to_string(&record).unwrap_or_default()
}

#[derive(Serialize)]
struct Record<'a> {
    kind: &'static str,
    version: u32,
    same: bool,
    good: Recording<'a>,
    bad: Recording<'a>,
    tolerance_ms: f64,
    first_difference: Option<First>,
    calls: Vec<Call<'a>>,
    only_in_good: Vec<Name<'a>>,
    only_in_bad: Vec<Name<'a>>,
    findings: Vec<Finding<'a>>,
    not_compared: &'a [String],
}

#[derive(Serialize)]
struct Recording<'a> {
    file: &'a str,
    sip_messages: u64,
    calls: usize,
}

#[derive(Serialize)]
struct First {
    kind: &'static str,
    call: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct Name<'a> {
    number: u64,
    call_id: &'a str,
    method: &'a str,
    from: &'a str,
    to: &'a str,
    messages: usize,
    first_frame: Option<u64>,
}

#[derive(Serialize)]
struct Call<'a> {
    same: bool,
    good: Name<'a>,
    bad: Name<'a>,
    hosts: Vec<Hosts>,
    messages: Vec<Message<'a>>,
    timings: Vec<Figure>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Hosts {
    good: Option<String>,
    bad: Option<String>,
}

#[derive(Serialize)]
struct Message<'a> {
    from_host: usize,
    to_host: usize,
    same: bool,
    good: Option<Sighting<'a>>,
    bad: Option<Sighting<'a>>,
    other_order: bool,
    delayed: bool,
    repeated: bool,
    fields: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Sighting<'a> {
    frame: u64,
    time: String,
    message: &'a str,
    sent: u32,
    answers: Option<&'a str>,
    after_ms: Option<f64>,
}

#[derive(Serialize)]
struct Field<'a> {
    field: &'static str,
    decides: bool,
    good: Option<&'a str>,
    bad: Option<&'a str>,
}

#[derive(Serialize)]
struct Figure {
    figure: &'static str,
    good: Time,
    bad: Time,
}

#[derive(Serialize)]
struct Time {
    ms: f64,
    frame: u64,
}

#[derive(Serialize)]
struct Finding<'a> {
    status: &'static str,
    rule: &'static str,
    good: Option<Found<'a>>,
    bad: Option<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    severity: &'static str,
    verdict: &'static str,
    title: &'a str,
    frames: Vec<u64>,
}

fn record<'a>(comparison: &'a Comparison, frames: &'a Frames) -> Record<'a> {
    let recording = |side: Side| {
        let summary = match side {
            Side::Good => comparison.good,
            Side::Bad => comparison.bad,
        };
        Recording {
            file: frames.file(side),
            sip_messages: summary.messages,
            calls: summary.calls,
        }
    };
    let first = comparison.first.map(|first| First {
        kind: first.kind.as_str(),
        call: first.call,
        text: words::first(first, comparison, frames).unwrap_or_default(),
    });
    Record {
        kind: "diff",
        version: VERSION,
        same: comparison.is_same(),
        good: recording(Side::Good),
        bad: recording(Side::Bad),
        tolerance_ms: millis(comparison.tolerance.0),
        first_difference: first,
        calls: comparison.calls.iter().map(call).collect(),
        only_in_good: comparison.only_good.iter().map(name).collect(),
        only_in_bad: comparison.only_bad.iter().map(name).collect(),
        findings: comparison.findings.iter().map(finding).collect(),
        not_compared: &comparison.not_compared,
    }
}

fn millis(time: std::time::Duration) -> f64 {
    // To a thousandth: what lies below is noise, and not the same number everywhere.
    time.as_micros() as f64 / 1000.0
}

fn name(name: &CallName) -> Name<'_> {
    Name {
        number: name.number,
        call_id: &name.call_id,
        method: &name.method,
        from: &name.from,
        to: &name.to,
        messages: name.messages,
        first_frame: name.frame.map(|frame| frame.number),
    }
}

fn call(call: &PairedCall) -> Call<'_> {
    let hosts = call.hosts.iter().map(|pair| Hosts {
        good: pair.good.as_ref().map(Host::socket),
        bad: pair.bad.as_ref().map(Host::socket),
    });
    Call {
        same: call.is_same(),
        good: name(&call.good),
        bad: name(&call.bad),
        hosts: hosts.collect(),
        messages: call.rows.iter().map(message).collect(),
        timings: call.figures.iter().map(figure).collect(),
        findings: call.findings.iter().map(finding).collect(),
    }
}

fn message(row: &Row) -> Message<'_> {
    Message {
        from_host: row.from,
        to_host: row.to,
        same: row.is_same(),
        good: row.good.as_ref().map(sighting),
        bad: row.bad.as_ref().map(sighting),
        other_order: row.is_moved,
        delayed: row.is_delayed,
        repeated: row.is_repeated,
        fields: row.fields.iter().map(field).collect(),
    }
}

fn sighting(seen: &Seen) -> Sighting<'_> {
    Sighting {
        frame: seen.frame.number,
        time: rfc3339_nanos(seen.time),
        message: &seen.title,
        sent: seen.again.saturating_add(1),
        answers: seen.answers.as_ref().map(|(method, _)| method.as_str()),
        after_ms: seen.answers.as_ref().map(|(_, after)| millis(*after)),
    }
}

fn field(difference: &FieldDifference) -> Field<'_> {
    Field {
        field: difference.field,
        decides: difference.decides,
        good: difference.good.as_deref(),
        bad: difference.bad.as_deref(),
    }
}

fn figure(figure: &FigureDifference) -> Figure {
    let time = |said: Said| Time {
        ms: millis(said.time),
        frame: said.frame.number,
    };
    Figure {
        figure: figure.name,
        good: time(figure.good),
        bad: time(figure.bad),
    }
}

fn finding(pair: &FindingPair) -> Finding<'_> {
    Finding {
        status: pair.status.as_str(),
        rule: pair.rule,
        good: pair.good.as_ref().map(found),
        bad: pair.bad.as_ref().map(found),
    }
}

fn found(seen: &FindingSeen) -> Found<'_> {
    Found {
        severity: seen.severity.as_str(),
        verdict: seen.verdict.as_str(),
        title: &seen.title,
        frames: seen.frames.iter().map(|frame| frame.number).collect(),
    }
}
