//! The figures of RFC 6076 and the response times of hops, on calls whose values are known.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::net::IpAddr;
use std::time::Duration;

use sipwhy_annotator::{Peer, Series, Sessions};
use sipwhy_packet::Ports;
use sipwhy_pipeline::{Config, Summary};
use sipwhy_testkit::{Ladder, Outcome};

/// What was counted of a ladder.
fn summary(ladder: &str) -> Summary {
    let text = format!("expect: nothing\n{ladder}");
    let ladder = Ladder::parse(&text).unwrap();
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    ladder.recording.play(config, &mut Outcome::default())
}

fn peer(summary: &Summary, address: &str) -> Peer {
    let address: IpAddr = address.parse().unwrap();
    let mut peers = summary.timings.peers().iter();
    peers.find(|peer| peer.address == address).unwrap().clone()
}

fn sessions(ladder: &str, address: &str) -> Sessions {
    peer(&summary(ladder), address).sessions
}

/// The one span of a series, in milliseconds.
fn only(series: &Series) -> u128 {
    assert_eq!(series.count(), 1);
    assert_eq!(series.shortest(), series.longest());
    series.longest().as_millis()
}

const THROUGH_A_PROXY: &str = "
hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9
0     alice -> proxy  INVITE sip:bob@example.com #1
0.01  proxy -> alice  100 for #1
0.02  proxy -> bob    INVITE sip:bob@10.0.0.9 #2 via #1
0.05  bob -> proxy    180 for #2 #r
0.06  proxy -> alice  relay #r
2     bob -> proxy    200 for #2 #a
2.01  proxy -> alice  relay #a
2.02  alice -> proxy  ACK for #1
9     bob -> alice    BYE #3 in #1
9.25  alice -> bob    200 for #3
";

#[test]
fn a_call_over_two_hops_counts_once_as_its_caller_saw_it() {
    let summary = summary(THROUGH_A_PROXY);
    let proxy = peer(&summary, "10.0.0.1");
    let sessions = &proxy.sessions;
    assert_eq!((sessions.attempts(), sessions.established), (1, 1));
    assert_eq!((sessions.completed, sessions.open()), (1, 0));
    assert_eq!(only(&sessions.request_delay), 60);
    // From the 200 that reached the caller on, not from the one that the proxy saw.
    assert_eq!(only(&sessions.duration), 6_990);
    assert_eq!(sessions.hops, (1, 2, 2));
    assert_eq!(sessions.establishment_ratio(), Some(100.0));
    assert_eq!(sessions.completion_ratio(), Some(100.0));
    // Each hop's response time is measured from its own request.
    assert_eq!(only(&proxy.response_time), 10);
    let bob = peer(&summary, "10.0.0.9");
    assert_eq!(only(&bob.response_time), 30);
    assert_eq!(bob.sessions.attempts(), 0);
    // The disconnect delay is that of the host which was sent the BYE.
    let alice = peer(&summary, "10.0.0.5");
    assert_eq!(only(&alice.sessions.disconnect_delay), 250);
    assert_eq!(alice.sessions.attempts(), 0);
}

#[test]
fn the_hop_alone_that_was_captured_counts() {
    let without_the_first: Vec<&str> = THROUGH_A_PROXY.lines().collect();
    let hidden: String = without_the_first
        .iter()
        .map(|line| {
            let is_first_hop = line.contains("alice -> proxy") || line.contains("proxy -> alice");
            format!("{line}{}\n", if is_first_hop { " unseen" } else { "" })
        })
        .collect();
    let sessions = sessions(&hidden, "10.0.0.9");
    assert_eq!(sessions.established, 1);
    assert_eq!(only(&sessions.request_delay), 30);
    // Its Via values tell of the hop before as well.
    assert_eq!(sessions.hops, (1, 2, 2));
}

