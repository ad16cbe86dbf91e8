//! The legs of calls over back-to-back user agents, joined and kept apart.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Joint, LegRef};
use sipwhy_packet::Ports;
use sipwhy_pipeline::{Config, Observed, Observer};
use sipwhy_testkit::Ladder;

/// What is known of the legs of each call, by the number of the call, and what was said.
#[derive(Default)]
struct Seen {
    legs: BTreeMap<u64, LegRef>,
    said: Vec<Annotation>,
}

impl Observer for Seen {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        let transaction = observed.seen.transaction;
        let transaction = transaction.and_then(|id| observed.world.transaction(id));
        let call = transaction.and_then(|it| observed.world.call(it.call));
        if let Some(call) = call
            && let Some(leg) = call.leg.as_deref()
        {
            self.legs.insert(call.number, LegRef::of(leg));
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.said.push(annotation.clone());
    }
}

fn run(ladder: &str) -> Seen {
    let text = format!("expect: nothing\n{ladder}");
    let ladder = Ladder::parse(&text).unwrap();
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    let mut seen = Seen::default();
    ladder.recording.play(config, &mut seen);
    seen
}

/// What joined each call that is a further leg, and of which call.
fn joints(ladder: &str) -> Vec<(u64, u64, Joint)> {
    let seen = run(ladder);
    let joined = seen.legs.iter();
    joined
        .filter_map(|(number, leg)| Some((*number, leg.of, leg.joint?)))
        .collect()
}

/// A call over 10.0.0.1, whose two INVITEs have these headers.
fn two_legs(first: &str, second: &str) -> String {
    let header = |text: &str| match text {
        "" => String::new(),
        text => format!("      {text}\n"),
    };
    format!(
        "hosts: alice=10.0.0.5 b2bua=10.0.0.1 bob=10.0.0.9
0     alice -> b2bua  INVITE sip:bob@example.com #1
{}0.02  b2bua -> bob    INVITE sip:support@10.0.0.9 #2
      From: <sip:b2bua@10.0.0.1>;tag=b
      To: <sip:support@10.0.0.9>
{}1     bob -> b2bua    180 for #2
1.01  b2bua -> alice  180 for #1
2     bob -> b2bua    200 for #2
2.01  b2bua -> alice  200 for #1
2.02  alice -> b2bua  ACK for #1
2.03  b2bua -> bob    ACK for #2
",
        header(first),
        header(second)
    )
}

const A: &str = "ab30317f1a784dc48ff824d0d3715d86";
const B: &str = "47755a9de7794ba387653f2099600ef2";
const NIL: &str = "00000000000000000000000000000000";

#[test]
fn a_session_id_joins_in_either_order_and_by_either_half() {
    let one_half = format!("Session-ID: {A};remote={NIL}");
    for second in [
        one_half.clone(),
        format!("Session-ID: {A};remote={B}"),
        format!("Session-ID: {B};remote={A}"),
        format!("Session-ID: {}", A.to_uppercase()),
    ] {
        let joined = joints(&two_legs(&one_half, &second));
        assert_eq!(joined, [(2, 1, Joint::SessionId)], "{second}");
        let joined = joints(&two_legs(&second, &one_half));
        assert_eq!(joined, [(2, 1, Joint::SessionId)], "{second}, first");
    }
}

#[test]
fn the_nil_half_and_other_sessions_join_nothing() {
    let first = format!("Session-ID: {A};remote={NIL}");
    for second in [
        format!("Session-ID: {B};remote={NIL}"),
        format!("Session-ID: {NIL};remote={NIL}"),
        "Session-ID: ab30317f".to_owned(),
    ] {
        assert_eq!(joints(&two_legs(&first, &second)), [], "{second}");
    }
}

#[test]
fn a_header_that_names_the_call_id_joins() {
    // The first leg's Call-ID, whose value the ladder gives here.
    let named = two_legs("Call-ID: first@alice", "X-CID: first@alice");
    assert_eq!(joints(&named), [(2, 1, Joint::CallIdHeader)]);
    let named = two_legs("x-call-id: second@b2bua", "Call-ID: second@b2bua");
    assert_eq!(joints(&named), [(2, 1, Joint::CallIdHeader)]);
    let both = two_legs("X-CID: common", "X-CID: common");
    assert_eq!(joints(&both), [(2, 1, Joint::CallIdHeader)]);
    let other = two_legs("Call-ID: first@alice", "X-CID: third@alice");
    assert_eq!(joints(&other), []);
}

