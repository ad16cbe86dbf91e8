//! Ladders, which are real packets, compared with others that differ in one thing each.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail them"
)]

use std::time::Duration;

use sipwhy_diff::{
    Comparison, Frames, Kind, Options, Recorder, Recording, Side, Status, Tolerance, compare, json,
    text,
};
use sipwhy_flow::Bounds;
use sipwhy_packet::Ports;
use sipwhy_pipeline::Config;
use sipwhy_report::Filter;
use sipwhy_testkit::Ladder;

const HOSTS: &str = "hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9";

const CALL: &str = "
0     alice -> proxy  INVITE sip:bob@example.com #1
      m=audio 6000 RTP/AVP 0 8 101
      a=rtpmap:101 telephone-event/8000
0.01  proxy -> alice  100 for #1
0.02  proxy -> bob    INVITE sip:bob@10.0.0.9 #2 via #1
0.12  bob -> proxy    180 for #2 #3
0.13  proxy -> alice  relay #3
2     bob -> proxy    200 for #2 #4
      m=audio 4000 RTP/AVP 0 101
      a=rtpmap:101 telephone-event/8000
2.01  proxy -> alice  relay #4
2.02  alice -> bob    ACK for #1
9     alice -> bob    BYE #5 in #1
9.01  bob -> alice    200 for #5
";

fn recorder_of(hosts: &str, steps: &str, recorder: Recorder) -> Recording {
    let ladder = format!("{hosts}\nexpect: nothing\n{steps}");
    let ladder = Ladder::parse(&ladder).unwrap_or_else(|fault| panic!("{fault}: {ladder}"));
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    let mut recorder = recorder;
    let summary = ladder.recording.play(config, &mut recorder);
    recorder.finish(&summary)
}

fn recorded(hosts: &str, steps: &str) -> Recording {
    recorder_of(hosts, steps, Recorder::new(Filter::default()))
}

fn with(options: &Options, good: &str, bad: &str) -> Comparison {
    compare(&recorded(HOSTS, good), &recorded(HOSTS, bad), options)
}

fn compared(good: &str, bad: &str) -> Comparison {
    with(&Options::default(), good, bad)
}

/// What `CALL` differs in when one text in it is another.
fn changed(from: &str, to: &str) -> Comparison {
    assert!(CALL.contains(from), "{from}");
    compared(CALL, &CALL.replacen(from, to, 1))
}

fn as_text(comparison: &Comparison) -> String {
    let frames = Frames::of("good.pcap", "bad.pcap");
    let lines = text::lines(comparison, &frames, 100);
    lines.iter().map(|line| line.plain() + "\n").collect()
}

/// The text without its line breaks, for sentences that are wrapped.
fn sentences(comparison: &Comparison) -> String {
    let page = as_text(comparison);
    let words: Vec<&str> = page.split_whitespace().collect();
    words.join(" ")
}

/// The only field that differs, where it differs first: its name, and what both say.
fn field(comparison: &Comparison) -> (&'static str, Option<&str>, Option<&str>) {
    let rows = comparison.calls[0].rows.iter();
    let mut fields = rows.flat_map(|row| &row.fields);
    let first = fields
        .next()
        .unwrap_or_else(|| panic!("{}", as_text(comparison)));
    assert!(
        fields.all(|it| it.field == first.field),
        "{}",
        as_text(comparison)
    );
    (first.field, first.good.as_deref(), first.bad.as_deref())
}

#[test]
fn other_addresses_and_times_of_day_are_no_difference() {
    let moved = "hosts: alice=192.168.7.7:5072 proxy=192.168.7.1 bob=192.168.9.9:5080";
    let comparison = compare(
        &recorded(HOSTS, CALL),
        &recorded(moved, &CALL.replace("@10.0.0.9", "@192.168.9.9")),
        &Options::default(),
    );
    assert!(comparison.is_same(), "{}", as_text(&comparison));
    let hosts = &comparison.calls[0].hosts;
    let names = |side: Side| -> Vec<String> {
        let host = |it: &sipwhy_diff::PairedHost| match side {
            Side::Good => it.good.clone(),
            Side::Bad => it.bad.clone(),
        };
        hosts
            .iter()
            .map(|it| host(it).unwrap().address.to_string())
            .collect()
    };
    assert_eq!(names(Side::Good), ["10.0.0.5", "10.0.0.1", "10.0.0.9"]);
    assert_eq!(
        names(Side::Bad),
        ["192.168.7.7", "192.168.7.1", "192.168.9.9"]
    );
}

#[test]
fn where_the_calls_part_is_the_first_difference() {
    let bad = CALL.split("0.12").next().unwrap();
    let comparison = compared(CALL, &format!("{bad}0.2 bob -> proxy 486 for #2\n"));
    assert_eq!(comparison.first.unwrap().kind, Kind::Message(3));
    let page = sentences(&comparison);
    let says = "after INVITE (good.pcap:3, bad.pcap:3), the good recording goes on with 180 \
                Ringing from 10.0.0.9 to 10.0.0.1 (good.pcap:4), the bad one with 486";
    assert!(page.contains(says), "{page}");
}

