//! SIP that an agent captured elsewhere and sent on over TCP.

use std::time::Duration;

use proptest::prelude::*;
use sipwhy_packet::{Config, GapKind, LinkType, Ports, Transport, Undecoded};

use crate::hep::{AGENT, CALLEE, CALLER, COLLECTOR, NOW, chunk, chunks, packet, v3};
use crate::support::{ACK, FIN, Message, RST, Run, SYN, Told, call, flow, request, tcp_packet};

const ISN: u32 = 77;

/// A run whose clock is that of the agents, in which nothing has come yet.
fn joined() -> Run {
    let mut run = Run::new(Config::default());
    run.wait(Duration::from_secs(NOW.0.into()));
    run
}

/// The same, after the agent's SYN.
fn opened() -> Run {
    let mut run = joined();
    run.ip(&tcp_packet(AGENT, COLLECTOR, ISN, SYN, b""));
    run
}

/// These bytes of the agent at `start` of its stream, in a segment.
fn segment(start: usize, bytes: &[u8]) -> Vec<u8> {
    let seq = ISN + 1 + u32::try_from(start).unwrap();
    tcp_packet(AGENT, COLLECTOR, seq, ACK, bytes)
}

/// The call's messages as packets.
fn packets() -> Vec<Vec<u8>> {
    call().iter().map(|message| v3(message)).collect()
}

fn is_inside(message: &Message) -> bool {
    message.flow == flow(CALLER, CALLEE, Transport::Udp)
}

/// Gaps of which nobody knows the flow.
fn gaps_anywhere(run: &Run) -> usize {
    let is_anywhere = |told: &&Told| matches!(told, Told::Gap { flow: None, .. });
    run.told.iter().filter(is_anywhere).count()
}

#[test]
fn a_call_is_told_wherever_its_packets_are_split() {
    let stream = packets().concat();
    let first = packets()[0].len();
    for split in 1..stream.len() {
        let mut run = opened();
        run.ip(&segment(0, &stream[..split]));
        run.ip(&segment(split, &stream[split..]));
        assert_eq!(run.texts(), call(), "{split}");
        assert!(run.messages().into_iter().all(is_inside));
        let counters = run.decoder.counters();
        assert_eq!((counters.hep, counters.hep_messages), (7, 7));
        assert_eq!(counters.all_undecoded().count(), 0, "{split}");
        assert_eq!(run.decoder.held().stream_bytes, 0, "{split}");
        let told = run.messages();
        // The SYN was the first frame.
        let frames = if split < first { (2, 3) } else { (2, 2) };
        assert_eq!((told[0].first, told[0].last), frames, "{split}");
        assert_eq!(told[1].first, if split <= first { 3 } else { 2 }, "{split}");
    }
    let mut run = opened();
    for (at, byte) in stream.iter().enumerate() {
        run.ip(&segment(at, &[*byte]));
    }
    assert_eq!(run.texts(), call());
    assert!(run.gaps().is_empty());
}

#[test]
fn connections_are_followed_by_port_and_by_content() {
    for (port, ports, found) in [
        (9060, Ports::default(), 7),
        (9061, Ports::default(), 7),
        (5060, Ports::default(), 7),
        (7000, Ports::default(), 0),
        (7000, Ports::any(), 7),
    ] {
        let mut run = Run::new(Config {
            ports: ports.clone(),
            ..Config::default()
        });
        let collector = format!("198.51.100.9:{port}");
        let mut seq = 1;
        for packet in packets() {
            run.ip(&tcp_packet(AGENT, &collector, seq, ACK, &packet));
            seq += u32::try_from(packet.len()).unwrap();
        }
        assert_eq!(run.messages().len(), found, "{port} of {ports}");
    }
}

#[test]
fn after_a_hole_it_goes_on_with_the_next_packet() {
    let packets = packets();
    let stream = packets.concat();
    let third: usize = packets[..2].iter().map(Vec::len).sum();
    let fourth = third + packets[2].len();
    let mut without_third = call();
    without_third.remove(2);
    let mut run = opened();
    run.ip(&segment(0, &stream[..third]));
    run.ip(&segment(fourth, &stream[fourth..]));
    run.wait(Duration::from_secs(4));
    run.advance();
    assert_eq!(run.texts(), without_third);
    assert!(run.messages().into_iter().all(is_inside));
    // Nobody knows in which call the lost message was.
    assert_eq!(gaps_anywhere(&run), 1);
    // Within a message: it is told as cut, and what follows it is found by its length.
    let from = third - 40;
    let mut run = opened();
    run.ip(&segment(0, &stream[..from]));
    run.ip(&segment(from + 10, &stream[from + 10..]));
    run.wait(Duration::from_secs(4));
    run.advance();
    let told = run.messages();
    assert_eq!(told.len(), 7);
    assert!(told[1].missing > 0 && call()[1].starts_with(&told[1].text));
    let cut = told.iter().filter(|told| told.missing > 0);
    assert_eq!((cut.count(), gaps_anywhere(&run)), (1, 0));
}

