//! SIP over WebSocket.

use std::collections::BTreeMap;

use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::{MZFlush, MZStatus};
use proptest::prelude::*;
use sipwhy_packet::{Bound, Config, GapKind, Limits, Ports, Transport, Undecoded};

use crate::support::{ACK, BOB, FIN, Run, SYN, call, flow, request, tcp_packet};

const CLIENT: &str = "192.0.2.1:4000";

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const COMPRESSED: u8 = 0xc1;
const MASK: Option<[u8; 4]> = Some([0x37, 0xfa, 0x0a, 0x3d]);

const REQUEST: &str = "GET /sip HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: sip\r\n\r\n";

/// A frame (RFC 6455 §5.2).
fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let flag = if mask.is_some() { 0x80 } else { 0 };
    if payload.len() < 126 {
        bytes.push(flag | u8::try_from(payload.len()).unwrap());
    } else if let Ok(length) = u16::try_from(payload.len()) {
        bytes.push(flag | 126);
        bytes.extend(length.to_be_bytes());
    } else {
        bytes.push(flag | 127);
        bytes.extend((payload.len() as u64).to_be_bytes());
    }
    bytes.extend(mask.into_iter().flatten());
    let mask = mask.unwrap_or_default();
    bytes.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}

/// The messages of the call that the client sends, and those that it gets.
fn halves() -> (Vec<String>, Vec<String>) {
    call()
        .into_iter()
        .partition(|message| !message.starts_with("SIP/2.0"))
}

fn frames(mask: Option<[u8; 4]>, messages: &[String]) -> Vec<u8> {
    messages
        .iter()
        .flat_map(|message| frame(TEXT, mask, message.as_bytes()))
        .collect()
}

/// A connection between a client and [`BOB`].
struct Link {
    run: Run,
    next: BTreeMap<&'static str, u32>,
}

impl Link {
    /// One of which the beginning is captured.
    fn open() -> Self {
        let mut link = Self::joined();
        link.run.ip(&tcp_packet(CLIENT, BOB, 999, SYN, b""));
        link.run.ip(&tcp_packet(BOB, CLIENT, 999, SYN | ACK, b""));
        link
    }

    /// One of which it is not.
    fn joined() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        Self {
            run: Run::new(config),
            next: BTreeMap::from([(CLIENT, 1000), (BOB, 1000)]),
        }
    }

    /// Opened, and gone on with WebSocket.
    fn upgraded() -> Self {
        let mut link = Self::open();
        link.send(CLIENT, REQUEST.as_bytes());
        link.send(BOB, RESPONSE.as_bytes());
        link
    }

    fn send(&mut self, from: &'static str, bytes: &[u8]) -> &mut Self {
        let to = if from == CLIENT { BOB } else { CLIENT };
        for part in bytes.chunks(60_000) {
            let next = self.next.get_mut(from).unwrap();
            let packet = tcp_packet(from, to, *next, ACK, part);
            *next += u32::try_from(part.len()).unwrap();
            self.run.ip(&packet);
        }
        self
    }

    /// Sends what the capture lacks.
    fn lose(&mut self, from: &'static str, len: usize) -> &mut Self {
        *self.next.get_mut(from).unwrap() += u32::try_from(len).unwrap();
        self
    }

    /// What was told of one direction.
    fn texts(&self, from: &'static str) -> Vec<&str> {
        let to = if from == CLIENT { BOB } else { CLIENT };
        let way = flow(from, to, Transport::Ws);
        let messages = self.run.messages().into_iter();
        messages
            .inspect(|message| assert_eq!(message.flow.transport, Transport::Ws))
            .filter(|message| message.flow == way)
            .map(|message| message.text.as_str())
            .collect()
    }

    fn count(&self, reason: Undecoded) -> u64 {
        self.run.decoder.counters().undecoded(reason).count
    }

    fn losses(&self) -> Vec<Undecoded> {
        let losses = self.run.decoder.counters().all_undecoded();
        losses.map(|(reason, _)| reason).collect()
    }
}

