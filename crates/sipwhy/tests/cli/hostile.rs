//! Bytes from the wire that could act on a terminal or forge a line never get out as they are.

use std::fs;

use crate::craft::pcap;
use crate::run::{run, scratch};

/// Escape sequences, a lone CR, other controls, text that turns its direction, a line separator,
/// a byte that is no UTF-8, quotes.
const EVIL: &[u8] = b"\x1b[31m\x1b]0;x\x07\rforged\x00\x7f\x9b\xe2\x80\xae\xe2\x80\xa8\xff\"=\\";

fn message(first: &[u8], contact: bool) -> Vec<u8> {
    let mut bytes = first.to_vec();
    let mut add = |name: &str, value: &[u8]| {
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(value);
    };
    add(
        "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK",
        if contact { b"1" } else { b"2" },
    );
    add(
        "From: ",
        &[b"\"", EVIL, b"\" <sip:a", EVIL, b"@x>;tag=1"].concat(),
    );
    add("To: ", &[b"<sip:b", EVIL, b"@x>"].concat());
    add("Call-ID: id", EVIL);
    add("CSeq: 1 ", b"INVITE");
    if contact {
        add("Contact: ", &[b"<sip:10.0.0.9;p=", EVIL, b">"].concat());
    }
    add("Content-Length: 0\r\n\r\n", b"");
    bytes
}

/// Whether a character could act on a terminal or forge a line.
fn acts(c: char) -> bool {
    c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{202e}' | '\u{fffd}')
}

#[test]
fn a_comparison_lets_none_through() {
    let invite = [b"INVITE sip:b", EVIL, b"@10.0.0.2 SIP/2.0"].concat();
    let answer = [&b"SIP/2.0 305 Use"[..], EVIL].concat();
    let other = [&b"SIP/2.0 486 Busy"[..], EVIL].concat();
    let good = scratch("hostile-good-\u{1b}[31m.pcap");
    let bad = scratch("hostile-bad-\u{1b}[31m.pcap");
    let first = message(&invite, true);
    let options = [b"OPTIONS sip:b", EVIL, b"@10.0.0.2 SIP/2.0"].concat();
    let alone = message(&options, true);
    let at = alone.windows(9).position(|it| it == b"Call-ID: ").unwrap();
    let alone = [&alone[..at + 9], b"other", &alone[at + 9..]].concat();
    let answered = |first: &[u8], answer: &[u8]| {
        pcap(&[(1, 2, first.to_vec()), (2, 1, message(answer, true))])
    };
    fs::write(&good, answered(&first, &answer)).unwrap();
    let bad_file = pcap(&[
        (1, 2, message(&invite, false)),
        (2, 1, message(&other, true)),
        (1, 2, alone),
    ]);
    fs::write(&bad, bad_file).unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    for format in ["text", "json"] {
        let ran = run(&["diff", "--format", format, good, bad]);
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(!ran.out.contains(acts), "{format}: {:?}", ran.out);
        assert!(ran.out.contains("\\x1b"), "{format}: {}", ran.out);
    }
}

#[test]
fn no_form_lets_them_through() {
    let invite = [b"INVITE sip:b", EVIL, b"@10.0.0.2 SIP/2.0"].concat();
    let redirection = [&b"SIP/2.0 305 Use"[..], EVIL].concat();
    let first = message(&invite, true);
    let answer = message(&redirection, true);
    let again = message(b"INVITE sip:b@10.0.0.2 SIP/2.0", false);
    let method = [&b"IN\x1b[31mVITE sip:b@x SIP/2.0"[..], b""].concat();
    let odd = message(&method, false);
    let unknown = message(b"SIP/2.0 999 \x1b[31m", false);
    let noise = [EVIL, b"\r\n\r\n"].concat();
    let path = scratch("hostile-\u{1b}[31m.pcap");
    let file = pcap(&[
        (1, 2, first),
        (2, 1, answer),
        (1, 2, again),
        (1, 2, odd),
        (2, 1, unknown),
        (1, 2, noise),
    ]);
    fs::write(&path, file).unwrap();
    let path = path.to_str().unwrap();
    for args in [
        &["--format", "text", "--color", "never"][..],
        &["--format", "log"],
        &["--format", "log", "--log-style", "json"],
        &["--format", "json", "--with", "messages,calls"],
    ] {
        let ran = run(&[&["read"], args, &[path]].concat());
        assert!(
            ran.status == 0 && !ran.out.is_empty(),
            "{args:?}: {}",
            ran.err
        );
        assert!(!ran.out.contains(acts), "{args:?}: {:?}", ran.out);
        assert!(
            ran.out.contains("\\x1b") || ran.out.contains("\\u001b"),
            "{args:?}"
        );
        if args.contains(&"log") {
            let is_whole = |line: &str| line.starts_with("2027-") || line.starts_with('{');
            assert!(ran.out.lines().all(is_whole), "{args:?}: {}", ran.out);
        }
    }
}
