//! Foreign captures: every warning and error that is given of them is in
//! `docs/corpus-findings.md`, with the reason why it is true.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sipwhy_annotator::Severity;
use sipwhy_packet::Ports;
use sipwhy_pipeline::Config;
use sipwhy_tests::{corpus, findings, replay_file, root};

/// File, rule, and severity with verdict: how often.
type Found = BTreeMap<(String, String, String), usize>;

/// What stands in place of a file where notes are counted.
const NOTES: &str = "all files";

#[test]
fn every_finding_in_foreign_captures_has_its_reason() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus in ../shared/corpus, and SIPWHY_CORPUS is not set");
        return;
    };
    let index = std::fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    let files = index
        .lines()
        .filter_map(|line| line.split('\t').next())
        .filter(|file| file.starts_with("captures/"));
    let mut found = Found::new();
    for file in files {
        let mut config = Config::default();
        config.packet.ports = Ports::any();
        let Ok(replay) = replay_file(corpus.join(file), config) else {
            continue; // Not there, or of a format that `docs/corpus.md` names.
        };
        for finding in findings(&replay.annotations) {
            let (severity, verdict) = (finding.severity.as_str(), finding.verdict.as_str());
            let rule = finding.rule.to_owned();
            let key = if finding.severity < Severity::Warning {
                (NOTES.to_owned(), rule, severity.to_owned())
            } else {
                let what = format!("{severity}, {verdict}");
                (format!("`{file}`"), rule, what)
            };
            *found.entry(key).or_default() += 1;
        }
    }
    let known = known();
    let mut faults = String::new();
    for (key, times) in &found {
        if known.get(key) != Some(times) {
            let (file, rule, what) = key;
            let _ = writeln!(faults, "+ | {file} | {rule} | {what} | {times} | ? |");
        }
    }
    for (key, times) in known.iter().filter(|(key, _)| !found.contains_key(*key)) {
        let (file, rule, what) = key;
        let _ = writeln!(faults, "- | {file} | {rule} | {what} | {times} |");
    }
    assert!(
        faults.is_empty(),
        "found (+) and not so in docs/corpus-findings.md, or there (-) and not found:\n{faults}"
    );
}

/// Reads the table: | file | rule | severity, verdict | times | why |
fn known() -> Found {
    let text = std::fs::read_to_string(root().join("docs/corpus-findings.md")).unwrap_or_default();
    let mut known = Found::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, file, rule, what, times, why, _] = cells.as_slice() else {
            continue;
        };
        let Ok(times) = times.parse() else {
            continue; // The heading.
        };
        assert!(why.len() > 10, "a finding has its reason: {line}");
        let key = ((*file).to_owned(), (*rule).to_owned(), (*what).to_owned());
        known.insert(key, times);
    }
    known
}
