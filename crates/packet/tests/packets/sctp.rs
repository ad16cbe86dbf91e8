//! SCTP associations: chunks into messages.

use std::time::Duration;

use proptest::prelude::*;
use sipwhy_packet::{
    Bound, Config, GapKind, Limits, LinkType, Ports, TcpStepKind, Transport, Undecoded,
};

use crate::support::{ALICE, BOB, Run, call, flow, fragments, ip, request, socket, udp};

/// The protocol number of SCTP.
const SCTP: u8 = 132;

/// The tags of the two directions.
const TO_BOB: u32 = 0xb0b0_0001;
const TO_ALICE: u32 = 0xa11c_e002;

const WHOLE: u8 = 3;
const FIRST: u8 = 2;
const LAST: u8 = 1;
const UNORDERED: u8 = 4;

fn chunk(kind: u8, flags: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, flags];
    bytes.extend(u16::try_from(value.len() + 4).unwrap().to_be_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A DATA chunk.
fn data(tsn: u32, flags: u8, text: &[u8]) -> Vec<u8> {
    let mut value = tsn.to_be_bytes().to_vec();
    // Stream 1, sequence number 7, protocol 0.
    value.extend([0, 1, 0, 7, 0, 0, 0, 0]);
    value.extend(text);
    chunk(0, flags, &value)
}

/// An I-DATA chunk: a part of a message of stream 1.
fn i_data(tsn: u32, flags: u8, message: u32, part: u32, text: &[u8]) -> Vec<u8> {
    let mut value = tsn.to_be_bytes().to_vec();
    value.extend([0, 1, 0, 0]);
    value.extend(message.to_be_bytes());
    value.extend(part.to_be_bytes());
    value.extend(text);
    chunk(64, flags, &value)
}

/// INIT (1) or INIT ACK (2).
fn init(kind: u8, tag: u32, tsn: u32) -> Vec<u8> {
    let mut value = tag.to_be_bytes().to_vec();
    value.extend([0, 1, 0, 0, 0, 10, 0, 10]);
    value.extend(tsn.to_be_bytes());
    // The parameter "supported address types", whose length needs padding.
    value.extend([0, 12, 0, 6, 0, 5, 0, 0]);
    chunk(kind, 0, &value)
}

/// CRC32c, bit by bit.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0x82f6_3b78 * (crc & 1))
        })
    })
}

