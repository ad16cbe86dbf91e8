//! One call in every encapsulation: always seven messages, and always the same said of them.
//!
//! The call is INVITE, 100, nine seconds of silence, 180, 200, ACK, BYE, 200, so there is a finding
//! to compare. `docs/encapsulations.md` is the outcome.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use sipwhy_annotator::{Annotation, Part};
use sipwhy_capture::file::Reader;
use sipwhy_packet::Ports;
use sipwhy_pipeline::{Config, Observed, Observer};
use sipwhy_testkit::{ENCAPSULATIONS, Encapsulation, Sent};
use sipwhy_tests::{captures, play_with_keys, root};

/// Set to write `docs/encapsulations.md` anew, with tshark's counts where tshark is installed.
const UPDATE: &str = "SIPWHY_UPDATE";

const ONE_CALL: &str = "
    hosts: alice=10.0.0.5 bob=10.0.0.9
    expect: nothing
    0     alice -> bob  INVITE sip:bob@10.0.0.9 #1
    0.01  bob -> alice  100 for #1
    9     bob -> alice  180 for #1
    9.2   bob -> alice  200 for #1
    9.21  alice -> bob  ACK for #1
    9.5   alice -> bob  BYE in #1 #2
    9.51  bob -> alice  200 for #2
";

/// A 305 that is ignored; not between two hosts alone.
const IGNORED: &str = "
    hosts: alice=10.0.0.5 bob=10.0.0.9 proxy=10.0.0.1
    expect: nothing
    0     alice -> bob    INVITE sip:bob@10.0.0.9 #1
    0.01  bob -> alice    305 for #1
          Contact: <sip:10.0.0.1>
    0.02  alice -> bob    ACK for #1
    0.1   alice -> bob    INVITE sip:bob@10.0.0.9 #2 retry of #1
    0.11  bob -> alice    305 for #2
          Contact: <sip:10.0.0.1>
    0.12  alice -> bob    ACK for #2
    20    proxy -> bob    OPTIONS sip:10.0.0.9 #3
";

const MESSAGES: usize = 7;

/// What the name of a capture begins with that shows every packet twice.
const TWICE: &str = "every packet twice";

/// A recorded capture, as its manifest describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    file: String,
    encapsulation: String,
    stacks: String,
    keys: Option<String>,
    #[serde(default)]
    decode: String,
    #[serde(default)]
    remark: String,
}

#[derive(Deserialize)]
struct Manifest {
    capture: Vec<Recorded>,
}

/// What an encapsulation led to.
#[derive(Debug)]
struct Row {
    name: String,
    captured: String,
    remark: String,
    outcome: Outcome,
    pcap: Vec<u8>,
    tshark: Vec<String>,
}

/// Messages, and what was said, without what depends on the encapsulation.
#[derive(Debug, Default)]
struct Outcome {
    messages: usize,
    sightings: usize,
    said: Vec<String>,
    callee: Option<IpAddr>,
    rules: Vec<&'static str>,
}

impl Observer for Outcome {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        if observed.seen.part == Part::Copy {
            self.sightings += 1;
            return;
        }
        self.messages += 1;
        // The first message is the INVITE.
        self.callee
            .get_or_insert(observed.captured.flow.destination.ip());
    }

    fn annotation(&mut self, said: &Annotation) {
        // The callee of the recorded calls answers without SDP; that of the crafted ones was
        // offered none; that their calls are short counts as its consequence. It has nothing to
        // do with what carries the call.
        if matches!(said.rule, "no-answer-sdp" | "short-call") {
            return;
        }
        let mut line = format!(
            "{} {} {} finding {}: {} | {}",
            said.rule,
            said.severity.as_str(),
            said.verdict.as_str(),
            said.finding,
            without_addresses(&said.title),
            without_addresses(&said.explanation),
        );
        if let Some(whom) = said.responsible {
            let is_callee = Some(whom.address) == self.callee;
            let _ = write!(line, " | {} is_callee={is_callee}", whom.role.as_str());
        }
        for evidence in &said.evidence {
            let start = evidence.quote.first().map_or("", |quoted| &quoted.text);
            let words: Vec<&str> = start.split(' ').collect();
            // A method, or a version and a status code.
            let kind = match words.as_slice() {
                ["SIP/2.0", code, ..] => code,
                [method, ..] => method,
                [] => "",
            };
            let _ = write!(line, " | {kind}");
        }
        self.said.push(line);
        if !self.rules.contains(&said.rule) {
            self.rules.push(said.rule);
        }
    }
}

