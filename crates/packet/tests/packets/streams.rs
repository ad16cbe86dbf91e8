//! SIP over TCP.

use std::time::Duration;

use proptest::prelude::*;
use sipwhy_packet::{
    Bound, Config, GapKind, Limits, LinkType, Ports, TcpStepKind, Transport, Undecoded,
};

use crate::support::{
    ACK, BOB, FIN, RST, Run, SYN, Told, call, flow, request, tcp_packet, udp_packet,
};

const CLIENT: &str = "192.0.2.1:4000";
const ISN: u32 = 1000;

/// A connection as its client sends: keeps the sequence number.
struct Client {
    isn: u32,
    stream: Vec<u8>,
}

impl Client {
    fn new(isn: u32, stream: impl Into<Vec<u8>>) -> Self {
        Self {
            isn,
            stream: stream.into(),
        }
    }

    fn syn(&self) -> Vec<u8> {
        tcp_packet(CLIENT, BOB, self.isn, SYN, b"")
    }

    /// The bytes of the stream from `start` to `end`, in a segment.
    fn part(&self, start: usize, end: usize) -> Vec<u8> {
        self.part_with(start, &self.stream[start..end])
    }

    /// These bytes at `start` of the stream, in a segment.
    fn part_with(&self, start: usize, bytes: &[u8]) -> Vec<u8> {
        tcp_packet(CLIENT, BOB, self.seq(start), ACK, bytes)
    }

    fn fin(&self) -> Vec<u8> {
        tcp_packet(CLIENT, BOB, self.seq(self.stream.len()), FIN | ACK, b"")
    }

    fn seq(&self, offset: usize) -> u32 {
        self.isn
            .wrapping_add(1)
            .wrapping_add(u32::try_from(offset).unwrap())
    }

    fn len(&self) -> usize {
        self.stream.len()
    }
}

fn run() -> Run {
    Run::new(Config::default())
}

#[test]
fn a_call_split_at_every_byte() {
    let call = call();
    let client = Client::new(ISN, call.concat());
    for split in 1..client.len() {
        let mut run = run();
        run.ip(&client.syn())
            .ip(&client.part(0, split))
            .ip(&client.part(split, client.len()));
        assert_eq!(run.texts(), call, "split at {split}");
        let mut end = 0;
        for message in run.messages() {
            let start = end;
            end += message.text.len();
            assert_eq!(
                message.first,
                if start < split { 2 } else { 3 },
                "split at {split}"
            );
            assert_eq!(
                message.last,
                if end <= split { 2 } else { 3 },
                "split at {split}"
            );
            assert_eq!((message.missing, message.ip_id), (0, None));
            assert_eq!(message.flow, flow(CLIENT, BOB, Transport::Tcp));
        }
        assert_eq!(run.decoder.held().stream_bytes, 0);
        assert_eq!(run.finish().gaps(), []);
    }
}

#[test]
fn a_call_byte_by_byte_and_all_at_once() {
    let call = call();
    let client = Client::new(ISN, call.concat());
    for size in [1, 2, 3, 7, client.len()] {
        let mut run = run();
        run.ip(&client.syn());
        for start in (0..client.len()).step_by(size) {
            run.ip(&client.part(start, client.len().min(start + size)));
        }
        assert_eq!(run.texts(), call);
    }
}

#[test]
fn sequence_numbers_wrap() {
    let call = call();
    let stream = call.concat();
    for before in 0..=u32::try_from(stream.len()).unwrap() {
        let client = Client::new(0_u32.wrapping_sub(before), stream.clone());
        let (third, two_thirds) = (client.len() / 3, client.len() * 2 / 3);
        let mut run = run();
        run.ip(&client.syn());
        run.ip(&client.part(0, third));
        run.ip(&client.part(two_thirds, client.len()));
        run.ip(&client.part(third, two_thirds));
        assert_eq!(run.texts(), call, "{before} bytes before the wrap");
    }
}

