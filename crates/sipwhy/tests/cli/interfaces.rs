//! A live capture on several interfaces, and on one that goes and comes back.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use pcap::{Active, Capture};
use sipwhy_capture::file::Reader;

use crate::live::{end, findings, in_a_namespace};
use crate::run::{capture, program, records, run};

fn ip(words: &str) {
    let done = Command::new("ip").args(words.split(' ')).status().unwrap();
    assert!(done.success(), "ip {words}");
}

/// Waits for a line on standard error with these words in it.
pub(crate) fn wait_for(lines: &Receiver<String>, words: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        match lines.recv_timeout(Duration::from_secs(20)) {
            Ok(line) if line.contains(words) => return,
            Ok(line) => println!("{line}"),
            Err(_) => break,
        }
    }
    panic!("nothing says “{words}”");
}

/// Starts `sipwhy live`, and gives its lines on standard error as they come.
pub(crate) fn listen(args: &[&str]) -> (Child, Receiver<String>) {
    let mut child = program()
        .args(["live", "--format", "json"])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let err = BufReader::new(child.stderr.take().unwrap());
    let (sender, lines) = channel();
    spawn(move || {
        for line in err.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    (child, lines)
}

fn open(interface: &str) -> Capture<Active> {
    Capture::from_device(interface).unwrap().open().unwrap()
}

/// Sends the frames of a capture out of these interfaces in turn, as far apart as they were
/// captured.
fn replay_in_turn(name: &str, interfaces: &mut [Capture<Active>]) {
    let mut reader = Reader::open(capture(name), 0).unwrap();
    let mut before = None;
    let mut turn = 0;
    while let Some(frame) = reader.next_frame().unwrap() {
        sleep(before.map_or(Duration::ZERO, |before| frame.time.since(before)));
        before = Some(frame.time);
        interfaces[turn].sendpacket(frame.data).unwrap();
        turn = (turn + 1) % interfaces.len();
    }
}

#[test]
fn frames_of_two_interfaces_are_taken_in_the_order_of_time() {
    in_a_namespace(
        "interfaces::frames_of_two_interfaces_are_taken_in_the_order_of_time",
        || {
            ip("link add near2 type veth peer name far2");
            ip("link set near2 up");
            ip("link set far2 up");
            let name = "use-proxy-ignored-old-destination.pcap";
            let (child, lines) = listen(&["-i", "far", "-i", "far2"]);
            wait_for(&lines, "listening on far2");
            replay_in_turn(name, &mut [open("near"), open("near2")]);
            sleep(Duration::from_millis(300));
            let (out, status) = end(child, "INT");
            assert_eq!(status, Some(0));
            let expected = run(&["read", "--format", "json", &capture(name)]).out;
            assert_eq!(findings(&out), findings(&expected));
            let last = records(&out).pop().unwrap();
            assert_eq!(last["inputs"].as_array().map(Vec::len), Some(2));
        },
    );
}

#[test]
fn an_interface_that_goes_and_comes_back_is_captured_from_again() {
    in_a_namespace(
        "interfaces::an_interface_that_goes_and_comes_back_is_captured_from_again",
        || {
            let (child, lines) = listen(&["-i", "far"]);
            wait_for(&lines, "listening on far");
            ip("link del near");
            wait_for(&lines, "interface far has disappeared");
            wait_for(&lines, "waiting for far to come back");
            ip("link add near type veth peer name far");
            ip("link set near up");
            ip("link set far up");
            wait_for(&lines, "listening on far");
            let name = "use-proxy-ignored-old-destination.pcap";
            replay_in_turn(name, &mut [open("near")]);
            sleep(Duration::from_millis(300));
            let (out, status) = end(child, "INT");
            assert_eq!(status, Some(0));
            let expected = run(&["read", "--format", "json", &capture(name)]).out;
            assert_eq!(findings(&out).len(), findings(&expected).len());
        },
    );
}

#[test]
fn interfaces_that_make_no_sense_together_are_refused() {
    for (args, words) in [
        (["-i", "lo", "-i", "lo"], "-i lo is given twice"),
        (
            ["-i", "lo", "-i", "any"],
            "-i any is all interfaces already",
        ),
    ] {
        let refused = run(&[&["live"], &args[..]].concat());
        assert_eq!(refused.status, 2);
        assert!(refused.err.contains(words), "{}", refused.err);
    }
}
