//! A live capture, in a network namespace of its own where one can be made.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use sipwhy_capture::file::Reader;
use sipwhy_packet::LinkType;

use crate::run::{capture, program, records, run};

/// Set for the test that is run again inside a namespace.
const INSIDE: &str = "SIPWHY_TEST_NAMESPACE";

/// Runs `body` in a new network namespace with a pair of connected interfaces, near and far: this
/// test program is started once more there, for the test of this name alone.
pub(crate) fn in_a_namespace(test: &str, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        for words in [
            "link add near type veth peer name far",
            "link set near up",
            "link set far up",
        ] {
            let done = Command::new("ip").args(words.split(' ')).status().unwrap();
            assert!(done.success(), "ip {words}");
        }
        return body();
    }
    let can = Command::new("unshare")
        .args(["--net", "ip", "link", "add", "near", "type", "veth"])
        .stderr(Stdio::null())
        .status();
    if !can.is_ok_and(|status| status.success()) {
        println!("skipped: no network namespace can be made here; run as root, with iproute2");
        return;
    }
    let done = Command::new("unshare")
        .arg("--net")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout);
    println!("{text}{}", String::from_utf8_lossy(&done.stderr));
    assert!(
        done.status.success() && text.contains("1 passed"),
        "{test} in a namespace"
    );
}

/// Starts `sipwhy live` and waits until it listens.
fn listen(args: &[&str]) -> (Child, impl std::io::Read + use<>) {
    let mut child = program()
        .args(["live", "-i", "far"])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    assert!(line.contains("listening on far"), "{line}");
    (child, err)
}

/// Sends a signal and waits for the end: what was printed, and the exit status.
pub(crate) fn end(mut child: Child, signal: &str) -> (String, Option<i32>) {
    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let mut out = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    (out, child.wait().unwrap().code())
}

/// Sends the frames of an Ethernet capture out of `near`, as far apart as they were captured.
pub(crate) fn replay(name: &str) {
    replay_first(name, u64::MAX);
}

/// As [`replay`], but only so many frames.
fn replay_first(name: &str, frames: u64) {
    let mut out = pcap::Capture::from_device("near").unwrap().open().unwrap();
    let mut reader = Reader::open(capture(name), 0).unwrap();
    let mut before = None;
    while let Some(frame) = reader.next_frame().unwrap() {
        assert_eq!(frame.link_type, LinkType::ETHERNET, "{name}");
        sleep(before.map_or(Duration::ZERO, |before| frame.time.since(before)));
        before = Some(frame.time);
        out.sendpacket(frame.data).unwrap();
        if frame.id.number == frames {
            break;
        }
    }
}

/// The findings without what differs between two recordings: times, frames, files.
pub(crate) fn findings(out: &str) -> Vec<Value> {
    let annotations = records(out)
        .into_iter()
        .filter(|record| record["kind"] == "annotation");
    annotations
        .map(|one| {
            let quotes: Vec<&Value> = one["evidence"]
                .as_array()
                .unwrap()
                .iter()
                .map(|evidence| &evidence["quote"])
                .collect();
            serde_json::json!([
                one["rule"],
                one["severity"],
                one["verdict"],
                one["call_id"],
                one["responsible"],
                quotes,
            ])
        })
        .collect()
}

#[test]
fn live_gives_the_annotations_that_replay_gives() {
    in_a_namespace("live::live_gives_the_annotations_that_replay_gives", || {
        for name in [
            "use-proxy-ignored-old-destination.pcap",
            "late-first-response.pcap",
        ] {
            let (child, _err) = listen(&["--format", "json"]);
            replay(name);
            sleep(Duration::from_millis(300));
            let (out, status) = end(child, "INT");
            assert_eq!(status, Some(0));
            let expected = run(&["read", "--format", "json", &capture(name)]).out;
            assert!(!findings(&expected).is_empty());
            assert_eq!(findings(&out), findings(&expected), "{name}");
            let last = records(&out).pop().unwrap();
            let expected = records(&expected).pop().unwrap();
            assert_eq!(last["kind"], "summary");
            assert_eq!(last["sip_messages"], expected["sip_messages"]);
            assert_eq!(last["responses"], expected["responses"]);
            assert_eq!(last["dropped"]["kernel"], 0);
        }
    });
}

#[test]
fn each_line_of_the_log_comes_at_once_and_a_signal_ends_it_well() {
    let test = "live::each_line_of_the_log_comes_at_once_and_a_signal_ends_it_well";
    in_a_namespace(test, || {
        for signal in ["INT", "TERM"] {
            let (mut child, _err) = listen(&[]);
            replay("call-direct.pcap");
            // The lines are there while the capture goes on.
            let mut out = BufReader::new(child.stdout.take().unwrap());
            for _ in 0..6 {
                let mut line = String::new();
                out.read_line(&mut line).unwrap();
                assert!(line.contains(" msg frame=far:"), "{line}");
            }
            child.stdout = Some(out.into_inner());
            let (rest, status) = end(child, signal);
            assert_eq!(status, Some(0), "{signal}");
            assert!(rest.contains(" summary frames="), "{rest}");
        }
    });
}

#[test]
fn a_stuck_call_is_reported_while_it_is_stuck_on_an_idle_interface() {
    let test = "live::a_stuck_call_is_reported_while_it_is_stuck_on_an_idle_interface";
    in_a_namespace(test, || {
        let (mut child, _err) = listen(&["--format", "json"]);
        replay_first("stuck-proxy-never-forwards.pcap", 4);
        let sent = Instant::now();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let waited = sent.elapsed();
        let annotation: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(annotation["rule"], "stuck-on-trying", "{line}");
        println!("reported {waited:?} after the last frame");
        let late = waited.saturating_sub(Duration::from_secs(8));
        // 100 ms on an idle machine.
        assert!(late < Duration::from_secs(1), "{late:?} late");
        child.stdout = Some(out.into_inner());
        assert_eq!(end(child, "TERM").1, Some(0));
    });
}

#[test]
fn a_follower_that_goes_away_ends_the_capture_quietly() {
    let test = "live::a_follower_that_goes_away_ends_the_capture_quietly";
    in_a_namespace(test, || {
        let (mut child, mut err) = listen(&["--keep-rights"]);
        drop(child.stdout.take());
        replay("call-direct.pcap");
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let mut rest = String::new();
        err.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    });
}