/// An SCTP packet without IP.
fn sctp(source: u16, destination: u16, tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = source.to_be_bytes().to_vec();
    bytes.extend(destination.to_be_bytes());
    bytes.extend(tag.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(chunks.concat());
    let crc = crc32c(&bytes);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn packet(source: &str, destination: &str, tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let (source, destination) = (socket(source), socket(destination));
    let packet = sctp(source.port(), destination.port(), tag, chunks);
    ip(source.ip(), destination.ip(), SCTP, &packet)
}

fn to_bob(chunks: &[Vec<u8>]) -> Vec<u8> {
    packet(ALICE, BOB, TO_BOB, chunks)
}

fn to_alice(chunks: &[Vec<u8>]) -> Vec<u8> {
    packet(BOB, ALICE, TO_ALICE, chunks)
}

/// The packets that open the association. The first DATA chunks have 1000 and 2000.
fn handshake() -> Vec<Vec<u8>> {
    vec![
        packet(ALICE, BOB, 0, &[init(1, TO_ALICE, 1000)]),
        packet(BOB, ALICE, TO_ALICE, &[init(2, TO_BOB, 2000)]),
        to_bob(&[chunk(10, 0, b"cookie")]),
        to_alice(&[chunk(11, 0, b"")]),
    ]
}

#[test]
fn a_call_of_one_message_a_packet_is_told_with_its_flows_and_frames() {
    let mut run = Run::new(Config::default());
    for packet in handshake() {
        run.ip(&packet);
    }
    let (mut alices, mut bobs) = (1000, 2000);
    for message in &call() {
        if message.starts_with("SIP/2.0") {
            run.ip(&to_alice(&[data(bobs, WHOLE, message.as_bytes())]));
            bobs += 1;
        } else {
            run.ip(&to_bob(&[data(alices, WHOLE, message.as_bytes())]));
            alices += 1;
        }
    }
    run.ip(&to_bob(&[chunk(7, 0, &[0; 4])]));
    run.ip(&to_alice(&[chunk(8, 0, b"")]));
    run.ip(&to_bob(&[chunk(14, 0, b"")]));
    run.finish();
    assert_eq!(run.texts(), call());
    for (message, frame) in run.messages().into_iter().zip(5..) {
        let (source, destination) = if message.text.starts_with("SIP") {
            (BOB, ALICE)
        } else {
            (ALICE, BOB)
        };
        assert_eq!(message.flow, flow(source, destination, Transport::Sctp));
        assert_eq!((message.first, message.last), (frame, frame));
    }
    use TcpStepKind::{Accept, Close, Connect};
    assert_eq!(run.steps(), [Connect, Accept, Close, Close]);
    let counters = run.decoder.counters();
    assert_eq!(counters.all_undecoded().count(), 0);
    assert_eq!(
        (counters.sctp_packets, counters.bad_sctp_checksums),
        (14, 0)
    );
    assert_eq!(
        (counters.associations, counters.association_messages),
        (1, 7)
    );
}

#[test]
fn bundled_messages_are_told_one_by_one() {
    let messages = call();
    let mut chunks = vec![chunk(3, 0, &[0; 12])];
    for (message, tsn) in messages.iter().zip(1000..) {
        chunks.push(data(tsn, WHOLE | UNORDERED, message.as_bytes()));
        // Of an unknown type, with padding.
        chunks.push(chunk(0x3f, 0, b"?"));
    }
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&chunks));
    assert_eq!(run.texts(), messages);
    assert_eq!(run.decoder.counters().all_undecoded().count(), 0);
}

#[test]
fn a_message_fragmented_at_every_place_is_put_together() {
    let text = request("INVITE", 1, 300);
    let bytes = text.as_bytes();
    // The last number before they wrap is among them.
    for at in 1..bytes.len() {
        for swapped in [false, true] {
            for in_one in [false, true] {
                let mut run = Run::new(Config::default());
                run.ip(&to_bob(&[data(u32::MAX - 1, WHOLE, b"\r\n\r\n")]));
                let mut parts = [
                    data(u32::MAX, FIRST, &bytes[..at]),
                    data(0, LAST, &bytes[at..]),
                ];
                if swapped {
                    parts.reverse();
                }
                if in_one {
                    run.ip(&to_bob(&parts));
                } else {
                    run.ip(&to_bob(&parts[..1])).ip(&to_bob(&parts[1..]));
                }
                assert_eq!(run.texts(), [&text], "at {at}");
                let message = run.messages()[0];
                let frames = match (in_one, swapped) {
                    (true, _) => (2, 2),
                    (false, false) => (2, 3),
                    (false, true) => (3, 3),
                };
                assert_eq!((message.first, message.last), frames, "at {at}");
                assert_eq!(run.decoder.held().association_bytes, 0);
            }
        }
    }
}

#[test]
fn interleaved_messages_find_their_parts() {
    let (one, other) = (request("INVITE", 1, 300), request("MESSAGE", 2, 300));
    let part = |text: &str, index: usize| text.as_bytes()[index * 150..][..150].to_vec();
    let rest = |text: &str| text.as_bytes()[300..].to_vec();
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&[
        i_data(1, FIRST, 1, 0, &part(&one, 0)),
        i_data(2, FIRST, 2, 0, &part(&other, 0)),
        i_data(3, 0, 2, 1, &part(&other, 1)),
    ]));
    run.ip(&to_bob(&[i_data(5, LAST, 1, 2, &rest(&one))]));
    run.ip(&to_bob(&[i_data(6, LAST, 2, 2, &rest(&other))]));
    run.ip(&to_bob(&[i_data(4, 0, 1, 1, &part(&one, 1))]));
    assert_eq!(run.texts(), [&other, &one]);
    run.finish();
    assert!(run.gaps().is_empty());
}

