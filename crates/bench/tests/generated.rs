//! Generated captures are what they claim to be: the same for a seed, sound on the wire, and
//! equal to their truth line.

#![allow(clippy::unwrap_used)] // helpers of tests, which clippy does not know as such

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use sipwhy_bench::floor;
use sipwhy_bench::people::Transport;
use sipwhy_bench::truth::Truth;
use sipwhy_bench::world::{Amount, Plan, generate};

fn capture(transport: Transport, seed: u64) -> (Truth, Vec<u8>) {
    with_media(transport, seed, 0.0)
}

fn with_media(transport: Transport, seed: u64, media: f64) -> (Truth, Vec<u8>) {
    let generated = generate(plan(transport, seed, media), Vec::new()).unwrap();
    (generated.truth, generated.out)
}

fn plan(transport: Transport, seed: u64, media: f64) -> Plan {
    Plan {
        amount: Amount::Messages(4000),
        seed,
        transport,
        rate: 20.0,
        subscribers: 600,
        media,
    }
}

/// The frames of a capture as this crate writes it.
fn frames(capture: &[u8]) -> Vec<&[u8]> {
    let mut rest = &capture[24..];
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        frames.push(&rest[16..16 + length]);
        rest = &rest[16 + length..];
    }
    frames
}

fn be(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// Cuts one message off the front of a stream by its Content-Length.
fn cut(stream: &[u8]) -> (&str, &[u8]) {
    let head = stream
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let text = std::str::from_utf8(&stream[..head]).unwrap();
    let length = text
        .lines()
        .find_map(|line| {
            line.strip_prefix("Content-Length: ")
                .or(line.strip_prefix("l: "))
        })
        .unwrap();
    let end = head + length.parse::<usize>().unwrap();
    (std::str::from_utf8(&stream[..end]).unwrap(), &stream[end..])
}

/// All messages: datagrams as they are, streams put together by sequence number.
fn messages(capture: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut streams: BTreeMap<&[u8], Vec<(u32, &[u8])>> = BTreeMap::new();
    for frame in frames(capture) {
        assert_eq!(be(&frame[16..18]) as usize, frame.len() - 14, "IP length");
        if frame[23] == 17 {
            let (message, rest) = cut(&frame[42..]);
            assert!(rest.is_empty(), "{message}");
            found.push(message.to_owned());
        } else if frame.len() > 54 {
            streams
                .entry(&frame[26..38])
                .or_default()
                .push((be(&frame[38..42]), &frame[54..]));
        }
    }
    for mut segments in streams.into_values() {
        // Relative to the first, so that a wrap of the sequence number does no harm; the first
        // two may have been swapped.
        let base = segments[0].0.wrapping_sub(1 << 20);
        segments.sort_by_key(|(sequence, _)| sequence.wrapping_sub(base));
        let mut next = segments[0].0;
        let mut stream = Vec::new();
        for (sequence, payload) in segments {
            if sequence != next {
                // A retransmission repeats a segment that is already there.
                assert!(sequence.wrapping_sub(next) > 1 << 31, "hole in a stream");
                continue;
            }
            next = sequence.wrapping_add(payload.len() as u32);
            stream.extend_from_slice(payload);
        }
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let (message, after) = cut(rest);
            found.push(message.to_owned());
            rest = after;
        }
    }
    found
}

#[test]
fn the_seed_decides_every_byte() {
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
        let (truth, bytes) = capture(transport, 7);
        let (again, same) = capture(transport, 7);
        assert!(truth == again && bytes == same);
        assert!(bytes != capture(transport, 8).1);
    }
}

