//! What bad input gets: one clear line, exit status 2, and the findings so far kept.

use std::fs;

use crate::run::{capture, program, run, scratch};

/// Runs and expects nothing but one line on standard error, which it returns.
fn refused(args: &[&str]) -> String {
    let ran = run(args);
    assert_eq!(ran.status, 2, "{args:?}: {}", ran.err);
    assert_eq!(ran.out, "", "{args:?}");
    assert_eq!(ran.err.lines().count(), 1, "{args:?}: {}", ran.err);
    assert!(ran.err.starts_with("sipwhy: "), "{}", ran.err);
    ran.err
}

#[test]
fn a_missing_file_is_named() {
    let line = refused(&["read", "no-such.pcap"]);
    assert!(line.contains("no-such.pcap: no such file"), "{line}");
}

#[test]
fn a_file_that_is_no_capture_is_named_with_what_it_is() {
    let line = refused(&["read", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    assert!(line.contains("is not a pcap or pcapng capture"), "{line}");
}

#[test]
fn a_directory_and_an_empty_file_are_told_apart() {
    let line = refused(&["read", env!("CARGO_MANIFEST_DIR")]);
    assert!(line.contains("no captures in it"), "{line}");
    let line = refused(&["check", "/dev/null"]);
    assert!(line.contains("is empty"), "{line}");
}

#[test]
fn a_name_with_control_characters_is_escaped() {
    let line = refused(&["read", "\u{1b}[31m\u{202e}x.pcap"]);
    assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
}

#[test]
fn an_interface_that_does_not_exist_is_answered_with_those_that_do() {
    let line = refused(&["live", "-i", "nosuch9"]);
    let is_told = line.contains("no interface nosuch9") || line.contains("no permission");
    assert!(is_told, "{line}");
}

#[test]
fn words_without_a_page_get_a_suggestion() {
    let line = refused(&["explain", "stuck-on-tryin"]);
    assert!(line.contains("did you mean stuck-on-trying"), "{line}");
    let line = refused(&["compare", "100", "us proxy"]);
    assert!(line.contains("305 Use Proxy"), "{line}");
}

#[test]
fn a_truncated_capture_keeps_its_findings() {
    let whole = fs::read(capture("use-proxy-ignored-old-destination.pcap")).unwrap();
    let path = scratch("cut.pcap");
    fs::write(&path, &whole[..whole.len() - 10]).unwrap();
    let ran = run(&["read", path.to_str().unwrap()]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("error[use-proxy-ignored]"), "{}", ran.out);
    assert!(ran.out.contains("incomplete: "), "{}", ran.out);
    assert!(ran.err.contains("cut off in the record"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn a_missing_file_among_others_does_not_hide_their_findings() {
    let good = capture("use-proxy-ignored-old-destination.pcap");
    let ran = run(&["check", "no-such.pcap", &good]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("error[use-proxy-ignored]"), "{}", ran.out);
}

#[test]
fn an_unknown_link_type_is_named_when_nothing_was_decoded() {
    let mut file = fs::read(capture("call-direct.pcap")).unwrap();
    file[20..24].copy_from_slice(&147_u32.to_le_bytes());
    let path = scratch("link-type.pcap");
    fs::write(&path, file).unwrap();
    let ran = run(&["read", path.to_str().unwrap()]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("link type that is not known here (147)"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("not decoded: 8 frames"), "{}", ran.out);
}

#[test]
fn without_the_right_to_capture_the_way_to_get_it_is_named() {
    let nobody = ["--reuid", "65534", "--clear-groups"];
    let may = std::process::Command::new("setpriv")
        .args(nobody)
        .args([program().get_program(), "schema".as_ref()])
        .output();
    if !may.is_ok_and(|output| output.status.success()) {
        println!("skipped: this needs root, setpriv, and a program that others may run");
        return;
    }
    let output = std::process::Command::new("setpriv")
        .args(nobody)
        .arg(program().get_program())
        .args(["live", "-i", "lo"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let line = String::from_utf8(output.stderr).unwrap();
    assert!(line.contains("no permission to capture on lo"), "{line}");
    assert!(line.contains("setcap"), "{line}");
}

#[test]
fn a_journal_that_is_not_there_is_told() {
    if std::path::Path::new("/run/systemd/journal/socket").exists() {
        println!("skipped: there is a journal here");
        return;
    }
    let file = capture("call-direct.pcap");
    let line = refused(&["read", "--format", "log", "--log-style", "journald", &file]);
    assert!(line.contains("journal"), "{line}");
}