/// Puts one word in place of every address, with its port if there is one.
fn without_addresses(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_hexdigit() && c != '[' && c != ']');
        let is_address = bare.parse::<IpAddr>().is_ok()
            || bare.parse::<SocketAddr>().is_ok()
            || bare.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        if is_address {
            word.replace(bare, "ADDRESS")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn any_port() -> Config {
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    config
}

fn replay(pcap: &[u8], keys: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    let source = std::io::Cursor::new(pcap.to_vec());
    let reader = Reader::from_reader(source, "one call", 0).unwrap();
    let (_, damage) = play_with_keys(reader, keys, any_port(), &mut outcome);
    assert!(damage.is_none(), "{damage:?}");
    outcome
}

fn crafted() -> impl Iterator<Item = &'static Encapsulation> {
    ENCAPSULATIONS.iter().copied().flatten()
}

fn crafted_rows() -> impl Iterator<Item = Row> {
    let call = Sent::of_ladder(ONE_CALL).unwrap();
    crafted().map(move |way| {
        let pcap = way.record(&call).to_pcap();
        Row {
            name: way.name.to_owned(),
            captured: "crafted".to_owned(),
            remark: String::new(),
            outcome: replay(&pcap, b""),
            pcap,
            tshark: decode_as(way.decode),
        }
    })
}

fn recorded_rows() -> impl Iterator<Item = Row> {
    let folder = captures().join("encapsulated");
    let manifest = std::fs::read_to_string(folder.join("manifest.toml")).unwrap();
    let manifest: Manifest = toml::from_str(&manifest).unwrap();
    manifest.capture.into_iter().map(move |recorded| {
        let pcap = std::fs::read(folder.join(&recorded.file)).unwrap();
        let mut tshark = decode_as(&recorded.decode);
        let mut keys = Vec::new();
        if let Some(log) = &recorded.keys {
            let place = folder.join(log);
            keys = std::fs::read(&place).unwrap();
            tshark.extend([
                "-o".to_owned(),
                format!("tls.keylog_file:{}", place.display()),
            ]);
        }
        Row {
            name: recorded.encapsulation,
            captured: format!(
                "[{}](../captures/encapsulated/{})",
                recorded.stacks, recorded.file
            ),
            remark: recorded.remark,
            outcome: replay(&pcap, &keys),
            pcap,
            tshark,
        }
    })
}

fn decode_as(how: &str) -> Vec<String> {
    let how = how.split_whitespace();
    how.flat_map(|how| ["-d".to_owned(), how.to_owned()])
        .collect()
}

fn rows() -> Vec<Row> {
    crafted_rows().chain(recorded_rows()).collect()
}

#[test]
fn every_encapsulation_gives_seven_messages_and_the_same_findings() {
    let rows = rows();
    let (plain, _) = rows.split_first().unwrap();
    assert_eq!(plain.name, "Ethernet");
    assert_eq!(plain.outcome.rules, ["stuck-on-trying"]);
    let mut faults = String::new();
    for row in &rows {
        let Outcome { messages, said, .. } = &row.outcome;
        if *messages != MESSAGES || *said != plain.outcome.said {
            let _ = writeln!(
                faults,
                "{} ({}): {messages} messages, {said:#?}",
                row.name, row.captured
            );
        }
        let is_twice = row.name.starts_with(TWICE);
        let sightings = if is_twice { MESSAGES } else { 0 };
        if row.outcome.sightings != sightings {
            let _ = writeln!(
                faults,
                "{}: {} second sightings",
                row.name, row.outcome.sightings
            );
        }
    }
    assert!(
        faults.is_empty(),
        "{faults}\nexpected of each: {MESSAGES} messages, {:#?}",
        plain.outcome.said
    );
}

#[test]
fn an_ignored_305_is_found_in_every_encapsulation_of_single_messages() {
    let call = Sent::of_ladder(IGNORED).unwrap();
    let mut plain = None;
    let mut seen = 0;
    for way in crafted().filter(|way| way.is_by_message()) {
        let outcome = replay(&way.record(&call).to_pcap(), b"");
        assert_eq!(outcome.messages, call.len(), "{}", way.name);
        assert!(
            outcome.rules.contains(&"use-proxy-ignored"),
            "{}: {:#?}",
            way.name,
            outcome.said
        );
        let plain = plain.get_or_insert_with(|| outcome.said.clone());
        assert_eq!(*plain, outcome.said, "{}", way.name);
        seen += 1;
    }
    assert!(seen > 20, "{seen} encapsulations");
}

