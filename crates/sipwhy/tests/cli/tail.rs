//! A log followed as it is written, with filters and in other forms.

use std::fs::{File, rename, write};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::spawn;
use std::time::Duration;

use crate::run::{capture, program, run, scratch};

const NAME: &str = "use-proxy-ignored-old-destination.pcap";

/// What is read of a capture, in one of the log's forms.
fn read(format: &str, filter: &[&str]) -> String {
    let with: &[&str] = match format {
        "json" => &["--with", "messages"],
        _ => &[],
    };
    let read = ["read", "--format", format];
    let done = run(&[&read, with, filter, &[&capture(NAME)]].concat());
    assert_eq!(done.status, 0, "{}", done.err);
    done.out
}

fn log(format: &str) -> String {
    read(format, &[])
}

/// What is shown of a log.
fn tail(name: &str, log: &str, args: &[&str]) -> String {
    let path = scratch(name);
    write(&path, log).unwrap();
    let path = path.to_str().unwrap();
    let done = run(&[&["tail", "--no-follow", path], args].concat());
    assert_eq!(done.status, 0, "{}", done.err);
    done.out
}

#[test]
fn the_last_lines_are_shown_as_they_are() {
    let log = log("log");
    let all = tail("last.log", &log, &["-n", "1000"]);
    assert_eq!(all, log);
    let two: Vec<&str> = log.lines().rev().take(2).collect();
    let shown = tail("last.log", &log, &["-n", "2"]);
    assert_eq!(shown, format!("{}\n{}\n", two[1], two[0]));
}

#[test]
fn filters_choose_as_they_do_when_a_capture_is_read() {
    for format in ["log", "logfmt", "json"] {
        let log = log(format);
        for filter in [
            ["--severity", "warning"],
            ["--code", "305"],
            ["--rule", "use-proxy-ignored"],
            ["--address", "10.77.0.20"],
            ["--where", "method == INVITE and not code == 305"],
        ] {
            let of = |text: &str| -> Vec<String> {
                let lines = text.lines();
                // What the summary counts depends on what was shown.
                let lines = lines.filter(|line| !line.contains("summary"));
                lines.map(str::to_owned).collect()
            };
            let shown = tail(
                &format!("filtered.{format}"),
                &log,
                &[&["-n", "1000"], filter.as_slice()].concat(),
            );
            let read = read(format, &filter);
            assert_eq!(of(&shown), of(&read), "{format} {filter:?}");
        }
    }
}

#[test]
fn what_lines_cannot_tell_is_said() {
    let path = scratch("users.log");
    write(&path, log("log")).unwrap();
    let done = run(&[
        "tail",
        "--no-follow",
        "--user",
        "bob",
        path.to_str().unwrap(),
    ]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("hold no users"), "{}", done.err);
    assert_ne!(tail("users.json", &log("json"), &["--user", "bob"]), "");
}

#[test]
fn json_can_be_shown_as_lines_of_the_log() {
    let shown = tail(
        "form.json",
        &log("json"),
        &["--format", "log", "-n", "1000"],
    );
    assert!(
        shown
            .lines()
            .any(|line| line.contains(" msg frame=") && line.contains("start=\"305 ")),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .any(|line| line.contains(" error rule=use-proxy-ignored ")),
        "{shown}"
    );
    let logfmt = tail(
        "form.log",
        &log("log"),
        &["--format", "logfmt", "-n", "1000"],
    );
    assert_eq!(logfmt, log("logfmt"));
}

#[test]
fn colours_mark_what_is_grave_and_hostile_bytes_do_nothing() {
    let log = log("log") + "\u{1b}]0;owned\u{7}\n2026-11-22T17:19:40Z note rule=x : \u{1b}[2J\n";
    let shown = tail("colour.log", &log, &["--color", "always", "-n", "1000"]);
    assert!(shown.contains("\u{1b}[91merror\u{1b}[0m rule="), "{shown}");
    assert!(
        !shown.contains("\u{1b}]0;") && !shown.contains("\u{1b}[2J"),
        "{shown}"
    );
    let plain = tail("colour.log", &log, &["--color", "never", "-n", "1000"]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(plain.contains("\\x1b]0;owned\\x07"), "{plain}");
}

fn follow(path: &Path, args: &[&str]) -> (Child, Receiver<String>) {
    let mut child = program()
        .arg("tail")
        .args(args)
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = channel();
    spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    (child, lines)
}

fn next(lines: &Receiver<String>) -> String {
    lines.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn line(number: u32, kind: &str) -> String {
    format!("2026-11-22T17:19:{number:02}.000000Z {kind} call=1 : number {number}\n")
}

#[test]
fn a_log_is_followed_across_rotation_from_before_it_is_there() {
    let path = scratch("followed.log");
    let rotated = scratch("followed.log.1");
    let _ = (std::fs::remove_file(&path), std::fs::remove_file(&rotated));
    let (mut child, lines) = follow(&path, &["--severity", "warning"]);
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    err.read_line(&mut said).unwrap();
    assert!(said.contains("is not there yet, waiting for it"), "{said}");
    let mut file = File::create(&path).unwrap();
    file.write_all(line(1, "error").as_bytes()).unwrap();
    assert_eq!(next(&lines), line(1, "error").trim_end());
    // Half a line is none yet.
    let (half, rest) = (line(2, "warning"), line(3, "note"));
    let (half, end) = half.split_at(30);
    file.write_all(half.as_bytes()).unwrap();
    assert!(lines.recv_timeout(Duration::from_millis(500)).is_err());
    file.write_all((end.to_owned() + &rest).as_bytes()).unwrap();
    assert_eq!(next(&lines), line(2, "warning").trim_end());
    rename(&path, &rotated).unwrap();
    file.write_all(line(4, "error").as_bytes()).unwrap();
    write(&path, line(5, "error")).unwrap();
    assert_eq!(next(&lines), line(4, "error").trim_end());
    assert_eq!(next(&lines), line(5, "error").trim_end());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let path = scratch("closed.log");
    write(&path, line(1, "error")).unwrap();
    let mut child = program()
        .arg("tail")
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut file = File::options().append(true).open(&path).unwrap();
    for number in 0..100 {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return;
        }
        file.write_all(line(number % 60, "error").as_bytes())
            .unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("it goes on");
}

#[test]
fn a_log_that_cannot_be_read_is_an_error() {
    let done = run(&[
        "tail",
        "--no-follow",
        scratch("nowhere.log").to_str().unwrap(),
    ]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("there is no such file"), "{}", done.err);
    let done = run(&["tail", scratch("").to_str().unwrap()]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("it is no file"), "{}", done.err);
}
