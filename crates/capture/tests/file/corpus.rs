//! Captures that others published: as many frames as the index says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::craft::drain;
use sipwhy_capture::file::Reader;

/// The folder of captures beside the project, or where `SIPWHY_CORPUS` says.
pub(crate) fn corpus() -> PathBuf {
    std::env::var_os("SIPWHY_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    )
}

/// Captures that are not read to a good end, and why that is right.
const EXPLAINED: [(&str, &str); 2] = [
    // tshark reads Microsoft's format too; here it is named, and how to convert it.
    ("c07-sip-r2.cap", "is a Network Monitor capture"),
    // It ends within its 588th record: tshark says so too, and counts the whole ones.
    ("tc_TC_IDPRE_EXT0140.pcap", "after frame 587"),
];

#[test]
fn as_many_frames_as_the_index_says() {
    let corpus = corpus();
    let Ok(index) = fs::read_to_string(corpus.join("INDEX.tsv")) else {
        println!("skipped: no captures at {}", corpus.display());
        return;
    };
    let mut differing = Vec::new();
    let mut files = 0;
    for line in index.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(path), Some(packets)) = (columns.next(), columns.nth(1)) else {
            continue;
        };
        let Ok(expected) = packets.parse::<u64>() else {
            continue;
        };
        if !path.starts_with("captures/") {
            continue;
        }
        let mut frames = 0;
        let fault = drain(Reader::open(corpus.join(path), 3), |kept| {
            frames += 1;
            assert!(kept.number >= frames);
        });
        files += 1;
        let fault = fault.map_or_else(String::new, |fault| format!(": {fault}"));
        let explained = EXPLAINED
            .iter()
            .any(|(name, why)| path.ends_with(name) && fault.contains(why));
        if !explained && (frames != expected || !fault.is_empty()) {
            differing.push(format!(
                "{path}: {frames} frames, the index says {expected}{fault}"
            ));
        }
    }
    println!("{files} captures");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