#[test]
fn a_charging_identifier_joins() {
    let vector = |icid: &str| format!("P-Charging-Vector: icid-value={icid};orig-ioi=a.example");
    let same = two_legs(&vector("1234bc9876e"), &vector("\"1234bc9876e\""));
    assert_eq!(joints(&same), [(2, 1, Joint::ChargingVector)]);
    let other = two_legs(&vector("1234bc9876e"), &vector("1234bc9876f"));
    assert_eq!(joints(&other), []);
    // The surest of several counts.
    let several = two_legs(
        &format!("P-Charging-Vector: icid-value=1\n      Session-ID: {A}"),
        &format!("P-Charging-Vector: icid-value=1\n      Session-ID: {A}"),
    );
    assert_eq!(joints(&several), [(2, 1, Joint::SessionId)]);
}

#[test]
fn a_dialog_that_is_replaced_joins() {
    let ladder = two_legs(
        "Call-ID: first@alice",
        "Replaces: first@alice;to-tag=1;from-tag=2",
    );
    assert_eq!(joints(&ladder), [(2, 1, Joint::Replaces)]);
}

#[test]
fn a_transfer_joins_the_call_that_it_asks_for() {
    let ladder = "
hosts: alice=10.0.0.5 bob=10.0.0.9 carol=10.0.0.7
0     alice -> bob    INVITE sip:bob@example.com #1
0.5   bob -> alice    200 for #1
0.51  alice -> bob    ACK for #1
5     alice -> bob    REFER #2 in #1
      Refer-To: <sip:carol@10.0.0.7>
      Referred-By: <sip:alice@example.com>
5.01  bob -> alice    202 for #2
5.1   bob -> carol    INVITE sip:carol@10.0.0.7 #3
      Referred-By: <sip:alice@example.com>
5.5   carol -> bob    200 for #3
5.51  bob -> carol    ACK for #3
6     bob -> carol    INVITE sip:dave@10.0.0.7 #4
6.1   carol -> bob    486 for #4
6.11  bob -> carol    ACK for #4
";
    assert_eq!(joints(ladder), [(2, 1, Joint::Refer)]);
}

#[test]
fn an_attended_transfer_joins_the_call_that_is_to_be_replaced() {
    let ladder = "
hosts: alice=10.0.0.5 bob=10.0.0.9 carol=10.0.0.7
0     alice -> bob    INVITE sip:bob@example.com #1
0.5   bob -> alice    200 for #1
0.51  alice -> bob    ACK for #1
3     alice -> carol  INVITE sip:carol@example.com #2
      Call-ID: second@alice
3.5   carol -> alice  200 for #2
3.51  alice -> carol  ACK for #2
5     alice -> bob    REFER #3 in #1
      Refer-To: <sip:carol@10.0.0.7?Replaces=second%40alice%3Bto-tag%3D1%3Bfrom-tag%3D2>
5.01  bob -> alice    202 for #3
5.1   bob -> carol    INVITE sip:carol@10.0.0.7 #4
      Replaces: second@alice;to-tag=1;from-tag=2
5.5   carol -> bob    200 for #4
5.51  bob -> carol    ACK for #4
5.6   carol -> alice  BYE #5 in #2
5.61  alice -> carol  200 for #5
";
    assert_eq!(
        joints(ladder),
        [(2, 1, Joint::Refer), (3, 1, Joint::Replaces)]
    );
}

