//! Foreign captures and messages: nothing panics, and the SIP messages found in each are those
//! that tshark finds, except where `docs/corpus.md` says why not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may fail them"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

use sipwhy_packet::Ports;
use sipwhy_pipeline::Config;
use sipwhy_testkit::Recording;
use sipwhy_tests::{corpus, replay_file, root};

/// What the table in `docs/corpus.md` says of a file: our count and tshark's. `None` where the
/// file cannot be read as a capture.
type Known = BTreeMap<String, (Option<u64>, u64)>;

fn any_port() -> Config {
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    config
}

#[test]
fn messages_are_counted_as_tshark_counts_them() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus in ../shared/corpus, and SIPWHY_CORPUS is not set");
        return;
    };
    let known = known_differences();
    let index = std::fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    let (mut faults, mut seen) = (String::new(), 0);
    for line in index.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(file), Some(theirs)) = (fields.next(), fields.nth(2)) else {
            continue;
        };
        let path = corpus.join(file);
        if !file.starts_with("captures/") || !path.is_file() {
            continue;
        }
        seen += 1;
        let theirs: u64 = theirs.parse().unwrap();
        let ours = count(&path);
        let expected = known.get(file).copied().unwrap_or((Some(theirs), theirs));
        if (ours, theirs) != expected {
            let _ = writeln!(faults, "| `{file}` | {} | {theirs} | ? |", shown(ours));
        }
    }
    assert!(seen > 0, "{} lists no captures", corpus.display());
    assert!(
        faults.is_empty(),
        "not in docs/corpus.md, or otherwise there:\n{faults}"
    );
}

fn count(path: &Path) -> Option<u64> {
    replay_file(path, any_port())
        .ok()
        .map(|replay| replay.summary.messages)
}

fn shown(count: Option<u64>) -> String {
    count.map_or_else(|| "unreadable".to_owned(), |count| count.to_string())
}

/// Reads the table: | `file` | ours | tshark's | why |
fn known_differences() -> Known {
    let text = std::fs::read_to_string(root().join("docs/corpus.md")).unwrap();
    let mut known = Known::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, file, ours, theirs, why, _] = cells.as_slice() else {
            panic!("a row of docs/corpus.md has four cells: {line}");
        };
        assert!(why.len() > 10, "a difference is explained: {line}");
        let ours = (*ours != "unreadable").then(|| ours.parse().unwrap());
        let file = file.trim_matches('`').to_owned();
        known.insert(file, (ours, theirs.parse().unwrap()));
    }
    known
}

#[test]
fn torture_messages_pass_through_the_pipeline() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus in ../shared/corpus, and SIPWHY_CORPUS is not set");
        return;
    };
    let mut seen = 0;
    for folder in ["messages/rfc4475", "messages/rfc5118"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let client = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 5), 5060);
            let server = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 9), 5060);
            let mut recording = Recording::default();
            recording.udp(client, server, &bytes);
            recording.udp(server, client, &bytes);
            recording.udp(client, server, &bytes);
            recording.tcp(client, server, &bytes);
            recording.at(std::time::Duration::from_secs(400));
            recording.clock();
            let outcome = recording.replay(any_port());
            assert!(outcome.messages <= 8, "{} messages", outcome.messages);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} messages found");
}