#[test]
fn messages_keep_the_time_of_their_own_frames_when_they_had_to_wait() {
    let (invite, ack) = (request("INVITE", 1, 0), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("{invite}{ack}"));
    let mut run = run();
    run.ip(&client.syn());
    run.ip(&client.part(invite.len(), client.len()));
    run.ip(&client.part(0, invite.len()));
    let told = run.messages();
    assert_eq!(run.texts(), [invite, ack]);
    assert_eq!((told[0].first, told[0].last), (3, 3));
    assert_eq!((told[1].first, told[1].last), (2, 2));
    assert!(told[1].time < told[0].time);
    assert_eq!(run.decoder.counters().early_segments, 1);
}

#[test]
fn the_first_bytes_win() {
    let message = request("INVITE", 1, 20);
    let client = Client::new(ISN, message.clone());
    let mut run = run();
    run.ip(&client.syn());
    run.ip(&client.part(100, 150));
    run.ip(&client.part_with(90, &[b'x'; 5]));
    run.ip(&client.part_with(80, &[b'y'; 40]));
    run.ip(&client.part(0, client.len()));
    let mut expected = message.into_bytes();
    expected[80..90].fill(b'y');
    expected[90..95].fill(b'x');
    expected[95..100].fill(b'y');
    assert_eq!(run.texts(), [String::from_utf8(expected).unwrap()]);
}

#[test]
fn the_same_connection_seen_twice_is_one() {
    let call = call();
    let client = Client::new(ISN, call.concat());
    let mut run = run();
    let mut start = 0;
    run.ip(&client.syn()).ip(&client.syn());
    for message in &call {
        let segment = client.part(start, start + message.len());
        start += message.len();
        // The copy comes through a VLAN.
        let mut frame = vec![0; 12];
        frame.extend([0x81, 0x00, 0, 7, 0x08, 0x00]);
        frame.extend(&segment);
        run.ip(&segment)
            .frame(LinkType::ETHERNET, &frame, frame.len());
    }
    run.ip(&client.fin()).ip(&client.fin());
    assert_eq!(run.texts(), call);
    assert_eq!(
        run.steps(),
        [
            TcpStepKind::Connect,
            TcpStepKind::Connect,
            TcpStepKind::Close
        ]
    );
    assert_eq!(run.decoder.counters().repeated_segments, call.len() as u64);
}

#[test]
fn a_keep_alive_probe_changes_nothing() {
    let (invite, ack) = (request("INVITE", 1, 0), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("{invite}{ack}"));
    let mut run = run();
    run.ip(&client.syn()).ip(&client.part(0, invite.len()));
    run.ip(&client.part_with(invite.len() - 1, b"\0"));
    run.ip(&client.part(invite.len(), client.len()));
    assert_eq!(run.texts(), [invite, ack]);
}

#[test]
fn line_ends_between_messages_are_keep_alives() {
    let (invite, ack) = (request("INVITE", 1, 0), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("\r\n\r\n{invite}\r\n{ack}\r\n\r\n"));
    for split in 1..client.len() {
        let mut run = run();
        run.ip(&client.syn())
            .ip(&client.part(0, split))
            .ip(&client.part(split, client.len()));
        assert_eq!(run.texts(), [&*invite, &*ack]);
        assert_eq!(
            run.decoder.counters().undecoded(Undecoded::KeepAlive).bytes,
            10
        );
        assert_eq!(run.decoder.held().stream_bytes, 0);
    }
}

#[test]
fn joined_in_mid_stream() {
    let call = call();
    let client = Client::new(ISN, call.concat());
    for missed in 1..client.len() {
        let mut run = run();
        run.ip(&client.part(missed, client.len()));
        let mut expected = Vec::new();
        let mut start = 0;
        for message in &call {
            if start >= missed {
                expected.push(message.as_str());
            }
            start += message.len();
        }
        assert_eq!(run.texts(), expected, "{missed} bytes missed");
        run.finish();
        assert_eq!(run.gaps(), []);
        let skipped = run.decoder.counters().undecoded(Undecoded::MidStream).bytes as usize;
        assert_eq!(skipped + expected.concat().len(), client.len() - missed);
    }
}

