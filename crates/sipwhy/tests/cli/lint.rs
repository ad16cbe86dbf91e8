//! `sipwhy lint`: messages from texts and captures.

use std::io::Write as _;
use std::process::Stdio;

use crate::run::{Ran, capture, program, records, run, scratch};

const MISMATCH: &str = "\
On Monday she wrote:
> OPTIONS sip:bob@example.com SIP/2.0
> Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
> Max-Forwards: 70
> From: <sip:alice@example.com>;tag=1
> To: <sip:bob@example.com>
> Call-ID: 1
> CSeq: 8 INVITE
> Content-Length: 0
";

/// Runs `sipwhy lint` on a text from standard input.
fn lint(text: &[u8], args: &[&str]) -> Ran {
    let mut child = program()
        .args(["lint"])
        .args(args)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_fault_is_underlined_where_it_stands_in_the_text() {
    let ran = lint(MISMATCH.as_bytes(), &[]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let expected = "\
error[cseq-method-mismatch]: the request is OPTIONS, and CSeq says “INVITE”
  ┌─ standard input:8:9
  │ CSeq: 8 INVITE
  │         ^^^^^^
  ├─ standard input:2:1
  │ OPTIONS sip:bob@example.com SIP/2.0
  │ ^^^^^^^ the method of the request
  = why: CSeq names another method than the request line
  = see: RFC 3261 §8.1.1.5, §8.2.1
";
    assert!(ran.out.contains(expected), "{}", ran.out);
    assert!(ran.out.ends_with("\n1 message: 1 error\n"), "{}", ran.out);
    assert!(
        ran.out.contains("= receivers: Servers answer 400"),
        "{}",
        ran.out
    );
    // What was done to the text is said.
    assert!(
        ran.out
            .contains("standard input:2: what stands before the message")
    );
    assert!(
        ran.out
            .contains("standard input:2: the empty line after the headers is missing")
    );
}

#[test]
fn the_sample_in_the_readme_is_the_real_one() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let ran = lint(MISMATCH.as_bytes(), &[]);
    let (_, findings) = ran.out.split_once("\n\n").unwrap();
    assert!(readme.contains(findings.trim_end()), "{findings}");
}

#[test]
fn json_gives_the_place_in_the_message_and_in_the_file() {
    let ran = lint(MISMATCH.as_bytes(), &["--format", "json"]);
    let found = records(&ran.out);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["kind"], "lint");
    assert_eq!(found[0]["check"], "cseq-method-mismatch");
    assert_eq!(found[0]["severity"], "error");
    assert_eq!(found[0]["file_line"], 8);
    let place = &found[0]["places"][0];
    assert_eq!((&place["line"], &place["column"]), (&7.into(), &9.into()));
    assert_eq!(
        (&place["marked"], &place["length"]),
        (&"INVITE".into(), &6.into())
    );
    assert_eq!(found[1]["kind"], "lint_summary");
    assert_eq!(
        (&found[1]["messages"], &found[1]["errors"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn the_exit_status_follows_the_threshold() {
    let sound = MISMATCH.replace("INVITE", "OPTIONS");
    assert_eq!(lint(sound.as_bytes(), &[]).status, 0);
    assert_eq!(lint(sound.as_bytes(), &["--fail-on", "note"]).status, 0);
    let noted = sound.replace("> Content-Length", "> Content-Length ");
    assert_eq!(lint(noted.as_bytes(), &[]).status, 0);
    assert_eq!(lint(noted.as_bytes(), &["--fail-on", "note"]).status, 1);
    assert_eq!(lint(MISMATCH.as_bytes(), &["--fail-on", "never"]).status, 0);
}

#[test]
fn what_holds_no_message_is_a_wrong_input() {
    let ran = lint(b"INVITE me to lunch\n", &[]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no SIP message"), "{}", ran.err);
    assert_eq!(run(&["lint", "/nowhere/at/all"]).status, 2);
    assert_eq!(run(&["lint"]).status, 2);
}

#[test]
fn healthy_captures_have_no_error() {
    let manifest = std::fs::read_to_string(capture("manifest.toml")).unwrap();
    let mut healthy = vec!["lint".to_owned()];
    for entry in manifest
        .split("[[capture]]")
        .filter(|entry| entry.contains("healthy = true"))
    {
        let (_, rest) = entry.split_once("file = \"").unwrap();
        healthy.push(capture(rest.split('"').next().unwrap()));
    }
    assert!(healthy.len() > 10, "{healthy:?}");
    let healthy: Vec<&str> = healthy.iter().map(String::as_str).collect();
    let ran = run(&healthy);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let last = ran.out.lines().last().unwrap();
    assert!(
        last.contains(" messages: ") && !last.contains("error"),
        "{last}"
    );
}

#[test]
fn bytes_from_strangers_reach_the_terminal_escaped() {
    let path = scratch("lint-hostile.txt");
    let text = MISMATCH
        .replace("Bob", "")
        .replace("8 INVITE", "8 \u{1b}[2JINVITE\u{202e}");
    std::fs::write(&path, text).unwrap();
    let ran = run(&["lint", path.to_str().unwrap()]);
    assert_eq!(ran.status, 1);
    assert!(
        !ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\\x1b[2JINVITE"), "{}", ran.out);
}