#[test]
fn joined_in_the_midst_it_begins_with_the_next_packet() {
    let packets = packets();
    let stream = packets.concat();
    for from in 1..packets[0].len() {
        let mut run = joined();
        run.ip(&segment(from, &stream[from..]));
        assert_eq!(run.texts(), call()[1..], "{from}");
        assert!(run.messages().into_iter().all(is_inside));
        let lost = run.decoder.counters().undecoded(Undecoded::MidStream);
        assert_eq!(lost.bytes, (packets[0].len() - from) as u64, "{from}");
        assert_eq!(gaps_anywhere(&run), 1);
    }
}

#[test]
fn what_the_end_cuts_off_is_told_as_far_as_it_came() {
    let message = request("INVITE", 1, 400);
    let mut chunks = chunks(CALLER, CALLEE, 17, NOW);
    chunks.push(chunk(15, message.as_bytes()));
    let payload = packet(&chunks);
    let headers = payload.len() - message.len();
    for flags in [FIN, RST] {
        for len in 6..payload.len() {
            let mut run = opened();
            run.ip(&segment(0, &payload[..len]));
            let seq = ISN + 1 + u32::try_from(len).unwrap();
            run.ip(&tcp_packet(AGENT, COLLECTOR, seq, flags | ACK, b""));
            match run.messages().as_slice() {
                [told] => {
                    assert_eq!(told.missing as usize, payload.len() - len);
                    assert_eq!(told.text, message[..len - headers]);
                }
                told => {
                    // The start line is not long enough to tell.
                    assert!(told.is_empty() && len < headers + 32, "{len}");
                    let counters = run.decoder.counters();
                    let lost = counters.all_undecoded().map(|(_, tally)| tally.count);
                    assert_eq!(lost.sum::<u64>(), 1, "{len}");
                }
            }
        }
    }
}

#[test]
fn a_segment_that_the_snap_length_cut_costs_no_other_message() {
    let mut run = opened();
    let mut at = 0;
    for (index, packet) in packets().iter().enumerate() {
        let whole = segment(at, packet);
        let kept = whole.len() - if index == 3 { 30 } else { 0 };
        run.frame(LinkType::RAW, &whole[..kept], whole.len());
        at += packet.len();
    }
    let cut: Vec<bool> = run.messages().iter().map(|told| told.missing > 0).collect();
    assert_eq!(cut, [false, false, false, true, false, false, false]);
}

#[test]
fn what_is_no_hep_is_not_taken_for_it() {
    for bytes in [
        b"HEP2\0\x20 BYE sip:a".as_slice(),
        b"HEP3\0\x05\0\0",
        b"HEP",
        b"hep3\0\x20",
        b"HEP3 sip:bob@192.0.2.2 HTTP/1.1\r\n\r\n",
        b"GET /HEP3\0\x40 HTTP/1.1\r\n\r\n",
    ] {
        let mut run = opened();
        run.ip(&segment(0, bytes)).finish();
        assert_eq!(run.decoder.counters().hep, 0, "{bytes:?}");
        assert!(run.messages().is_empty(), "{bytes:?}");
    }
}

#[test]
fn a_packet_with_a_wrong_length_costs_no_more_than_itself() {
    let mut packets = packets();
    packets[2][4..6].copy_from_slice(&[0, 3]);
    let mut run = opened();
    run.ip(&segment(0, &packets.concat()));
    let mut expected = call();
    expected.remove(2);
    assert_eq!(run.texts(), expected);
    let counters = run.decoder.counters();
    let lost = counters.undecoded(Undecoded::NotSip).bytes;
    assert_eq!(lost, packets[2].len() as u64);
    assert!(run.gaps().contains(&GapKind::Undecoded));
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        hole in any::<Option<prop::sample::Index>>(),
    ) {
        let mut stream = packets().concat();
        for (index, byte) in changes {
            *index.get_mut(&mut stream) = byte;
        }
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let hole = hole.map(|hole| hole.index(cuts.len()));
        let mut run = opened();
        for (index, pair) in cuts.windows(2).enumerate() {
            if Some(index) != hole && pair[0] < pair[1] {
                run.ip(&segment(pair[0], &stream[pair[0]..pair[1]]));
            }
            prop_assert!(run.decoder.held().stream_bytes <= stream.len());
        }
        run.finish();
        prop_assert_eq!(run.decoder.held().stream_bytes, 0);
    }
}
