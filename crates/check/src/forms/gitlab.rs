//! Code quality of GitLab: a subset of the Code Climate form.

use std::io::{self, Write};

use serde_json::{Value, json};
use sipwhy_annotator::Severity;

use super::{side_by_side, words};
use crate::key::{Key, Subject};
use crate::result::Checked;

pub(crate) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let mut issues = Vec::new();
    for capture in &checked.captures {
        for (ordinal, fault) in (1..).zip(&capture.unreadable) {
            let subject = Subject {
                capture: capture.name.clone(),
                rule: "unreadable".to_owned(),
                from: None,
                to: None,
            };
            let key = Key { subject, ordinal };
            issues.push(issue(&key, fault, "blocker", (&capture.name, 1)));
        }
        // Known ones too: GitLab compares with the target branch by itself.
        // What is expected is no issue.
        let findings = capture.findings.iter();
        for finding in findings.filter(|it| !it.is_expected) {
            let severity = match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Note => "info",
            };
            let packets = words::packets(capture, finding);
            let description = format!("{} ({packets})", words::title(finding));
            let file = capture.file(finding);
            issues.push(issue(&finding.key, &description, severity, (file, 1)));
        }
        for expected in capture.unmet() {
            let key = side_by_side::key(capture, expected);
            let description = format!("{}: {}", capture.name, side_by_side::title(expected));
            let place = (expected.file.as_str(), expected.line);
            issues.push(issue(&key, &description, "major", place));
        }
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue(key: &Key, description: &str, severity: &str, (file, line): (&str, usize)) -> Value {
    json!({
        "description": description,
        "check_name": key.subject.rule,
        "fingerprint": key.digest(),
        "severity": severity,
        // A capture has no lines, and the form wants one.
        "location": { "path": file, "lines": { "begin": line } },
    })
}