#[test]
fn a_hole_is_given_up_after_a_while() {
    let call = call();
    let client = Client::new(ISN, call.concat());
    let (second, third) = (call[0].len(), call[0].len() + call[1].len());
    // From within the first message to within the second.
    let (hole, resumed) = (second - 30, third - 10);
    let mut run = run();
    run.ip(&client.syn());
    run.ip(&client.part(0, hole));
    run.ip(&client.part(resumed, client.len()));
    assert_eq!(run.texts(), [""; 0]);
    run.wait(Duration::from_millis(2900));
    assert_eq!(run.advance().texts(), [""; 0]);
    run.wait(Duration::from_millis(101));
    run.advance();

    let mut expected = vec![&call[0][..hole]];
    expected.extend(call[2..].iter().map(String::as_str));
    assert_eq!(run.texts(), expected);
    let told = run.messages();
    assert_eq!((told[0].missing, told[0].first, told[0].last), (30, 2, 2));
    assert_eq!((told[1].missing, told[1].first, told[1].last), (0, 3, 3));
    let kind = GapKind::StreamHole(u32::try_from(resumed - hole).unwrap());
    let gap = Told::Gap {
        kind,
        flow: Some(flow(CLIENT, BOB, Transport::Tcp)),
        frame: 3,
    };
    assert_eq!(run.told[2], gap);
    let counters = run.decoder.counters();
    assert_eq!(
        counters.undecoded(Undecoded::StreamHole).bytes as usize,
        resumed - hole
    );
    assert_eq!(counters.undecoded(Undecoded::AfterHole).bytes, 10);
    assert_eq!((counters.cut_messages, counters.stream_messages), (1, 6));

    // What fills it now comes too late.
    run.told.clear();
    run.ip(&client.part(hole, resumed)).finish();
    assert_eq!(run.told, []);
}

#[test]
fn a_hole_within_a_body_costs_that_message_only() {
    let (invite, ack) = (request("INVITE", 1, 300), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("{invite}{ack}"));
    let mut run = run();
    run.ip(&client.syn());
    run.ip(&client.part(0, invite.len() - 200));
    run.ip(&client.part(invite.len() - 100, client.len()))
        .finish();
    assert_eq!(run.texts(), [&invite[..invite.len() - 200], &ack]);
    assert_eq!(run.messages()[0].missing, 200);
    assert_eq!(run.gaps(), [GapKind::StreamHole(100)]);
}

#[test]
fn segments_cut_by_the_snap_length() {
    let (invite, ack) = (request("INVITE", 1, 300), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("{invite}{ack}"));
    let segment = client.part(0, invite.len());
    let mut run = run();
    run.ip(&client.syn());
    run.frame(
        LinkType::RAW,
        &segment[..segment.len() - 200],
        segment.len(),
    );
    run.ip(&client.part(invite.len(), client.len()));
    assert_eq!(run.texts(), [&invite[..invite.len() - 200], &ack]);
    assert_eq!(run.messages()[0].missing, 200);
    // The message that is told as cut is all there is to tell.
    assert_eq!(run.finish().gaps(), []);
}

#[test]
fn many_segments_beyond_a_hole_end_the_wait() {
    let text: String = (0..40)
        .map(|number| request("OPTIONS", number, 0))
        .collect();
    let client = Client::new(ISN, text);
    for (limits, bound) in [
        (
            Limits {
                early_segments: 8,
                ..Limits::default()
            },
            Bound::EarlySegments,
        ),
        (
            Limits {
                early_bytes: 1000,
                ..Limits::default()
            },
            Bound::EarlyBytes,
        ),
    ] {
        let mut run = Run::new(Config {
            limits,
            ..Config::default()
        });
        run.ip(&client.syn());
        for start in (10..client.len()).step_by(100) {
            run.ip(&client.part(start, client.len().min(start + 100)));
        }
        assert_eq!(run.texts().len(), 39);
        assert_eq!(run.gaps(), [GapKind::StreamHole(10)]);
        assert_eq!(
            run.decoder
                .counters()
                .undecoded(Undecoded::BoundReached(bound))
                .count,
            1
        );
    }
}