#[test]
fn a_call_split_at_every_byte() {
    let (sent, got) = halves();
    let client = [REQUEST.as_bytes(), &frames(MASK, &sent)].concat();
    let server = [RESPONSE.as_bytes(), &frames(None, &got)].concat();
    for split in 1..client.len().max(server.len()) {
        let mut link = Link::open();
        let (first, second) = client.split_at(split.min(client.len()));
        let (third, fourth) = server.split_at(split.min(server.len()));
        link.send(CLIENT, first).send(BOB, third);
        link.send(CLIENT, second).send(BOB, fourth);
        assert_eq!(link.texts(CLIENT), sent, "split at {split}");
        assert_eq!(link.texts(BOB), got, "split at {split}");
        assert_eq!(link.run.decoder.held().stream_bytes, 0);
        assert_eq!(link.losses(), []);
        // Each was in the frames that its bytes came in.
        let mut end = REQUEST.len();
        for message in link.run.messages() {
            if message.flow.source.port() == 4000 {
                let start = end;
                end += frame(TEXT, MASK, message.text.as_bytes()).len();
                let frame_of = |at: usize| if at < split { 3 } else { 5 };
                assert_eq!(message.first, frame_of(start), "split at {split}");
                assert_eq!(message.last, frame_of(end - 1), "split at {split}");
            }
        }
    }
}

#[test]
fn a_call_byte_by_byte() {
    let (sent, got) = halves();
    let client = [REQUEST.as_bytes(), &frames(MASK, &sent)].concat();
    let server = [RESPONSE.as_bytes(), &frames(None, &got)].concat();
    for size in [1, 2, 3, 7] {
        let mut link = Link::open();
        let mut parts = client
            .chunks(size)
            .map(|part| (CLIENT, part))
            .collect::<Vec<_>>();
        parts.extend(server.chunks(size).map(|part| (BOB, part)));
        for (from, part) in parts {
            link.send(from, part);
        }
        assert_eq!(link.texts(CLIENT), sent);
        assert_eq!(link.texts(BOB), got);
        assert_eq!(link.losses(), []);
    }
}

#[test]
fn joined_in_mid_stream_at_every_byte() {
    let (sent, got) = halves();
    for (from, mask, messages) in [(CLIENT, MASK, &sent), (BOB, None, &got)] {
        let stream = frames(mask, messages);
        for missed in 0..stream.len() {
            for size in [stream.len(), 50, 1] {
                let mut link = Link::joined();
                for part in stream[missed..].chunks(size) {
                    link.send(from, part);
                }
                let mut start = 0;
                let mut whole = Vec::new();
                for message in messages {
                    if start >= missed {
                        whole.push(message.as_str());
                    }
                    start += frame(TEXT, mask, message.as_bytes()).len();
                }
                // Of one joined behind the head of a frame without a mask, the message is whole.
                let told = link.run.texts();
                let behind_head = told.len() == whole.len() + 1;
                assert!(
                    told == whole || behind_head && told[1..] == whole,
                    "{missed} bytes missed of {from}, in {size}s: {told:?}"
                );
                let by_socket = link
                    .run
                    .messages()
                    .into_iter()
                    .skip(usize::from(behind_head));
                for message in by_socket {
                    let told = message.flow.transport;
                    assert_eq!(told, Transport::Ws, "{missed} missed of {from}, in {size}s");
                }
            }
        }
    }
}

#[test]
fn text_and_binary_of_any_length() {
    for first in [TEXT, BINARY] {
        for body in [0, 500, 70_000] {
            let message = request("INVITE", 1, body);
            let mut link = Link::upgraded();
            link.send(CLIENT, &frame(first, MASK, message.as_bytes()));
            link.send(BOB, &frame(first, None, message.as_bytes()));
            assert_eq!(link.texts(CLIENT), [&*message]);
            assert_eq!(link.texts(BOB), [&*message]);
        }
    }
    let short = "OPTIONS sip:b@c SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n";
    let mut link = Link::upgraded();
    link.send(BOB, &frame(TEXT, None, short.as_bytes()));
    assert_eq!(link.texts(BOB), [short]);
}

#[test]
fn a_message_ends_where_its_frame_does() {
    let body = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
    let message = format!("INVITE sip:b@c SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n{body}");
    let wrong = message.replace("CSeq", "Content-Length: 900\r\nCSeq");
    let mut link = Link::upgraded();
    link.send(
        CLIENT,
        &frames(MASK, &[message.clone(), wrong.clone(), message.clone()]),
    );
    assert_eq!(link.texts(CLIENT), [&*message, &wrong, &message]);
    assert!(
        link.run
            .messages()
            .iter()
            .all(|message| message.missing == 0)
    );
}

