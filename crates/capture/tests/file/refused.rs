//! What is no capture, and records that make no sense: one line that says what and what to do.

use std::fs;
use std::path::PathBuf;

use sipwhy_capture::file::{Damage, OpenError, ReadError, Reader};

use crate::craft::{
    MICROS, Order, block, enhanced, interface, pcap, read_all, record, section, section_version,
    simple,
};

const LE: Order = Order::Little;

fn message(bytes: &[u8]) -> String {
    read_all(bytes.to_vec()).1.unwrap().to_string()
}

/// A path of its own for a test.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn open_error(path: &std::path::Path) -> ReadError {
    match Reader::open(path, 0) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

#[test]
fn paths_that_lead_nowhere() {
    let missing = open_error(&path("no-such-file.pcap"));
    assert!(matches!(
        missing,
        ReadError::Open {
            reason: OpenError::NotFound,
            ..
        }
    ));
    assert_eq!(missing.frames_before(), None);
    assert!(
        missing
            .to_string()
            .ends_with("no-such-file.pcap: no such file; check the path")
    );

    let directory = open_error(&path(""));
    assert!(matches!(
        directory,
        ReadError::Open {
            reason: OpenError::Directory,
            ..
        }
    ));
}

#[test]
fn names_are_escaped() {
    let error = open_error(&path("\u{1b}[31mred\n"));
    assert!(!error.to_string().contains(['\u{1b}', '\n']), "{error:?}");
}

#[test]
fn a_file_is_read_by_its_path() {
    let path = path("read-by-path.pcap");
    let bytes = [
        pcap(LE, MICROS, (2, 4), 65_535, 1),
        record(LE, 1, 0, 5, b"hello"),
    ]
    .concat();
    fs::write(&path, &bytes).unwrap();
    let mut reader = Reader::open(&path, 0).unwrap();
    assert_eq!(reader.next_frame().unwrap().unwrap().data, b"hello");
    assert!(reader.next_frame().unwrap().is_none());
    assert_eq!((reader.frames(), reader.bytes()), (1, bytes.len() as u64));
    assert_eq!(reader.name(), path.to_str().unwrap());
    fs::remove_file(&path).unwrap();
}

#[test]
fn files_that_are_no_captures() {
    assert_eq!(
        message(b""),
        "made.pcap: is empty; nothing was captured, or nothing has been written to it yet"
    );
    assert_eq!(
        message(b"BZh91AY&SY"),
        "made.pcap: is not a pcap or pcapng capture: it looks like bzip2 data; decompress it first \
         (bunzip2)"
    );
    assert_eq!(
        message(b"INVITE sip:bob@example.com SIP/2.0\r\n"),
        "made.pcap: is not a pcap or pcapng capture: it looks like text; check the path"
    );
    assert_eq!(
        message(b"\x7fELF\x02\x01\x01\0"),
        "made.pcap: is not a pcap or pcapng capture: it looks like a program (ELF); check the path"
    );
    assert_eq!(
        message(&[0; 100]),
        "made.pcap: is not a pcap or pcapng capture: it begins with the bytes 00 00 00 00; check \
         the path"
    );
    assert_eq!(
        message(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0]),
        "made.pcap: ends within its file header, after 6 bytes; copy or capture the file again"
    );
}

#[test]
fn versions_that_are_not_known() {
    assert_eq!(
        message(&pcap(LE, MICROS, (3, 1), 65_535, 1)),
        "made.pcap: is pcap version 3.1, which is not known here; convert it first (editcap -F \
         pcap)"
    );
    assert_eq!(
        message(&section_version(LE, 2, 0)),
        "made.pcap: is pcapng version 2.0, which is not known here; convert it first (editcap -F \
         pcapng)"
    );
    assert!(read_all(section_version(LE, 1, 2)).1.is_none());
    let later = [section(LE), section_version(LE, 2, 0)].concat();
    assert_eq!(
        message(&later),
        "made.pcap: damaged at byte 44, before the first frame: a section of pcapng version 2.0, \
         which is not known here; everything before it was read; copy or capture the file again \
         to have the rest"
    );
}

fn damage(pieces: &[Vec<u8>]) -> (usize, Damage) {
    let (frames, fault) = read_all(pieces.concat());
    match fault.unwrap() {
        ReadError::Corrupt { after, damage, .. } => {
            assert_eq!(after, frames.len() as u64);
            (frames.len(), damage)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn damaged_pcap_records() {
    let header = pcap(LE, MICROS, (2, 4), 65_535, 1);
    let good = record(LE, 1, 0, 5, b"hello");
    let mut bad = good.clone();
    bad[8..12].copy_from_slice(&LE.u32(0x7000_0000));
    assert_eq!(
        damage(&[header.clone(), good.clone(), bad.clone()]),
        (
            1,
            Damage::FrameTooLong {
                claimed: 0x7000_0000,
                most: 262_144
            }
        )
    );
    assert_eq!(
        message(&[header, good, bad].concat()),
        "made.pcap: damaged at byte 45, after frame 1: a frame of 1879048192 bytes where at most \
         262144 can be; everything before it was read; copy or capture the file again to have \
         the rest"
    );
}

#[test]
fn damaged_pcapng_blocks() {
    let start = [section(LE), interface(LE, 1, 0, &[])].concat();
    let good = enhanced(LE, 0, 0, 5, b"hello");
    let with = |bad: Vec<u8>| damage(&[start.clone(), good.clone(), bad]);

    let mut trailer = good.clone();
    let end = trailer.len();
    trailer[end - 4] ^= 1;
    let len = end as u32;
    assert_eq!(
        with(trailer),
        (
            1,
            Damage::BlockLengthsDiffer {
                first: len,
                second: len ^ 1
            }
        )
    );

    for claimed in [0, 11, u32::MAX] {
        let mut bad = good.clone();
        bad[4..8].copy_from_slice(&LE.u32(claimed));
        assert_eq!(with(bad), (1, Damage::BlockLength { claimed }));
    }

    let mut long = good.clone();
    long[20..24].copy_from_slice(&LE.u32(1_000));
    assert!(matches!(
        with(long),
        (1, Damage::FrameTooLong { claimed: 1_000, .. })
    ));
    assert!(matches!(
        with(simple(LE, 50, b"12345")),
        (1, Damage::FrameTooLong { .. })
    ));

    assert_eq!(
        with(enhanced(LE, 1, 0, 1, b"x")),
        (
            1,
            Damage::UnknownInterface {
                id: 1,
                described: 1
            }
        )
    );
    assert_eq!(
        damage(&[section(LE), simple(LE, 1, b"x")]),
        (
            0,
            Damage::UnknownInterface {
                id: 0,
                described: 0
            }
        )
    );
    assert_eq!(
        with(block(LE, 6, b"short")),
        (1, Damage::BlockLength { claimed: 20 })
    );
    assert_eq!(
        with(block(LE, 1, b"shrt")),
        (1, Damage::BlockLength { claimed: 16 })
    );

    let mut order = section(LE);
    order[8] = 0;
    assert_eq!(with(order), (1, Damage::ByteOrder));
}

#[test]
fn a_section_forgets_the_interfaces_before_it() {
    let pieces = [
        section(LE),
        interface(LE, 1, 0, &[]),
        section(LE),
        simple(LE, 1, b"x"),
    ];
    assert_eq!(
        damage(&pieces),
        (
            0,
            Damage::UnknownInterface {
                id: 0,
                described: 0
            }
        )
    );
}
