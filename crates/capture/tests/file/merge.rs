//! Several captures as one: in the order of time, in the order given where times are the same, and
//! with no more files open than need be.

use std::fs;
use std::path::{Path, PathBuf};

use sipwhy_capture::file::{Item, Merge, Merged, OpenError, ReadError};

use crate::craft::{MICROS, Order, block, enhanced, interface, pcap, record, section};

const LE: Order = Order::Little;

/// Writes a capture with a frame at each of these seconds.
fn write(name: &str, seconds: &[u32]) -> PathBuf {
    let mut file = pcap(LE, MICROS, (2, 4), 65_535, 1);
    for second in seconds {
        file.extend(record(LE, *second, 0, 1, b"x"));
    }
    write_bytes(name, &file)
}

fn write_bytes(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// The frames as (second, file, number), and how each input ended.
fn read(paths: &[PathBuf]) -> (Vec<(u64, u16, u64)>, Vec<String>) {
    let mut merge = Merge::open(paths);
    let (mut frames, mut ends) = (Vec::new(), Vec::new());
    while let Some(next) = merge.next_piece() {
        match next {
            Merged::Item(Item::Frame(frame)) => {
                let second = frame.time.as_nanos() / 1_000_000_000;
                frames.push((second, frame.id.file, frame.id.number));
            }
            Merged::Item(_) => frames.push((0, 0, 0)),
            Merged::End(end) => {
                let frames = end.read.map(|(_, frames)| frames);
                let fault = end.fault.map(|fault| fault.to_string());
                ends.push(format!("{} {frames:?} {fault:?}", end.file));
            }
        }
    }
    ends.sort();
    (frames, ends)
}

#[test]
fn by_time_and_then_in_the_order_given() {
    let paths = [
        write("merge-a.pcap", &[5, 7, 7, 9]),
        write("merge-b.pcap", &[]),
        write("merge-c.pcap", &[1, 7, 8]),
    ];
    let (frames, ends) = read(&paths);
    let expected = [
        (1, 2, 1),
        (5, 0, 1),
        (7, 0, 2),
        (7, 0, 3),
        (7, 2, 2),
        (8, 2, 3),
        (9, 0, 4),
    ];
    assert_eq!(frames, expected);
    assert_eq!(ends, ["0 Some(4) None", "1 Some(0) None", "2 Some(3) None"]);
}

#[test]
fn a_clock_that_goes_back_within_a_file_is_left_as_it_is() {
    let paths = [
        write("back-a.pcap", &[5, 3, 6]),
        write("back-b.pcap", &[4, 7]),
    ];
    let (frames, _) = read(&paths);
    assert_eq!(
        frames,
        [(4, 1, 1), (5, 0, 1), (3, 0, 2), (6, 0, 3), (7, 1, 2)]
    );
}

#[test]
fn many_rotated_captures_in_the_wrong_order() {
    let paths: Vec<_> = (0..300u32)
        .map(|n| {
            let begin = 10 * (300 - n);
            write(&format!("many-{n}.pcap"), &[begin, begin + 1])
        })
        .collect();
    let (frames, ends) = read(&paths);
    let seconds: Vec<_> = frames.iter().map(|(second, ..)| *second).collect();
    assert_eq!(seconds.len(), 600);
    assert!(seconds.is_sorted());
    assert!(ends.iter().all(|end| end.ends_with(" Some(2) None")));
    for path in paths {
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn more_captures_at_the_same_time_than_can_be_are_refused() {
    let paths: Vec<_> = (0..258)
        .map(|n| write(&format!("wide-{n}.pcap"), &[1, 2]))
        .collect();
    let mut refused = 0;
    let mut merge = Merge::open(&paths);
    while let Some(next) = merge.next_piece() {
        if let Merged::End(end) = next
            && let Some(ReadError::Open { reason, .. }) = end.fault
        {
            assert!(matches!(reason, OpenError::TooManyOverlap), "{reason}");
            refused += 1;
        }
    }
    assert_eq!(refused, 2);
    for path in paths {
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn faults_are_told_where_they_are_met() {
    let mut cut = fs::read(write("fault-whole.pcap", &[1, 9])).unwrap();
    cut.pop();
    let paths = [
        write_bytes("fault-cut.pcap", &cut),
        write("fault-good.pcap", &[2, 3]),
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("fault-missing.pcap"),
    ];
    let (frames, ends) = read(&paths);
    assert_eq!(frames, [(1, 0, 1), (2, 1, 1), (3, 1, 2)]);
    assert!(
        ends[0].starts_with("0 Some(1) ") && ends[0].contains("cut off"),
        "{ends:?}"
    );
    assert_eq!(ends[1], "1 Some(2) None");
    assert!(
        ends[2].starts_with("2 None ") && ends[2].contains("no such file"),
        "{ends:?}"
    );
}

#[test]
fn what_has_no_time_comes_as_soon_as_it_is_found() {
    let file = [
        section(LE),
        interface(LE, 1, 0, &[]),
        enhanced(LE, 0, 8_000_000, 1, b"x"),
        block(LE, 4, &[0; 4]),
        enhanced(LE, 0, 9_000_000, 1, b"x"),
    ];
    let paths = [
        write("aside-a.pcap", &[7, 10]),
        write_bytes("aside-b.pcapng", &file.concat()),
    ];
    let (frames, _) = read(&paths);
    assert_eq!(
        frames,
        [(7, 0, 1), (8, 1, 1), (0, 0, 0), (9, 1, 2), (10, 0, 2)]
    );
}
