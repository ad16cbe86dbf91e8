//! Log files against real file systems, at times that the tests choose.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{LogFile, LogWriter, Rotation};

/// A directory that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sipwhy-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(path: &Path, rotation: Rotation, now: SystemTime) -> std::io::Result<LogFile> {
    let lost_line =
        Box::new(|_, count: u64, why: &str| format!("lost {count}: {why}\n").into_bytes());
    LogFile::open(path, rotation, true, lost_line, now)
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn full_files_become_old_ones_and_no_line_is_split() {
    let folder = Folder::new("size");
    let path = folder.file("log");
    let rotation = Rotation {
        size: Some(12),
        every: None,
        keep: 2,
    };
    let now = SystemTime::now();
    let mut file = open(&path, rotation, now).unwrap();
    file.write(b"one\ntwo\nthree\n", now);
    file.write(b"four\nfive\nsix\nseven\n", now);
    assert_eq!(text(&path), "seven\n");
    assert_eq!(text(&folder.file("log.1")), "five\nsix\n");
    assert_eq!(text(&folder.file("log.2")), "three\nfour\n");
    assert!(!folder.file("log.3").exists(), "the oldest goes");
    assert_eq!((file.lost(), file.take_said()), (0, vec![]));
}

#[test]
fn each_period_has_a_file_of_its_own_across_restarts() {
    let folder = Folder::new("time");
    let path = folder.file("log");
    let rotation = Rotation {
        size: None,
        every: Some(Duration::from_secs(3600)),
        keep: 5,
    };
    let now = SystemTime::now();
    let mut file = open(&path, rotation, now).unwrap();
    file.write(b"now\n", now);
    file.write(b"", now + Duration::from_secs(3600));
    assert!(!folder.file("log.1").exists(), "not before there is a line");
    file.write(b"an hour later\n", now + Duration::from_secs(3600));
    assert_eq!(text(&path), "an hour later\n");
    assert_eq!(text(&folder.file("log.1")), "now\n");
    drop(file);

    // Whoever starts later finds when the file was written to, which was now.
    let later = now + Duration::from_secs(7200);
    let mut file = open(&path, rotation, later).unwrap();
    file.write(b"two hours later\n", later);
    assert_eq!(text(&path), "two hours later\n");
    assert_eq!(text(&folder.file("log.2")), "now\n");
}

#[test]
fn half_a_line_of_somebody_who_was_killed_is_ended() {
    let folder = Folder::new("half");
    let path = folder.file("log");
    fs::write(&path, "whole\nhal").unwrap();
    let now = SystemTime::now();
    let mut file = open(&path, Rotation::default(), now).unwrap();
    file.write(b"next\n", now);
    assert_eq!(text(&path), "whole\nhal\nnext\n");
}

#[test]
fn a_file_that_is_moved_is_begun_anew_and_one_that_is_cut_is_written_on() {
    let folder = Folder::new("moved");
    let path = folder.file("log");
    let now = SystemTime::now();
    let mut file = open(&path, Rotation::default(), now).unwrap();
    file.write(b"one\n", now);
    fs::rename(&path, folder.file("moved")).unwrap();
    file.reopen(now);
    file.write(b"two\n", now);
    fs::remove_file(&path).unwrap();
    file.write(b"three\n", now);
    assert_eq!(text(&folder.file("moved")), "one\n");
    assert_eq!(text(&path), "three\n");
    fs::write(&path, "").unwrap();
    file.write(b"four\n", now);
    assert_eq!(text(&path), "four\n");
    assert_eq!(file.lost(), 0);
}

#[test]
fn a_vanished_directory_is_said_once_counted_and_survived() {
    let folder = Folder::new("vanished");
    let path = folder.file("logs/log");
    fs::create_dir(folder.file("logs")).unwrap();
    let now = SystemTime::now();
    let mut file = open(&path, Rotation::default(), now).unwrap();
    file.write(b"one\n", now);
    fs::remove_dir_all(folder.file("logs")).unwrap();
    file.write(b"two\nthree\n", now);
    assert_eq!(file.take_said().len(), 1);
    assert!(file.waits() && file.fault().is_some());
    fs::create_dir(folder.file("logs")).unwrap();
    file.write(b"four\n", now);
    assert!(!path.exists(), "it is not tried again at once");
    file.write(b"five\n", now + SECOND);
    assert_eq!(text(&path), format!("lost 3: {}\nfive\n", missing()));
    assert_eq!((file.lost(), file.take_said()), (3, vec![]));
    assert!(!file.waits());
}

fn missing() -> String {
    fs::metadata("/no/such/file").unwrap_err().to_string()
}

#[test]
fn a_full_disk_is_said_once_and_tried_again_ever_more_seldom() {
    // What is written to it fails as on a full disk, to the kernel's own word.
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let start = SystemTime::now();
    let mut file = open(full, Rotation::default(), start).unwrap();
    for second in 0..600 {
        file.write(b"line\n", start + SECOND * second);
    }
    assert_eq!(file.lost(), 600);
    let said = file.take_said();
    assert!(said.len() <= 600 / 30, "{said:?}");
    assert!(said[0].contains("No space left"), "{said:?}");
    assert!(full.exists(), "a device is not rotated away");
}

#[test]
fn lines_are_whole_whenever_they_are_read() {
    let folder = Folder::new("whole");
    let path = folder.file("log");
    let rotation = Rotation {
        size: Some(64 * 1024),
        every: None,
        keep: 1000,
    };
    let now = SystemTime::now();
    let to_open = path.clone();
    let writer = LogWriter::start("log".to_owned(), move |_| open(&to_open, rotation, now));
    let writer = writer.unwrap();
    let line = |number: u32| format!("{number} {}\n", "x".repeat(number as usize % 200));
    let output = writer.output();
    for number in 0..20_000 {
        let mut output = output.clone();
        std::io::Write::write_all(&mut output, line(number).as_bytes()).unwrap();
        std::io::Write::flush(&mut output).unwrap();
        if number % 1000 == 0 {
            writer.reopen();
            // Somebody who reads meanwhile: what is there consists of lines.
            for entry in fs::read_dir(&folder.0).unwrap() {
                assert!(becomes_whole(&entry.unwrap().path()));
            }
        }
    }
    assert_eq!(writer.finish(), None);
    let old = (1..=1000)
        .rev()
        .map(|number| folder.file(&format!("log.{number}")));
    let all: String = old
        .filter_map(|path| fs::read_to_string(path).ok())
        .chain([text(&path)])
        .collect();
    assert!(folder.file("log.2").exists(), "it was rotated");
    assert!(all == (0..20_000).map(line).collect::<String>());
}

/// Whether a file consists of lines. The kernel shows a long write page by page to those who read
/// while it is under way, so they may have to look again.
fn becomes_whole(path: &Path) -> bool {
    (0..1000).any(|_| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.is_empty() || text.ends_with('\n')
    })
}

#[test]
fn what_could_not_be_written_is_said_at_the_end() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let start = |now| open(Path::new("/dev/full"), Rotation::default(), now);
    let writer = LogWriter::start("log".to_owned(), start).unwrap();
    let mut output = writer.output();
    std::io::Write::write_all(&mut output, b"one\ntwo\n").unwrap();
    std::io::Write::flush(&mut output).unwrap();
    let fault = writer.finish().unwrap();
    assert!(fault.contains("2 lines were lost"), "{fault}");
    let nowhere = |now| open(Path::new("/no/such/folder/log"), Rotation::default(), now);
    assert!(LogWriter::start("log".to_owned(), nowhere).is_err());
}
