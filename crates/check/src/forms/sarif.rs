//! SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sipwhy_annotator::rules::by_id;
use sipwhy_annotator::{Evidence, Info, Severity};

use super::uri::reference;
use super::words;
use crate::finding::Finding;
use crate::result::{CaptureResult, Checked};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative paths start from: the root of the sources.
const ROOT: &str = "%SRCROOT%";

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Rules::default();
    let results: Vec<Value> = checked
        .captures
        .iter()
        .flat_map(|capture| capture.findings.iter().map(move |it| (capture, it)))
        .map(|(capture, finding)| result(checked, capture, finding, &mut rules))
        .collect();
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
                None => json!({ "id": id }),
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
    if checked.has_baseline
        && let Some(fields) = result.as_object_mut()
    {
        let state = if finding.is_known { "unchanged" } else { "new" };
        fields.insert("baselineState".to_owned(), json!(state));
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
    let number = evidence.frame.number;
    json!({
        "name": format!("frame {number}"),
        "fullyQualifiedName": format!("{}:{number}", capture.file_of(evidence)),
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