proptest! {
    #[test]
    fn order_repetition_and_cuts_do_not_matter(
        sizes in prop::collection::vec(1_usize..200, 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        start: u32,
    ) {
        // All messages, cut to pieces of these sizes.
        let mut chunks = Vec::new();
        let mut sizes = sizes.into_iter().cycle();
        let mut tsn = start;
        for message in &call() {
            let mut rest = message.as_bytes();
            let mut flags = FIRST;
            while !rest.is_empty() {
                let (part, after) = rest.split_at(sizes.next().unwrap().min(rest.len()));
                rest = after;
                flags |= if rest.is_empty() { LAST } else { 0 };
                chunks.push(data(tsn, flags, part));
                flags = 0;
                tsn = tsn.wrapping_add(1);
            }
        }
        let mut run = Run::new(Config::default());
        run.ip(&packet(ALICE, BOB, 0, &[init(1, TO_ALICE, start)]));
        for index in order {
            run.ip(&to_bob(&[index.get(&chunks).clone()]));
        }
        for chunk in &chunks {
            run.ip(&to_bob(std::slice::from_ref(chunk)));
        }
        run.finish();
        let mut told = run.texts();
        let mut expected = call();
        told.sort_unstable();
        expected.sort();
        prop_assert_eq!(told, expected);
        prop_assert!(run.gaps().is_empty());
    }

    #[test]
    fn no_bytes_make_it_fail(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        len in any::<prop::sample::Index>(),
        picks in prop::collection::vec(0_usize..8, 1..12),
    ) {
        let text = request("INVITE", 1, 60);
        let mut packets = handshake();
        packets.extend([
            to_bob(&[data(1000, FIRST, text.as_bytes()), chunk(6, 1, b"")]),
            to_bob(&[data(1001, 0, text.as_bytes()), data(1005, LAST, b"x")]),
            to_bob(&[i_data(1002, FIRST, 9, 0, text.as_bytes())]),
            to_alice(&[chunk(192, 0, &[0, 0, 7, 208, 0, 1, 0, 1])]),
        ]);
        let mut run = Run::new(Config {
            limits: Limits { association_bytes: 600, association_chunks: 3, ..Limits::default() },
            ..Config::default()
        });
        let bytes = picks.len() * 100;
        for (n, pick) in picks.into_iter().enumerate() {
            let mut packet = packets[pick].clone();
            for (index, byte) in &changes {
                // Changes beyond the IP header, in some packets.
                if index.index(bytes) % 3 == n % 3 {
                    let at = 20 + index.index(packet.len() - 20);
                    packet[at] = *byte;
                }
            }
            let cut = 20 + len.index(packet.len() - 20) + 1;
            run.frame(LinkType::RAW, &packet[..cut], packet.len());
            prop_assert!(run.decoder.held().association_bytes <= 2 * 600);
        }
        run.finish();
        prop_assert_eq!(run.decoder.held().association_bytes, 0);
    }
}

#[test]
fn what_comes_twice_is_told_once() {
    let text = request("INVITE", 1, 0);
    let mut run = Run::new(Config::default());
    let first = to_bob(&[data(1000, WHOLE, text.as_bytes())]);
    run.ip(&first).ip(&first);
    // Repeated together with the one behind it, as after a timeout.
    let ack = request("ACK", 1, 0);
    run.ip(&to_bob(&[
        data(1000, WHOLE, text.as_bytes()),
        data(1001, WHOLE, ack.as_bytes()),
    ]));
    assert_eq!(run.texts(), [&text, &ack]);
    assert_eq!(run.decoder.counters().repeated_chunks, 2);
}

#[test]
fn a_repetition_on_another_path_is_of_the_same_association() {
    let text = request("INVITE", 1, 0);
    let (alice, bob) = ("198.51.100.1:5060", "198.51.100.2:5060");
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&[data(1000, WHOLE, text.as_bytes())]));
    let repeated = data(1000, WHOLE, text.as_bytes());
    run.ip(&packet(alice, bob, TO_BOB, &[repeated]));
    let bye = request("BYE", 2, 0);
    let next = data(1001, WHOLE, bye.as_bytes());
    run.ip(&packet(alice, bob, TO_BOB, &[next]));
    assert_eq!(run.texts(), [&text, &bye]);
    assert_eq!(run.messages()[1].flow, flow(alice, bob, Transport::Sctp));
    assert_eq!(run.decoder.counters().associations, 1);
    // The same tag by chance, between hosts that have nothing to do with it.
    let other = data(0x9000_0000, WHOLE, text.as_bytes());
    run.ip(&packet(
        "203.0.113.1:5060",
        "203.0.113.2:5060",
        TO_BOB,
        &[other],
    ));
    assert_eq!(run.decoder.counters().associations, 2);
    assert_eq!(run.messages().len(), 3);
}

