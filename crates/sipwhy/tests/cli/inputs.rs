//! What can be read: compressed captures, several as one, directories, names and keys beside the
//! frames, and what is cut or damaged.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use sipwhy_capture::file::Reader;

use crate::run::{Ran, capture, program, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

/// A frame on its way into another file.
pub(crate) struct Kept {
    pub(crate) nanos: u64,
    pub(crate) data: Vec<u8>,
}

/// The frames of a capture that ships with the project.
pub(crate) fn frames(name: &str) -> Vec<Kept> {
    let mut reader = Reader::open(capture(name), 0).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        frames.push(Kept {
            nanos: frame.time.as_nanos(),
            data: frame.data.to_vec(),
        });
    }
    frames
}

/// The header of a pcap file of Ethernet frames, times in nanoseconds.
pub(crate) fn header() -> Vec<u8> {
    let words = [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 1];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub(crate) fn record(frame: &Kept) -> Vec<u8> {
    let length = u32::try_from(frame.data.len()).unwrap();
    let second = 1_000_000_000;
    let (seconds, nanos) = (frame.nanos / second, frame.nanos % second);
    let words = [
        u32::try_from(seconds).unwrap(),
        u32::try_from(nanos).unwrap(),
        length,
        length,
    ];
    let head = words.iter().flat_map(|word| word.to_le_bytes());
    head.chain(frame.data.iter().copied()).collect()
}

fn pcap<'a>(frames: impl IntoIterator<Item = &'a Kept>) -> Vec<u8> {
    let mut file = header();
    file.extend(frames.into_iter().flat_map(record));
    file
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = u32::try_from(padded + 12).unwrap().to_le_bytes();
    let mut out = [&kind.to_le_bytes()[..], &length, body].concat();
    out.resize(padded + 8, 0);
    out.extend(length);
    out
}

