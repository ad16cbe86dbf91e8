//! `sipwhy live --log`, fed by HEP on loopback.

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::hep::{failing_call, listen_in, signal};
use crate::run::{capture, program, records, run, scratch};

/// A live capture that writes a log.
struct Logging {
    child: Child,
    address: SocketAddr,
    err: Box<dyn std::io::Read>,
}

impl Logging {
    fn start(log: &Path, args: &[&str]) -> Self {
        let mut command = program();
        command
            .args(["live", "--keep-rights", "--log"])
            .arg(log)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (child, address, err) = listen_in(command, "127.0.0.1:0");
        Self {
            child,
            address,
            err: Box::new(err),
        }
    }

    fn call(&self, call_id: &str) {
        let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
        for packet in failing_call(call_id) {
            agent.send_to(&packet, self.address).unwrap();
        }
    }

    /// What it printed, what it said, and its exit status.
    fn end(mut self) -> (String, String, Option<i32>) {
        signal(&self.child, "INT");
        let (mut out, mut err) = (String::new(), String::new());
        let mut stdout = self.child.stdout.take().unwrap();
        std::io::Read::read_to_string(&mut stdout, &mut out).unwrap();
        self.err.read_to_string(&mut err).unwrap();
        (out, err, self.child.wait().unwrap().code())
    }
}

/// Waits until a file holds this.
fn wait_for(path: &Path, wanted: &str) -> String {
    for _ in 0..1000 {
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.contains(wanted) {
            return text;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("{}: no {wanted}", path.display());
}

fn folder(name: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn the_log_goes_to_the_file_that_has_its_name_on_sighup() {
    let folder = folder("log-hup");
    let log = folder.join("calls.log");
    let live = Logging::start(&log, &["--log-sync"]);
    live.call("before");
    wait_for(&log, "rule=call-failed");
    fs::rename(&log, folder.join("moved")).unwrap();
    signal(&live.child, "HUP");
    live.call("after");
    wait_for(&log, "call_id=after");
    let (out, _, status) = live.end();
    assert_eq!((out.as_str(), status), ("", Some(0)));
    let (before, after) = (
        fs::read_to_string(folder.join("moved")).unwrap(),
        fs::read_to_string(&log).unwrap(),
    );
    assert!(before.contains("call_id=before") && !before.contains("call_id=after"));
    assert!(!after.contains("call_id=before") && after.contains(" summary "));
    assert!(before.ends_with('\n') && after.ends_with('\n'));
}

#[test]
fn a_confined_capture_rotates_its_log() {
    // Root becomes nobody, who must be allowed to write there.
    let folder = std::env::temp_dir().join(format!("sipwhy-log-size-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let log = folder.join("calls.log");
    let mut command = program();
    command
        .args([
            "live",
            "--format",
            "json",
            "--log-rotate-size",
            "4k",
            "--log",
        ])
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let (child, address, _err) = listen_in(command, "127.0.0.1:0");
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for call in 0..5 {
        for packet in failing_call(&format!("call-{call}")) {
            agent.send_to(&packet, address).unwrap();
        }
    }
    wait_for(&folder.join("calls.log.1"), "\"annotation\"");
    signal(&child, "INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        // Each line of each file is a whole record.
        assert!(!records(&fs::read_to_string(&path).unwrap()).is_empty());
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_vanished_directory_ends_neither_the_capture_nor_the_log() {
    let folder = folder("log-vanished");
    let logs = folder.join("logs");
    fs::create_dir(&logs).unwrap();
    let log = logs.join("calls.log");
    let live = Logging::start(&log, &["--format", "logfmt"]);
    live.call("before");
    wait_for(&log, "rule=call-failed");
    fs::rename(&logs, folder.join("elsewhere")).unwrap();
    live.call("meanwhile");
    sleep(Duration::from_secs(2));
    fs::create_dir(&logs).unwrap();
    let resumed = wait_for(&log, "kind=lost");
    assert!(resumed.contains("place=log"), "{resumed}");
    live.call("after");
    wait_for(&log, "call_id=after");
    let (_, err, status) = live.end();
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(err.matches("cannot be written").count(), 1, "{err}");
    let summary = wait_for(&log, "kind=summary");
    assert!(summary.contains(" lines_lost="), "{summary}");
}

#[test]
fn a_full_disk_is_said_once_and_the_capture_goes_on() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let live = Logging::start(full, &[]);
    for call in ["one", "two", "three"] {
        live.call(call);
    }
    sleep(Duration::from_secs(2));
    let (_, err, status) = live.end();
    assert_eq!(status, Some(2), "{err}");
    assert_eq!(
        err.matches("No space left").count(),
        2,
        "once, and at the end: {err}"
    );
    assert!(err.contains("lines were lost"), "{err}");
}

#[test]
fn a_file_that_cannot_be_opened_is_said_before_anything_is_captured() {
    let ran = run(&[
        "live",
        "--hep",
        "127.0.0.1:0",
        "--log",
        "/no/such/folder/log",
    ]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("/no/such/folder/log: cannot be written"),
        "{}",
        ran.err
    );
    let ran = run(&["live", "--hep", "127.0.0.1:0", "--log-sync"]);
    assert!(ran.err.contains("--log <FILE>"), "{}", ran.err);
}

#[test]
fn logfmt_has_the_fields_of_the_log() {
    let file = capture("use-proxy-abandoned.pcap");
    let (log, logfmt) = (
        run(&["read", "--format", "log", &file]).out,
        run(&["read", "--format", "logfmt", &file]).out,
    );
    assert!(log.contains("rule=use-proxy-abandoned"));
    assert_eq!(log.lines().count(), logfmt.lines().count());
    for (plain, line) in log.lines().zip(logfmt.lines()) {
        let mut words = plain.split(' ');
        let (time, kind) = (words.next().unwrap(), words.next().unwrap());
        assert!(
            line.starts_with(&format!("time={time} kind={kind} ")),
            "{line}"
        );
        let (fields, message) = plain.split_once(" : ").unwrap();
        assert!(line.contains(" msg="), "{line}");
        assert!(line.contains(message) || message.contains('"'), "{line}");
        for name in fields.split(' ').filter_map(|word| word.split_once('=')) {
            assert!(
                line.contains(&format!(" {}=", name.0)),
                "{name:?} in {line}"
            );
        }
    }
}
