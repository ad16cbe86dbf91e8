//! The last packets of a live capture, written down.

use std::process::{Child, Command};
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::Duration;

use crate::interfaces::{self, wait_for};
use crate::live::{end, in_a_namespace, replay};
use crate::run::{records, run, scratch};

/// Starts `sipwhy live` that writes to a file, and waits until it listens.
fn listen(file: &str, args: &[&str]) -> (Child, Receiver<String>) {
    let (child, lines) = interfaces::listen(&[&["-i", "far", "--write", file], args].concat());
    wait_for(&lines, "listening on far");
    (child, lines)
}

fn summary(file: &str) -> serde_json::Value {
    let read = run(&["read", "--format", "json", file]);
    assert_eq!(read.status, 0, "{}", read.err);
    records(&read.out).pop().unwrap()
}

const HEALTHY: &str = "late-first-response.pcap";
const FAULTY: &str = "use-proxy-ignored-old-destination.pcap";

#[test]
fn all_sip_is_written_with_what_is_found() {
    in_a_namespace("keep::all_sip_is_written_with_what_is_found", || {
        let file = scratch("all.pcapng");
        let file = file.to_str().unwrap();
        let (child, _err) = listen(file, &[]);
        replay(FAULTY);
        sleep(Duration::from_millis(300));
        // At once, without waiting for what may still be said.
        let hung_up = Command::new("kill")
            .args(["-s", "HUP", &child.id().to_string()])
            .status();
        assert!(hung_up.unwrap().success());
        sleep(Duration::from_millis(500));
        let now = summary(file);
        let (out, status) = end(child, "INT");
        assert_eq!(status, Some(0));
        let seen = records(&out).pop().unwrap();
        assert_eq!(now["sip_messages"], seen["sip_messages"]);
        let then = summary(file);
        assert_eq!(then["annotations"], seen["annotations"]);
        let bytes = std::fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("error[use-proxy-ignored]"));
    });
}

#[test]
fn of_calls_that_a_rule_speaks_of_all_packets_are_written_and_of_others_none() {
    let test = "keep::of_calls_that_a_rule_speaks_of_all_packets_are_written_and_of_others_none";
    in_a_namespace(test, || {
        let file = scratch("kept.pcapng");
        let file = file.to_str().unwrap();
        let (child, _err) = listen(file, &["--keep-on", "use-proxy-ignored"]);
        replay(HEALTHY);
        replay(FAULTY);
        sleep(Duration::from_millis(300));
        let (_, status) = end(child, "TERM");
        assert_eq!(status, Some(0));
        let kept = summary(file);
        assert_eq!(kept["calls"], 1);
        assert_eq!(kept["annotations"]["use-proxy-ignored"], 1);
    });
}

#[test]
fn a_rule_that_does_not_exist_is_named() {
    let file = scratch("none.pcapng");
    let file = file.to_str().unwrap();
    let args = ["live", "--hep", "127.0.0.1:0", "--write", file];
    let refused = run(&[&args[..], &["--keep-on", "use-proxy-ignord"]].concat());
    assert_eq!(refused.status, 2);
    let says = "--keep-on: no rule is called `use-proxy-ignord`; did you mean `use-proxy-ignored`?";
    assert!(refused.err.contains(says), "{}", refused.err);
}