#[test]
fn a_challenge_belongs_to_the_attempt() {
    let sessions = sessions(
        "
hosts: alice=10.0.0.5 server=10.0.0.1
0     alice -> server  INVITE sip:bob@example.com #1
0.1   server -> alice  407 for #1
0.11  alice -> server  ACK for #1
0.12  alice -> server  INVITE sip:bob@example.com #2 retry of #1
      Proxy-Authorization: Digest username=\"alice\"
0.5   server -> alice  486 for #2
0.51  alice -> server  ACK for #2
",
        "10.0.0.1",
    );
    assert_eq!((sessions.challenged, sessions.attempts()), (1, 1));
    assert_eq!(sessions.declined, 1);
    assert_eq!(only(&sessions.failed_request_delay), 500);
    assert_eq!(sessions.request_delay.count(), 0);
    assert_eq!(sessions.establishment_ratio(), Some(0.0));
    assert_eq!(sessions.effectiveness_ratio(), Some(100.0));
    assert_eq!(sessions.ineffective_attempts(), Some(0.0));
}

#[test]
fn a_redirection_counts_apart_and_the_delay_goes_on() {
    let summary = summary(
        "
hosts: alice=10.0.0.5 server=10.0.0.1 bob=10.0.0.9
0     alice -> server  INVITE sip:bob@example.com #1
0.1   server -> alice  302 for #1
      Contact: <sip:bob@10.0.0.9>
0.11  alice -> server  ACK for #1
0.2   alice -> bob     INVITE sip:bob@10.0.0.9 #2 retry of #1
0.7   bob -> alice     180 for #2
1     bob -> alice     200 for #2
1.01  alice -> bob     ACK for #2
",
    );
    let server = peer(&summary, "10.0.0.1").sessions;
    assert_eq!((server.redirected, server.attempts()), (1, 1));
    assert_eq!(server.establishment_ratio(), None);
    let bob = peer(&summary, "10.0.0.9").sessions;
    assert_eq!(only(&bob.request_delay), 700);
    // The end was not captured: nothing is said of completion.
    assert_eq!((bob.open(), bob.completion_ratio()), (1, None));
    assert_eq!(bob.duration.count(), 0);
}

#[test]
fn a_ringing_call_that_fails_is_measured_to_its_ringing() {
    let sessions = sessions(
        "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.4   bob -> alice  180 for #1
30    bob -> alice  480 for #1
30.01 alice -> bob  ACK for #1
",
        "10.0.0.9",
    );
    assert_eq!(only(&sessions.failed_request_delay), 400);
    assert_eq!(sessions.declined, 1);
}

#[test]
fn overload_and_silence_are_ineffective() {
    let ladder = "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.1   bob -> alice  503 for #1
0.11  alice -> bob  ACK for #1
1     alice -> bob  INVITE #2
1.5   alice -> bob  again #2
40    clock
";
    let summary = summary(ladder);
    let bob = peer(&summary, "10.0.0.9");
    assert_eq!((bob.sessions.ineffective, bob.sessions.attempts()), (2, 2));
    assert_eq!(bob.sessions.ineffective_attempts(), Some(100.0));
    assert_eq!(bob.unanswered, 1);
    // The silent one has no delay to tell.
    assert_eq!(only(&bob.sessions.failed_request_delay), 100);
}

#[test]
fn a_silence_counts_only_where_answers_would_have_been_seen() {
    for (ladder, why) in [
        (
            "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
40    clock
",
            "one direction",
        ),
        (
            "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     bob -> alice  OPTIONS #0
0.1   alice -> bob  200 for #0
1     alice -> bob  INVITE #1
20    clock
",
            "the capture ends before the time is over",
        ),
        (
            "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     bob -> alice  OPTIONS #0
0.1   alice -> bob  200 for #0
1     alice -> bob  INVITE #1
2     dropped 3
40    clock
",
            "the capture lost packets",
        ),
    ] {
        let summary = summary(ladder);
        let bob = summary.timings.peers().iter();
        let mut bob = bob.filter(|peer| peer.address.to_string() == "10.0.0.9");
        assert!(
            bob.all(|peer| peer.unanswered == 0 && peer.sessions.attempts() == 0),
            "{why}"
        );
    }
}

