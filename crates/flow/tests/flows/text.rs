//! The text form: it fits, in whichever form there is room for.

use std::fmt::Write as _;

use sipwhy_flow::wrap::columns;
use sipwhy_flow::{Flow, text};

use crate::ladders::{PROXIED, flow};

fn drawn(flow: &Flow, width: usize) -> String {
    let lines = text::lines(flow, width);
    lines.iter().map(|line| line.plain() + "\n").collect()
}

/// An INVITE that is handed on over so many proxies and comes back refused.
fn chain(proxies: usize) -> Flow {
    let mut ladder = "hosts:".to_owned();
    for host in 0..proxies + 2 {
        let _ = write!(ladder, " h{host}=192.168.100.{}", 100 + host);
    }
    ladder.push_str("\n0.0 h0 -> h1 INVITE #1\n");
    for host in 1..=proxies {
        let (before, hop) = (host, host + 1);
        let _ = writeln!(
            ladder,
            "0.{host:02} h{host} -> h{hop} INVITE #{hop} via #{before}"
        );
    }
    flow(&ladder)
}

#[test]
fn names_stand_above_where_there_is_room() {
    let text = drawn(&flow(PROXIED), 80);
    let expected = [
        "        time frame 10.0.0.5                 10.0.0.1               10.0.0.9:5070",
        "00:00:00.000     1     │─────── INVITE ────────▶│                        │",
    ];
    let ladder: Vec<&str> = text.lines().skip(4).take(2).collect();
    assert_eq!(ladder, expected);
}

#[test]
fn every_form_fits_and_tells_every_message() {
    for (proxies, width) in [
        (0, 40),
        (1, 80),
        (3, 80),
        (5, 80),
        (12, 80),
        (12, 40),
        (20, 120),
    ] {
        let flow = chain(proxies);
        let text = drawn(&flow, width);
        let widest = text.lines().map(columns).max().unwrap_or(0);
        assert!(widest <= width, "{widest} columns for {width}:\n{text}");
        let told = text
            .lines()
            .filter(|it| it.contains("INVITE") && !it.contains("INVITE of"));
        assert_eq!(told.count(), proxies + 1, "{text}");
    }
}

#[test]
fn hosts_get_numbers_where_names_do_not_fit() {
    let text = drawn(&chain(5), 80);
    assert!(text.contains("   3 192.168.100.102\n"), "{text}");
    let invite = text.lines().find(|line| line.contains("INVITE")).unwrap();
    assert!(
        invite.ends_with("│──▶│   │   │   │   │   │  INVITE"),
        "{text}"
    );
}

#[test]
fn many_hosts_are_listed() {
    let text = drawn(&chain(12), 40);
    assert!(text.contains(" 1 → 2   INVITE"), "{text}");
    assert!(text.contains("12 → 13  INVITE"), "{text}");
}

#[test]
fn a_long_label_is_cut_and_what_it_carries_first() {
    let ladder = "hosts: a=10.0.0.1 b=10.0.0.2 c=10.0.0.3 d=10.0.0.4
0     a -> b  INVITE #1
      m=audio 4000 RTP/AVP 0
0.01  b -> a  180 The telephone of the person called is ringing for #1
0.02  b -> c  INVITE #3 via #1
0.03  c -> d  INVITE #4 via #3
0.5   a -> b  again #1
";
    let ladder = &(ladder.to_owned() + &"0.6 a -> b again #1\n".repeat(9));
    let text = drawn(&flow(ladder), 80);
    assert!(text.contains("INVITE ×11"), "{text}");
    assert!(text.contains("180 The teleph…"), "{text}");
}

#[test]
fn colours_follow_the_severity() {
    let flow = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.1   bob -> alice  503 for #1
0.2   alice -> bob  ACK for #1
",
    );
    let lines = text::lines(&flow, 100);
    let pieces = lines.iter().flat_map(|line| &line.0);
    let tag = pieces
        .filter(|it| it.text.contains("[call-failed]"))
        .count();
    assert_eq!(tag, 1);
    let severity = sipwhy_annotator::Severity::Error;
    let is_red = |piece: &text::Piece| piece.ink == text::Ink::Severity(severity);
    assert!(lines.iter().flat_map(|line| &line.0).any(is_red));
}
