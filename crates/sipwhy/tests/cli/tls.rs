//! SIP inside TLS: with its key, with another one, and without.

use std::fs;

use serde_json::Value;

use crate::run::{capture, records, run, scratch};

const CALL: &str = "encapsulated/tls-1.3.pcap";

/// The summary of a run in JSON.
fn summary(args: &[&str]) -> Value {
    let ran = run(&[&["read", "--format", "json"], args].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let all = records(&ran.out);
    let last = all.last().unwrap();
    assert_eq!(last["kind"], "summary");
    if last["sip_messages"] == 0 {
        // What is not read proves nothing.
        assert_eq!(all.len(), 1, "{}", ran.out);
    }
    last.clone()
}

#[test]
fn without_a_key_it_is_told_what_is_known_and_nothing_is_concluded() {
    let call = capture(CALL);
    let ran = run(&["read", &call]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for words in [
        "No SIP messages found.",
        "TLS: 10.77.0.10:52023 → 10.77.0.20:5061: TLS 1.3",
        "bytes not decrypted",
        "--keylog FILE",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    for words in ["error[", "warning[", "note["] {
        assert!(!ran.out.contains(words), "{words}: {}", ran.out);
    }
    let summary = summary(&[&call]);
    assert_eq!(summary["sip_messages"], 0);
    let [session] = summary["tls"].as_array().unwrap().as_slice() else {
        panic!("{summary}")
    };
    assert!(session.to_string().contains("TLS 1.3"), "{session}");
}

#[test]
fn with_the_key_the_call_is_told() {
    let key_log = capture("encapsulated/tls-1.3.keylog");
    let args = [
        "read",
        "--format",
        "log",
        "--keylog",
        &key_log,
        &capture(CALL),
    ];
    let ran = run(&args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let messages = ran.out.lines().filter(|line| line.contains(" msg "));
    let transports: Vec<bool> = messages.map(|line| line.contains("TLS")).collect();
    assert_eq!(transports, [true; 7], "{}", ran.out);
    let text = run(&["read", "--keylog", &key_log, &capture(CALL)]);
    assert!(!text.out.contains("hint"), "{}", text.out);
}

#[test]
fn with_the_key_of_another_session_it_is_as_without() {
    let key_log = capture("encapsulated/tls-1.2-aes-gcm.keylog");
    let summary = summary(&["--keylog", &key_log, &capture(CALL)]);
    assert_eq!(summary["sip_messages"], 0);
    // A key for this session that is not the right one.
    let text = fs::read_to_string(capture("encapsulated/tls-1.3.keylog")).unwrap();
    let wrong: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (before, secret) = line.rsplit_once(' ').unwrap();
            format!("{before} {}\n", "ab".repeat(secret.len() / 2))
        })
        .collect();
    let path = scratch("wrong.keylog");
    fs::write(&path, wrong).unwrap();
    let ran = run(&["read", "--keylog", path.to_str().unwrap(), &capture(CALL)]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("No SIP messages found."), "{}", ran.out);
    assert!(ran.out.contains("does not open them"), "{}", ran.out);
    assert!(!ran.out.contains("--keylog FILE"), "{}", ran.out);
}

#[test]
fn live_says_which_key_log_it_cannot_read() {
    let missing = scratch("no-such.keylog");
    let path = missing.to_str().unwrap();
    let ran = run(&["live", "--hep", "127.0.0.1:0", "--keylog", path]);
    assert_eq!(ran.status, 2);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("no-such.keylog"), "{}", ran.err);
}
