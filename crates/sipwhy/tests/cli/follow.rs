//! Capture files that grow while they are read.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::inputs::{Kept, frames, header, record};
use crate::run::{program, run, scratch};

/// A run of `sipwhy read --follow`, and what it prints.
struct Following {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Following {
    /// Starts, and waits until it follows.
    fn start(path: &Path) -> Self {
        let mut child = program()
            .args([
                "read",
                "--follow",
                "--format",
                "log",
                path.to_str().unwrap(),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let err = child.stderr.as_mut().unwrap();
        BufReader::new(err).read_line(&mut line).unwrap();
        assert!(line.contains("following "), "{line}");
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// Reads up to a line that contains `part`. Waits for it as long as it takes.
    fn expect(&mut self, part: &str) -> String {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            let length = self.out.read_line(&mut line).unwrap();
            assert!(length > 0, "{part:?} never came; before the end:\n{before}");
            if line.contains(part) {
                return line;
            }
            before.push_str(&line);
        }
    }

    /// Ends it with a signal: the rest of what it prints, and its exit status.
    fn end(mut self) -> (String, Option<i32>) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", "INT", &id]).status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (rest, self.child.wait().unwrap().code())
    }
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

fn fresh(name: &str) -> PathBuf {
    let path = scratch(name);
    File::create(&path).unwrap();
    path
}

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

#[test]
fn frames_are_told_as_they_come_also_in_pieces() {
    let path = fresh("growing.pcap");
    let mut following = Following::start(&path);
    let frames = frames(IGNORED);
    // A header that comes in two pieces, and a record that does.
    let head = header();
    append(&path, &head[..10]);
    append(&path, &head[10..]);
    append(
        &path,
        &frames[..3].iter().flat_map(record).collect::<Vec<_>>(),
    );
    following.expect("start=\"INVITE ");
    let next = record(&frames[3]);
    append(&path, &next[..100]);
    append(&path, &next[100..]);
    let line = following.expect("start=\"305 Use Proxy\"");
    assert!(line.contains("frame=growing.pcap:4 "), "{line}");
    append(
        &path,
        &frames[4..].iter().flat_map(record).collect::<Vec<_>>(),
    );
    following.expect(" error rule=use-proxy-ignored ");
    let (_, status) = following.end();
    assert_eq!(status, Some(0));
}

#[test]
fn a_file_that_takes_the_name_is_read_on() {
    let path = fresh("rotating.pcap");
    let frames = frames(IGNORED);
    let file = |frames: &[Kept]| [header(), frames.iter().flat_map(record).collect()].concat();
    fs::write(&path, file(&frames[..4])).unwrap();
    let mut following = Following::start(&path);
    following.expect("start=\"305 Use Proxy\"");
    let next = scratch("rotating-next.pcap");
    fs::write(&next, file(&frames[4..])).unwrap();
    fs::rename(&path, scratch("rotating-old.pcap")).unwrap();
    fs::rename(&next, &path).unwrap();
    let line = following.expect(" error rule=use-proxy-ignored ");
    // The fourth frame of the first file, the second of the next.
    assert!(
        line.contains("frames=rotating.pcap:4,rotating.pcap:2 "),
        "{line}"
    );
    let (rest, status) = following.end();
    assert_eq!(status, Some(0), "{rest}");
}

#[test]
fn a_deadline_is_met_while_nothing_is_written() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_nanos()).unwrap();
    let path = fresh("silent.pcap");
    // A call that was answered by 100 Trying half a minute ago, by the clock, and no more.
    let mut frames = frames("stuck-proxy-never-forwards.pcap");
    let is_call = |frame: &Kept| frame.data.windows(5).any(|word| word == b"carol");
    let begin = frames.iter().position(is_call).unwrap();
    let mut frames = frames.split_off(begin);
    frames.truncate(2);
    let late = now - 30_000_000_000 - frames[0].nanos;
    for frame in &mut frames {
        frame.nanos += late;
    }
    fs::write(
        &path,
        [header(), frames.iter().flat_map(record).collect()].concat(),
    )
    .unwrap();
    let mut following = Following::start(&path);
    following.expect(" rule=stuck-on-trying ");
    following.end();
}

#[test]
fn damage_ends_it_with_what_came_before() {
    let path = fresh("growing-damaged.pcap");
    let mut following = Following::start(&path);
    let frames = frames(IGNORED);
    append(&path, &header());
    append(&path, &frames.iter().flat_map(record).collect::<Vec<_>>());
    following.expect(" error rule=use-proxy-ignored ");
    append(&path, &[0xff; 16]);
    let mut rest = String::new();
    following.out.read_to_string(&mut rest).unwrap();
    assert_eq!(following.child.wait().unwrap().code(), Some(2), "{rest}");
}

#[test]
fn what_cannot_be_followed_is_told_in_one_line() {
    let packed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../capture/tests/file/packed/call.pcap.gz"
    );
    for (file, expected) in [
        ("-", "--follow takes one file"),
        ("no-such.pcap", "no such file"),
        ("/dev/null", "cannot be followed; read it without --follow"),
        (packed, "is compressed, and cannot be followed"),
    ] {
        let ran = run(&["read", "--follow", file]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{file}");
        assert!(ran.err.contains(expected), "{file}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{file}: {}", ran.err);
    }
}