#[test]
fn messages_in_fragments_with_pings_between() {
    let message = request("INVITE", 1, 300);
    let bytes = message.as_bytes();
    let stream = [
        frame(0x01, MASK, &bytes[..100]),
        frame(PING, MASK, b"still there?"),
        frame(0x00, Some([1, 2, 3, 4]), &bytes[100..101]),
        frame(0x8a, MASK, b""),
        frame(0x80, Some([9, 8, 7, 6]), &bytes[101..]),
        frame(CLOSE, MASK, b"\x03\xe8"),
    ]
    .concat();
    for split in 1..stream.len() {
        let mut link = Link::upgraded();
        link.send(CLIENT, &stream[..split])
            .send(CLIENT, &stream[split..]);
        assert_eq!(link.texts(CLIENT), [&*message], "split at {split}");
        assert_eq!(link.count(Undecoded::KeepAlive), 2);
        assert_eq!(link.losses(), [Undecoded::KeepAlive]);
    }
}

#[test]
fn keep_alives_of_sip_are_messages_here() {
    let message = request("OPTIONS", 1, 0);
    let mut link = Link::upgraded();
    link.send(CLIENT, &frame(TEXT, MASK, b"\r\n\r\n"));
    link.send(
        CLIENT,
        &frame(TEXT, MASK, format!("\r\n{message}").as_bytes()),
    );
    assert_eq!(link.texts(CLIENT), [&*message]);
    assert_eq!(link.count(Undecoded::KeepAlive), 1);
}

#[test]
fn frames_in_the_segment_of_the_handshake() {
    let message = request("OPTIONS", 1, 0);
    let mut link = Link::open();
    link.send(CLIENT, REQUEST.as_bytes());
    let bytes = [RESPONSE.as_bytes(), &frame(TEXT, None, message.as_bytes())].concat();
    link.send(BOB, &bytes);
    assert_eq!(link.texts(BOB), [message]);
    assert_eq!(link.losses(), []);
}

#[test]
fn one_direction_alone() {
    let (sent, got) = halves();
    let mut link = Link::joined();
    link.send(BOB, RESPONSE.as_bytes())
        .send(BOB, &frames(None, &got));
    assert_eq!(link.texts(BOB), got);
    let mut link = Link::joined();
    link.send(CLIENT, REQUEST.as_bytes())
        .send(CLIENT, &frames(MASK, &sent));
    assert_eq!(link.texts(CLIENT), sent);
}

#[test]
fn an_upgrade_refused_and_then_granted() {
    let refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 20\r\n\r\n<html>SIP/2.0 200 OK";
    let (sent, got) = halves();
    let mut link = Link::open();
    link.send(CLIENT, REQUEST.as_bytes())
        .send(BOB, refusal.as_bytes());
    assert_eq!(link.run.texts(), [""; 0]);
    assert!(link.count(Undecoded::NotSip) > 0);
    link.send(CLIENT, REQUEST.as_bytes())
        .send(BOB, RESPONSE.as_bytes());
    link.send(CLIENT, &frames(MASK, &sent))
        .send(BOB, &frames(None, &got));
    assert_eq!(link.texts(CLIENT), sent);
    assert_eq!(link.texts(BOB), got);
}

#[test]
fn another_subprotocol_is_not_sip_unless_it_is() {
    let other = |text: &str| text.replace("Protocol: sip", "Protocol: chat");
    let message = request("OPTIONS", 1, 0);
    let mut link = Link::open();
    link.send(CLIENT, other(REQUEST).as_bytes())
        .send(BOB, other(RESPONSE).as_bytes());
    link.send(
        CLIENT,
        &frame(TEXT, MASK, b"{\"hello\": \"SIP/2.0 200 OK\"}"),
    );
    assert_eq!(link.run.texts(), [""; 0]);
    assert_eq!(link.count(Undecoded::NotSip), 1);
    link.send(CLIENT, &frame(TEXT, MASK, message.as_bytes()));
    assert_eq!(link.texts(CLIENT), [message]);
}

