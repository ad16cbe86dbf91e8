//! Bytes that mean harm: nothing panics, nothing is lost, nothing takes long.

use proptest::prelude::*;
use sipwhy_parser::{Framing, Message, Progress, Scanner, frame, looks_like_sip};

use crate::samples::{ALL, walk, walk_with_rsip};

/// Each byte belongs to one part, in order.
fn assert_covered(message: Message<'_, '_>) {
    let bytes = message.bytes();
    assert!(bytes.starts_with(message.leading()));
    let mut at = message.leading().len();
    let start_line = message.start_line_span();
    assert_eq!(start_line.start, at);
    assert!(bytes[start_line.clone()].starts_with(message.start_line_bytes()));
    let line_end = &bytes[start_line.start + message.start_line_bytes().len()..start_line.end];
    assert!([&b""[..], b"\n", b"\r\n", b"\r"].contains(&line_end));
    at = start_line.end;
    for header in message.headers() {
        assert_eq!(header.span.start, at);
        assert!(header.span.end > at);
        assert!(header.span.start <= header.value_span.start);
        assert!(header.value_span.end <= header.span.end);
        assert!(header.value_span.start <= header.value_span.end);
        assert_eq!(&bytes[header.value_span.clone()], header.value);
        assert!(bytes[header.span.clone()].starts_with(header.raw_name));
        at = header.span.end;
    }
    assert!(bytes[at..].starts_with(message.unindexed()));
    at += message.unindexed().len();
    let empty_line = &bytes[at..message.head().len()];
    assert!(
        [&b""[..], b"\n", b"\r\n", b"\r"].contains(&empty_line),
        "{}",
        empty_line.escape_ascii()
    );
    assert_eq!(
        [message.head(), message.body(), message.trailing()].concat(),
        bytes
    );
}

fn assert_line_numbers(message: Message<'_, '_>) {
    for header in message.headers() {
        let before = &message.bytes()[..header.span.start];
        let lines = before.iter().filter(|&&byte| byte == b'\n').count();
        assert_eq!(header.line as usize, lines + 1);
    }
}

fn check(bytes: &[u8]) {
    let mut scanner = Scanner::new();
    let message = scanner.scan(bytes);
    assert_covered(message);
    assert_line_numbers(message);
    walk_with_rsip(message);
    looks_like_sip(bytes);
    frame(bytes, &mut Progress::default(), 1000);
}

#[test]
fn every_beginning_of_a_message() {
    for text in ALL {
        for end in 0..=text.len() {
            check(&text[..end]);
        }
    }
}

#[test]
fn every_byte_replaced() {
    let mut scanner = Scanner::new();
    for text in ALL {
        for at in 0..text.len() {
            for byte in [
                0, b'\n', b'\r', b' ', b':', b',', b';', b'"', b'<', b'>', b'\\', b'=', 0xff,
            ] {
                let mut changed = text.to_vec();
                changed[at] = byte;
                let message = scanner.scan(&changed);
                assert_covered(message);
                walk(message);
            }
        }
    }
}

fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let parts = vec![
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ";",
        ",",
        "<",
        ">",
        "\"",
        "\\",
        "=",
        "/",
        "@",
        "[",
        "]",
        "?",
        "%",
        "*",
        "0",
        "65535",
        "99999999999",
        "SIP/2.0",
        "SIP/2.0/UDP ",
        "INVITE ",
        "sip:",
        "sips:a@b",
        "Via: ",
        "v:",
        "Contact: ",
        "m :",
        "Content-Length: ",
        "l:",
        "CSeq: 1 ",
        "From: ",
        "To: ",
        "Call-ID: ",
        "Route: ",
        "Reason: SIP;cause=",
        "Warning: 399 a ",
        ";tag=",
        ";branch=z9hG4bK",
        ";q=0.",
        "200 OK",
        "\0",
        "\u{7f}",
        "é",
    ];
    prop::collection::vec(
        prop_oneof![
            4 => prop::sample::select(parts).prop_map(|part| part.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..6),
        ],
        0..60,
    )
    .prop_map(|parts| parts.concat())
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0_usize..30, fragments());
    (
        prop::sample::select(ALL.to_vec()),
        prop::collection::vec(edit, 1..6),
    )
        .prop_map(|(text, edits)| {
            let mut bytes = text.to_vec();
            for (at, gone, new) in edits {
                let at = at.index(bytes.len() + 1);
                let end = bytes.len().min(at + gone);
                bytes.splice(at..end, new);
            }
            bytes
        })
}

proptest! {
    #[test]
    fn random_bytes(bytes: Vec<u8>) {
        check(&bytes);
    }

    #[test]
    fn random_fragments(bytes in fragments()) {
        check(&bytes);
        check(&[b"OPTIONS sip:a@b SIP/2.0\r\n", &bytes[..]].concat());
    }

    #[test]
    fn mutated_messages(bytes in mutated()) {
        check(&bytes);
    }
}

#[test]
fn long_input_is_walked_to_its_end() {
    let patterns = [
        ",",
        ";",
        "\"",
        "\\",
        "<",
        ">",
        "%",
        "=",
        " ",
        "\r\n ",
        "\n ",
        "\n",
        "a,",
        "\",",
        "<,",
        ";=",
        "\"\\",
        "\";",
        "(",
        ":",
        "[",
        "/",
        "SIP/2.0/UDP ",
        "SIP/2.0/UDP h,",
        "<sip:a>,",
        "\"\"<",
        "X:\r\n",
        "a:b\n",
        "\0",
        "é",
        "*,",
        "@",
        "?",
        "1",
        "a",
    ];
    let headers = [
        "Via: ",
        "Contact: ",
        "From: ",
        "CSeq: ",
        "Reason: ",
        "Warning: ",
        "Route: ",
        "l: ",
        "X",
        "From: <sip:a>;",
        "Via: SIP/2.0/UDP h;",
        "Contact: <sip:",
    ];
    let mut scanner = Scanner::new();
    for header in headers {
        for pattern in patterns {
            let mut text = format!("INVITE sip:a@b SIP/2.0\r\n{header}");
            while text.len() < 65_000 {
                text.push_str(pattern);
            }
            text.push_str("\r\n\r\n");
            // A few milliseconds when linear; when not, many seconds each, and hours for them all.
            walk(scanner.scan(text.as_bytes()));
            let framing = frame(text.as_bytes(), &mut Progress::default(), 1000);
            assert_ne!(framing, Framing::Message { start: 0, end: 0 });
        }
    }
}

#[test]
fn a_frame_is_never_empty() {
    for text in ALL {
        let answer = frame(text, &mut Progress::default(), 1000);
        assert!(!matches!(
            answer,
            Framing::Garbage { skip: 0 }
                | Framing::KeepAlive { len: 0 }
                | Framing::Message { end: 0, .. }
        ));
    }
}