/// A pcapng file of Ethernet frames, with a block before them.
fn pcapng(aside: &[u8], frames: &[Kept]) -> Vec<u8> {
    let section = [
        &0x1a2b_3c4d_u32.to_le_bytes()[..],
        &[1, 0, 0, 0],
        &[0xff; 8],
    ]
    .concat();
    // Nanoseconds (if_tsresol 9).
    let interface = [1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0];
    let mut file = [
        block(0x0a0d_0d0a, &section),
        block(1, &interface),
        aside.to_vec(),
    ]
    .concat();
    for frame in frames {
        let length = u32::try_from(frame.data.len()).unwrap().to_le_bytes();
        let high = u32::try_from(frame.nanos >> 32).unwrap().to_le_bytes();
        let low = (frame.nanos as u32).to_le_bytes();
        let body = [&[0; 4][..], &high, &low, &length, &length, &frame.data].concat();
        file.extend(block(6, &body));
    }
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A directory of this test alone, with files in it.
fn folder(name: &str, files: &[(&str, Vec<u8>)]) -> PathBuf {
    let folder = scratch(name);
    let _ = fs::remove_dir_all(&folder);
    for (file, bytes) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn from_standard_input(args: &[&str], bytes: &[u8]) -> Ran {
    // Tests run side by side: each has a file of its own.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = scratch(&format!("stdin-{}-{number}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    let output = program()
        .args(args)
        .stdin(Stdio::from(File::open(&path).unwrap()))
        .output()
        .unwrap();
    Ran::from(output)
}

/// Findings and counts without what names the files and frames.
fn said(out: &str) -> Vec<String> {
    let findings = |line: &&str| line.starts_with("error[") || line.contains(" SIP messages");
    out.lines().filter(findings).map(str::to_owned).collect()
}

#[test]
fn compressed_captures_are_read_from_files_and_from_standard_input() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../capture/tests/file/packed");
    let plain = run(&["read", &capture("call-direct.pcap")]).out;
    for end in ["gz", "zst", "xz", "lz4"] {
        let bytes = fs::read(folder.join(format!("call.pcap.{end}"))).unwrap();
        // Told by what they hold: this name says nothing.
        let path = scratch(&format!("packed-{end}.dat"));
        fs::write(&path, &bytes).unwrap();
        let ran = run(&["read", path.to_str().unwrap()]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{end}");
        assert_eq!(ran.out, plain, "{end}");
        let ran = from_standard_input(&["read", "-"], &bytes);
        assert_eq!((ran.status, ran.out), (0, plain.clone()), "{end}");
    }
}

#[test]
fn a_compressed_capture_that_is_cut_keeps_its_findings() {
    // Stored blocks, so that nothing is held back.
    let mut packer = GzEncoder::new(Vec::new(), Compression::none());
    packer
        .write_all(&fs::read(capture(IGNORED)).unwrap())
        .unwrap();
    let whole = packer.finish().unwrap();
    let path = scratch("cut.pcap.gz");
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    let ran = run(&["read", path.to_str().unwrap()]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("error[use-proxy-ignored]"), "{}", ran.out);
    assert!(
        ran.err.contains("gzip data is cut off after"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("after frame 10"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn rotated_captures_in_any_order_are_one() {
    let frames = frames(IGNORED);
    let whole = said(&run(&["read", &capture(IGNORED)]).out);
    assert_eq!(whole.len(), 2, "{whole:?}");
    // Frame 4 is the 305, frame 6 the INVITE that ignores it.
    let pieces = [
        ("0-last.pcap", pcap(&frames[6..])),
        ("1-middle.pcap.gz", gzip(&pcap(&frames[3..6]))),
        ("2-first.pcap", pcap(&frames[..3])),
    ];
    let folder = folder("rotated", &pieces);
    let ran = run(&["read", folder.to_str().unwrap()]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(said(&ran.out), whole);
    // Frames are numbered in their own files.
    assert!(ran.out.contains("1-middle.pcap.gz:1  "), "{}", ran.out);
    let first = folder.join("2-first.pcap");
    let others = [folder.join("1-middle.pcap.gz"), folder.join("0-last.pcap")];
    let args = [
        "read",
        others[1].to_str().unwrap(),
        "-",
        others[0].to_str().unwrap(),
    ];
    let ran = from_standard_input(&args, &fs::read(first).unwrap());
    assert_eq!((ran.status, said(&ran.out)), (0, whole));
}

#[test]
fn captures_that_overlap_are_taken_frame_by_frame() {
    let frames = frames(IGNORED);
    let whole = run(&[
        "read",
        "--format",
        "json",
        "--with",
        "messages",
        &capture(IGNORED),
    ]);
    let of = |out: &str, key: &str| -> Vec<String> {
        let messages = records(out)
            .into_iter()
            .filter(|one| one["kind"] == "message");
        messages.map(|one| one[key].to_string()).collect()
    };
    let every_other = |from| frames.iter().skip(from).step_by(2);
    let pieces = [
        ("odd.pcap", pcap(every_other(0))),
        ("even.pcap", pcap(every_other(1))),
    ];
    let folder = folder("overlapping", &pieces);
    let args = ["odd.pcap", "even.pcap"].map(|name| folder.join(name).display().to_string());
    let words = ["read", "--format", "json", "--with", "messages"];
    let ran = run(&[&words[..], &[&args[0], &args[1]]].concat());
    assert_eq!(of(&ran.out, "time"), of(&whole.out, "time"));
    assert_eq!(of(&ran.out, "code"), of(&whole.out, "code"));
    let summary = records(&ran.out).pop().unwrap();
    assert_eq!(summary["annotations"]["use-proxy-ignored"], 1);
    let of_inputs = |key: &str| {
        (
            summary["inputs"][0][key].clone(),
            summary["inputs"][1][key].clone(),
        )
    };
    assert_eq!(
        of_inputs("file"),
        (args[0].clone().into(), args[1].clone().into())
    );
    assert_eq!(of_inputs("frames"), (6.into(), 5.into()));
}

#[test]
fn a_directory_stands_for_its_captures() {
    let bytes = fs::read(capture(IGNORED)).unwrap();
    let folder = folder(
        "mixed",
        &[
            ("call.pcap", bytes.clone()),
            ("notes.txt", b"what was done".to_vec()),
            ("empty.pcap", Vec::new()),
            (
                "below/deeper/other.pcap",
                fs::read(capture("call-direct.pcap")).unwrap(),
            ),
        ],
    );
    let path = folder.to_str().unwrap();
    let ran = run(&["check", path]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(
        ran.err
            .contains("mixed: passed over 2 files that are no captures"),
        "{}",
        ran.err
    );
    let calls = |args: &[&str]| records(&run(args).out).pop().unwrap()["calls"].clone();
    assert_eq!(calls(&["read", "--format", "json", path]), 1);
    assert_eq!(calls(&["read", "--format", "json", "--recursive", path]), 2);
    let below = folder.join("below");
    let ran = run(&["read", below.to_str().unwrap()]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("below: no captures in it; --recursive"),
        "{}",
        ran.err
    );
}

#[test]
fn one_of_several_that_is_damaged_does_not_hide_the_others() {
    let frames = frames(IGNORED);
    let mut bad = pcap(&frames[..3]);
    bad.extend([0xff; 16]);
    let folder = folder(
        "damaged",
        &[("1.pcap", bad), ("2.pcap", pcap(&frames[3..]))],
    );
    let ran = run(&["read", folder.to_str().unwrap()]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("error[use-proxy-ignored]"), "{}", ran.out);
    assert!(ran.err.contains("1.pcap: damaged at byte"), "{}", ran.err);
    assert!(ran.err.contains("after frame 3"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn names_in_the_file_tell_whether_a_redirection_was_obeyed() {
    let name = "use-proxy-name-unresolved.pcap";
    let verdict = |address: [u8; 4]| {
        let host = b"proxy.example.test\0";
        let length = u16::try_from(4 + host.len()).unwrap().to_le_bytes();
        let mut names = [&[1, 0][..], &length, &address, host].concat();
        names.resize(names.len().next_multiple_of(4) + 4, 0);
        let path = scratch(&format!("names-{}.pcapng", address[3]));
        fs::write(&path, pcapng(&block(4, &names), &frames(name))).unwrap();
        let out = run(&["read", "--format", "json", path.to_str().unwrap()]).out;
        let finding = records(&out).swap_remove(0);
        (finding["rule"].to_string(), finding["verdict"].to_string())
    };
    let words = |rule: &str, verdict: &str| (format!("{rule:?}"), format!("{verdict:?}"));
    assert_eq!(
        verdict([10, 77, 0, 30]),
        words("use-proxy-obeyed", "confirmed")
    );
    assert_eq!(
        verdict([10, 77, 0, 99]),
        words("use-proxy-ignored", "confirmed")
    );
}

/// A line of a key log, for one session.
fn secret() -> String {
    format!("CLIENT_RANDOM {} {}\n", "1a".repeat(32), "2b".repeat(48))
}

#[test]
fn secrets_come_from_the_file_itself_or_beside_it() {
    let key_log = secret();
    let length = u32::try_from(key_log.len()).unwrap().to_le_bytes();
    let body = [
        &0x544c_534b_u32.to_le_bytes()[..],
        &length,
        key_log.as_bytes(),
    ]
    .concat();
    let inside = scratch("secrets.pcapng");
    fs::write(
        &inside,
        pcapng(&block(10, &body), &frames("call-direct.pcap")),
    )
    .unwrap();
    let beside = scratch("keys.txt");
    fs::write(&beside, &key_log).unwrap();
    let plain = capture("call-direct.pcap");
    for args in [
        vec!["read", inside.to_str().unwrap()],
        vec!["read", "--keylog", beside.to_str().unwrap(), &plain],
        vec!["check", "--keylog", beside.to_str().unwrap(), &plain],
    ] {
        let output = program()
            .envs([("SIPWHY_LOG", "debug"), ("NO_COLOR", "1")])
            .args(&args)
            .output();
        let ran = Ran::from(output.unwrap());
        assert_eq!(ran.status, 0, "{args:?}: {}", ran.err);
        let told = ran.err.contains("took in TLS secrets") && ran.err.contains("secrets=1");
        assert!(told, "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_key_log_that_is_none_is_told_in_one_line() {
    let plain = capture("call-direct.pcap");
    for (path, expected) in [
        (
            "no-such-keys",
            "no-such-keys: cannot be read as a key log: No such file",
        ),
        (plain.as_str(), "holds no TLS secrets; give it a key log"),
    ] {
        let ran = run(&["read", "--keylog", path, &plain]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains(expected), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}
