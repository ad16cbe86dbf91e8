//! One fault at a time: a sound message with one line changed, and what is found then.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use sipwhy_lint::{Finding, Setting, Severity, Transport, lint};
use sipwhy_parser::Scanner;

const INVITE: &str = "INVITE sip:bob@example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    Max-Forwards: 70\r\n\
    From: <sip:alice@example.com>;tag=1\r\n\
    To: <sip:bob@example.com>\r\n\
    Call-ID: a84b4c76e66710\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:alice@192.0.2.1>\r\n\
    Content-Length: 0\r\n\r\n";

fn found(text: &str, transport: Transport) -> Vec<Finding> {
    let mut scanner = Scanner::new();
    let setting = Setting {
        transport,
        ..Setting::default()
    };
    lint(&scanner.scan(text.as_bytes()), setting).findings
}

/// The one finding in the message that has `new` in the place of `old`.
fn changed(old: &str, new: &str) -> (&'static str, Severity, String) {
    assert!(INVITE.contains(old), "{old:?}");
    let text = INVITE.replace(old, new);
    let found = found(&text, Transport::Unknown);
    let says: Vec<&str> = found.iter().map(|it| it.says.as_str()).collect();
    assert_eq!(found.len(), 1, "{old:?} as {new:?}: {says:?}");
    let place = text[found[0].span.clone()].to_owned();
    (found[0].check.id, found[0].severity, place)
}

#[test]
fn each_change_is_found_in_its_place() {
    use Severity::{Error, Note, Warning};
    let line = "INVITE sip:bob@example.com SIP/2.0";
    for (old, new, id, severity, place) in [
        (
            "INVITE sip:bob@example.com",
            "INVITE sips:b@c;transport=udp",
            "bad-transport-param",
            Error,
            "udp",
        ),
        (
            "Max-Forwards: 70\r\n",
            "",
            "max-forwards-missing",
            Warning,
            line,
        ),
        (
            "Contact: <sip:alice@192.0.2.1>\r\n",
            "",
            "contact-missing",
            Error,
            line,
        ),
        (
            "Call-ID: a84b4c76e66710\r\n",
            "",
            "header-missing",
            Error,
            line,
        ),
        (
            ";tag=1",
            "",
            "from-tag-missing",
            Error,
            "<sip:alice@example.com>",
        ),
        ("<sip:alice@192.0.2.1>", "*", "contact-star", Error, "*"),
        (
            "<sip:alice@192.0.2.1>",
            "<tel:+15551234>",
            "contact-scheme",
            Error,
            "tel:+15551234",
        ),
        ("z9hG4bK1", "1", "branch-without-cookie", Warning, "1"),
        (
            "192.0.2.1;branch",
            "255.255.255.255;branch",
            "via-broadcast",
            Warning,
            "255.255.255.255",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nRequire: nobodys",
            "option-tag-unknown",
            Warning,
            "nobodys",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nRoute: <sip:p.example.com>",
            "route-without-lr",
            Warning,
            "sip:p.example.com",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nRoute: sip:p.example.com",
            "route-without-brackets",
            Error,
            "sip:p.example.com",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nMax-Forwards: 70",
            "header-repeated",
            Warning,
            "70",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nno colon",
            "header-without-colon",
            Error,
            "no colon",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\na b: c",
            "header-name-malformed",
            Error,
            "a b",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nSubject: a\u{1}b",
            "control-byte",
            Warning,
            "\u{1}",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 0",
            "max-forwards-spent",
            Note,
            "0",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards : 70",
            "space-before-colon",
            Note,
            " ",
        ),
        (
            "Content-Length: 0",
            "Content-Type: a/b\r\nContent-Length: 0",
            "content-type-without-body",
            Note,
            "a/b",
        ),
        (
            "Content-Length: 0\r\n\r\n",
            "Content-Length: 2\r\n\r\nhi",
            "content-type-missing",
            Warning,
            "hi",
        ),
        (
            "Content-Length: 0\r\n",
            "",
            "content-length-missing",
            Note,
            line,
        ),
    ] {
        let expected = (id, severity, place.to_owned());
        assert_eq!(changed(old, new), expected, "{old:?} as {new:?}");
    }
}

#[test]
fn on_a_stream_a_message_must_say_where_it_ends() {
    let text = INVITE.replace("Content-Length: 0\r\n", "");
    let found = found(&text, Transport::Stream);
    assert_eq!(found[0].check.id, "content-length-missing");
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn responses_lack_what_tells_their_receiver_what_to_do() {
    let head = INVITE
        .split_once("\r\n")
        .unwrap()
        .1
        .replace("bob@example.com>", "bob@example.com>;tag=2");
    for (status, name) in [
        ("401", "WWW-Authenticate"),
        ("423", "Min-Expires"),
        ("405", "Allow"),
    ] {
        let found = found(
            &format!("SIP/2.0 {status} No\r\n{head}"),
            Transport::Datagram,
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].check.id, "response-header-missing");
        assert!(found[0].says.contains(name), "{}", found[0].says);
    }
}

#[test]
fn session_descriptions_are_read_in_multipart_bodies_too() {
    let sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
    let parts = format!("--x\r\nContent-Type: application/sdp\r\n\r\n{sdp}\r\n--x--\r\n");
    for (kind, body) in [
        ("application/sdp", sdp),
        ("multipart/mixed;boundary=x", parts.as_str()),
    ] {
        let length = format!(
            "Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let text = INVITE.replace("Content-Length: 0\r\n\r\n", &length);
        let found = found(&text, Transport::Datagram);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].check.id, found[0].severity),
            ("sdp-malformed", Severity::Error)
        );
        assert!(
            text[found[0].span.clone()].starts_with("m=audio"),
            "{found:?}"
        );
    }
}