/// A call by a host that keeps nothing but the numbers; `more` comes before it passes the call on.
fn numbers(more: &str, from: &str, to: &str) -> String {
    format!(
        "hosts: alice=10.0.0.5 carol=10.0.0.6 b2bua=10.0.0.1 bob=10.0.0.9
0     alice -> b2bua  INVITE sip:+4930123@example.com #1
      From: <sip:+4989456@example.com>;tag=a
      To: <sip:+4930123@example.com>
0.01  b2bua -> alice  100 for #1
{more}0.1   b2bua -> bob    INVITE sip:{to}@10.0.0.9 #2
      From: <sip:{from}@10.0.0.1>;tag=b
      To: <sip:{to}@10.0.0.9>
0.2   bob -> b2bua    486 for #2
0.21  b2bua -> bob    ACK for #2
0.22  b2bua -> alice  486 for #1
0.23  alice -> b2bua  ACK for #1
"
    )
}

#[test]
fn the_same_numbers_at_the_same_host_are_a_guess() {
    let ladder = numbers("", "004989456", "4930123");
    assert_eq!(joints(&ladder), [(2, 1, Joint::Guess)]);
}

#[test]
fn a_guess_is_not_made_where_it_may_be_another_call() {
    let second_caller = "0.02  carol -> b2bua  INVITE sip:+4930123@example.com #5
      From: <sip:+4989456@example.com>;tag=c
      To: <sip:+4930123@example.com>
";
    let refused = "0.03  b2bua -> alice  480 for #1
0.04  alice -> b2bua  ACK for #1
";
    for (ladder, why) in [
        (numbers("", "004989456", "4930124"), "another callee"),
        (numbers("", "004989457", "4930123"), "another caller"),
        (numbers(second_caller, "4989456", "4930123"), "two callers"),
        (numbers(refused, "4989456", "4930123"), "it was refused"),
        (
            numbers("", "4989456", "4930123").replace("0.1   b2bua -> bob", "0.1   carol -> bob"),
            "from a third host",
        ),
        (
            ["0.1 ", "0.2 ", "0.21", "0.22", "0.23"].iter().fold(
                numbers("", "4989456", "4930123"),
                |ladder, time| {
                    let later = format!("1{time}");
                    ladder.replace(&format!("\n{time}"), &format!("\n{later}"))
                },
            ),
            "ten seconds later",
        ),
        (
            numbers("", "4989456", "4930123")
                .replacen(";tag=a", &format!(";tag=a\n      Session-ID: {A}"), 1)
                .replacen(";tag=b", &format!(";tag=b\n      Session-ID: {B}"), 1),
            "other Session-IDs",
        ),
    ] {
        assert_eq!(joints(&ladder), [], "{why}");
    }
}

#[test]
fn a_proxy_makes_no_leg() {
    let ladder = format!(
        "
hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9
0     alice -> proxy  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.02  proxy -> bob    INVITE sip:bob@10.0.0.9 #2 via #1
0.05  bob -> proxy    200 for #2 #a
0.06  proxy -> alice  relay #a
0.07  alice -> bob    ACK for #1
3     bob -> alice    INVITE #3 in #1
      Session-ID: {B};remote={A}
3.1   alice -> bob    200 for #3
3.11  bob -> alice    ACK for #3
"
    );
    assert_eq!(run(&ladder).legs.len(), 0);
}

#[test]
fn a_failure_is_followed_to_the_leg_and_the_hop_where_it_began() {
    let seen = run(&format!(
        "hosts: alice=10.0.0.5 b2bua=10.0.0.1 sbc=10.0.0.2 bob=10.0.0.9
0     alice -> b2bua  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.01  b2bua -> alice  100 for #1
0.02  b2bua -> sbc    INVITE sip:bob@10.0.0.2 #2
      Session-ID: {A};remote={NIL}
0.03  sbc -> b2bua    100 for #2
0.04  sbc -> bob      INVITE sip:bob@10.0.0.9 #3
      Session-ID: {A};remote={NIL}
0.1   bob -> sbc      404 for #3
0.11  sbc -> bob      ACK for #3
0.12  sbc -> b2bua    404 for #2
0.13  b2bua -> sbc    ACK for #2
0.14  b2bua -> alice  480 for #1
0.15  alice -> b2bua  ACK for #1
20    clock
"
    ));
    let failed: Vec<&Annotation> = seen.said.iter().collect();
    let [bob, sbc, alice] = failed[..] else {
        panic!("{} findings", failed.len());
    };
    assert!(failed.iter().all(|it| it.rule == "call-failed"));
    let number = |it: &Annotation| it.call.as_ref().unwrap().number;
    assert_eq!([bob, sbc, alice].map(number), [3, 2, 1]);
    let leg = bob.call.as_ref().unwrap().leg.unwrap();
    assert_eq!(leg.words(), "leg 3 of call 1, joined by Session-ID");
    for consequence in [sbc, alice] {
        assert_eq!(consequence.caused_by.unwrap().finding, bob.finding);
        let to_blame = consequence.responsible.unwrap().address;
        assert_eq!(to_blame.to_string(), "10.0.0.9");
        let says = &consequence.explanation;
        assert!(
            says.contains(
                "as leg 3 (call 3, joined by Session-ID): there the 404 came from 10.0.0.9"
            ),
            "{says}"
        );
    }
    assert!(alice.title.contains("480"));
}

