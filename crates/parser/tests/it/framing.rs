//! Messages cut out of streams, however the bytes arrive.

use proptest::prelude::*;
use sipwhy_parser::framing::{Framing, MAX_HEAD, Progress, frame};
use sipwhy_parser::{Anomalies, Front, Scanner, is_lookalike, looks_like_sip};

use crate::generated::{Style, style, told};
use crate::samples;

const MAX_BODY: usize = 4096;

/// Feeds the pieces one after another. Answers the messages, and how many bytes were skipped.
fn cut_up<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, usize) {
    let mut buffer = Vec::new();
    let mut progress = Progress::default();
    let (mut messages, mut skipped) = (Vec::new(), 0);
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            let gone = match frame(&buffer, &mut progress, MAX_BODY) {
                Framing::Incomplete { need } => {
                    assert!(need.is_none_or(|need| need > buffer.len()));
                    break;
                }
                Framing::Message { start, end } => {
                    messages.push(buffer[start..end].to_vec());
                    end
                }
                Framing::KeepAlive { len } => len,
                Framing::Garbage { skip } => {
                    skipped += skip;
                    skip
                }
            };
            assert!(gone > 0 && gone <= buffer.len());
            buffer.drain(..gone);
        }
    }
    (messages, skipped)
}

fn at_once(stream: &[u8]) -> Vec<Vec<u8>> {
    cut_up([stream]).0
}

/// One stream with everything in it that a sender may do.
fn stream() -> (Vec<u8>, Vec<Vec<u8>>) {
    let messages: Vec<&[u8]> = vec![
        samples::INVITE,
        b"OPTIONS sip:a@b SIP/2.0\nl:2\n\nhi",
        b"SIP/2.0 200 OK\r\nContent-Length\t :\r\n  5\r\n\r\n1\r\n\r\n",
        b"MESSAGE sip:a@b SIP/2.0\r\nSubject: Content-Length: 9\r\n\r\n",
        b"SIP/2.0 404 Not Found\r\nCONTENT-LENGTH: 0\r\n\r\n",
        b"NOTIFY sip:a@b SIP/2.0\r\nl: 17\r\n\r\nSIP/2.0 200 OK\r\n\r",
        b"ACK sip:a@b SIP/2.0\r\nContent-Length: nine\r\n\r\n",
        samples::OK,
    ];
    let mut bytes = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        bytes.extend_from_slice(message);
        bytes.extend_from_slice(["", "\r\n", "\r\n\r\n"][number % 3].as_bytes());
    }
    (bytes, messages.into_iter().map(<[u8]>::to_vec).collect())
}

#[test]
fn every_split_gives_the_same_messages() {
    let (bytes, expected) = stream();
    assert_eq!(at_once(&bytes), expected);
    for at in 0..=bytes.len() {
        let (messages, skipped) = cut_up([&bytes[..at], &bytes[at..]]);
        assert_eq!(messages, expected, "split at {at}");
        assert_eq!(skipped, 0, "split at {at}");
    }
    assert_eq!(cut_up(bytes.chunks(1)).0, expected);
}

#[test]
fn garbage_is_skipped_up_to_the_next_start_line() {
    let ok = b"SIP/2.0 200 OK\r\nl: 0\r\n\r\n";
    let options = b"OPTIONS sip:a@b SIP/2.0\r\nl: 0\r\n\r\n";
    let cases: &[&[u8]] = &[
        b"nonsense\r\nmore: of it\r\n",
        b"\x16\x03\x01\0\x05\n\n\0",
        b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\na=x",
        b"{\"body\": \"without a line end\"}",
        b"\0\x01\0\0\x21\x12\xa4\x42",
        b"Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nCSeq: 1 ACK\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n\r\n",
    ];
    for garbage in cases {
        for message in [&ok[..], options] {
            let bytes = [message, garbage, message, b"\r\n", garbage, message].concat();
            let expected = vec![message.to_vec(); 3];
            assert_eq!(at_once(&bytes), expected, "{}", bytes.escape_ascii());
            assert_eq!(
                cut_up(bytes.chunks(1)).0,
                expected,
                "{}",
                bytes.escape_ascii()
            );
            for at in 0..bytes.len() {
                let (messages, skipped) = cut_up([&bytes[..at], &bytes[at..]]);
                assert_eq!(
                    messages,
                    expected,
                    "split at {at}: {}",
                    bytes.escape_ascii()
                );
                assert!(skipped > 0);
            }
        }
    }
}

#[test]
fn a_head_that_never_ends_is_given_up_at_the_next_start_line() {
    let bytes = b"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n\
        BYE sip:a@b SIP/2.0\r\nTo: <sip:a\r\nACK sip:a@b SIP/2.0\r\nl: 0\r\n\r\n";
    let messages = at_once(bytes);
    assert_eq!(messages.len(), 2);
    assert!(messages[0].starts_with(b"SIP/2.0 200 OK") && messages[1].starts_with(b"ACK"));
}