/// A request with a body and this Content-Length, or none.
fn with_length(length: Option<usize>, body: &str) -> String {
    let header = length.map_or(String::new(), |length| {
        format!("Content-Length: {length}\r\n")
    });
    format!(
        "INVITE sip:bob@192.0.2.2 SIP/2.0\r\nCall-ID: 7@192.0.2.1\r\nCSeq: 7 INVITE\r\n\
         {header}\r\n{body}"
    )
}

#[test]
fn a_wrong_content_length_costs_no_other_message() {
    let body = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";
    let unended = body.trim_end();
    let (before, after) = (request("OPTIONS", 1, 0), request("ACK", 2, 0));
    for (length, body) in [
        (None, body),
        (None, unended),
        (Some(0), body),
        (Some(10), body),
        (Some(10), unended),
        (Some(body.len() - 2), body),
        (Some(body.len()), body),
        (Some(body.len() + 2), body),
        (Some(body.len() + 20), body),
        (Some(unended.len() + 1), unended),
        (Some(usize::MAX / 2), body),
        (Some(300_000), body),
    ] {
        let wrong = with_length(length, body);
        let client = Client::new(ISN, format!("{before}{wrong}{after}{after}"));
        // Together, in segments of their own, and torn at every byte of the wrong one.
        let (start, end) = (before.len(), before.len() + wrong.len());
        let mut ways = vec![
            vec![0, client.len()],
            vec![0, start, end, end + after.len(), client.len()],
        ];
        ways.extend((start..end).map(|split| vec![0, split, client.len()]));
        for cuts in ways {
            let mut run = run();
            run.ip(&client.syn());
            for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
                run.ip(&client.part(pair[0], pair[1]));
            }
            let told = run.texts();
            assert_eq!(told.len(), 4, "{length:?}, cut at {cuts:?}: {told:?}");
            assert_eq!((told[0], told[2], told[3]), (&*before, &*after, &*after));
            let head = wrong.len() - body.len();
            assert_eq!(told[1][..head], wrong[..head]);
            assert_eq!(run.finish().texts().len(), 4);
        }
    }
}

#[test]
fn overlapping_segments_keep_what_came_first() {
    let (invite, ack) = (request("INVITE", 1, 100), request("ACK", 1, 0));
    let client = Client::new(ISN, format!("{invite}{ack}"));
    for split in (10..client.len() - 10).step_by(7) {
        let mut run = run();
        run.ip(&client.syn()).ip(&client.part(0, split));
        // Ten bytes again, other than they were.
        let mut again = vec![b'#'; 10];
        again.extend(&client.stream[split..]);
        run.ip(&client.part_with(split - 10, &again));
        assert_eq!(run.texts(), [&*invite, &*ack]);
        assert_eq!(run.finish().gaps(), []);
    }
}

#[test]
fn tls_on_a_sip_port_is_counted_and_may_hide_sip() {
    let record = |kind: u8, len: u8| {
        let mut bytes = vec![kind, 3, 3, 0, len];
        bytes.extend(vec![0x20; usize::from(len)]);
        bytes
    };
    for is_joined in [false, true] {
        let client = Client::new(ISN, [record(0x16, 90), record(0x17, 40)].concat());
        let mut run = run();
        if !is_joined {
            run.ip(&client.syn());
        }
        run.ip(&client.part(0, client.len()));
        // At once, though its key may yet come.
        assert_eq!(run.gaps(), [GapKind::Undecoded]);
        run.finish();
        let counted: Vec<_> = run.decoder.counters().all_undecoded().collect();
        assert_eq!(counted.len(), 1, "{counted:?}");
        assert!(matches!(counted[0].0, Undecoded::Tls(_)), "{counted:?}");
        assert_eq!((counted[0].1.count, counted[0].1.bytes), (1, 40));
        assert_eq!(run.texts(), [""; 0]);
    }
}