#[test]
fn found_by_content_on_other_ports() {
    let (sent, got) = halves();
    let client = [REQUEST.as_bytes(), &frames(MASK, &sent)].concat();
    let server = [RESPONSE.as_bytes(), &frames(None, &got)].concat();
    // Opened, and in mid-stream.
    for skipped in [0, REQUEST.len()] {
        let mut run = Run::new(Config {
            ports: Ports::any(),
            ..Config::default()
        });
        let (near, far) = ("192.0.2.1:4000", "192.0.2.2:8088");
        run.ip(&tcp_packet(near, far, 5, ACK, &client[skipped..]));
        let skipped = if skipped > 0 { RESPONSE.len() } else { 0 };
        run.ip(&tcp_packet(far, near, 5, ACK, &server[skipped..]));
        assert_eq!(run.texts().len(), 7);
    }
}

#[test]
fn a_hole_costs_what_is_in_it() {
    let messages: Vec<String> = (0..6)
        .map(|number| request("INVITE", number, 200))
        .collect();
    for (from, mask) in [(CLIENT, MASK), (BOB, None)] {
        let stream = frames(mask, &messages);
        let each = stream.len() / messages.len();
        // From within the second to within the fourth.
        let (hole, resumed) = (each + 150, 3 * each + 50);
        let mut link = Link::upgraded();
        link.send(from, &stream[..hole]).lose(from, resumed - hole);
        link.send(from, &stream[resumed..]);
        link.run.finish();
        let head = each - messages[1].len();
        let cut = &messages[1][..150 - head];
        assert_eq!(
            link.texts(from),
            [&messages[0], cut, &messages[4], &messages[5]]
        );
        assert_eq!(
            link.run.messages()[1].missing as usize,
            messages[1].len() - cut.len()
        );
        let lost = u32::try_from(resumed - hole).unwrap();
        assert_eq!(link.run.gaps(), [GapKind::StreamHole(lost)]);
        assert_eq!(link.count(Undecoded::AfterHole), 1);
    }
}

#[test]
fn a_hole_within_a_frame_keeps_the_frames_after_it() {
    let (one, other) = (request("INVITE", 1, 300), request("ACK", 1, 0));
    let first = frame(TEXT, MASK, one.as_bytes());
    let mut link = Link::upgraded();
    link.send(CLIENT, &first[..first.len() - 200])
        .lose(CLIENT, 100);
    link.send(
        CLIENT,
        &[
            &first[first.len() - 100..],
            &frame(TEXT, MASK, other.as_bytes()),
        ]
        .concat(),
    );
    link.run.finish();
    assert_eq!(link.texts(CLIENT), [&one[..one.len() - 200], &other]);
    assert_eq!(link.run.messages()[0].missing, 200);
}

#[test]
fn the_end_tells_of_what_is_open() {
    let message = request("INVITE", 1, 300);
    let whole = frame(TEXT, MASK, message.as_bytes());
    let first_fragment = frame(0x01, MASK, &message.as_bytes()[..200]);
    for (bytes, told) in [(&whole[..208], 200), (&first_fragment, 200)] {
        for end in ["fin", "capture"] {
            let mut link = Link::upgraded();
            link.send(CLIENT, bytes);
            if end == "fin" {
                let next = link.next[CLIENT];
                link.run.ip(&tcp_packet(CLIENT, BOB, next, FIN | ACK, b""));
            }
            link.run.finish();
            assert_eq!(link.texts(CLIENT), [&message[..told]], "{end}");
            assert!(link.run.messages()[0].missing > 0);
            assert_eq!(link.run.decoder.held().stream_bytes, 0);
        }
    }
}

/// A sender that compresses (RFC 7692 §7.2.1).
struct Compressor(Box<CompressorOxide>);

impl Compressor {
    fn new() -> Self {
        let flags = create_comp_flags_from_zip_params(6, -15, 0);
        Self(Box::new(CompressorOxide::new(flags)))
    }

    fn message(&mut self, text: &[u8]) -> Vec<u8> {
        let mut output = vec![0; text.len() + 1000];
        let result = deflate(&mut self.0, text, &mut output, MZFlush::Sync);
        assert_eq!(result.status, Ok(MZStatus::Ok));
        assert_eq!(result.bytes_consumed, text.len());
        output.truncate(result.bytes_written);
        let end = output.len() - 4;
        assert_eq!(output.split_off(end), [0, 0, 0xff, 0xff]);
        output
    }
}