#[test]
fn headers_that_name_a_version_are_no_start_lines() {
    let bytes =
        b"OPTIONS sip:a@b SIP/2.0\r\nUser-Agent : a SIP/2.0\r\nSubject: b\r\n INVITE x SIP/2.0\r\n\
        X-First-Line: INVITE sip:a@b SIP/2.0\r\nl: 0\r\n\r\n";
    assert_eq!(at_once(bytes), [bytes.to_vec()]);
}

#[test]
fn a_body_too_large_to_wait_for_is_not_waited_for() {
    let head = format!("MESSAGE sip:a@b SIP/2.0\r\nl: {}\r\n\r\n", MAX_BODY + 1);
    assert_eq!(at_once(head.as_bytes()), [head.as_bytes().to_vec()]);
    let head = format!("MESSAGE sip:a@b SIP/2.0\r\nl: {MAX_BODY}\r\n\r\n");
    let mut progress = Progress::default();
    assert_eq!(
        frame(head.as_bytes(), &mut progress, MAX_BODY),
        Framing::Incomplete {
            need: Some(head.len() + MAX_BODY)
        }
    );
}

#[test]
fn heads_are_bounded() {
    let mut longest = b"OPTIONS sip:a@b SIP/2.0\r\nX: ".to_vec();
    longest.resize(MAX_HEAD - 4, b'x');
    longest.extend_from_slice(b"\r\n\r\n");
    assert_eq!(at_once(&longest), [longest.clone()]);

    let mut endless = b"OPTIONS sip:a@b SIP/2.0\r\nX: ".to_vec();
    endless.resize(5 * MAX_HEAD, b'x');
    endless.extend_from_slice(b"\r\n");
    endless.extend_from_slice(samples::OK);
    for size in [1, 1000, MAX_HEAD, endless.len()] {
        let (messages, _) = cut_up(endless.chunks(size));
        assert_eq!(messages, [samples::OK.to_vec()], "pieces of {size}");
    }

    let mut lines = b"OPTIONS sip:a@b SIP/2.0\r\n".to_vec();
    while lines.len() < 3 * MAX_HEAD {
        lines.extend_from_slice(b"X: y\r\n");
    }
    lines.extend_from_slice(b"\r\n");
    lines.extend_from_slice(samples::OK);
    for size in [7, 1000, lines.len()] {
        assert_eq!(
            cut_up(lines.chunks(size)).0,
            [samples::OK.to_vec()],
            "pieces of {size}"
        );
    }
}

#[test]
fn one_byte_at_a_time_stays_linear() {
    // Quadratic work on any of these would take minutes.
    let patterns: &[&[u8]] = &[
        b"x",
        b"\n",
        b"\r\n",
        b"SIP/2.0",
        b" SIP/2.0",
        b"INVITE sip:a SIP/2.0",
        b"a b\n",
        b"X: y\r\n",
    ];
    for pattern in patterns {
        let mut bytes = b"OPTIONS sip:a@b SIP/2.0\r\n".to_vec();
        while bytes.len() < MAX_HEAD - 100 {
            bytes.extend_from_slice(pattern);
        }
        let mut progress = Progress::default();
        let mut start = 0;
        for end in 1..=bytes.len() {
            loop {
                start += match frame(&bytes[start..end], &mut progress, MAX_BODY) {
                    Framing::Incomplete { .. } => break,
                    Framing::Message { end, .. } => end,
                    Framing::KeepAlive { len } => len,
                    Framing::Garbage { skip } => skip,
                };
            }
        }
    }
}

/// Holds what was scanned in front of a stream against what [`frame`] cuts out there. Says whether
/// there was anything.
fn front_is_as_framed(stream: &[u8]) -> bool {
    let mut scanner = Scanner::new();
    let framed = frame(stream, &mut Progress::default(), MAX_BODY);
    let front = match scanner.scan_front(stream, MAX_BODY) {
        Front::Message(message) => message,
        Front::Incomplete { need } => {
            assert_eq!(framed, Framing::Incomplete { need });
            return false;
        }
        Front::Doubtful => return false,
    };
    let end = front.bytes().len();
    assert_eq!(framed, Framing::Message { start: 0, end });
    assert!(!is_lookalike(&stream[..end]));
    let mut alone = Scanner::new();
    let alone = alone.scan(&stream[..end]);
    assert_eq!(front.bytes(), alone.bytes());
    assert_eq!(front.start_line(), alone.start_line());
    assert_eq!(front.anomalies(), alone.anomalies());
    assert_eq!(front.content_length(), alone.content_length());
    assert_eq!((front.body(), front.trailing()), (alone.body(), &b""[..]));
    assert!(front.headers().eq(alone.headers()));
    true
}