#[test]
fn what_began_before_the_capture_is_not_measured() {
    let summary = summary(
        "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1 unseen
0.5   bob -> alice  180 for #1
1     bob -> alice  200 for #1
1.01  alice -> bob  ACK for #1
5     alice -> bob  BYE #2 in #1
5.03  bob -> alice  200 for #2
",
    );
    let bob = peer(&summary, "10.0.0.9");
    assert_eq!(bob.sessions.attempts(), 0);
    assert_eq!(bob.sessions.request_delay.count(), 0);
    // Who asked for the session, and what its duration is, was not seen; how long the BYE took, was.
    assert_eq!(bob.sessions.duration.count(), 0);
    assert_eq!(only(&bob.sessions.disconnect_delay), 30);
    assert_eq!(only(&bob.response_time), 30);
}

#[test]
fn a_session_whose_bye_is_not_answered_is_incomplete() {
    let summary = summary(
        "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.5   bob -> alice  200 for #1
0.51  alice -> bob  ACK for #1
10.5  alice -> bob  BYE #2 in #1
11    alice -> bob  again #2
60    clock
",
    );
    let sessions = peer(&summary, "10.0.0.9").sessions;
    assert_eq!((sessions.completed, sessions.incomplete), (0, 1));
    assert_eq!(sessions.completion_ratio(), Some(0.0));
    // Until Timer F gave up.
    assert_eq!(only(&sessions.failed_duration), 42_000);
    assert_eq!(only(&sessions.failed_disconnect_delay), 32_000);
    assert_eq!(sessions.disconnect_delay.count(), 0);
}

#[test]
fn retransmissions_and_further_branches_change_nothing() {
    let sessions = sessions(
        "
hosts: alice=10.0.0.5 proxy=10.0.0.1 desk=10.0.0.8 mobile=10.0.0.9
0     alice -> proxy   INVITE sip:bob@example.com #1
0.5   alice -> proxy   again #1
0.51  proxy -> alice   100 for #1
0.52  proxy -> desk    INVITE sip:bob@10.0.0.8 #2 via #1
0.52  proxy -> mobile  INVITE sip:bob@10.0.0.9 #3 via #1
1     desk -> proxy    180 for #2 #r
1     proxy -> alice   relay #r
2     mobile -> proxy  200 for #3 #ok
2     proxy -> alice   relay #ok
2.5   mobile -> proxy  again #ok
2.5   proxy -> alice   relay #ok
2.6   alice -> proxy   ACK for #1
",
        "10.0.0.1",
    );
    assert_eq!((sessions.attempts(), sessions.established), (1, 1));
    // From the first sending on.
    assert_eq!(only(&sessions.request_delay), 1_000);
}

#[test]
fn a_registration_takes_until_it_is_accepted() {
    let summary = summary(
        "
hosts: alice=10.0.0.5 registrar=10.0.0.2
0     alice -> registrar  REGISTER #1
0.1   registrar -> alice  401 for #1
0.2   alice -> registrar  REGISTER #2 retry of #1
      Authorization: Digest username=\"alice\"
0.3   registrar -> alice  200 for #2
25    alice -> registrar  REGISTER #3 retry of #2
      Authorization: Digest username=\"alice\"
25.05 registrar -> alice  200 for #3
30    alice -> registrar  REGISTER #4
30.1  registrar -> alice  403 for #4
",
    );
    let registrations = peer(&summary, "10.0.0.2").registrations;
    assert_eq!(registrations.delay.count(), 2);
    assert_eq!(registrations.delay.longest(), Duration::from_millis(300));
    assert_eq!(registrations.delay.shortest(), Duration::from_millis(50));
    assert_eq!((registrations.challenged, registrations.refused), (1, 1));
    assert_eq!(registrations.attempts(), 3);
}

#[test]
fn a_challenged_bye_is_measured_from_the_first() {
    let summary = summary(
        "
hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.5   bob -> alice  200 for #1
0.51  alice -> bob  ACK for #1
10.5  alice -> bob  BYE #2 in #1
10.6  bob -> alice  407 for #2
10.7  alice -> bob  BYE #3 retry of #2
      Proxy-Authorization: Digest username=\"alice\"
10.8  bob -> alice  200 for #3
",
    );
    let sessions = peer(&summary, "10.0.0.9").sessions;
    assert_eq!(only(&sessions.disconnect_delay), 300);
    assert_eq!(only(&sessions.duration), 10_000);
    assert_eq!((sessions.completed, sessions.incomplete), (1, 0));
}