#[test]
fn compressed_messages_refer_to_those_before() {
    let (sent, got) = halves();
    let response = RESPONSE.replace(
        "Sec-WebSocket-P",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\r\nSec-WebSocket-P",
    );
    let stream = |mask, messages: &[String]| {
        let mut compressor = Compressor::new();
        let all = messages
            .iter()
            .map(|text| compressor.message(text.as_bytes()));
        let frames: Vec<Vec<u8>> = all.map(|bytes| frame(COMPRESSED, mask, &bytes)).collect();
        let alone = Compressor::new().message(messages[1].as_bytes());
        assert!(frames[1].len() < alone.len(), "it does refer back");
        frames.concat()
    };
    let client = stream(MASK, &sent);
    let server = stream(None, &got);
    for split in 1..client.len() {
        let mut link = Link::open();
        link.send(CLIENT, REQUEST.as_bytes())
            .send(BOB, response.as_bytes());
        link.send(CLIENT, &client[..split])
            .send(CLIENT, &client[split..]);
        link.send(BOB, &server);
        assert_eq!(link.texts(CLIENT), sent);
        assert_eq!(link.texts(BOB), got);
        assert_eq!(link.losses(), []);
    }
    // In fragments, of which the first alone says that it is compressed.
    let bytes = Compressor::new().message(sent[0].as_bytes());
    let mut link = Link::upgraded();
    link.send(CLIENT, &frame(0x41, MASK, &bytes[..20]));
    link.send(CLIENT, &frame(0x80, MASK, &bytes[20..]));
    assert_eq!(link.texts(CLIENT), sent[..1]);
}

#[test]
fn compressed_messages_without_context() {
    let (sent, _) = halves();
    let response = RESPONSE.replace(
        "Sec-WebSocket-P",
        "sec-websocket-extensions: permessage-deflate;client_no_context_takeover\r\nSec-WebSocket-P",
    );
    let mut link = Link::open();
    link.send(CLIENT, REQUEST.as_bytes())
        .send(BOB, response.as_bytes());
    for message in &sent {
        let bytes = Compressor::new().message(message.as_bytes());
        link.send(CLIENT, &frame(COMPRESSED, MASK, &bytes));
        assert_eq!(link.run.decoder.held().stream_bytes, 0);
    }
    assert_eq!(link.texts(CLIENT), sent);
}

#[test]
fn compressed_messages_after_a_hole_are_counted() {
    let messages: Vec<String> = (0..4)
        .map(|number| request("INVITE", number, 200))
        .collect();
    let mut compressor = Compressor::new();
    let mut link = Link::upgraded();
    for (number, message) in messages.iter().enumerate() {
        let bytes = frame(COMPRESSED, MASK, &compressor.message(message.as_bytes()));
        if number == 1 {
            // Its last bytes: where the next frame begins is known.
            link.send(CLIENT, &bytes[..bytes.len() - 3]).lose(CLIENT, 3);
        } else {
            link.send(CLIENT, &bytes);
        }
    }
    link.run.finish();
    assert_eq!(link.texts(CLIENT)[0], messages[0]);
    assert!(messages[1].starts_with(link.texts(CLIENT)[1]));
    assert_eq!(link.texts(CLIENT).len(), 2);
    assert_eq!(link.count(Undecoded::Compressed), 2);
    assert_eq!(link.run.gaps()[1..], [GapKind::Undecoded; 2]);
}

#[test]
fn bounds() {
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let longest = 1000 + sipwhy_parser::framing::MAX_HEAD;
    let message = request("OPTIONS", 1, 0);
    let good = frame(TEXT, MASK, message.as_bytes());
    let huge = vec![b'x'; longest + 1];
    let mut header = vec![TEXT, 0xff];
    header.extend((1_u64 << 40).to_be_bytes());
    header.extend([0; 4]);
    let bomb = Compressor::new().message(&vec![b'x'; 10 * longest]);
    assert!(bomb.len() < 10_000);
    for (bytes, goes_on) in [
        (frame(TEXT, MASK, &huge), true),
        (header, false),
        (frame(0x01, MASK, &huge[1..]), false),
        (frame(COMPRESSED, MASK, &bomb), true),
    ] {
        let mut link = Link::with(Config {
            limits: limits.clone(),
            ..Config::default()
        });
        link.send(CLIENT, REQUEST.as_bytes());
        link.send(CLIENT, &bytes);
        if !goes_on {
            link.send(CLIENT, &frame(0x80, MASK, b"xx"));
        }
        let reason = Undecoded::BoundReached(Bound::MessageBytes);
        assert_eq!(link.count(reason), 1);
        assert!(link.run.decoder.held().stream_bytes <= longest);
        if goes_on {
            link.send(CLIENT, &good);
            assert_eq!(link.texts(CLIENT), [&*message]);
        }
    }
}

