//! What senders put into one datagram, and what comes of it.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use sipwhy_pipeline::Config;
use sipwhy_testkit::{Outcome, Recording};

const ALICE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 5), 5060);
const BOB: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 9), 5060);

const BODY: &str = "v=0\r\no=- 1 1 IN IP4 10.0.0.5\r\ns=-\r\n";

fn message(start: &str, tag: &str, body: &str) -> String {
    format!(
        "{start}\r\nVia: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
         To: <sip:c@d>{tag}\r\nCall-ID: one\r\nCSeq: 1 INVITE\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn responses() -> [String; 3] {
    [
        message("SIP/2.0 100 Trying", "", ""),
        message("SIP/2.0 183 Session Progress", ";tag=2", BODY),
        message("SIP/2.0 404 Not Found", ";tag=2", ""),
    ]
}

/// What is said when Bob answers Alice's INVITE with these datagrams.
fn answered_with(datagrams: &[String]) -> Outcome {
    let mut recording = Recording::default();
    let invite = message("INVITE sip:c@d SIP/2.0", "", BODY);
    recording.udp(ALICE, BOB, invite.as_bytes());
    for datagram in datagrams {
        recording.at(Duration::from_millis(20));
        recording.udp(BOB, ALICE, datagram.as_bytes());
    }
    recording.replay(Config::default())
}

#[test]
fn several_messages_in_one_datagram_are_several_messages() {
    let apart = answered_with(&responses());
    assert_eq!(apart.messages, 4);
    assert_eq!(apart.annotations.len(), 1, "{apart:?}");
    for between in ["", "\r\n", "\r\n\r\n", "\n"] {
        let together = answered_with(&[responses().join(between)]);
        assert_eq!(together.messages, 4, "{between:?}");
        let titles = |outcome: &Outcome| -> Vec<String> {
            let titles = outcome.annotations.iter();
            titles.map(|annotation| annotation.title.clone()).collect()
        };
        assert_eq!(titles(&together), titles(&apart), "{between:?}");
    }
}

#[test]
fn what_follows_a_message_and_is_none_is_left_alone() {
    for rest in [
        "\0\0\0",
        "\r\n\r\n",
        "v=0\r\n",
        "SIP/2.0/UDP 10.0.0.5",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let [_, _, failed] = responses();
        let outcome = answered_with(&[failed + rest]);
        assert_eq!(outcome.messages, 2, "{rest:?}");
    }
}

#[test]
fn messages_with_bare_line_feeds_and_empty_lines_before_them_are_read() {
    let bare: Vec<String> = responses()
        .iter()
        .map(|text| format!("\r\n\n{}", text.replace("\r\n", "\n")))
        .collect();
    let outcome = answered_with(&bare);
    assert_eq!(outcome.messages, 4);
    let said = |rule| {
        let annotations = outcome.annotations.iter();
        annotations
            .filter(move |annotation| annotation.rule == rule)
            .count()
    };
    assert_eq!(said("call-failed"), 1);
    // Its form is told of as well, each fault once.
    assert_eq!(said("malformed-message"), outcome.annotations.len() - 1);
}