#[test]
fn the_truth_line_is_true() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let (truth, bytes) = capture(transport, 3);
        assert_eq!(truth.bytes, bytes.len() as u64);
        assert_eq!(truth.frames, frames(&bytes).len() as u64);
        let messages = messages(&bytes);
        assert_eq!(truth.sip_messages, messages.len() as u64);
        let (mut requests, mut responses) = (BTreeMap::new(), BTreeMap::new());
        let mut calls = BTreeSet::new();
        for message in &messages {
            let mut words = message.split(' ');
            match words.next().unwrap() {
                "SIP/2.0" => {
                    let status: u16 = words.next().unwrap().parse().unwrap();
                    *responses.entry(status).or_insert(0u64) += 1;
                }
                method => *requests.entry(method).or_insert(0u64) += 1,
            }
            if message.starts_with("INVITE") {
                let call_id = message
                    .lines()
                    .find_map(|line| line.strip_prefix("Call-ID: ").or(line.strip_prefix("i: ")));
                calls.insert(call_id.unwrap());
            }
        }
        assert_eq!(truth.requests, requests);
        assert_eq!(truth.responses, responses);
        assert_eq!(truth.calls, calls.len() as u64);
        assert_eq!(
            truth.planted.len(),
            6,
            "every fault is planted at least once"
        );
    }
}

#[test]
fn the_floor_sees_every_frame_and_line() {
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
        let (truth, bytes) = capture(transport, 5);
        let floor = floor::walk(&bytes[..]).unwrap();
        assert_eq!(floor.frames, truth.frames);
        assert_eq!(floor.other, 0);
        if transport == Transport::Udp {
            let lines: usize = messages(&bytes)
                .iter()
                .map(|text| text.matches('\n').count())
                .sum();
            assert_eq!(floor.newlines, lines as u64);
        }
        assert!(
            floor::walk(&bytes[..bytes.len() - 1]).is_err(),
            "a cut is told"
        );
    }
}

#[test]
fn tshark_finds_nothing_wrong() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: tshark is not installed");
        return;
    }
    for (transport, name) in [(Transport::Udp, "udp"), (Transport::Tcp, "tcp")] {
        let (truth, bytes) = capture(transport, 11);
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pcap"));
        std::fs::write(&path, &bytes).unwrap();
        let tshark = |filter: &str| {
            let output = Command::new("tshark")
                .args([
                    "-o",
                    "ip.check_checksum:TRUE",
                    "-o",
                    "udp.check_checksum:TRUE",
                ])
                .args([
                    "-o",
                    "tcp.check_checksum:TRUE",
                    "-o",
                    "tcp.reassemble_out_of_order:TRUE",
                ])
                .args(["-Y", filter, "-r"])
                .arg(&path)
                .output()
                .unwrap();
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(tshark("_ws.malformed || _ws.expert.severity >= error"), "");
        assert_eq!(tshark("ip.checksum.status != 1"), "");
        if transport == Transport::Udp {
            assert_eq!(tshark("udp.checksum.status != 1"), "");
            assert_eq!(tshark("sip").lines().count() as u64, truth.sip_messages);
        } else {
            assert_eq!(tshark("tcp.checksum.status != 1"), "");
        }
    }
}

#[test]
fn voice_takes_its_share_and_changes_nothing_about_the_signalling() {
    let (alone, _) = capture(Transport::Udp, 3);
    let (among_voice, bytes) = with_media(Transport::Udp, 3, 0.9);
    let counts = |truth: &Truth| Truth {
        frames: 0,
        bytes: 0,
        ..truth.clone()
    };
    assert_eq!(counts(&among_voice), counts(&alone));
    let voice: usize = frames(&bytes)
        .iter()
        .filter(|frame| frame[42] == 0x80)
        .map(|frame| 16 + frame.len())
        .sum();
    let share = voice as f64 / bytes.len() as f64;
    assert!((0.899..0.901).contains(&share), "{share}");
}

#[test]
fn tshark_reads_the_encrypted_capture_with_its_key_log() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: tshark is not installed");
        return;
    }
    let generated = generate(plan(Transport::Tls, 11, 0.0), Vec::new()).unwrap();
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (capture, key_log) = (place.join("tls.pcap"), place.join("tls.keylog"));
    std::fs::write(&capture, &generated.out).unwrap();
    std::fs::write(&key_log, &generated.key_log).unwrap();
    let output = Command::new("tshark")
        .args(["-o", "tcp.reassemble_out_of_order:TRUE", "-o"])
        .arg(format!("tls.keylog_file:{}", key_log.display()))
        .args(["-T", "fields", "-e", "sip.CSeq.method", "-Y", "sip", "-r"])
        .arg(&capture)
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    // One line a frame, with a method for each message in it.
    let found = text.lines().flat_map(|line| line.split(',')).count();
    assert_eq!(found as u64, generated.truth.sip_messages);
}
