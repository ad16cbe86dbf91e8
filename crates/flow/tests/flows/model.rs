//! The model: order, folding, places of findings, bounds.

use std::time::Duration;

use sipwhy_flow::{Bounds, Flow, Host, Kind, Row};

use crate::ladders::{PROXIED, flow, flows, flows_within, recording};

/// Each message in a line: `0>1 INVITE`, as places of hosts.
fn ladder_of(flow: &Flow) -> Vec<String> {
    let messages = flow.messages();
    let lines = messages.map(|it| format!("{}>{} {}", it.from, it.to, it.label));
    lines.collect()
}

fn hosts(flow: &Flow) -> Vec<String> {
    flow.hosts.iter().map(Host::socket).collect()
}

#[test]
fn hosts_stand_in_the_order_in_which_the_call_reaches_them() {
    let flow = flow(PROXIED);
    assert_eq!(hosts(&flow), ["10.0.0.5", "10.0.0.1", "10.0.0.9:5070"]);
    let expected = [
        "0>1 INVITE",
        "1>0 100 Trying",
        "1>2 INVITE",
        "2>1 180 Ringing",
        "1>0 180 Ringing",
        "2>1 200 OK",
        "1>0 200 OK",
        "0>2 ACK",
        "0>2 BYE",
        "2>0 200 OK",
    ];
    assert_eq!(ladder_of(&flow), expected);
    let kinds: Vec<Kind> = flow.messages().take(2).map(|it| it.kind).collect();
    assert_eq!(kinds, [Kind::Request, Kind::Provisional]);
}

#[test]
fn the_caller_comes_first_where_the_capture_begins_with_an_answer() {
    let flow = flow(
        "hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9
0     alice -> proxy  INVITE #1 unseen
0.02  proxy -> bob    INVITE #2 via #1 unseen
0.1   bob -> proxy    180 for #2 #3
0.11  proxy -> alice  relay #3
",
    );
    assert_eq!(hosts(&flow), ["10.0.0.5", "10.0.0.1", "10.0.0.9"]);
    assert_eq!(ladder_of(&flow), ["2>1 180 Ringing", "1>0 180 Ringing"]);
}

#[test]
fn sockets_of_one_host_stand_apart_where_they_speak_with_each_other() {
    let flow = flow(
        "hosts: alice=127.0.0.1:5061 bob=127.0.0.1:5062
0     alice -> bob  INVITE #1
0.1   bob -> alice  486 for #1
0.11  alice -> bob  ACK for #1
",
    );
    assert_eq!(hosts(&flow), ["127.0.0.1:5061", "127.0.0.1:5062"]);
    assert_eq!(ladder_of(&flow)[1], "1>0 486 Busy Here");
}

#[test]
fn a_host_has_the_name_that_dns_gave_it() {
    let flow = flow(
        "hosts: alice=10.0.0.5 dns=10.0.0.3 proxy=10.0.0.1
0     alice -> dns    dns ask sip.example.com
0.01  dns -> alice    dns answer sip.example.com A 10.0.0.1
0.02  alice -> proxy  INVITE sip:bob@sip.example.com #1
",
    );
    let names: Vec<_> = flow.hosts.iter().map(|host| host.name.as_deref()).collect();
    assert_eq!(names, [None, Some("sip.example.com")]);
}

#[test]
fn a_message_sent_again_is_drawn_once_with_all_its_frames() {
    let flow = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.5   alice -> bob  again #1
1.5   alice -> bob  again #1
1.6   bob -> alice  180 for #1 #2
1.6   bob -> alice  copy #2
",
    );
    assert_eq!(ladder_of(&flow), ["0>1 INVITE", "1>0 180 Ringing"]);
    let messages: Vec<_> = flow.messages().collect();
    let again = &messages[0].again;
    let frames: Vec<u64> = again.first.iter().map(|(frame, _)| frame.number).collect();
    assert_eq!((again.count, frames), (2, vec![2, 3]));
    assert_eq!(messages[0].copies, 0);
    assert_eq!((messages[1].again.count, messages[1].copies), (0, 1));
}

#[test]
fn answers_of_two_forks_are_two_messages() {
    let flow = flow(
        "hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.8 carol=10.0.0.9
0     alice -> proxy  INVITE #1
0.02  proxy -> bob    INVITE #2 via #1
0.02  proxy -> carol  INVITE #3 via #1
0.1   bob -> proxy    180 for #2 #4
0.11  proxy -> alice  relay #4
0.2   carol -> proxy  180 for #3 #5
0.21  proxy -> alice  relay #5
",
    );
    let to_alice = ladder_of(&flow);
    let to_alice = to_alice.iter().filter(|it| *it == "1>0 180 Ringing");
    assert_eq!(to_alice.count(), 2, "{flow:#?}");
}

#[test]
fn a_finding_stands_at_the_message_that_decides_it() {
    let flow = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.5   alice -> bob  again #1
0.7   bob -> alice  180 for #1
2     bob -> alice  486 for #1
2.01  alice -> bob  ACK for #1
",
    );
    let at: Vec<_> = flow
        .messages()
        .flat_map(|it| it.notes.iter().map(|note| (it.label.as_str(), note.rule)))
        .collect();
    let expected = [
        ("180 Ringing", "late-first-response"),
        ("486 Busy Here", "call-failed"),
    ];
    assert_eq!(at, expected);
}

