//! Nothing that stands in a packet can act on what a flow is shown in.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use sipwhy_flow::{Bounds, Flow, Flows, mermaid, text};
use sipwhy_testkit::Recording;

use crate::ladders::flows_within;

/// Texts that would break out of one form or another.
pub(crate) const NASTY: &[&str] = &[
    "\u{1b}[2J\u{1b}]0;pwned\u{7}",
    "--> x\u{85}end\u{2028}h1->>h2: y",
    "\"'><script>alert(1)</script>",
    "]]><!--&lt;&bogus;%dtd;",
    "```\n# heading\n```",
    "%%{init: {\"securityLevel\":\"loose\"}}%%",
    "click h1 call alert();#quot;;end;style x fill:#f00;",
    "\u{202e}gnitirw desrever\u{200b}",
    "a\0b\u{fffe}\u{ffff}\u{7f}",
];

const ALICE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 5), 5060);
const BOB: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 9), 5060);

/// A call for each text, which stands wherever a flow quotes the wire.
pub(crate) fn flows() -> Flows {
    let mut recording = Recording::default();
    for (number, nasty) in (0_u64..).zip(NASTY) {
        recording.at(Duration::from_secs(number * 60));
        let nasty = nasty.replace('\n', "\u{b}");
        let method: String = nasty.chars().filter(|c| !c.is_whitespace()).collect();
        let head = format!(
            "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bK{number}{method}\r\n\
             From: <sip:{nasty}@a>;tag=1\r\n\
             To: <sip:{nasty}@b>\r\n\
             Call-ID: {number}{nasty}\r\n\
             Content-Type: {nasty}/{nasty}\r\n"
        );
        let request = format!(
            "{method} sip:{nasty}@b SIP/2.0\r\n{head}CSeq: 1 {method}\r\nContent-Length: 3\r\n\r\nx=y"
        );
        let invite = format!("INVITE sip:{nasty}@b SIP/2.0\r\n{head}CSeq: 2 INVITE\r\n\r\n");
        let refused = format!("SIP/2.0 503 {nasty}\r\n{head}CSeq: 2 INVITE\r\n\r\n");
        recording.udp(ALICE, BOB, request.as_bytes());
        recording.udp(ALICE, BOB, invite.as_bytes());
        recording.udp(BOB, ALICE, refused.as_bytes());
    }
    flows_within(&recording, Bounds::default())
}

#[test]
fn the_hostile_calls_are_drawn() {
    let flows = flows();
    assert_eq!(flows.flows.len(), NASTY.len());
    let notes = flows.flows.iter().flat_map(Flow::messages);
    assert!(notes.flat_map(|it| &it.notes).count() >= NASTY.len());
}

#[test]
fn nothing_acts_on_a_terminal() {
    for flow in &flows().flows {
        for width in [40, 80, 200] {
            for line in text::lines(flow, width) {
                let line = line.plain();
                assert!(!line.chars().any(char::is_control), "{line:?}");
                assert!(!line.contains(['\u{202e}', '\u{200b}', '\u{2028}']));
                assert!(sipwhy_flow::wrap::columns(&line) <= width, "{line:?}");
            }
        }
    }
}

#[test]
fn nothing_breaks_out_of_a_mermaid_diagram() {
    let flows = flows();
    for flow in &flows.flows {
        for line in mermaid::diagram(flow).lines().skip(1) {
            let line = line.strip_prefix("    ").unwrap();
            let (head, text) = line.split_once(' ').unwrap();
            let is_ours = ["accTitle:", "title", "participant", "Note"].contains(&head)
                || ["h1->>h2:", "h2-->>h1:"].contains(&head);
            assert!(is_ours, "{line}");
            // What is left when our own line breaks and entity codes are taken away.
            let text = text.replace("<br/>", "");
            let mut rest = String::new();
            let mut pieces = text.split('#');
            rest.push_str(pieces.next().unwrap());
            for piece in pieces {
                let (code, behind) = piece.split_once(';').unwrap();
                assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{line}");
                rest.push('x');
                rest.push_str(behind);
            }
            let is_plain = |c: char| c.is_alphanumeric() || " .,:()[]/_-+=→·…×".contains(c);
            assert!(rest.chars().all(is_plain), "{line}");
        }
    }
    let document = mermaid::document(&flows);
    assert_eq!(document.matches('`').count(), NASTY.len() * 6);
}