#[test]
fn the_table_of_encapsulations_is_current() {
    let place = root().join("docs/encapsulations.md");
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    let update = std::env::var_os(UPDATE).is_some();
    let known = known_counts(&written);
    let mut table = String::from(
        "# Encapsulations\n\n\
         One call in every way that SIP reaches a network card: INVITE, 100, nine seconds of \
         silence, 180, 200, ACK, BYE, 200. However it is carried, the same seven messages are \
         found in it, and the same is said of them: the silence, as `stuck-on-trying`, in the same \
         words but for addresses.\n\n\
         **Messages** is how many sipwhy finds. Where a capture shows packets twice, the second \
         sightings are counted apart: they are neither messages nor retransmissions. **tshark** \
         is how many tshark finds, told what it cannot know by itself (ports, what a pseudowire \
         carries). Both read TLS with the keys that lie beside the capture or in it.\n\n\
         What stacks at hand can speak is recorded (`captures/record/encapsulated.sh`); the rest \
         is crafted (`crates/testkit/src/encapsulation.rs`). `tests/tests/encapsulations.rs` \
         makes this table; `SIPWHY_UPDATE=1 cargo test -p sipwhy-tests --test encapsulations` \
         writes it anew, with the counts of the tshark that is installed.\n\n\
         | Encapsulation | Captured | Messages | Findings | tshark | Remarks |\n\
         |---|---|---|---|---|---|\n",
    );
    let mut unexplained = String::new();
    for row in rows() {
        let key = (row.name.clone(), row.captured.clone());
        let counted = if update { tshark_counts(&row) } else { None };
        let tshark = counted.or_else(|| known.get(&key).copied());
        let mut remarks: Vec<String> = Vec::new();
        if tshark != Some(MESSAGES) {
            remarks.extend(difference(&row.name).map(str::to_owned));
            if tshark.is_some() && remarks.is_empty() && row.remark.is_empty() {
                let _ = writeln!(unexplained, "{}: {tshark:?}", row.name);
            }
        }
        if !row.remark.is_empty() {
            remarks.push(row.remark.clone());
        }
        let mut messages = row.outcome.messages.to_string();
        if row.outcome.sightings > 0 {
            let _ = write!(messages, " (and {} seen again)", row.outcome.sightings);
        }
        let _ = writeln!(
            table,
            "| {} | {} | {messages} | {} | {} | {} |",
            row.name,
            row.captured,
            row.outcome.rules.join(", "),
            tshark.map_or_else(|| "?".to_owned(), |count| count.to_string()),
            remarks.join("; "),
        );
    }
    assert!(
        unexplained.is_empty(),
        "tshark counts otherwise, and nothing says why:\n{unexplained}"
    );
    if update {
        std::fs::write(&place, &table).unwrap();
    } else {
        assert!(
            written == table,
            "{} is out of date: set {UPDATE}=1",
            place.display()
        );
    }
}

/// Why tshark counts otherwise.
fn difference(name: &str) -> Option<&'static str> {
    Some(match name {
        _ if name.starts_with("HEP") => "tshark 4.0 has no dissector for HEP",
        "TCP, a hole between messages" => "tshark gives a direction up at its first hole",
        "WebSocket, the upgrade not seen" => "tshark knows frames only by the upgrade before them",
        _ if name.starts_with(TWICE) => "tshark counts both sightings",
        _ => return None,
    })
}

/// tshark's counts, as they stand in the table.
fn known_counts(table: &str) -> BTreeMap<(String, String), usize> {
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, captured, _, _, tshark, _, _] = cells.as_slice() else {
            return None;
        };
        let key = ((*name).to_owned(), (*captured).to_owned());
        Some((key, tshark.parse().ok()?))
    });
    rows.collect()
}

/// How many SIP messages tshark finds, if it is installed.
fn tshark_counts(row: &Row) -> Option<usize> {
    let place = Scratch::new(&row.pcap);
    let output = Command::new("tshark")
        .args(["-n", "-r"])
        .arg(&place.0)
        .args([
            "-o",
            "tcp.reassemble_out_of_order:TRUE",
            "-Y",
            "sip",
            "-T",
            "fields",
        ])
        .args(["-e", "sip.Request-Line", "-e", "sip.Status-Line"])
        .args(&row.tshark)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.matches("SIP/2.0").count())
}

/// A file for as long as it is needed.
struct Scratch(PathBuf);

impl Scratch {
    fn new(bytes: &[u8]) -> Self {
        let name = format!("encapsulation-{}.pcap", std::process::id());
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::File::create(&place)
            .unwrap()
            .write_all(bytes)
            .unwrap();
        Self(place)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn every_recorded_encapsulation_is_in_the_manifest() {
    let folder = captures().join("encapsulated");
    let manifest = std::fs::read_to_string(folder.join("manifest.toml")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "manifest.toml" || manifest.contains(&format!("\"{name}\"")),
            "{name} is not in captures/encapsulated/manifest.toml"
        );
    }
}
