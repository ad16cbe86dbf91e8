//! The torture messages of RFC 4475 and RFC 5118: what the RFCs say of each, and what is found.
//!
//! `docs/torture.md` is the outcome; `SIPWHY_UPDATE=1` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may fail them"
)]

mod verdicts;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sipwhy_lint::{Finding, Setting, Severity, lint};
use sipwhy_parser::{Scanner, printable};
use verdicts::{Row, VERDICTS, Verdict};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The messages, where they are at hand.
fn messages() -> Option<PathBuf> {
    let corpus = std::env::var_os("SIPWHY_CORPUS").map(PathBuf::from);
    let corpus = corpus.unwrap_or_else(|| root().join("../shared/corpus"));
    let folder = corpus.join("messages");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return None;
    }
    Some(folder)
}

fn findings(bytes: &[u8]) -> Vec<Finding> {
    let mut scanner = Scanner::new();
    let report = lint(&scanner.scan(bytes), Setting::default());
    report.findings
}

#[test]
fn every_message_gets_the_verdict_of_its_rfc() {
    let Some(folder) = messages() else {
        return;
    };
    let mut faults = String::new();
    for row in VERDICTS {
        let bytes = std::fs::read(folder.join(row.file)).unwrap();
        let found = findings(&bytes);
        for (id, place) in row.found {
            let is_there = found.iter().any(|finding| {
                finding.check.id == *id && bytes.get(finding.span.clone()) == Some(place.as_bytes())
            });
            if !is_there {
                let _ = writeln!(faults, "{}: no {id} at {place:?}", row.file);
            }
        }
        for finding in found.iter().filter(|it| it.severity == Severity::Error) {
            let is_expected = row.found.iter().any(|(id, _)| *id == finding.check.id);
            if !is_expected || row.verdict == Verdict::Valid {
                let id = finding.check.id;
                let _ = writeln!(faults, "{}: {id}: {}", row.file, finding.says);
            }
        }
        let is_found = found.iter().any(|it| it.severity == Severity::Error);
        if row.verdict == Verdict::Invalid && !is_found {
            let _ = writeln!(faults, "{}: invalid, and no error found", row.file);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_message_has_its_row() {
    let Some(folder) = messages() else {
        return;
    };
    for name in ["rfc4475", "rfc5118"] {
        for entry in std::fs::read_dir(folder.join(name)).unwrap() {
            let file = entry.unwrap().file_name();
            let file = format!("{name}/{}", file.to_str().unwrap());
            let rows = VERDICTS.iter().filter(|row| row.file == file).count();
            assert_eq!(rows, 1, "{file}");
        }
    }
}

#[test]
fn the_table_is_current() {
    let Some(folder) = messages() else {
        return;
    };
    let mut table = String::from(
        "# Torture messages\n\n\
         The messages of RFC 4475 and RFC 5118, what the RFC says of each, and what `sipwhy lint` \
         finds in it: errors and warnings, each with the bytes that it underlines. A valid \
         message has no error, and an invalid one has an error at the place that the RFC names. \
         Between the two stand messages whose form is right and whose content a receiver is to \
         refuse or to handle with care.\n\n\
         Notes are left out: compact forms are none, and folding and odd white space are no more. \
         Written by `SIPWHY_UPDATE=1 cargo test -p sipwhy-lint --test torture`.\n\n\
         | Message | Section | The RFC says | `sipwhy lint` says |\n|---|---|---|---|\n",
    );
    for row in VERDICTS {
        let bytes = std::fs::read(folder.join(row.file)).unwrap();
        let Row {
            file,
            section,
            says,
            ..
        } = row;
        let shown = shown(&findings(&bytes), &bytes);
        let _ = writeln!(
            table,
            "| `{file}` | {section} | {}: {says} | {shown} |",
            row.verdict.as_str()
        );
    }
    let place = root().join("docs/torture.md");
    if std::env::var_os("SIPWHY_UPDATE").is_some() {
        std::fs::write(&place, &table).unwrap();
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        written == table,
        "SIPWHY_UPDATE=1 writes docs/torture.md anew"
    );
}

/// Findings in a cell of a table.
fn shown(found: &[Finding], bytes: &[u8]) -> String {
    let mut cells: Vec<String> = Vec::new();
    for finding in found.iter().filter(|it| it.severity > Severity::Note) {
        let place = printable(&bytes[finding.span.clone()]).into_owned();
        let mut place: String = place.chars().take(40).collect();
        place = place.replace('|', "\\|").replace('`', "'");
        let id = finding.check.id;
        let cell = format!("{} `{id}`: `{place}`", finding.severity.as_str());
        let cell = cell.strip_suffix(": ``").unwrap_or(&cell).to_owned();
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    if cells.is_empty() {
        "nothing".to_owned()
    } else {
        cells.join("<br>")
    }
}
