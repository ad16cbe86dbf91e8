//! `sipwhy diff`: two recordings of one scenario.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::run::{Ran, capture, program, run, scratch};

const PROXIED: &str = "call-proxied.pcap";
const STUCK: &str = "stuck-next-hop-silent.pcap";
const OBEYED: &str = "use-proxy-obeyed-next-hop.pcap";
const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

fn diff(good: &str, bad: &str, more: &[&str]) -> Ran {
    run(&[&["diff", &capture(good), &capture(bad)], more].concat())
}

fn diff_json(good: &str, bad: &str, more: &[&str]) -> Value {
    let ran = diff(good, bad, &[&["--format", "json"], more].concat());
    assert_eq!(ran.err, "");
    serde_json::from_str(&ran.out).unwrap()
}

/// Replaces a text by another of the same length wherever it stands.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    assert_eq!(old.len(), new.len());
    for at in 0..bytes.len().saturating_sub(old.len() - 1) {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
}

/// The same scenario as it would be recorded another day on other hosts: times, addresses, ports,
/// Call-IDs, tags, branches and session numbers are others.
fn recorded_again(name: &str) -> PathBuf {
    let mut bytes = fs::read(capture(name)).unwrap();
    let mut at = 24;
    while at + 16 <= bytes.len() {
        let field = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let (seconds, length) = (field(at), field(at + 8) as usize);
        bytes[at..at + 4].copy_from_slice(&(seconds + 86_400).to_le_bytes());
        let frame = &mut bytes[at + 16..at + 16 + length];
        for (old, new) in [
            (&[10, 77, 0][..], &[10, 99, 0][..]),
            (b"10.77.0.", b"10.99.0."),
            (&5060_u16.to_be_bytes(), &6070_u16.to_be_bytes()),
            (b":5060", b":6070"),
            (b"-call@", b"-cxll@"),
            (b"SIPpTag", b"AnyTag7"),
            (b"z9hG4bK-", b"z9hG4bKx"),
            (b"z9hG4bK1", b"z9hG4bKy"),
            (b"53655765", b"11223344"),
        ] {
            replace(frame, old, new);
        }
        at += 16 + length;
    }
    let path = scratch(&format!("again-{name}"));
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn every_capture_is_the_same_as_itself() {
    let folder = PathBuf::from(capture(PROXIED));
    let mut compared = 0;
    for entry in fs::read_dir(folder.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let is_capture = path
            .extension()
            .is_some_and(|end| end == "pcap" || end == "pcapng");
        if !is_capture {
            continue;
        }
        let path = path.to_str().unwrap();
        let ran = run(&["diff", path, path]);
        assert_eq!(ran.status, 0, "{path}: {}{}", ran.out, ran.err);
        assert!(
            ran.out.starts_with("The recordings show the same: "),
            "{path}: {}",
            ran.out
        );
        compared += 1;
    }
    assert!(compared > 100, "{compared} captures");
}

#[test]
fn a_scenario_recorded_again_is_the_same() {
    // Both are recordings of a call through one proxy, of different runs.
    let ran = diff(PROXIED, "mirrored-every-packet-twice.pcap", &[]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    for name in [
        PROXIED,
        STUCK,
        IGNORED,
        "call-authenticated.pcap",
        "forked-answers.pcap",
    ] {
        let again = recorded_again(name);
        let again = again.to_str().unwrap();
        let ran = run(&["diff", &capture(name), again]);
        assert_eq!(ran.status, 0, "{name}: {}{}", ran.out, ran.err);
        let record = run(&["diff", "--format", "json", &capture(name), again]).out;
        let record: Value = serde_json::from_str(&record).unwrap();
        let hosts = &record["calls"][0]["hosts"][0];
        assert_eq!(
            (&hosts["good"], &hosts["bad"]),
            (&"10.77.0.10".into(), &"10.99.0.10:6070".into()),
            "{name}"
        );
        assert_eq!(record["same"], true);
    }
}

#[test]
fn the_first_difference_is_said_in_a_sentence_with_the_frames_of_both() {
    let ran = diff(OBEYED, IGNORED, &[]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let words: Vec<&str> = ran.out.split_whitespace().collect();
    let says = format!(
        "First difference that matters: after ACK ({OBEYED}:5, {IGNORED}:5), the good recording \
         goes on with INVITE from 10.77.0.10 to 10.77.0.30 ({OBEYED}:8), the bad one with INVITE \
         from 10.77.0.10 to 10.77.0.20 ({IGNORED}:6)."
    );
    assert!(words.join(" ").contains(&says), "{}", ran.out);
    // The documentation shows the same.
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diff.md");
    let page = fs::read_to_string(page).unwrap();
    let shown: Vec<&str> = ran.out.split("\n\nCall 1").collect();
    let shown = shown[0]
        .replace(&capture(OBEYED), OBEYED)
        .replace(&capture(IGNORED), IGNORED);
    for sentence in [
        shown.lines().next().unwrap(),
        says.split(',').next().unwrap(),
    ] {
        assert!(page.contains(sentence), "docs/diff.md shows {sentence}");
    }
}

#[test]
fn what_a_stuck_call_lacks_is_told_and_what_was_found_of_it() {
    let record = diff_json(PROXIED, STUCK, &["--method", "INVITE"]);
    let rows = record["calls"][0]["messages"].as_array().unwrap();
    let missing = rows.iter().filter(|row| row["bad"].is_null());
    assert_eq!(missing.count(), 10);
    assert_eq!(record["first_difference"]["kind"], "message");
    let findings = record["calls"][0]["findings"].as_array().unwrap();
    let new: Vec<_> = findings
        .iter()
        .map(|it| (&it["status"], &it["rule"]))
        .collect();
    assert!(
        new.contains(&(&"new".into(), &"stuck-on-trying".into())),
        "{findings:?}"
    );
    assert_eq!(
        record["only_in_bad"],
        Value::Array(Vec::new()),
        "no OPTIONS"
    );
    let all = diff_json(PROXIED, STUCK, &[]);
    assert_eq!(all["only_in_bad"].as_array().unwrap().len(), 10);
}

#[test]
fn what_is_ignored_is_no_difference() {
    let files = [PROXIED, "call-tcp-proxied.pcap"];
    let ran = diff(files[0], files[1], &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("transport: UDP in good, TCP in bad"),
        "{}",
        ran.out
    );
    let ran = diff(
        files[0],
        files[1],
        &["--ignore", "headers,timings,findings"],
    );
    assert_eq!(ran.status, 0, "{}", ran.out);
    let ran = diff(files[0], files[1], &["--ignore", "user-agnet"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("`user-agnet` is not compared in any case"),
        "{}",
        ran.err
    );
}

#[test]
fn what_cannot_be_compared_is_a_fault() {
    let whole = fs::read(capture(PROXIED)).unwrap();
    let cut = scratch("diff-cut.pcap");
    fs::write(&cut, &whole[..whole.len() - 10]).unwrap();
    let empty = scratch("diff-empty.pcap");
    fs::write(&empty, &whole[..24]).unwrap();
    let [cut, empty] = [&cut, &empty].map(|path| path.to_str().unwrap());
    let good = capture(PROXIED);
    for (args, says) in [
        (&[cut, &good][..], "diff-cut.pcap"),
        (&[&good, cut], "diff-cut.pcap"),
        (&[&good, "missing.pcap"], "missing.pcap"),
        (
            &[empty, &good],
            "no SIP messages found in it, so there is nothing to compare",
        ),
        (
            &[&good, empty],
            "no SIP messages found in it, so there is nothing to compare",
        ),
        (
            &[&good, &good, "--user", "nobody"],
            "no call in it passes the filters",
        ),
        (
            &["-", "-"],
            "only one of the recordings can be standard input",
        ),
        (&[&good], "BAD"),
        (&[&good, &good, "--tolerance", "much"], "no span of time"),
    ] {
        let ran = run(&[&["diff"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.out);
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
    // What could be read is compared all the same.
    let ran = run(&["diff", &good, cut]);
    assert!(
        ran.out.contains("First difference that matters"),
        "{}",
        ran.out
    );
}

#[test]
fn a_recording_may_come_from_standard_input() {
    let mut command = program();
    command.args(["diff", &capture(PROXIED), "-"]);
    let file = fs::File::open(capture(PROXIED)).unwrap();
    let ran: Ran = command.stdin(Stdio::from(file)).output().unwrap().into();
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
}

/// All keys of objects in a value.
fn keys(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|it| keys(it, found)),
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_form_is_documented() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diff.md");
    let page = fs::read_to_string(page).unwrap();
    let mut found = std::collections::BTreeSet::new();
    for (good, bad) in [
        (PROXIED, STUCK),
        ("stuck-proxy-slow-at-12s.pcap", PROXIED),
        (OBEYED, IGNORED),
    ] {
        keys(&diff_json(good, bad, &[]), &mut found);
    }
    assert!(
        found.contains("ms") && found.contains("severity"),
        "{found:?}"
    );
    for key in found {
        assert!(
            page.contains(&format!("`{key}`")),
            "docs/diff.md does not say what {key} is"
        );
    }
}