#[test]
fn a_guess_blames_nobody_but_says_so() {
    let seen = run(&numbers("", "4989456", "4930123"));
    let [leg, call] = &seen.said[..] else {
        panic!("{} findings", seen.said.len());
    };
    assert_eq!(call.caused_by, None);
    assert_eq!(call.responsible.unwrap().address.to_string(), "10.0.0.1");
    assert_eq!(leg.responsible.unwrap().address.to_string(), "10.0.0.9");
    assert!(
        call.explanation
            .contains("10.0.0.1 seems to have passed the call on as leg 2")
    );
}

/// A call whose second leg bob never answers, though he is there, and what comes of it.
fn silent_leg(rest: &str) -> String {
    format!(
        "hosts: alice=10.0.0.5 b2bua=10.0.0.1 bob=10.0.0.9
0     alice -> b2bua  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.01  b2bua -> alice  100 for #1
0.02  b2bua -> bob    INVITE sip:bob@10.0.0.9 #2
      Session-ID: {A};remote={NIL}
0.52  b2bua -> bob    again #2
1.52  b2bua -> bob    again #2
1.6   bob -> b2bua    OPTIONS #7
1.61  b2bua -> bob    200 for #7
{rest}"
    )
}

#[test]
fn a_silent_leg_explains_the_call_before_it() {
    let seen = run(&silent_leg(
        "32.5  b2bua -> alice  408 for #1
32.51 alice -> b2bua  ACK for #1
60    clock
",
    ));
    let silent = seen.said.iter().find(|it| it.rule == "no-response");
    let failed = seen.said.iter().find(|it| it.rule == "call-failed");
    let (silent, failed) = (silent.unwrap(), failed.unwrap());
    assert_eq!(failed.caused_by.unwrap().finding, silent.finding);
    assert!(failed.explanation.contains("10.0.0.9 gave no final answer"));
}

#[test]
fn a_leg_found_silent_after_the_call_failed_names_the_call_it_explains() {
    let seen = run(&silent_leg(
        "3.52  b2bua -> bob    again #2
6     b2bua -> alice  408 for #1
6.01  alice -> b2bua  ACK for #1
60    clock
",
    ));
    let of = |rule| seen.said.iter().find(|it| it.rule == rule).unwrap();
    let (failed, silent) = (of("call-failed"), of("no-response"));
    assert!(failed.time < silent.time);
    assert_eq!(failed.caused_by, None);
    assert_eq!(silent.explains, [failed.finding]);
}

#[test]
fn a_border_element_with_two_addresses_passes_a_call_on_all_the_same() {
    let seen = run(&format!(
        "hosts: alice=10.0.0.5 access=10.0.0.1 core=192.0.2.1 bob=192.0.2.9
0     alice -> access  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.02  core -> bob      INVITE sip:bob@192.0.2.9 #2
      Session-ID: {A};remote={NIL}
0.1   bob -> core      407 for #2
0.11  core -> bob      ACK for #2
0.12  core -> bob      INVITE sip:bob@192.0.2.9 #3 retry of #2
      Proxy-Authorization: Digest username=\"core\"
      Session-ID: {A};remote={NIL}
0.2   bob -> core      486 for #3
0.21  core -> bob      ACK for #3
0.22  access -> alice  486 for #1
0.23  alice -> access  ACK for #1
"
    ));
    let [leg, call] = &seen.said[..] else {
        panic!("{} findings", seen.said.len());
    };
    assert_eq!(call.caused_by.unwrap().finding, leg.finding);
    assert_eq!(call.responsible.unwrap().address.to_string(), "192.0.2.9");
}

