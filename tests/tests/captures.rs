//! Every recorded capture leads to what its manifest says, and to nothing worse.

use std::fmt::Write as _;
use std::panic::catch_unwind;

use sipwhy_annotator::Severity;
use sipwhy_capture::file::Reader;
use sipwhy_pipeline::Config;
use sipwhy_tests::{Capture, Expect, Finding, captures, findings, manifest, replay_file, shown};

#[test]
fn every_capture_leads_to_what_its_manifest_says() {
    let mut faults = String::new();
    for capture in manifest().unwrap() {
        let replay = replay_file(captures().join(&capture.file), Config::default()).unwrap();
        assert!(
            replay.damage.is_none(),
            "{}: {:?}",
            capture.file,
            replay.damage
        );
        let differences = compare(&capture, findings(&replay.annotations));
        if !differences.is_empty() {
            let (file, say) = (&capture.file, &capture.say);
            let _ = writeln!(faults, "{file}: {say}\n{differences}");
        }
    }
    assert!(
        faults.is_empty(),
        "expected (-) against said (+)\n\n{faults}"
    );
}

/// What was expected and not said, and what was said and not expected.
fn compare(capture: &Capture, mut said: Vec<Finding>) -> String {
    let mut lines = String::new();
    // What must be said takes its finding first; what may be said, of what is left.
    for wanted in capture.expect.iter().filter(|wanted| !wanted.optional) {
        match said.iter().position(|found| wanted.is_met_by(found)) {
            Some(place) => {
                said.remove(place);
            }
            None => {
                let Expect {
                    rule,
                    severity,
                    verdict,
                    responsible,
                    frames,
                    ..
                } = wanted;
                let whom = responsible.map_or_else(String::new, |it| format!(" {it}"));
                let _ = writeln!(lines, "  - {rule} {severity} {verdict}{whom} {frames:?}");
            }
        }
    }
    for wanted in capture.expect.iter().filter(|wanted| wanted.optional) {
        if let Some(place) = said.iter().position(|found| wanted.is_met_by(found)) {
            said.remove(place);
        }
    }
    for extra in said {
        let _ = writeln!(
            lines,
            "  + {} {} {} {:?} {:?} {}",
            extra.rule,
            extra.severity.as_str(),
            extra.verdict.as_str(),
            extra.responsible,
            extra.frames,
            extra.title
        );
    }
    if capture.healthy
        && capture
            .expect
            .iter()
            .any(|wanted| wanted.severity != "note")
    {
        let _ = writeln!(lines, "  the manifest calls it healthy and expects a fault");
    }
    lines
}

#[test]
fn healthy_captures_give_no_warning() {
    for capture in manifest().unwrap().iter().filter(|capture| capture.healthy) {
        let replay = replay_file(captures().join(&capture.file), Config::default()).unwrap();
        for said in &replay.annotations {
            let (rule, title) = (said.rule, &said.title);
            assert!(
                said.severity < Severity::Warning,
                "{}: {rule}: {title}",
                capture.file
            );
        }
    }
}

#[test]
fn everything_shown_is_as_it_was() {
    let mut differing = Vec::new();
    for capture in manifest().unwrap() {
        let reader = Reader::open(captures().join(&capture.file), 0).unwrap();
        let shown = shown(reader, &capture.file, Config::default()).unwrap();
        let name = capture.file.split('.').next().unwrap_or_default();
        // Every difference is shown, not the first alone.
        for (form, page) in [("text", shown.text), ("json", shown.json)] {
            let name = format!("{name}-{form}");
            let same = catch_unwind(|| insta::assert_snapshot!(name.clone(), page));
            differing.extend(same.is_err().then_some(name));
        }
    }
    assert!(
        differing.is_empty(),
        "shown otherwise than before: {differing:?}"
    );
}

#[test]
fn every_capture_is_in_the_manifest() {
    let known: Vec<String> = manifest().unwrap().into_iter().map(|it| it.file).collect();
    for entry in std::fs::read_dir(captures()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".pcap") || name.ends_with(".pcapng") {
            assert!(
                known.contains(&name),
                "{name} is not in captures/manifest.toml"
            );
        }
    }
}