#[test]
fn near_misses_are_not_sip() {
    let http = "GET /logs HTTP/1.1\r\nHost: a\r\n\r\n";
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n\
        INVITE sip:bob@example.org SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
    let rtsp = "DESCRIBE rtsp://example.org/sip RTSP/1.0\r\nCSeq: 312\r\n\r\n";
    let answer = "RTSP/1.0 200 OK\r\nCSeq: 312\r\n\r\nSIP/2.0 200 OK\r\n\r\n";
    let noise = [&[TEXT, 0xfe, 0, 200][..], &[0x55; 300]].concat();
    let cases: [(&[u8], &[u8], Undecoded); 3] = [
        (http.as_bytes(), page.as_bytes(), Undecoded::NotSip),
        (rtsp.as_bytes(), answer.as_bytes(), Undecoded::NotSip),
        (&noise, &noise, Undecoded::NotSip),
    ];
    for (client, server, reason) in cases {
        for size in [1, 2, 5, 1000] {
            let mut link = Link::open();
            for part in client.chunks(size) {
                link.send(CLIENT, part);
            }
            for part in server.chunks(size) {
                link.send(BOB, part);
            }
            link.run.finish();
            assert_eq!(link.run.texts(), [""; 0]);
            assert_eq!(link.losses(), [reason]);
            let counted = link.run.decoder.counters().undecoded(reason);
            assert!(counted.bytes as usize >= client.len());
            assert_eq!(counted.first.map(|frame| frame.number), Some(3));
        }
    }
}

proptest! {
    /// However the bytes are cut into segments, the messages come out whole and once.
    #[test]
    fn any_segments(
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        mask: [u8; 4],
        is_joined: bool,
    ) {
        let (sent, _) = halves();
        let bytes = frames(Some(mask), &sent);
        let mut link = if is_joined { Link::joined() } else { Link::upgraded() };
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        for pair in cuts.windows(2) {
            link.send(CLIENT, &bytes[pair[0]..pair[1]]);
        }
        prop_assert_eq!(link.texts(CLIENT), sent);
        prop_assert_eq!(link.run.decoder.held().stream_bytes, 0);
    }

    /// Whatever happens to the bytes, nothing panics, and the bounds hold.
    #[test]
    fn any_damage(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        size in 1_usize..400,
        lost in prop::collection::vec(any::<bool>(), 60),
        is_compressed: bool,
    ) {
        let (sent, got) = halves();
        let mut compressor = Compressor::new();
        let mut stream = REQUEST.as_bytes().to_vec();
        for message in sent.iter().chain(&got) {
            let bytes = message.as_bytes();
            if is_compressed {
                stream.extend(frame(COMPRESSED, MASK, &compressor.message(bytes)));
            } else {
                stream.extend(frame(0x01, MASK, &bytes[..10]));
                stream.extend(frame(0x80, None, &bytes[10..]));
            }
        }
        for (at, byte) in damage {
            let at = at.index(stream.len());
            stream[at] = byte;
        }
        let limits = Limits { stream_bytes: 600, body_bytes: 300, ..Limits::default() };
        let mut link = Link::with(Config { limits, ..Config::default() });
        for (part, is_lost) in stream.chunks(size).zip(lost.into_iter().cycle()) {
            if is_lost && part.len() > 100 {
                link.lose(CLIENT, part.len());
            } else {
                link.send(CLIENT, part);
            }
            prop_assert!(link.run.decoder.held().stream_bytes <= 600);
        }
        link.run.finish();
        prop_assert_eq!(link.run.decoder.held().stream_bytes, 0);
    }
}