#[test]
fn ports_used_again_begin_anew() {
    let text = request("OPTIONS", 1, 0);
    let mut run = Run::new(Config::default());
    for tag in [1, 2, 3] {
        // The same numbers each time, under other tags; the second is without its INIT.
        if tag != 2 {
            run.ip(&packet(ALICE, BOB, 0, &[init(1, TO_ALICE + tag, 1000)]));
            run.ip(&packet(BOB, ALICE, TO_ALICE + tag, &[init(2, tag, 2000)]));
        }
        run.ip(&packet(
            ALICE,
            BOB,
            tag,
            &[data(1000, WHOLE, text.as_bytes())],
        ));
    }
    run.finish();
    assert_eq!(run.texts(), [&text, &text, &text]);
    assert!(run.gaps().is_empty());
}

#[test]
fn a_refusal_and_silence_are_told_as_steps() {
    let ask = packet(ALICE, BOB, 0, &[init(1, TO_ALICE, 1000)]);
    let mut run = Run::new(Config::default());
    run.ip(&ask);
    run.wait(Duration::from_secs(3));
    run.ip(&ask);
    run.ip(&to_alice(&[chunk(6, 0, b"")]));
    use TcpStepKind::{Accept, Connect, Refuse, Reset};
    assert_eq!(run.steps(), [Connect, Connect, Refuse]);

    let mut run = Run::new(Config::default());
    for packet in handshake() {
        run.ip(&packet);
    }
    run.ip(&to_bob(&[data(
        1000,
        WHOLE,
        request("BYE", 1, 0).as_bytes(),
    )]));
    run.ip(&to_alice(&[chunk(6, 0, b"")]));
    run.ip(&to_alice(&[chunk(6, 0, b"")]));
    assert_eq!(run.steps(), [Connect, Accept, Reset]);
}

#[test]
fn chunks_that_were_never_captured_are_a_gap() {
    let text = request("INVITE", 1, 0);
    let mut run = Run::new(Config::default());
    for packet in handshake() {
        run.ip(&packet);
    }
    run.ip(&to_bob(&[data(1002, WHOLE, text.as_bytes())]));
    run.wait(Duration::from_secs(2));
    assert!(run.advance().gaps().is_empty(), "it may come yet");
    run.wait(Duration::from_secs(1));
    assert_eq!(run.advance().gaps(), [GapKind::StreamHole(2)]);
    let tally = run.decoder.counters().undecoded(Undecoded::ChunksMissing);
    assert_eq!((tally.count, tally.first.unwrap().number), (1, 5));
}