#[test]
fn a_host_that_is_left_out_is_said_to_be() {
    let direct = "
0     alice -> bob  INVITE sip:bob@example.com #1
0.12  bob -> alice  180 for #1
2     bob -> alice  200 for #1
2.02  alice -> bob  ACK for #1
9     alice -> bob  BYE #5 in #1
9.01  bob -> alice  200 for #5
";
    let comparison = compared(CALL, direct);
    let missing = comparison.calls[0].hosts.iter().find(|it| it.bad.is_none());
    assert!(missing.is_some(), "{}", as_text(&comparison));
    assert!(!comparison.is_same());
}

#[test]
fn what_a_header_says_is_compared_and_not_what_names_this_call() {
    let with_contact = "0.12  bob -> proxy    180 for #2 #3\n      Contact: <sip:x77@";
    let contact = |host: &str| {
        CALL.replace(
            "0.12  bob -> proxy    180 for #2 #3",
            &format!("{with_contact}{host}>"),
        )
    };
    let same = compared(&contact("10.0.0.9:5060"), &contact("10.0.0.9:6070"));
    assert!(same.is_same(), "ports: {}", as_text(&same));
    let other = compared(&contact("10.0.0.9"), &contact("172.16.0.1"));
    assert_eq!(
        field(&other),
        ("Contact", Some("sip:10.0.0.9"), Some("sip:172.16.0.1"))
    );
    assert!(matches!(other.first.unwrap().kind, Kind::Field(3, _)));
    let strangers = compared(&contact("172.16.0.1"), &contact("172.16.0.2"));
    assert!(strangers.is_same(), "nobody's: {}", as_text(&strangers));
}

#[test]
fn sets_tell_what_one_alone_has() {
    let with = |tags: &str| {
        let from = "0     alice -> proxy  INVITE sip:bob@example.com #1";
        CALL.replace(from, &format!("{from}\n      Supported: {tags}"))
    };
    let comparison = compared(&with("timer, 100rel"), &with("Replaces,timer"));
    assert_eq!(
        field(&comparison),
        ("Supported", Some("100rel"), Some("replaces"))
    );
    let same = compared(&with("timer, 100rel"), &with("100rel,timer"));
    assert!(same.is_same(), "{}", as_text(&same));
}

#[test]
fn codecs_and_direction_are_compared_and_ports_and_payload_types_are_not() {
    let bad = CALL
        .replace("audio 4000", "audio 7002")
        .replace(" 101\n", " 96\n")
        .replace("rtpmap:101", "rtpmap:96");
    let same = compared(CALL, &bad);
    assert!(same.is_same(), "{}", as_text(&same));
    let codec = changed("RTP/AVP 0 101", "RTP/AVP 8 101");
    let (name, good, bad) = field(&codec);
    assert_eq!(name, "SDP");
    assert!(good.unwrap().contains("PCMU/8000"), "{good:?}");
    assert!(bad.unwrap().contains("PCMA/8000"), "{bad:?}");
    let held = changed("2.01  proxy", "      a=sendonly\n2.01  proxy");
    assert!(field(&held).2.unwrap().contains("sendonly"));
}

#[test]
fn times_differ_from_the_tolerance_on() {
    let late = CALL.replace("0.12", "1.42").replace("0.13", "1.43");
    let comparison = compared(CALL, &late);
    assert!(matches!(
        comparison.first.unwrap().kind,
        Kind::Finding(_) | Kind::Delay(_)
    ));
    let page = sentences(&comparison);
    assert!(
        page.contains("came 100 ms after its INVITE in good, 1.4 s in bad"),
        "{page}"
    );
    assert!(
        page.contains("(SRD): 130 ms in good, 1.4 s in bad"),
        "{page}"
    );
    let patient = Options {
        tolerance: Tolerance(Duration::from_secs(3)),
        ..Options::default()
    };
    assert!(with(&patient, CALL, &late).is_same());
    let ignoring = Options {
        ignore: vec!["timings".parse().unwrap(), "findings".parse().unwrap()],
        ..Options::default()
    };
    assert!(with(&ignoring, CALL, &late).is_same());
    assert!(changed("0.12", "0.125").is_same(), "5 ms are nothing");
}

#[test]
fn sending_again_is_told_at_the_message() {
    let bad = CALL
        .replace("0.12 ", "0.52  proxy -> bob again #2\n0.62 ")
        .replace("0.13 ", "0.63 ");
    let comparison = compared(CALL, &bad);
    let page = sentences(&comparison);
    assert!(
        page.contains("was sent once in good, twice in bad"),
        "{page}"
    );
}