#[test]
fn the_end_tells_of_what_is_open() {
    let invite = request("INVITE", 1, 300);
    let client = Client::new(ISN, invite.clone());
    for end in ["fin", "reset", "capture", "idle", "reuse"] {
        let mut run = run();
        run.ip(&client.syn())
            .ip(&client.part(0, invite.len() - 100));
        match end {
            "fin" => run.ip(&tcp_packet(
                CLIENT,
                BOB,
                client.seq(client.len() - 100),
                FIN,
                b"",
            )),
            "reset" => run.ip(&tcp_packet(BOB, CLIENT, 0, RST, b"")),
            "idle" => {
                run.wait(Duration::from_secs(601));
                run.advance()
            }
            "reuse" => run.ip(&Client::new(77, "").syn()),
            _ => run.finish(),
        };
        assert_eq!(run.texts(), [&invite[..invite.len() - 100]], "{end}");
        assert_eq!(run.messages()[0].missing, 100);
        assert_eq!(run.decoder.held().stream_bytes, 0);
        assert_eq!(run.finish().messages().len(), 1);
    }
}

#[test]
fn ports_used_again() {
    let (one, other) = (request("INVITE", 1, 0), request("INVITE", 2, 0));
    let first = Client::new(ISN, one.clone());
    // Within the sequence numbers of the connection before, and far from them.
    for isn in [ISN + 10, ISN.wrapping_sub(5), 3_000_000_000] {
        let second = Client::new(isn, other.clone());
        let mut run = run();
        run.ip(&first.syn())
            .ip(&first.part(0, first.len()))
            .ip(&first.fin());
        run.ip(&second.syn())
            .ip(&second.part(0, second.len()))
            .ip(&second.fin());
        assert_eq!(run.texts(), [&*one, &*other]);
        assert_eq!(run.steps().len(), 4);
        assert_eq!(run.gaps(), []);
    }
    // The SYN was not captured.
    let second = Client::new(3_000_000_000, other.clone());
    let mut run = run();
    run.ip(&first.syn()).ip(&first.part(0, first.len()));
    run.ip(&second.part(0, second.len()));
    assert_eq!(run.texts(), [one, other]);
    assert_eq!(run.gaps(), [GapKind::StreamHole(1)]);
}

#[test]
fn steps_of_a_connection() {
    use TcpStepKind::{Accept, Close, Connect, Refuse, Reset};
    let mut run = run();
    run.ip(&tcp_packet(CLIENT, BOB, ISN, SYN, b""));
    run.ip(&tcp_packet(CLIENT, BOB, ISN, SYN, b""));
    run.ip(&tcp_packet(BOB, CLIENT, 0, RST | ACK, b""));
    assert_eq!(run.steps(), [Connect, Connect, Refuse]);

    run.told.clear();
    run.ip(&tcp_packet(CLIENT, BOB, 5, SYN, b""));
    run.ip(&tcp_packet(BOB, CLIENT, 9, SYN | ACK, b""));
    run.ip(&tcp_packet(CLIENT, BOB, 6, ACK, b""));
    run.ip(&tcp_packet(BOB, CLIENT, 10, FIN | ACK, b""));
    run.ip(&tcp_packet(CLIENT, BOB, 6, RST, b""));
    run.ip(&tcp_packet(CLIENT, BOB, 6, RST, b""));
    assert_eq!(run.steps(), [Connect, Accept, Close, Reset]);
    let back = flow(BOB, CLIENT, Transport::Tcp);
    assert_eq!(
        run.told[1],
        Told::Tcp {
            kind: Accept,
            flow: back,
            frame: 5
        }
    );

    run.told.clear();
    run.ip(&tcp_packet("192.0.2.7:4000", BOB, 6, RST, b""));
    run.ip(&tcp_packet("192.0.2.7:4000", "192.0.2.2:80", 6, SYN, b""));
    assert_eq!(run.steps(), [Reset]);
}

#[test]
fn both_directions_are_told_apart() {
    let call = call();
    let mut run = run();
    run.ip(&tcp_packet(CLIENT, BOB, 5, SYN, call[0].as_bytes()));
    run.ip(&tcp_packet(BOB, CLIENT, 5, SYN | ACK, b""));
    run.ip(&tcp_packet(BOB, CLIENT, 6, ACK, call[1].as_bytes()));
    assert_eq!(run.texts(), call[..2]);
    assert_eq!(run.messages()[1].flow, flow(BOB, CLIENT, Transport::Tcp));
}

