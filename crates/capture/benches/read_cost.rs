//! What reading a capture file costs, beside the cheapest thing that could be done with it, a loop
//! of `read`, and beside other readers: CPU time, in interleaved rounds, of which the median counts.
//!
//! `cargo bench -p sipwhy-capture [-- MEGABYTES]`; 1000 MB unless told otherwise, of frames of 700
//! bytes on average, in the folder for temporary files.

// It stops at the first thing that goes wrong.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use pcap::{Capture, Precision};
use pcap_parser::{Block, PcapBlockOwned, PcapError, create_reader};
use sipwhy_capture::file::Reader;

const ROUNDS: usize = 9;

/// Frames and their bytes, so that every reader has to look at every record.
type Count = (u64, u64);

type Way = (&'static str, fn(&Path) -> Count);

fn main() {
    let megabytes = std::env::args()
        .skip(1)
        .find_map(|arg| arg.parse().ok())
        .unwrap_or(1_000u64);
    let folder = std::env::temp_dir();
    let process = std::process::id();
    for layout in ["pcap", "pcapng"] {
        let path = folder.join(format!("sipwhy-read-cost-{process}.{layout}"));
        let expected = write_capture(&path, layout == "pcapng", megabytes * 1_000_000);
        println!(
            "{layout}, {} bytes, {} frames",
            fs::metadata(&path).unwrap().len(),
            expected.0
        );
        compare(&path, expected);
        fs::remove_file(&path).unwrap();
    }
}

fn compare(path: &Path, expected: Count) {
    let ways: [Way; 6] = [
        ("read, 256 KiB", |path| read_loop(path, 256)),
        ("read, 1 MiB", |path| read_loop(path, 1_024)),
        ("this crate", ours),
        ("pcap-parser, 256 KiB", |path| pcap_parser(path, 256)),
        ("pcap-parser, 1 MiB", |path| pcap_parser(path, 1_024)),
        ("libpcap", libpcap),
    ];
    let mut seconds = ways.map(|_| Vec::new());
    for round in 0..=ROUNDS {
        for ((name, way), times) in ways.iter().zip(&mut seconds) {
            let before = cpu_seconds();
            let count = way(path);
            let spent = cpu_seconds() - before;
            assert!(
                count.0 == 0 || count == expected,
                "{name} read {count:?}, not {expected:?}"
            );
            // The first round brings the file into memory.
            if round > 0 {
                times.push(spent);
            }
        }
    }
    let mut floor = None;
    for ((name, _), times) in ways.iter().zip(&mut seconds) {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        let floor = *floor.get_or_insert(median);
        println!(
            "  {name:22} {median:.3} s  {:.2} times the first",
            median / floor
        );
    }
}

/// CPU time of this thread, user and system, in seconds.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn read_loop(path: &Path, kib: usize) -> Count {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; kib * 1_024];
    while file.read(&mut buffer).unwrap() > 0 {}
    (0, 0)
}

fn ours(path: &Path) -> Count {
    let mut reader = Reader::open(path, 0).unwrap();
    let mut count = (0, 0);
    while let Some(frame) = reader.next_frame().unwrap() {
        count.0 += 1;
        count.1 += frame.data.len() as u64 + u64::from(frame.data[0]);
    }
    count
}

fn pcap_parser(path: &Path, kib: usize) -> Count {
    let mut reader = create_reader(kib * 1_024, File::open(path).unwrap()).unwrap();
    let mut count = (0, 0);
    loop {
        match reader.next() {
            Ok((len, block)) => {
                let data = match &block {
                    PcapBlockOwned::Legacy(record) => record.data,
                    PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                        &packet.data[..packet.caplen as usize]
                    }
                    _ => &[],
                };
                if let Some(first) = data.first() {
                    count.0 += 1;
                    count.1 += data.len() as u64 + u64::from(*first);
                }
                reader.consume(len);
            }
            Err(PcapError::Eof) => return count,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn libpcap(path: &Path) -> Count {
    let mut capture = Capture::from_file_with_precision(path, Precision::Nano).unwrap();
    let mut count = (0, 0);
    while let Ok(packet) = capture.next_packet() {
        count.0 += 1;
        count.1 += packet.data.len() as u64 + u64::from(packet.data[0]);
    }
    count
}

/// Writes frames of 200 to 1200 bytes until the file is `bytes` long.
fn write_capture(path: &Path, pcapng: bool, bytes: u64) -> Count {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut words = |words: &[u32]| {
        words
            .iter()
            .for_each(|n| out.write_all(&n.to_le_bytes()).unwrap());
    };
    if pcapng {
        words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28]);
        words(&[1, 20, 1, 65_535, 20]);
    } else {
        words(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1]);
    }
    let mut count = (0, 0);
    let mut written = 0;
    let data: Vec<u8> = (0..1_200u32).map(|i| i as u8).collect();
    while written < bytes {
        let len = 200 + (count.0 * 7_919 % 1_001) as u32;
        let data = &data[..len as usize];
        let mut words = |words: &[u32]| {
            words
                .iter()
                .for_each(|n| out.write_all(&n.to_le_bytes()).unwrap());
        };
        if pcapng {
            let block = len.next_multiple_of(4) + 32;
            words(&[6, block, 0, 0, count.0 as u32, len, len]);
            out.write_all(data).unwrap();
            out.write_all(&[0; 3][..(len.next_multiple_of(4) - len) as usize])
                .unwrap();
            out.write_all(&block.to_le_bytes()).unwrap();
            written += u64::from(block);
        } else {
            words(&[count.0 as u32, 0, len, len]);
            out.write_all(data).unwrap();
            written += u64::from(len) + 16;
        }
        count.0 += 1;
        count.1 += u64::from(len) + u64::from(data[0]);
    }
    out.flush().unwrap();
    count
}
