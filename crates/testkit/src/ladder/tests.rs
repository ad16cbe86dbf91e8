//! Ladders read, and what is said of those that cannot be.

use super::Ladder;

fn fault(text: &str) -> String {
    let head = "hosts: alice=10.0.0.5 bob=10.0.0.9\nexpect: nothing\n";
    Ladder::parse(&format!("{head}{text}"))
        .unwrap_err()
        .to_string()
}

#[test]
fn faults_name_their_line() {
    for (text, said) in [
        (
            "0 alice -> carol INVITE #1",
            "line 3: \"carol\" is none of the hosts: alice, bob",
        ),
        ("0 alice -> bob", "line 3: a step is"),
        (
            "0 alice -> bob 180 for #1",
            "line 3: nothing above is labelled #1",
        ),
        (
            "0 alice -> bob INVITE #1\n0 bob -> alice 180",
            "line 4: a response says",
        ),
        (
            "1 alice -> bob INVITE #1\n0 clock",
            "line 4: time runs backwards",
        ),
        (
            "0 alice -> bob INVITE #1 loudly",
            "line 3: \"loudly\" is not understood here",
        ),
        (
            "0 alice -> bob INVITE #1\nno header",
            "line 4: \"no header\" is no step",
        ),
        (
            "0 alice -> bob INVITE #1\n1 bob -> alice again #1",
            "line 4: #1 went from",
        ),
        (
            "0 alice -> bob INVITE #1 cut after \"xyz\"",
            "line 3: the message does not hold",
        ),
        ("Contact: x", "line 3: \"Contact: x\" is neither"),
        (
            "expect: no-response fatal confirmed",
            "line 3: \"fatal\" is not note",
        ),
        (
            "0 bob -> alice icmp gone for #1",
            "line 3: \"gone\" is no reason",
        ),
    ] {
        let found = fault(text);
        assert!(found.contains(said), "{text:?}: {found}");
    }
    let silent = Ladder::parse("hosts: alice=10.0.0.5")
        .unwrap_err()
        .to_string();
    assert!(
        silent.contains("expect: nothing stands for silence"),
        "{silent}"
    );
}

#[test]
fn messages_are_what_the_ladder_says() {
    let ladder = Ladder::parse(
        "
        hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9
        expect: nothing
        0    alice -> proxy INVITE sip:bob@example.com #1 tcp
        0.1  proxy -> bob   INVITE sip:bob@10.0.0.9 #2 via #1
             Record-Route: <sip:10.0.0.1;lr>
        1    bob -> proxy   200 for #2 #ok
        1.1  proxy -> alice relay #ok
        1.2  alice -> proxy ACK for #1
        2    bob -> proxy   BYE in #2
        ",
    )
    .unwrap();
    let texts: Vec<String> = ladder
        .recording
        .frames()
        .iter()
        .map(|frame| String::from_utf8_lossy(&frame.data).into_owned())
        .collect();
    // A handshake of three frames comes first.
    assert_eq!(texts.len(), 9);
    let [.., invite, passed_on, ok, relayed, ack, bye] = texts.as_slice() else {
        panic!("too few frames");
    };
    assert!(invite.contains("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.5"));
    assert_eq!(passed_on.matches("\r\nVia: ").count(), 2);
    assert!(passed_on.contains("\r\nMax-Forwards: 69\r\n"));
    assert_eq!(ok.matches("\r\nVia: ").count(), 2);
    assert!(ok.contains("\r\nTo: <sip:bob@example.com>;tag=bob\r\n"));
    assert!(ok.contains("\r\nRecord-Route: <sip:10.0.0.1;lr>\r\n"));
    assert_eq!(relayed.matches("\r\nVia: ").count(), 1);
    assert!(ack.contains("ACK sip:bob@10.0.0.9:5060 SIP/2.0\r\n"));
    assert!(bye.contains("BYE sip:alice@10.0.0.5:5060 SIP/2.0\r\n"));
    assert!(bye.contains("\r\nFrom: <sip:bob@example.com>;tag=bob\r\n"));
    assert_eq!(ladder.run().messages, 6);
}

#[test]
fn a_mismatch_shows_both_sides() {
    let ladder = Ladder::parse(
        "
        hosts: alice=10.0.0.5 bob=10.0.0.9
        expect: stuck-on-trying error confirmed bob
        0    alice -> bob INVITE #1
        0.1  bob -> alice 100 for #1
        9    clock
        ",
    )
    .unwrap();
    let shown = ladder.check("stuck-on-trying").unwrap_err().to_string();
    assert!(
        shown.contains("- stuck-on-trying error confirmed 10.0.0.9"),
        "{shown}"
    );
    assert!(
        shown.contains("+ stuck-on-trying warning inconclusive nobody"),
        "{shown}"
    );
}