#[test]
fn a_front_beyond_doubt_is_whole_and_usual() {
    let is_sure = |stream: &[u8]| front_is_as_framed(stream);
    assert!(is_sure(&[samples::INVITE, samples::OK].concat()));
    assert!(is_sure(&[samples::INVITE, b"\r\n\0garbage"].concat()));
    // Folded.
    assert!(!is_sure(samples::OK));
    assert!(!is_sure(&samples::INVITE[..samples::INVITE.len() - 1]));
    for doubtful in [
        "",
        "\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n",
        "SIP/2.0 200 OK\r\nTo: a\r\n\r\n",
        "SIP/2.0 200 OK\r\nl: 9999\r\n\r\n",
        "SIP/2.0 200 OK\r\nTo: a\r\nSIP/2.0 200 OK\r\nl: 0\r\n\r\n",
        "SIP/2.0 200 OK\r\nINVITE sip:a@b SIP/2.0\r\nl: 0\r\n\r\n",
        "SIP/2.0 200 OK\nl: 0\n\n",
        "SIP/3.0 200 OK\r\nl: 0\r\n\r\n",
        "NVITE sip:a@b SIP/2.0\r\nl: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nl: 0\r\n\r\n",
    ] {
        assert!(!is_sure(doubtful.as_bytes()), "{doubtful}");
    }
    let long = format!(
        "SIP/2.0 200 OK\r\nA: {}\r\nl: 0\r\n\r\n",
        "a".repeat(MAX_HEAD)
    );
    assert!(!is_sure(long.as_bytes()));
    let long = long.replacen("aaaa", "", 1 + MAX_HEAD / 100);
    assert!(is_sure(long.as_bytes()));
}

proptest! {
    #[test]
    fn a_front_is_as_framed(
        first in told(),
        style in prop_oneof![Just(Style::default()), style()],
        second in told(),
        come in 0.0..1.0,
        change in prop::option::of((0.0..1.0, prop::sample::select(vec![
            &b"\r\n"[..], b"\n", b"\r", b" ", b":", b"\0", b"SIP/2.0", b" SIP/2.0\r\n", b"9",
            b"\r\nSIP/2.0 200 OK\r\n", b"\r\nINVITE sip:a@b SIP/2.0\r\n", b"\r\nl: 1\r\n",
        ]))),
    ) {
        let mut stream = first.written(style);
        if let Some((place, text)) = change {
            let at = (place * stream.len() as f64) as usize;
            stream.splice(at..at, text.iter().copied());
        }
        stream.extend(second.written(Style::default()));
        let is_sure = front_is_as_framed(&stream);
        let is_usual = !style.folded && !style.space_before_colon && !style.bare_lf;
        prop_assert!(is_sure || !is_usual || change.is_some());
        // However much of it has come.
        let end = (come * stream.len() as f64) as usize;
        front_is_as_framed(&stream[..end]);
    }

    #[test]
    fn any_pieces_give_the_same(
        parts in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    &b"\r\n"[..], b"\n", b"\r", b" ", b"x", b"SIP/2.0", b" 200", b"INVITE", b" sip:a@b ",
                    b"Via: SIP/2.0/UDP h\r\n", b"l: 3\r\n", b"Content-Length:\r\n 2\r\n", b"ab:c", b"\0\xff",
                    b"SIP/2.0 200 OK\r\n", b"ACK sip:a@b SIP/2.0\r\n", samples::OK, samples::INVITE,
                ]).prop_map(<[u8]>::to_vec),
                prop::collection::vec(any::<u8>(), 0..4),
            ],
            0..30,
        ),
        sizes in prop::collection::vec(1_usize..40, 1..8),
    ) {
        let bytes = parts.concat();
        front_is_as_framed(&bytes);
        let whole = cut_up([&bytes[..]]);
        let mut pieces = Vec::new();
        let (mut rest, mut sizes) = (&bytes[..], sizes.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            pieces.push(piece);
            rest = after;
        }
        let messages = cut_up(pieces).0;
        prop_assert_eq!(&messages, &whole.0);

        // What was cut out is what the scanner takes for one message.
        let mut scanner = Scanner::new();
        for message in &messages {
            let scanned = scanner.scan(message);
            prop_assert!(!scanned.anomalies().intersects(
                Anomalies::MISSING_HEAD_END | Anomalies::CONTENT_LENGTH_TOO_SMALL
            ));
            prop_assert!(looks_like_sip(message) || is_lookalike(message));
        }
    }
}