#[test]
fn of_a_message_with_a_hole_the_beginning_is_told() {
    let text = request("INVITE", 1, 300);
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&[data(10, FIRST, &text.as_bytes()[..200])]));
    run.ip(&to_bob(&[data(12, LAST, &text.as_bytes()[300..])]));
    run.wait(Duration::from_secs(4));
    run.advance();
    assert_eq!(run.texts(), [&text[..200]]);
    assert!(run.messages()[0].missing > 0);
    assert!(run.gaps().contains(&GapKind::FragmentsMissing));
    let counters = run.decoder.counters();
    let after = counters.undecoded(Undecoded::AfterHole);
    assert_eq!(after.bytes, text.len() as u64 - 300);
    // Numbers that are skipped on purpose are no hole (RFC 3758).
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&[data(10, WHOLE, text.as_bytes())]));
    run.ip(&to_bob(&[data(13, WHOLE, text.as_bytes())]));
    run.ip(&to_bob(&[chunk(192, 0, &[0, 0, 0, 12])]));
    assert!(run.finish().gaps().is_empty());
}

#[test]
fn every_truncation_is_told() {
    let text = request("INVITE", 1, 100);
    let whole = to_bob(&[chunk(0x3f, 0, b"??"), data(10, WHOLE, text.as_bytes())]);
    // IP, the common header, the unknown chunk, and what a DATA chunk has before its text.
    let headers = 20 + 12 + 8 + 16;
    let end = headers + text.len();
    for len in 21..whole.len() {
        let mut run = Run::new(Config::default());
        run.frame(LinkType::RAW, &whole[..len], whole.len());
        run.finish();
        let counters = run.decoder.counters();
        match run.messages().as_slice() {
            [message] => {
                assert_eq!(message.missing as usize, end.saturating_sub(len));
                assert_eq!(message.text, text[..len.min(end) - headers]);
            }
            _ => {
                assert!(len < headers + 32, "{len}");
                let told: u64 = counters.all_undecoded().map(|(_, it)| it.count).sum();
                assert!(told > 0 || counters.other_frames > 0 || len <= 40, "{len}");
            }
        }
    }
}

#[test]
fn contradicting_lengths_are_counted() {
    let text = request("INVITE", 1, 0);
    let good = data(10, WHOLE, text.as_bytes());
    let mut long = good.clone();
    long[2] = 0x7f;
    let mut short = good.clone();
    short[2..4].copy_from_slice(&[0, 3]);
    for bad in [long, short, chunk(0, WHOLE, &[0; 11]), vec![0, 3]] {
        let mut run = Run::new(Config::default());
        run.ip(&to_bob(&[good.clone(), bad]));
        assert_eq!(run.texts(), [&text]);
        let tally = run.decoder.counters().undecoded(Undecoded::BadHeader);
        assert_eq!(tally.count, 1);
    }
}

#[test]
fn wrong_checksums_are_counted_and_not_fatal() {
    let text = request("INVITE", 1, 0);
    let good = to_bob(&[data(10, WHOLE, text.as_bytes())]);
    for (checksum, bad) in [([1, 2, 3, 4], 1), ([0; 4], 0)] {
        let mut packet = good.clone();
        packet[28..32].copy_from_slice(&checksum);
        let mut run = Run::new(Config::default());
        run.ip(&packet);
        assert_eq!(run.texts(), [&text]);
        assert_eq!(run.decoder.counters().bad_sctp_checksums, bad);
    }
}

#[test]
fn ip_fragments_and_udp_around_it_are_taken_off() {
    let text = request("INVITE", 1, 3000);
    let whole = to_bob(&[data(10, WHOLE, text.as_bytes())]);
    for ports in [Ports::default(), Ports::any()] {
        let mut run = Run::new(Config {
            ports,
            ..Config::default()
        });
        for fragment in fragments(&whole, 3, 1480) {
            run.ip(&fragment);
        }
        assert_eq!(run.texts(), [&text]);
    }
    let (alice, bob) = (socket(ALICE), socket(BOB));
    let inner = sctp(5060, 5060, TO_BOB, &[data(10, WHOLE, text.as_bytes())]);
    let around = udp(40000, 9899, &inner);
    let mut run = Run::new(Config::default());
    run.ip(&ip(alice.ip(), bob.ip(), 17, &around));
    assert_eq!(run.texts(), [&text]);
    assert_eq!(run.messages()[0].flow, flow(ALICE, BOB, Transport::Sctp));
}

