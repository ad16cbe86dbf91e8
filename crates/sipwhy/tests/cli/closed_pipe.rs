//! A reader that goes away early, as `head` does, is no fault.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::run::{capture, program};

#[test]
fn the_program_ends_quietly_when_its_reader_is_gone() {
    // Far more than a pipe holds.
    let file = capture("call-failed-by-callee.pcap");
    let files = vec![file.as_str(); 200];
    for form in [
        &["--format", "log"][..],
        &["--format", "json", "--with", "messages"],
    ] {
        let mut child = program()
            .arg("read")
            .args(form)
            .args(&files)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        drop(out);
        let mut err = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{form:?}: {err}");
        assert_eq!(err, "", "{form:?}");
        assert!(!line.is_empty());
    }
}

#[test]
fn a_full_disk_is_a_fault() {
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full here");
        return;
    };
    let output = program()
        .args(["read", &capture("call-direct.pcap")])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let line = String::from_utf8(output.stderr).unwrap();
    assert!(line.contains("cannot write to standard output"), "{line}");
}
