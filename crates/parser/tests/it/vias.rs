//! Via values, and lists of them.

use std::net::IpAddr;

use proptest::prelude::*;
use sipwhy_parser::{Scanner, Via};

use crate::faults::assert_faults;
use crate::samples::{ODD, OK};

#[test]
fn the_three_vias_of_rfc_3261() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(OK);
    let branches: Vec<_> = message.vias().filter_map(Via::branch).collect();
    assert_eq!(
        branches,
        [
            &b"z9hG4bKnashds8"[..],
            b"z9hG4bK77ef4c2312983.1",
            b"z9hG4bK776asdhds"
        ]
    );
    let top = message.top_via().unwrap();
    assert_eq!(top.host, b"server10.biloxi.com");
    assert_eq!(top.port, None);
    assert_eq!(top.transport, b"UDP");
    assert_eq!(top.received_ip(), Some(IpAddr::from([192, 0, 2, 3])));
    assert_eq!(top.rport(), None);
    assert!(top.has_magic_cookie());
}

#[test]
fn white_space_wherever_the_grammar_has_it() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(ODD);
    let vias: Vec<_> = message.vias().collect();
    assert_eq!(vias.len(), 2);
    assert_eq!(
        (vias[0].protocol, vias[0].version),
        (&b"SIP"[..], &b"2.0"[..])
    );
    assert_eq!(
        (vias[0].host, vias[0].port),
        (&b"2001:db8::9"[..], Some(5062))
    );
    assert_eq!(vias[0].sent_by, b"[2001:db8::9]:5062");
    assert_eq!(vias[0].branch(), Some(&b"z9hG4bK1"[..]));
    assert_eq!(vias[1].branch(), Some(&b"z9hG4bK2"[..]));
    assert_eq!(vias[1].rport(), Some(None));
}