#[test]
fn a_leg_that_was_answered_or_failed_otherwise_later_explains_nothing() {
    let start = format!(
        "hosts: alice=10.0.0.5 b2bua=10.0.0.1 bob=10.0.0.9 carol=10.0.0.7
0     alice -> b2bua  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.02  b2bua -> bob    INVITE sip:bob@10.0.0.9 #2
      Session-ID: {A};remote={NIL}
"
    );
    let refused = "0.22  b2bua -> alice  403 for #1
0.23  alice -> b2bua  ACK for #1
";
    for (legs, why) in [
        (
            "0.03  bob -> b2bua    407 for #2
0.04  b2bua -> bob    ACK for #2
0.05  b2bua -> bob    INVITE sip:bob@10.0.0.9 #3 retry of #2
      Proxy-Authorization: Digest username=\"core\"
0.2   bob -> b2bua    200 for #3
0.21  b2bua -> bob    ACK for #3
",
            "the retry was answered",
        ),
        ("0.03  bob -> b2bua    180 for #2\n", "it still rings"),
    ] {
        let seen = run(&format!("{start}{legs}{refused}"));
        let is_first = |it: &&Annotation| it.call.as_ref().is_some_and(|call| call.number == 1);
        let call = seen.said.iter().find(is_first).unwrap();
        assert_eq!((call.rule, call.caused_by), ("call-failed", None), "{why}");
        let to_blame = call.responsible.unwrap().address;
        assert_eq!(to_blame.to_string(), "10.0.0.1", "{why}");
        assert!(!call.explanation.contains("leg 2"), "{why}");
    }
}

#[test]
fn of_several_legs_the_one_that_failed_alike_is_named() {
    let seen = run(&format!(
        "hosts: alice=10.0.0.5 b2bua=10.0.0.1 bob=10.0.0.9 carol=10.0.0.7
0     alice -> b2bua  INVITE sip:bob@example.com #1
      Session-ID: {A};remote={NIL}
0.02  b2bua -> bob    INVITE sip:bob@10.0.0.9 #2
      Session-ID: {A};remote={NIL}
0.02  b2bua -> carol  INVITE sip:bob@10.0.0.7 #3
      Session-ID: {A};remote={NIL}
0.1   bob -> b2bua    486 for #2
0.11  b2bua -> bob    ACK for #2
0.2   carol -> b2bua  404 for #3
0.21  b2bua -> carol  ACK for #3
0.22  b2bua -> alice  486 for #1
0.23  alice -> b2bua  ACK for #1
"
    ));
    let of = |number: u64| {
        let is_it = |it: &&Annotation| it.call.as_ref().is_some_and(|call| call.number == number);
        seen.said.iter().find(is_it).unwrap()
    };
    assert_eq!(of(1).caused_by.unwrap().finding, of(2).finding);
    assert_eq!(of(1).responsible.unwrap().address.to_string(), "10.0.0.9");
    assert_eq!(of(3).caused_by, None);
}

#[test]
fn calls_of_one_host_under_one_session_are_not_passed_on() {
    // A conference calls two participants under its own half of the Session-ID.
    let seen = run(&format!(
        "hosts: focus=10.0.0.1 bob=10.0.0.9 carol=10.0.0.7
0     focus -> bob    INVITE sip:bob@10.0.0.9 #1
      Session-ID: {A};remote={NIL}
0.02  focus -> carol  INVITE sip:carol@10.0.0.7 #2
      Session-ID: {A};remote={NIL}
0.1   carol -> focus  404 for #2
0.11  focus -> carol  ACK for #2
0.2   bob -> focus    404 for #1
0.21  focus -> bob    ACK for #1
"
    ));
    assert_eq!(seen.legs.len(), 2);
    assert!(seen.said.iter().all(|it| it.caused_by.is_none()));
}
