//! Captures written anew with the findings as comments, read back with our reader and with tshark.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sipwhy_capture::file::{Item, Merge, Merged};
use sipwhy_capture::write::{Origin, Pcapng};

use crate::run::{capture, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";
const TWO_CALLERS: &str = "legs-two-callers.pcap";

/// A packet of a capture, with what is said of it.
#[derive(Debug, PartialEq, Eq)]
struct Packet {
    time: u64,
    link: u16,
    data: Vec<u8>,
    comments: Vec<String>,
}

/// The packets of captures, and the lines of TLS key logs in them, each before so many packets.
fn read_back(paths: &[&Path]) -> (Vec<Packet>, Vec<(usize, String)>) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| (*path).to_owned()).collect();
    let mut merge = Merge::open(&paths);
    let (mut packets, mut secrets) = (Vec::new(), Vec::new());
    while let Some((piece, comments)) = merge.next_commented() {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        match piece {
            Merged::Item(Item::Frame(frame)) => packets.push(Packet {
                time: frame.time.as_nanos(),
                link: frame.link_type.0,
                data: frame.data.to_vec(),
                comments: comments.map(text).collect(),
            }),
            Merged::Item(Item::KeyLog(lines)) => {
                let lines = text(lines);
                secrets.extend(lines.lines().map(|line| (packets.len(), line.to_owned())));
            }
            Merged::Item(Item::Names(_)) => {}
            Merged::End(end) => assert!(end.fault.is_none(), "{:?}", end.fault),
        }
    }
    (packets, secrets)
}

