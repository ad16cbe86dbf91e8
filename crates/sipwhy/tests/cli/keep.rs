//! The last packets of a live capture, written down.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::Duration;

use crate::hep::{failing_call, listen_in, signal};
use crate::interfaces::{self, wait_for};
use crate::live::{end, in_a_namespace, replay};
use crate::run::{program, records, run, scratch};

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
fn what_agents_send_is_written_and_read_again() {
    let file = scratch("hep.pcapng");
    let mut command = program();
    command
        .args(["live", "--format", "json", "--write"])
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let (mut child, address, _err) = listen_in(command, "127.0.0.1:0");
    let agent = TcpStream::connect(address).unwrap();
    (&agent)
        .write_all(&failing_call("by-hep").concat())
        .unwrap();
    drop(agent);
    // A finding of the call says that all of it was taken in.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut found = String::new();
    out.read_line(&mut found).unwrap();
    signal(&child, "INT");
    assert!(child.wait().unwrap().success());
    let file = file.to_str().unwrap();
    let read = run(&["read", "--format", "json", file]);
    let [again, summary] = &records(&read.out)[..] else {
        panic!("{}", read.out);
    };
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    for what in ["rule", "title", "explanation", "responsible"] {
        assert_eq!(again[what], found[what], "{what}");
    }
    assert_eq!(summary["sip_messages"], 3);
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