#[test]
fn another_order_on_one_hop_is_told() {
    let good = "
0     alice -> bob  INVITE #1
0.1   bob -> alice  183 for #1
0.2   bob -> alice  180 for #1
1     bob -> alice  200 for #1
1.1   alice -> bob  ACK for #1
";
    let bad = good
        .replace("183", "x")
        .replace("180", "183")
        .replace('x', "180");
    let comparison = compared(good, &bad);
    let moved: Vec<_> = comparison.calls[0]
        .rows
        .iter()
        .filter(|row| row.is_moved)
        .collect();
    assert_eq!(moved.len(), 1);
    assert!(matches!(comparison.first.unwrap().kind, Kind::Order(_)));
    let page = sentences(&comparison);
    assert!(
        page.contains("comes in another order in the bad recording"),
        "{page}"
    );
    let ignoring = Options {
        ignore: vec!["order".parse().unwrap()],
        ..Options::default()
    };
    assert!(with(&ignoring, good, &bad).is_same());
}

#[test]
fn findings_are_new_or_gone_or_changed() {
    let stuck = CALL.split("0.12").next().unwrap().to_owned() + "40 clock\n";
    let statuses = |comparison: &Comparison| -> Vec<(Status, &'static str)> {
        let findings = comparison.calls[0].findings.iter();
        findings.map(|it| (it.status, it.rule)).collect()
    };
    let new = compared(CALL, &stuck);
    assert!(
        statuses(&new).contains(&(Status::New, "stuck-on-trying")),
        "{}",
        as_text(&new)
    );
    let gone = compared(&stuck, CALL);
    assert!(statuses(&gone).contains(&(Status::Gone, "stuck-on-trying")));
    let same = compared(&stuck, &stuck);
    assert!(same.is_same());
    assert!(statuses(&same).contains(&(Status::Same, "stuck-on-trying")));
    // Stuck for a while, and then it rang after all.
    let rang = CALL.split("0.12").next().unwrap().to_owned()
        + "35 bob -> proxy 180 for #2 #3\n35.01 proxy -> alice relay #3\n";
    let changed = compared(&stuck, &rang);
    assert!(
        statuses(&changed).contains(&(Status::Changed, "stuck-on-trying")),
        "{}",
        as_text(&changed)
    );
}

#[test]
fn calls_without_counterpart_are_named() {
    let more = format!(
        "{CALL}20 bob -> proxy REGISTER sip:example.com #9\n20.01 proxy -> bob 200 for #9\n"
    );
    let comparison = compared(CALL, &more);
    assert_eq!(comparison.calls.len(), 1);
    assert!(comparison.calls[0].is_same());
    assert_eq!(comparison.only_bad.len(), 1);
    assert_eq!(comparison.only_bad[0].method, "REGISTER");
    assert_eq!(comparison.first.unwrap().kind, Kind::Call(Side::Bad, 0));
    let page = sentences(&comparison);
    assert!(page.contains("1 call is in bad alone"), "{page}");
}

#[test]
fn what_the_snap_length_cut_off_is_no_difference() {
    let with = |more: &str| {
        let from = "0     alice -> proxy  INVITE sip:bob@example.com #1";
        let to =
            format!("{from}{more}\n      X-First: 1\n      Require: 100rel\n      Subject: last");
        CALL.replace(from, &to)
    };
    let comparison = compared(&with(""), &with(" cut after \"X-First: 1\""));
    let rows = &comparison.calls[0].rows;
    assert_eq!(rows[0].fields, [], "{}", as_text(&comparison));
}

#[test]
fn what_does_not_fit_the_bounds_is_counted_and_said() {
    let two = format!(
        "{CALL}20 bob -> proxy REGISTER sip:example.com #9\n20.01 proxy -> bob 200 for #9\n"
    );
    let one_call = Bounds {
        calls: 1,
        ..Bounds::default()
    };
    let bounded = |bounds, bytes| {
        recorder_of(
            HOSTS,
            &two,
            Recorder::bounded(Filter::default(), bounds, bytes),
        )
    };
    let whole = recorded(HOSTS, &two);
    let options = Options::default();
    let comparison = compare(&bounded(one_call, 1 << 20), &whole, &options);
    let says = "1 call of good is not compared: there are too many; filters choose which";
    assert_eq!(comparison.not_compared, [says]);
    let comparison = compare(&whole, &bounded(Bounds::default(), 0), &options);
    assert!(comparison.is_same(), "what is not kept is no difference");
    let says = "the headers of 12 messages of bad are not compared: there are too many";
    assert_eq!(comparison.not_compared, [says]);
    assert!(as_text(&comparison).contains(says));
}

#[test]
fn the_json_form_says_the_same() {
    let comparison = changed("RTP/AVP 0 101", "RTP/AVP 8 101");
    let document = json::document(&comparison, &Frames::of("good.pcap", "bad.pcap"));
    let record: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(record["kind"], "diff");
    assert_eq!(record["same"], false);
    assert_eq!(record["first_difference"]["kind"], "field");
    let field = &record["calls"][0]["messages"][5]["fields"][0];
    assert_eq!(field["field"], "SDP");
    let hosts = &record["calls"][0]["hosts"];
    assert_eq!(hosts[0]["good"], "10.0.0.5");
}
