//! Comparisons of recorded captures, word by word.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use sipwhy_capture::file::Reader;
use sipwhy_diff::{Frames, Options, Recorder, Recording, compare, text};
use sipwhy_pipeline::Config;
use sipwhy_report::Filter;
use sipwhy_tests::{captures, play};

/// Columns of the text.
const WIDTH: usize = 100;

/// Pairs of captures that differ in ways of their own, each with the good one first.
const COMPARED: &[(&str, &str, &str)] = &[
    ("stuck", "call-proxied.pcap", "stuck-next-hop-silent.pcap"),
    (
        "redirect-ignored",
        "use-proxy-obeyed-next-hop.pcap",
        "use-proxy-ignored-old-destination.pcap",
    ),
    (
        "other-stack",
        "call-linphone.pcap",
        "call-baresip-with-media.pcap",
    ),
    (
        "other-transport",
        "call-proxied.pcap",
        "call-tcp-proxied.pcap",
    ),
    ("other-network", "call-direct.pcap", "call-ipv6.pcap"),
    ("busy", "call-proxied.pcap", "busy.pcap"),
    ("slow", "call-proxied.pcap", "stuck-proxy-slow-at-12s.pcap"),
    ("legs", "legs-session-id.pcap", "legs-by-numbers.pcap"),
];

fn recording(file: &str) -> Recording {
    let mut recorder = Recorder::new(Filter::default());
    let reader = Reader::open(captures().join(file), 0).unwrap();
    let (summary, damage) = play(reader, Config::default(), &mut recorder);
    assert!(damage.is_none(), "{file}");
    recorder.finish(&summary)
}

#[test]
fn comparisons_read_as_they_should() {
    for (name, good, bad) in COMPARED {
        let comparison = compare(&recording(good), &recording(bad), &Options::default());
        let lines = text::lines(&comparison, &Frames::of(good, bad), WIDTH);
        let page: String = lines.iter().map(|line| line.plain() + "\n").collect();
        assert!(
            page.lines().all(|line| line.chars().count() <= WIDTH),
            "{page}"
        );
        insta::assert_snapshot!(*name, page);
    }
}
