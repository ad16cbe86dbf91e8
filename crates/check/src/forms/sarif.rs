//! SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sipwhy_annotator::rules::by_id;
use sipwhy_annotator::{Evidence, Info, Severity};

use super::uri::reference;
use super::{side_by_side, words};
use crate::expect::Expected;
use crate::finding::Finding;
use crate::result::{CaptureResult, Checked};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative paths start from: the root of the sources.
const ROOT: &str = "%SRCROOT%";

/// The rule of what was expected and is not so.
const EXPECTATION: &str = "expectation";
/// Columns of an expectation beside what was found.
const WIDTH: usize = 100;

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Rules::default();
    let mut results: Vec<Value> = Vec::new();
    for capture in &checked.captures {
        let found = capture.findings.iter();
        results.extend(found.map(|it| result(checked, capture, it, &mut rules)));
        let unmet = capture.unmet();
        results.extend(unmet.map(|it| expectation(checked, capture, it, &mut rules)));
    }
    let faults: Vec<Value> = checked
        .captures
        .iter()
        .flat_map(|capture| capture.unreadable.iter().map(move |it| (capture, it)))
        .map(|(capture, fault)| {
            json!({
                "level": "error",
                "message": { "text": fault },
                "locations": [{ "physicalLocation": place(&capture.name) }],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "sipwhy",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.list,
            }},
            "invocations": [{
                "executionSuccessful": faults.is_empty(),
                "toolExecutionNotifications": faults,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// The rules that were broken, each once, in the order in which they come up.
#[derive(Default)]
struct Rules {
    list: Vec<Value>,
    places: BTreeMap<&'static str, usize>,
}

impl Rules {
    fn place(&mut self, id: &'static str) -> usize {
        let next = self.list.len();
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.list.push(match by_id(id) {
                Some(rule) => descriptor(rule.info()),
                None => json!({
                    "id": id,
                    "shortDescription": { "text": "A capture is not as a file beside it expects" },
                    "defaultConfiguration": { "level": "error" },
                    "properties": { "tags": ["sip"] },
                }),
            });
        }
        place
    }
}

fn descriptor(info: &Info) -> Value {
    json!({
        "id": info.id,
        "shortDescription": { "text": info.summary },
        "help": {
            "text": format!("{}. `sipwhy explain {}` says more.", info.summary, info.id),
            "markdown": info.page,
        },
        "defaultConfiguration": { "level": info.severity.as_str() },
        "properties": { "tags": ["sip"], "references": info.references },
    })
}

fn result(
    checked: &Checked,
    capture: &CaptureResult,
    finding: &Finding,
    rules: &mut Rules,
) -> Value {
    let annotation = &finding.last;
    let mut lines = vec![words::title(finding)];
    lines.extend(words::details(capture, finding));
    let evidence = annotation.evidence.iter();
    let frames: Vec<Value> = evidence.clone().map(|it| frame(capture, it)).collect();
    let related: Vec<Value> = (1_u64..)
        .zip(evidence)
        .map(|(id, it)| {
            json!({
                "id": id,
                "message": { "text": quote(capture, it) },
                "physicalLocation": place(capture.file_of(it)),
                "logicalLocations": [frame(capture, it)],
            })
        })
        .collect();
    let mut result = json!({
        "ruleId": annotation.rule,
        "ruleIndex": rules.place(annotation.rule),
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": lines.join("\n") },
        "locations": [{
            "physicalLocation": place(capture.file(finding)),
            "logicalLocations": frames,
        }],
        "relatedLocations": related,
        "partialFingerprints": { "sipwhy/v1": finding.key.digest() },
        "properties": {
            "verdict": annotation.verdict.as_str(),
            "fails": finding.fails,
        },
    });
    if finding.is_expected
        && let Some(fields) = result.as_object_mut()
    {
        let why = json!([{ "kind": "external", "justification": "an expectation asks for it" }]);
        fields.insert("suppressions".to_owned(), why);
    }
    if checked.has_baseline
        && let Some(fields) = result.as_object_mut()
    {
        let state = if finding.is_known { "unchanged" } else { "new" };
        fields.insert("baselineState".to_owned(), json!(state));
    }
    result
}

/// What was expected and is not so: at the line that states it, with the packets that show it.
fn expectation(
    checked: &Checked,
    capture: &CaptureResult,
    expected: &Expected,
    rules: &mut Rules,
) -> Value {
    let mut lines = vec![format!(
        "{}: {}",
        capture.name,
        side_by_side::title(expected)
    )];
    lines.extend(side_by_side::lines(capture, expected, WIDTH));
    let frames = expected
        .rows
        .iter()
        .filter_map(|row| Some((row.frame?, row)));
    let related: Vec<Value> = (1_u64..)
        .zip(frames)
        .map(|(id, (frame, row))| {
            let file = capture.inputs.name(frame);
            json!({
                "id": id,
                "message": { "text": side_by_side::right(row) },
                "physicalLocation": place(file),
                "logicalLocations": [logical(file, frame.number)],
            })
        })
        .collect();
    let mut stated = place(&expected.file);
    if let Some(region) = stated.pointer_mut("/region/startLine") {
        *region = json!(expected.line);
    }
    let mut result = json!({
        "ruleId": EXPECTATION,
        "ruleIndex": rules.place(EXPECTATION),
        "level": "error",
        "message": { "text": lines.join("\n") },
        "locations": [{ "physicalLocation": stated }],
        "relatedLocations": related,
        "partialFingerprints": { "sipwhy/v1": side_by_side::key(capture, expected).digest() },
        "properties": { "fails": true },
    });
    if checked.has_baseline
        && let Some(fields) = result.as_object_mut()
    {
        // No baseline knows of it.
        fields.insert("baselineState".to_owned(), json!("new"));
    }
    result
}

/// A capture has no lines, but GitHub shows no result without a region.
fn place(file: &str) -> Value {
    let mut artifact = json!({ "uri": reference(file) });
    if !file.starts_with('/')
        && let Some(fields) = artifact.as_object_mut()
    {
        fields.insert("uriBaseId".to_owned(), json!(ROOT));
    }
    json!({ "artifactLocation": artifact, "region": { "startLine": 1 } })
}

fn frame(capture: &CaptureResult, evidence: &Evidence) -> Value {
    logical(capture.file_of(evidence), evidence.frame.number)
}

fn logical(file: &str, number: u64) -> Value {
    json!({
        "name": format!("frame {number}"),
        "fullyQualifiedName": format!("{file}:{number}"),
        "kind": "frame",
    })
}

/// The lines that matter of a packet.
fn quote(capture: &CaptureResult, evidence: &Evidence) -> String {
    let mut text = capture.inputs.frame(evidence.frame);
    if let Some(flow) = evidence.flow {
        text.push_str(&format!(
            "  {} → {}  {}",
            flow.source, flow.destination, flow.transport
        ));
    }
    for line in &evidence.quote {
        text.push('\n');
        text.push_str(&line.text);
    }
    text
}