#[test]
fn other_ports_are_found_by_content_alone() {
    let (one, other) = ("192.0.2.1:7000", "192.0.2.2:7001");
    let text = request("INVITE", 1, 0);
    let diameter = packet(one, other, 5, &[data(10, WHOLE, b"\x01\0\0\x14")]);
    let sip = packet(one, other, 6, &[data(20, WHOLE, text.as_bytes())]);
    let mut run = Run::new(Config {
        ports: Ports::any(),
        ..Config::default()
    });
    run.ip(&diameter).ip(&sip);
    assert_eq!(run.texts(), [&text]);
    assert_eq!(run.decoder.counters().other_frames, 1);
    let mut run = Run::new(Config::default());
    run.ip(&diameter).ip(&sip);
    assert!(run.told.is_empty());
    assert_eq!(run.decoder.counters().other_frames, 2);
}

#[test]
fn encrypted_and_other_messages_are_counted() {
    for (text, reason) in [
        (
            &b"\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x10"[..],
            Undecoded::Encrypted,
        ),
        (b"\x17\x03\x03\x00\x20", Undecoded::Encrypted),
        (b"\r\n\r\n", Undecoded::KeepAlive),
        (b"GET / HTTP/1.1\r\n\r\n", Undecoded::NotSip),
    ] {
        let mut run = Run::new(Config::default());
        run.ip(&to_bob(&[data(10, WHOLE, text)]));
        let tally = run.decoder.counters().undecoded(reason);
        assert_eq!((tally.count, tally.bytes), (1, text.len() as u64));
        assert!(run.messages().is_empty());
        // What is in there nobody knows.
        let is_gap = reason == Undecoded::Encrypted;
        assert_eq!(run.gaps().contains(&GapKind::Undecoded), is_gap);
    }
}

#[test]
fn no_bound_is_passed_and_reaching_one_is_told() {
    let part = [b'x'; 400];
    let run_with = |limits: Limits, chunks: u32, hosts: u16| {
        let mut run = Run::new(Config {
            limits: limits.clone(),
            ..Config::default()
        });
        for host in 0..hosts {
            let source = format!("192.0.2.1:{}", 6000 + host);
            for index in 0..chunks {
                let first = data(2 * index, FIRST, &part);
                run.ip(&packet(&source, BOB, u32::from(host) + 1, &[first]));
                let held = run.decoder.held();
                assert!(held.associations <= limits.associations);
                assert!(held.association_bytes <= limits.sctp_bytes.max(2 * 400));
            }
        }
        run
    };
    for (limits, chunks, hosts, bound) in [
        (
            Limits {
                association_bytes: 1000,
                ..Limits::default()
            },
            8,
            1,
            Bound::AssociationBytes,
        ),
        (
            Limits {
                association_chunks: 4,
                ..Limits::default()
            },
            8,
            1,
            Bound::AssociationChunks,
        ),
        (
            Limits {
                sctp_bytes: 1000,
                ..Limits::default()
            },
            2,
            4,
            Bound::SctpBytes,
        ),
        (
            Limits {
                associations: 3,
                ..Limits::default()
            },
            1,
            8,
            Bound::Associations,
        ),
    ] {
        let run = run_with(limits, chunks, hosts);
        let tally = run
            .decoder
            .counters()
            .undecoded(Undecoded::BoundReached(bound));
        assert!(tally.count > 0, "{bound:?}");
        assert!(run.gaps().contains(&GapKind::BoundReached), "{bound:?}");
    }
}

#[test]
fn an_idle_association_is_forgotten() {
    let mut run = Run::new(Config::default());
    run.ip(&to_bob(&[data(10, WHOLE, request("BYE", 1, 0).as_bytes())]));
    assert_eq!(run.decoder.held().associations, 1);
    run.wait(Duration::from_secs(601));
    run.advance();
    assert_eq!(run.decoder.held().associations, 0);
}
