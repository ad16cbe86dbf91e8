//! What libpcap, by which live frames come, reads in the same files: the same times, lengths and
//! bytes.

use std::fs;

use pcap::{Capture, Precision};
use sipwhy_capture::file::Reader;

use crate::corpus::corpus;

#[test]
fn libpcap_reads_the_same() {
    let corpus = corpus();
    let Ok(index) = fs::read_to_string(corpus.join("INDEX.tsv")) else {
        println!("skipped: no captures at {}", corpus.display());
        return;
    };
    let (mut files, mut frames) = (0, 0);
    for path in index.lines().filter_map(|line| line.split('\t').next()) {
        let path = corpus.join(path);
        let Ok(mut reader) = Reader::open(&path, 0) else {
            continue;
        };
        let Ok(mut other) = Capture::from_file_with_precision(&path, Precision::Nano) else {
            continue;
        };
        files += 1;
        while let Ok(theirs) = other.next_packet() {
            eprintln!("{path:?} {:?} {:?}", theirs.header, reader.frames());
            let ours = reader.next_frame().unwrap().unwrap();
            frames += 1;
            // Seconds are unsigned in the file, signed in libpcap.
            let theirs_nanos = u64::from(theirs.header.ts.tv_sec as u32) * 1_000_000_000
                // In a capture opened so, this field counts nanoseconds.
                + theirs.header.ts.tv_usec as u64;
            assert_eq!(ours.time.as_nanos(), theirs_nanos, "{path:?} {:?}", ours.id);
            // Some writers give a length on the wire shorter than what they kept of it.
            let original_len = theirs.header.len.max(theirs.header.caplen);
            assert_eq!(ours.original_len, original_len, "{path:?} {:?}", ours.id);
            assert_eq!(ours.data, theirs.data, "{path:?} {:?}", ours.id);
        }
    }
    println!("{frames} frames in {files} files");
    assert!(files > 0);
}