/// Writes captures anew, and reads that back.
fn written(name: &str, args: &[&str]) -> Vec<Packet> {
    let path = scratch(name);
    let place = path.to_str().unwrap();
    let ran = run(&[&["read", "--write-pcapng", place], args].concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    read_back(&[&path]).0
}

/// The findings of a run: where each has its proofs, and its rule.
fn found(args: &[&str]) -> Vec<(String, u64, String)> {
    let ran = run(&[&["read", "--format", "json"], args].concat());
    let mut found = Vec::new();
    for record in records(&ran.out) {
        let Some(evidence) = record["evidence"].as_array() else {
            continue;
        };
        for proof in evidence {
            let file = proof["file"].as_str().unwrap().to_owned();
            let rule = record["rule"].as_str().unwrap().to_owned();
            found.push((file, proof["frame"].as_u64().unwrap(), rule));
        }
    }
    found
}

/// The rule that a comment tells of.
fn rule(comment: &str) -> &str {
    let (_, rest) = comment.split_once('[').unwrap();
    rest.split_once(']').unwrap().0
}

/// The rules told of each packet that has comments, by its number.
fn told(packets: &[Packet]) -> BTreeMap<u64, Vec<String>> {
    (1_u64..)
        .zip(packets)
        .filter(|(_, packet)| !packet.comments.is_empty())
        .map(|(number, packet)| {
            let rules = packet.comments.iter().map(|it| rule(it).to_owned());
            (number, rules.collect())
        })
        .collect()
}

/// The same of what the findings themselves say.
fn expected(args: &[&str]) -> BTreeMap<u64, Vec<String>> {
    let mut expected: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (_, frame, rule) in found(args) {
        expected.entry(frame).or_default().push(rule);
    }
    for rules in expected.values_mut() {
        rules.sort();
        rules.dedup();
    }
    expected
}

#[test]
fn each_finding_is_said_of_the_packets_that_prove_it_and_no_others() {
    for name in [
        IGNORED,
        "stuck-then-rang-at-41s.pcap",
        "register-message-options.pcapng",
        "stuck-next-hop-tcp-syn-unanswered.pcap",
        "encapsulated/any-cooked-2.pcap",
    ] {
        let file = capture(name);
        let packets = written("as-found.pcapng", &[&file]);
        let (original, _) = read_back(&[Path::new(&file)]);
        let bare = |packets: &[Packet]| -> Vec<(u64, u16, Vec<u8>)> {
            let bare = packets.iter();
            bare.map(|it| (it.time, it.link, it.data.clone())).collect()
        };
        assert!(bare(&packets) == bare(&original), "{name}");
        let mut told = told(&packets);
        for rules in told.values_mut() {
            rules.sort();
            rules.dedup();
        }
        assert_eq!(told, expected(&[&file]), "{name}");
    }
}

#[test]
fn a_comment_says_what_is_wrong_what_proves_it_why_and_what_to_do() {
    let packets = written("comment.pcapng", &[&capture(IGNORED)]);
    let comment = packets[3].comments.join("\n");
    for part in [
        "error[use-proxy-ignored]: 10.77.0.10 sent the INVITE back to 10.77.0.20",
        "\n| Contact: <sip:10.77.0.30>   <- every retry must go through this proxy",
        "\nwhy: 305 Use Proxy is a redirection",
        "\nfix: on 10.77.0.10, set sip:10.77.0.30 as outbound proxy",
    ] {
        assert!(comment.contains(part), "{part} in: {comment}");
    }
    let packets = written("stages.pcapng", &[&capture("stuck-then-rang-at-41s.pcap")]);
    let mut stuck = packets.iter().flat_map(|packet| &packet.comments);
    let stuck = stuck.find(|it| rule(it) == "stuck-on-trying").unwrap();
    assert!(stuck.contains("(resolved): "), "what came of it: {stuck}");
    assert!(stuck.contains("\nwas: "), "and what it was: {stuck}");
}

#[test]
fn with_filters_the_packets_of_the_calls_shown_are_written_alone() {
    let file = capture(TWO_CALLERS);
    let all = read_back(&[Path::new(&file)]).0;
    let ran = run(&["read", "--format", "json", "--with", "calls", &file]);
    let calls: Vec<Value> = records(&ran.out)
        .into_iter()
        .filter(|record| record["kind"] == "call")
        .collect();
    assert!(calls.len() > 1, "{}", ran.out);
    for call in &calls {
        let call_id = call["call_id"].as_str().unwrap();
        let packets = written("one-call.pcapng", &["--call-id", call_id, &file]);
        let has = |packet: &Packet| {
            let wanted = format!("Call-ID: {call_id}");
            let wanted = wanted.as_bytes();
            packet.data.windows(wanted.len()).any(|it| it == wanted)
        };
        assert!(packets.iter().all(has), "{call_id}");
        let times = |packets: &[Packet]| -> Vec<u64> {
            let packets = packets.iter().filter(|it| has(it));
            packets.map(|packet| packet.time).collect()
        };
        assert_eq!(times(&packets), times(&all), "{call_id}");
        assert!(packets.len() < all.len());
    }
}

#[test]
fn fragments_and_segments_of_a_call_are_written_whole() {
    for name in [
        "invite-fragmented.pcap",
        "encapsulated/tcp-split.pcap",
        "encapsulated/ws-continued.pcap",
        "call-tcp-proxied.pcap",
    ] {
        let file = capture(name);
        let summary = |path: &str| {
            let ran = run(&["read", "--format", "json", path]);
            records(&ran.out).pop().unwrap()
        };
        let path = scratch("whole.pcapng");
        let place = path.to_str().unwrap();
        let ran = run(&["read", "--user", "bob", "--write-pcapng", place, &file]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{name}");
        let (before, after) = (summary(&file), summary(place));
        for count in ["sip_messages", "requests", "responses", "calls"] {
            assert_eq!(before[count], after[count], "{name}: {count}");
        }
    }
}

#[test]
fn several_captures_compressed_or_not_become_one() {
    let packed = scratch("packed.pcap.gz");
    let bytes = fs::read(capture(IGNORED)).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &bytes).unwrap();
    fs::write(&packed, encoder.finish().unwrap()).unwrap();
    let (packed, other) = (packed.to_str().unwrap(), capture("busy.pcap"));
    let files = [packed, &other];
    let packets = written("several.pcapng", &files);
    let (originals, _) = read_back(&files.map(Path::new));
    assert_eq!(packets.len(), originals.len());
    for (packet, original) in packets.iter().zip(&originals) {
        assert_eq!((packet.time, &packet.data), (original.time, &original.data));
    }
    // The frames of each file are found by what is in them.
    let found = found(&files);
    assert!(found.iter().any(|(file, ..)| file == packed));
    for (file, frame, expected) in found {
        let alone = read_back(&[Path::new(&file)]).0;
        let proof = &alone[frame as usize - 1];
        let packet = packets.iter().find(|it| it.time == proof.time).unwrap();
        let rules: Vec<&str> = packet.comments.iter().map(|it| rule(it)).collect();
        assert!(rules.contains(&expected.as_str()), "{file}:{frame}");
    }
}

#[test]
fn comments_of_a_capture_are_kept_and_none_is_told_twice() {
    let bare = read_back(&[Path::new(&capture(IGNORED))]).0;
    let mut file = Pcapng::new(Vec::new(), Origin::default()).unwrap();
    for (number, packet) in (1..).zip(&bare) {
        let frame = sipwhy_packet::Frame {
            id: sipwhy_packet::FrameId { file: 0, number },
            time: sipwhy_packet::Timestamp::from_nanos(packet.time),
            link_type: sipwhy_packet::LinkType(packet.link),
            data: &packet.data,
            original_len: packet.data.len() as u32,
        };
        let comments = (number == 4).then_some(["look here", "and think"]);
        let comments = comments.into_iter().flatten();
        file.packet("eth0", &frame, comments).unwrap();
    }
    let commented = scratch("commented.pcapng");
    fs::write(&commented, file.into_inner()).unwrap();
    let once = written("once.pcapng", &[commented.to_str().unwrap()]);
    assert_eq!(once[3].comments[..2], ["look here", "and think"]);
    assert_eq!(rule(&once[3].comments[2]), "use-proxy-ignored");
    assert_eq!(once[3].comments.len(), 3);
    let twice = written("twice.pcapng", &[scratch("once.pcapng").to_str().unwrap()]);
    assert!(once == twice, "written again it is as it was");
}

#[test]
fn secrets_of_the_sessions_in_the_capture_are_written_before_them() {
    let session = capture("encapsulated/tls-1.3.pcap");
    let key_log = |name: &str| fs::read_to_string(capture(name)).unwrap();
    let own = key_log("encapsulated/tls-1.3.keylog");
    let both = own.clone() + &key_log("encapsulated/tls-1.2-aes-gcm.keylog");
    let keys = scratch("both.keylog");
    fs::write(&keys, both).unwrap();
    let keys = keys.to_str().unwrap();
    written("decrypted.pcapng", &["--keylog", keys, &session]);
    let path = scratch("decrypted.pcapng");
    let (packets, secrets) = read_back(&[&path]);
    let hello = packets.iter().position(|it| it.data.len() > 200).unwrap();
    assert!(secrets.iter().all(|(before, _)| *before <= hello));
    let lines: Vec<&str> = secrets.iter().map(|(_, line)| line.as_str()).collect();
    let expected: Vec<&str> = own.lines().filter(|it| !it.starts_with('#')).collect();
    assert_eq!(lines, expected, "those of no other session");
    let messages = |args: &[&str]| {
        let ran = run(&[&["read", "--format", "json"], args].concat());
        records(&ran.out).pop().unwrap()["sip_messages"].clone()
    };
    let place = path.to_str().unwrap();
    assert_eq!(messages(&[place]), messages(&["--keylog", keys, &session]));
    assert_eq!(messages(&[place]), 7);
    // A capture's own secrets stay in it.
    let inside = capture("encapsulated/tls-1.3-secrets-in-file.pcapng");
    written("inside.pcapng", &[&inside]);
    let inside = scratch("inside.pcapng");
    assert_eq!(messages(&[inside.to_str().unwrap()]), 7);
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_left_behind() {
    let folder = scratch("refusals");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let own = folder.join("call.pcap");
    fs::copy(capture("busy.pcap"), &own).unwrap();
    let link = folder.join("link.pcap");
    std::os::unix::fs::symlink(&own, &link).unwrap();
    let before = fs::read(&own).unwrap();
    let (own_name, link_name) = (own.to_str().unwrap(), link.to_str().unwrap());
    let nowhere = folder.join("no/such/place.pcapng");
    let folder_name = folder.to_str().unwrap();
    for (args, words) in [
        (&[own_name, own_name][..], "is one of the captures"),
        (&[own_name, link_name], "is one of the captures"),
        (&[link_name, own_name], "is one of the captures"),
        (&["-", own_name], "standard output is for the report"),
        (&["out.pcapng", "-"], "standard input does not allow"),
        (&[nowhere.to_str().unwrap(), own_name], "cannot be written"),
        (&[folder_name, own_name], "cannot be written"),
        (&["out.pcapng", "--follow", own_name], "cannot be used with"),
    ] {
        let ran = run(&[&["read", "--write-pcapng"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    assert!(
        fs::read(&own).unwrap() == before,
        "the capture is as it was"
    );
    let mut left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["call.pcap", "link.pcap"]);
}

#[test]
fn a_capture_that_is_cut_off_is_written_as_far_as_it_goes() {
    let whole = fs::read(capture(IGNORED)).unwrap();
    let cut = scratch("cut-off.pcap");
    fs::write(&cut, &whole[..whole.len() - 10]).unwrap();
    let out = scratch("cut-off.pcapng");
    let (cut, place) = (cut.to_str().unwrap(), out.to_str().unwrap());
    let ran = run(&["read", "--write-pcapng", place, cut]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("cut-off.pcap"), "{}", ran.err);
    assert_eq!(read_back(&[&out]).0.len(), 10);
}

#[test]
fn tshark_reads_the_same_comments_at_the_same_packets() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: tshark is not installed");
        return;
    }
    let packets = written("for-tshark.pcapng", &[&capture(IGNORED)]);
    let path = scratch("for-tshark.pcapng");
    let tshark = |args: &[&str]| {
        let output = Command::new("tshark")
            .arg("-r")
            .arg(&path)
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let fields = ["-T", "fields", "-e", "frame.number", "-e", "frame.comment"];
    let out = tshark(&fields);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), packets.len());
    for (number, (line, packet)) in (1..).zip(lines.iter().zip(&packets)) {
        let (told, comment) = line.split_once('\t').unwrap();
        assert_eq!(told, format!("{number}"));
        // tshark escapes the ends of lines.
        assert_eq!(comment, packet.comments.join(",").replace('\n', "\\n"));
    }
    let filter = "frame.comment contains \"error[\"";
    let shown = tshark(&["-Y", filter, "-T", "fields", "-e", "frame.number"]);
    assert_eq!(shown.lines().collect::<Vec<_>>(), ["4", "6"]);
}