#[test]
fn other_protocols_on_a_sip_port_are_counted() {
    let mut run = run();
    let client = Client::new(ISN, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    run.ip(&client.syn())
        .ip(&client.part(0, client.len()))
        .finish();
    assert_eq!(run.texts(), [""; 0]);
    let not_sip = run.decoder.counters().undecoded(Undecoded::NotSip);
    assert_eq!(not_sip.bytes as usize, client.len());
    assert_eq!(not_sip.first.map(|frame| frame.number), Some(2));
}

#[test]
fn connections_on_other_ports_are_found_by_content() {
    let (one, other) = (request("INVITE", 1, 100), request("INVITE", 2, 100));
    let mut run = Run::new(Config {
        ports: Ports::any(),
        ..Config::default()
    });
    let (client, server) = ("192.0.2.1:4000", "192.0.2.2:4001");
    let stream = format!("{one}{other}");
    let (first, second) = stream.as_bytes().split_at(one.len() + 10);
    let seq = 1 + u32::try_from(first.len()).unwrap();
    run.ip(&tcp_packet(client, server, 0, SYN, b""));
    run.ip(&tcp_packet(client, server, 1, ACK, first));
    run.ip(&tcp_packet(client, server, seq, ACK, second));
    run.ip(&tcp_packet(
        "192.0.2.1:4002",
        server,
        1,
        ACK,
        b"GET / HTTP/1.1\r\n\r\n",
    ));
    run.ip(&udp_packet(client, server, b"\x80\0\0\0"));
    assert_eq!(run.texts(), [one, other]);
    assert_eq!(run.decoder.held().connections, 1);
    assert_eq!(run.decoder.counters().other_frames, 3);
}

#[test]
fn bounds_on_all_connections() {
    let limits = Limits {
        connections: 3,
        stream_bytes: 1000,
        ..Limits::default()
    };
    let mut run = Run::new(Config {
        limits,
        ..Config::default()
    });
    let message = request("INVITE", 1, 400);
    for client in 1..=5 {
        let source = format!("192.0.2.{client}:4000");
        run.ip(&tcp_packet(
            &source,
            BOB,
            1,
            ACK,
            &message.as_bytes()[..400],
        ));
        assert!(run.decoder.held().connections <= 3);
        assert!(run.decoder.held().stream_bytes <= 1000);
    }
    let counters = run.decoder.counters();
    let count = |bound| counters.undecoded(Undecoded::BoundReached(bound)).count;
    assert_eq!(count(Bound::Connections), 2);
    assert_eq!(count(Bound::StreamBytes), 3);
    assert_eq!(run.finish().messages().len(), 5);
}

proptest! {
    /// However a call is cut into segments, and in whatever order and how often they come within
    /// the bounds: its messages come out whole and once.
    #[test]
    fn any_segments_in_any_order(
        isn: u32,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        extra in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..300), 0..10),
        seed in prop::collection::vec(any::<u32>(), 40),
    ) {
        let call = call();
        let client = Client::new(isn, call.concat());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(client.len())).collect();
        cuts.extend([0, client.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut segments: Vec<Vec<u8>> =
            cuts.windows(2).map(|pair| client.part(pair[0], pair[1])).collect();
        for (start, len) in &extra {
            let start = start.index(client.len());
            segments.push(client.part(start, client.len().min(start + len)));
        }
        let mut order: Vec<(u32, Vec<u8>)> = seed.into_iter().cycle().zip(segments).collect();
        order.sort_by_key(|&(key, _)| key);
        let mut run = run();
        run.ip(&client.syn());
        for (_, segment) in &order {
            run.ip(segment);
        }
        prop_assert_eq!(run.texts(), call);
        prop_assert_eq!(run.decoder.held().stream_bytes, 0);
        for message in run.messages() {
            prop_assert!(message.last >= 2);
        }
        run.finish();
        prop_assert_eq!(run.gaps(), []);
    }
}
