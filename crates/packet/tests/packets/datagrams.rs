//! UDP datagrams and ICMP errors about them.

use crate::support::{ALICE, BOB, Run, Told, flow, ip, request, socket, tcp_packet, udp_packet};
use sipwhy_packet::{Config, Ports, Transport, Undecoded, UnreachableReason};

#[test]
fn what_is_not_sip_on_a_sip_port_is_counted_by_reason() {
    let mut run = Run::new(Config::default());
    for payload in [
        &b""[..],
        b"\r\n\r\n",
        b"\0\0\0\0",
        b"jaK\0",
        b"hello, world",
    ] {
        run.ip(&udp_packet(ALICE, BOB, payload));
    }
    let counters = run.decoder.counters();
    assert_eq!(counters.undecoded(Undecoded::KeepAlive).count, 4);
    let not_sip = counters.undecoded(Undecoded::NotSip);
    assert_eq!((not_sip.count, not_sip.bytes), (1, 12));
    assert_eq!(not_sip.first.map(|frame| frame.number), Some(5));
    assert_eq!(counters.datagrams, 5);
    assert_eq!(run.told, []);
}

#[test]
fn line_ends_before_a_message_are_skipped() {
    let invite = request("INVITE", 1, 0);
    let mut run = Run::new(Config::default());
    run.ip(&udp_packet(
        ALICE,
        BOB,
        format!("\r\n\r\n{invite}").as_bytes(),
    ));
    assert_eq!(run.texts(), [&invite]);
}

#[test]
fn other_ports_are_searched_only_when_asked() {
    let invite = request("INVITE", 1, 0);
    let packet = udp_packet("192.0.2.1:7000", "192.0.2.2:7001", invite.as_bytes());
    let mut run = Run::new(Config::default());
    run.ip(&packet);
    assert_eq!(run.texts(), [""; 0]);
    let mut run = Run::new(Config {
        ports: Ports::any(),
        ..Config::default()
    });
    run.ip(&packet).ip(&udp_packet(
        "192.0.2.1:7000",
        "192.0.2.2:7001",
        &[0x80; 160],
    ));
    assert_eq!(run.texts(), [&invite]);
    assert_eq!(run.decoder.counters().other_frames, 1);
    let mut run = Run::new(Config {
        ports: "7001".parse().unwrap(),
        ..Config::default()
    });
    run.ip(&packet);
    assert_eq!(run.texts(), [&invite]);
}

#[test]
fn dns_is_handed_on() {
    let mut run = Run::new(Config::default());
    run.ip(&udp_packet("192.0.2.1:4000", "192.0.2.53:53", b"query"));
    run.ip(&udp_packet("192.0.2.53:53", "192.0.2.1:4000", b"answer"));
    assert_eq!(
        run.told,
        [
            Told::Dns {
                payload: b"query".to_vec(),
                flow: flow("192.0.2.1:4000", "192.0.2.53:53", Transport::Udp)
            },
            Told::Dns {
                payload: b"answer".to_vec(),
                flow: flow("192.0.2.53:53", "192.0.2.1:4000", Transport::Udp)
            },
        ]
    );
}

/// An ICMP error that quotes the first `kept` bytes of a packet.
fn icmp(kind: u8, code: u8, quoted: &[u8], kept: usize) -> Vec<u8> {
    let mut bytes = vec![kind, code, 0, 0, 0, 0, 0, 0];
    bytes.extend(&quoted[..kept.min(quoted.len())]);
    bytes
}

#[test]
fn icmp_errors_about_sip_are_told() {
    let router = "198.51.100.1".parse().unwrap();
    let invite = request("INVITE", 1, 0);
    let datagram = udp_packet(ALICE, BOB, invite.as_bytes());
    let segment = tcp_packet("192.0.2.1:4000", BOB, 1, 2, b"");
    let media = udp_packet("192.0.2.1:4000", "192.0.2.2:4002", b"rtp");
    for (kind, code, reason) in [
        (3, 0, UnreachableReason::Network),
        (3, 1, UnreachableReason::Host),
        (3, 3, UnreachableReason::Port),
        (3, 4, UnreachableReason::TooBig),
        (3, 13, UnreachableReason::Prohibited),
        (3, 5, UnreachableReason::Other),
        (11, 0, UnreachableReason::TimeExceeded),
    ] {
        let mut run = Run::new(Config::default());
        for quoted in [&datagram, &segment, &media] {
            run.ip(&ip(
                router,
                socket(ALICE).ip(),
                1,
                &icmp(kind, code, quoted, 28),
            ));
        }
        let told = |source, transport| Told::Unreachable {
            reporter: router,
            flow: flow(source, BOB, transport),
            reason,
        };
        assert_eq!(
            run.told,
            [
                told(ALICE, Transport::Udp),
                told("192.0.2.1:4000", Transport::Tcp)
            ]
        );
        assert_eq!(run.decoder.counters().other_frames, 1);
    }
    let mut run = Run::new(Config::default());
    run.ip(&ip(
        router,
        socket(ALICE).ip(),
        1,
        &icmp(8, 0, &datagram, 28),
    ));
    assert_eq!(run.told, []);
}

#[test]
fn icmpv6_errors_about_sip_are_told() {
    let (alice, bob) = ("[2001:db8::1]:5060", "[2001:db8::2]:5060");
    let router = "2001:db8::ffff".parse().unwrap();
    let datagram = udp_packet(alice, bob, request("INVITE", 1, 0).as_bytes());
    for (kind, code, reason) in [
        (1, 0, UnreachableReason::Network),
        (1, 1, UnreachableReason::Prohibited),
        (1, 3, UnreachableReason::Host),
        (1, 4, UnreachableReason::Port),
        (2, 0, UnreachableReason::TooBig),
        (3, 0, UnreachableReason::TimeExceeded),
        (4, 1, UnreachableReason::Port),
    ] {
        let mut run = Run::new(Config::default());
        run.ip(&ip(
            router,
            socket(alice).ip(),
            58,
            &icmp(kind, code, &datagram, 48),
        ));
        let flow = flow(alice, bob, Transport::Udp);
        assert_eq!(
            run.told,
            [Told::Unreachable {
                reporter: router,
                flow,
                reason
            }]
        );
    }
}