#[test]
fn a_finding_proved_by_no_message_stands_where_it_became_true() {
    let flow = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.1   bob -> alice  icmp port for #1
40    clock
",
    );
    let notes: Vec<_> = flow.messages().map(|it| it.notes.len()).collect();
    assert_eq!(notes.len(), 1, "one INVITE");
    assert!(notes[0] > 0, "something is said at it");
}

#[test]
fn legs_of_one_call_stand_side_by_side() {
    let flow = flow(
        "hosts: alice=10.0.0.5 sbc=10.0.0.1 bob=10.0.0.9
0     alice -> sbc  INVITE sip:bob@example.com #1
      X-Call-ID: the-same@example.com
0.01  sbc -> alice  100 for #1
0.02  sbc -> bob    INVITE sip:bob@example.com #2
      X-Call-ID: the-same@example.com
0.1   bob -> sbc    180 for #2
0.11  sbc -> alice  180 for #1
",
    );
    assert_eq!(flow.legs.len(), 2);
    assert_eq!(hosts(&flow), ["10.0.0.5", "10.0.0.1", "10.0.0.9"]);
    let legs: Vec<usize> = flow.messages().map(|it| it.leg).collect();
    assert_eq!(legs, [0, 0, 1, 1, 0]);
}

#[test]
fn a_silence_has_a_row_and_sendings_again_break_it() {
    let pauses = |flow: &Flow| -> Vec<Duration> {
        let rows = flow.rows.iter();
        let pauses = rows.filter_map(|row| match row {
            Row::Pause(pause) => Some(*pause),
            _ => None,
        });
        pauses.collect()
    };
    let rings = flow(PROXIED);
    assert_eq!(pauses(&rings), [Duration::from_millis(7980)]);
    let repeated = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.5   alice -> bob  again #1
1.5   alice -> bob  again #1
3.4   alice -> bob  again #1
3.5   bob -> alice  180 for #1
",
    );
    assert_eq!(pauses(&repeated), []);
}

#[test]
fn lost_packets_are_told_where_they_may_be_missing() {
    let flow = flow(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  INVITE #1
0.1   bob -> alice  100 for #1
0.4   dropped 3
0.5   bob -> alice  200 for #1
0.6   alice -> bob  ACK for #1
",
    );
    let kinds: Vec<&str> = flow
        .rows
        .iter()
        .map(|row| match row {
            Row::Message(message) => message.label.as_str(),
            Row::Pause(_) => "pause",
            Row::Lost(_) => "lost",
        })
        .collect();
    assert_eq!(kinds, ["INVITE", "100 Trying", "lost", "200 OK", "ACK"]);
}

/// This many calls of three messages each.
fn calls(count: usize) -> String {
    let mut ladder = "hosts: alice=10.0.0.5 bob=10.0.0.9\n".to_owned();
    for call in 0..count {
        let (invite, answer) = (call * 2 + 1, call);
        ladder.push_str(&format!(
            "{answer}.0 alice -> bob INVITE #{invite}\n\
             {answer}.1 bob -> alice 486 for #{invite}\n\
             {answer}.2 alice -> bob ACK for #{invite}\n"
        ));
    }
    ladder
}

#[test]
fn what_goes_beyond_the_bounds_is_counted() {
    let recording = recording(&calls(8));
    let within = |calls, messages, notes| {
        let bounds = Bounds {
            calls,
            messages,
            notes,
            ..Bounds::default()
        };
        let flows = flows_within(&recording, bounds);
        let out = flows.left_out;
        (flows.flows.len(), out.calls, out.messages, out.notes)
    };
    assert_eq!(within(9, 9, 9), (8, 0, 0, 0));
    assert_eq!(within(3, 9, 9), (3, 5, 0, 0));
    assert_eq!(within(9, 2, 9), (8, 0, 8, 0));
    assert_eq!(within(9, 9, 0), (8, 0, 0, 8));
    let bounds = Bounds {
        bytes: 1,
        ..Bounds::default()
    };
    assert_eq!(flows_within(&recording, bounds).left_out.calls, 7);
}

#[test]
fn what_is_not_wanted_makes_room() {
    use sipwhy_flow::Collector;
    use sipwhy_packet::Ports;
    use sipwhy_pipeline::{Config, Observed, Observer};

    /// Wants the last call alone, and says so when it is asked.
    struct Choosy(Collector);
    impl Observer for Choosy {
        fn message(&mut self, observed: &Observed<'_, '_>) {
            if self.0.is_full() {
                self.0.retain(|number| number == 8);
            }
            self.0.message(observed);
        }
        fn annotation(&mut self, _: &sipwhy_annotator::Annotation) {}
    }
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    let bounds = Bounds {
        calls: 2,
        ..Bounds::default()
    };
    let mut choosy = Choosy(Collector::new(bounds));
    recording(&calls(8)).play(config, &mut choosy);
    let flows = choosy.0.finish(|number| number == 8);
    assert_eq!(flows.flows.len(), 1);
    assert_eq!(ladder_of(&flows.flows[0]).len(), 3);
}

#[test]
fn calls_come_in_the_order_in_which_they_began() {
    let flows = flows(&calls(4));
    let numbers: Vec<u64> = flows.flows.iter().map(|it| it.legs[0].number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(flows.left_out, sipwhy_flow::LeftOut::default());
}