#[test]
fn odd_ones() {
    let spaced =
        Via::parse(b"SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;rport=9")
            .unwrap();
    assert_eq!(
        (spaced.host, spaced.port),
        (&b"first.example.com"[..], Some(4000))
    );
    assert_eq!(spaced.maddr(), Some(&b"224.2.0.1"[..]));
    assert_eq!(spaced.ttl(), Some(16));
    assert_eq!(spaced.rport(), Some(Some(9)));
    let bare = Via::parse(b"SIP/2.0/UDP 2001:db8::1;received=[2001:db8::2];branch=").unwrap();
    assert_eq!((bare.host, bare.port), (&b"2001:db8::1"[..], None));
    assert_eq!(bare.received_ip(), Some("2001:db8::2".parse().unwrap()));
    assert_eq!(bare.branch(), None);
    assert!(!bare.has_magic_cookie());
    for wide in [
        &b"SIP/2.0/UDP  h:1;branch=2"[..],
        b"SIP/2.0/ UDP\t \th:1 ;branch=2",
    ] {
        let via = Via::parse(wide).unwrap();
        assert_eq!((via.transport, via.sent_by), (&b"UDP"[..], &b"h:1"[..]));
        assert_eq!((via.host, via.port), (&b"h"[..], Some(1)));
        assert_eq!(via.branch(), Some(&b"2"[..]));
    }
    let bad_port = Via::parse(b"SIP/2.0/UDP host:99999;branch=1").unwrap();
    assert_eq!(
        (bad_port.sent_by, bad_port.port),
        (&b"host:99999"[..], None)
    );
    let quoted = Via::parse(b"SIP/2.0/UDP h;x=\"a;branch=no\";branch=yes").unwrap();
    assert_eq!(quoted.branch(), Some(&b"yes"[..]));
    for broken in [
        &b""[..],
        b";branch=1",
        b"SIP/2.0/UDP",
        b"SIP/2.0/UDP ;branch=1",
        b"SIP/2.0 host",
        b"UDP host",
        b"SIP/2.0/UDP[::1]",
        b"SIP/2.0/UDP [::1",
        b"SIP/2.0/UDP two hosts",
    ] {
        assert_eq!(Via::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn a_malformed_top_via_is_not_passed_over() {
    let mut scanner = Scanner::new();
    let message =
        scanner.scan(b"ACK sip:a@b SIP/2.0\r\nVia: nonsense, SIP/2.0/UDP h;branch=1\r\n\r\n");
    assert_eq!(message.top_via(), None);
    assert_eq!(message.vias().count(), 1);
    assert_eq!(message.values(sipwhy_parser::HeaderName::Via).count(), 2);
}

#[test]
fn what_is_wrong_and_where() {
    assert_faults(
        Via::faults,
        &[
            (
                "SIP/2.0/UDP pc33.atlanta.com:5060;branch=z9hG4bK776;rport",
                &[],
            ),
            (
                "SIP/2.0/TLS-SCTP [2001:db8::9]:5061;branch=z9hG4bK1;rport=9",
                &[],
            ),
            (
                "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1;received=::1",
                &[],
            ),
            (
                "SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1,sip/2.0/udp h;branch=Z9HG4BK2",
                &[],
            ),
            (" ", &["empty-value:  "]),
            (
                "nonsense",
                &["malformed-protocol: nonsense", "branch-missing: nonsense"],
            ),
            ("SIP/2.0/UDP a;branch=z9hG4bK1,", &["empty-element: ,"]),
            ("SIP/2.0/UDP a", &["branch-missing: SIP/2.0/UDP a"]),
            (
                "SIP/2.0/UDP a;branch=",
                &["empty-param-value: branch=", "branch-missing: branch="],
            ),
            ("SIP/2.0/UDP a;branch=1", &["branch-without-cookie: 1"]),
            (
                "SIP/2.0/UDP a;branch=z9hG4bK",
                &["branch-only-cookie: z9hG4bK"],
            ),
            (
                "SIP/2.0/UDP a;branch=\"z9hG4bK1\"",
                &["bad-branch: \"z9hG4bK1\""],
            ),
            (
                "SIPS/3.0/UDP a;branch=z9hG4bK1",
                &["unknown-protocol: SIPS", "unknown-protocol-version: 3.0"],
            ),
            (
                "SIP/2.0/QUIC a;branch=z9hG4bK1",
                &["unknown-transport: QUIC"],
            ),
            ("SIP/2.0/U@P a;branch=z9hG4bK1", &["bad-transport: U@P"]),
            (
                "SIP/2.0/UDP ;branch=z9hG4bK1",
                &["host-missing: SIP/2.0/UDP"],
            ),
            (
                "SIP/2.0/UDP two hosts;branch=z9hG4bK1",
                &["text-after-host: hosts"],
            ),
            (
                "SIP/2.0/UDP a:99999;branch=z9hG4bK1",
                &["port-too-large: 99999"],
            ),
            ("SIP/2.0/UDP a:50x;branch=z9hG4bK1", &["bad-port: 50x"]),
            ("SIP/2.0/UDP a:;branch=z9hG4bK1", &["empty-port: :"]),
            (
                "SIP/2.0/UDP 2001:db8::1;branch=z9hG4bK1",
                &["bare-ipv6: 2001:db8::1"],
            ),
            (
                "SIP/2.0/UDP [2001:db8::1;branch=z9hG4bK1",
                &["unclosed-bracket: [2001:db8::1"],
            ),
            (
                "SIP/2.0/UDP [::1]5060;branch=z9hG4bK1",
                &["text-after-host: 5060"],
            ),
            (
                "SIP/2.0/UDP 10.0.0.256;branch=z9hG4bK1",
                &["bad-ipv4: 10.0.0.256"],
            ),
            (
                "SIP/2.0/UDP a_b;branch=z9hG4bK1",
                &["underscore-in-host: _"],
            ),
            (
                "SIP/2.0/UDP a(comment);branch=z9hG4bK1",
                &["comment-in-via: comment)"],
            ),
            (
                "SIP/2.0/UDP a;branch=z9hG4bK1;ttl=256;maddr=;rport=x;received=host",
                &[
                    "bad-ttl: 256",
                    "empty-param-value: maddr=",
                    "bad-maddr: maddr=",
                    "bad-rport: x",
                    "bad-received: host",
                ],
            ),
            (
                "SIP/2.0/UDP a;branch=z9hG4bK1;received=[::1]",
                &["received-in-brackets: [::1]"],
            ),
            (
                "SIP/2.0/UDP a;branch=z9hG4bK1;BRANCH=z9hG4bK2",
                &["duplicate-param: BRANCH=z9hG4bK2"],
            ),
            (
                "SIP/2.0/UDP a;;branch=z9hG4bK1;=x;a b=1;",
                &[
                    "empty-param: ;",
                    "param-without-name: =x",
                    "bad-param-name: a b",
                    "empty-param: ;",
                ],
            ),
            // Legal, and odd.
            (
                "SIP / 2.0 / UDP   a : 4000 ;branch=z9hG4bK1",
                &[
                    "odd-space:  ",
                    "odd-space:  ",
                    "odd-space:  ",
                    "odd-space:    ",
                ],
            ),
        ],
    );
}

proptest! {
    #[test]
    fn the_parts_of_a_via_make_the_via(
        text in "SIP/2\\.0/(UDP|TCP|TLS|SCTP|TLS-SCTP|WS|WSS|DTLS|x-new) ([a-z0-9.]{1,9}|\\[[0-9a-f:]{2,9}\\])(:[0-9]{1,5})?(;[a-z]{1,7}(=[a-z0-9.]{1,5})?){0,4}",
    ) {
        let via = Via::parse(text.as_bytes()).unwrap();
        let protocol = [via.protocol, via.version, via.transport].join(&b'/');
        let mut printed = [&protocol, via.sent_by].join(&b' ');
        if !via.params.raw().is_empty() {
            printed.extend_from_slice(&[b";", via.params.raw()].concat());
        }
        prop_assert_eq!(&*printed, text.as_bytes());
        let host = if via.sent_by.starts_with(b"[") {
            [b"[", via.host, b"]"].concat()
        } else {
            via.host.to_vec()
        };
        prop_assert!(via.sent_by.starts_with(&host));
    }
}
