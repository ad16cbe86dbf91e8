//! Filters: what is shown and counts, with the analysis as it was.

use serde_json::Value;

use crate::run::{Ran, capture, records, run};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

fn of_kind<'r>(records: &'r [Value], kind: &str) -> Vec<&'r Value> {
    records.iter().filter(|it| it["kind"] == kind).collect()
}

/// All messages and findings of a capture that a filter shows.
fn read(file: &str, filter: &[&str]) -> Vec<Value> {
    let file = capture(file);
    let args = [
        "read",
        "--format",
        "json",
        "--with",
        "messages,calls",
        &file,
    ];
    let ran = run(&[&args, filter].concat());
    assert_eq!(ran.status, 0, "{filter:?}: {}", ran.err);
    records(&ran.out)
}

#[test]
fn messages_are_chosen_by_their_own_values() {
    let all = read(IGNORED, &[]);
    let all = of_kind(&all, "message");
    let count = |filter: &[&str]| {
        let found = read(IGNORED, filter);
        of_kind(&found, "message").len()
    };
    let having = |holds: &dyn Fn(&Value) -> bool| all.iter().filter(|it| holds(it)).count();
    let redirections = having(&|it| it["code"] == 305);
    assert!(redirections > 0 && redirections < all.len());
    assert_eq!(count(&["--code", "305"]), redirections);
    assert_eq!(count(&["--code", "3xx"]), redirections);
    assert_eq!(count(&["--where", "code != 305"]), all.len() - redirections);
    let acks = having(&|it| it["method"] == "ACK");
    assert!(acks > 0);
    assert_eq!(count(&["--method", "ack"]), acks);
    let call_id = all[0]["call_id"].as_str().unwrap();
    assert_eq!(
        count(&["--call-id", call_id]),
        having(&|it| it["call_id"] == call_id)
    );
    assert_eq!(count(&["--call-id", "nobody"]), 0);
    let source = all[0]["source"].as_str().unwrap();
    let host = source.rsplit_once(':').unwrap().0;
    let is_end = |it: &Value, end: &str| it[end].as_str().unwrap().starts_with(&format!("{host}:"));
    let touching = having(&|it| is_end(it, "source") || is_end(it, "destination"));
    assert_eq!(count(&["--address", host]), touching);
    assert_eq!(count(&["--address", "192.0.2.0/24,::/0"]), 0);
    let from = format!("source == {host}");
    assert_eq!(
        count(&["--where", &from]),
        having(&|it| is_end(it, "source"))
    );
    // Two options must both hold.
    assert_eq!(count(&["--code", "305", "--method", "ACK"]), 0);
    let time = all[1]["time"].as_str().unwrap();
    assert_eq!(count(&["--from", time]), all.len() - 1);
    assert_eq!(count(&["--to", "0s"]), 1);
    assert_eq!(
        count(&["--severity", "note"]),
        0,
        "no message has a severity"
    );
}

#[test]
fn findings_are_chosen_by_their_own_values_and_their_calls() {
    let all = read(IGNORED, &[]);
    let rules = |filter: &[&str]| -> Vec<String> {
        let found = read(IGNORED, filter);
        let found = of_kind(&found, "annotation");
        let rule = |it: &&Value| it["rule"].as_str().unwrap().to_owned();
        found.iter().map(rule).collect()
    };
    let told = rules(&[]);
    assert!(told.iter().any(|it| it == "use-proxy-ignored"), "{told:?}");
    assert_eq!(rules(&["--rule", "use-proxy-ignored"]).len(), 1);
    assert_eq!(rules(&["--rule", "no-response"]), [""; 0]);
    assert_eq!(rules(&["--code", "305"]), told, "the call had a 305");
    assert_eq!(rules(&["--code", "699"]), [""; 0]);
    let user = of_kind(&all, "message")[0]["from"].as_str().unwrap();
    let user = user.split([':', '@']).nth(1).unwrap();
    assert_eq!(rules(&["--user", user]), told);
    assert_eq!(rules(&["--user", "nobody"]), [""; 0]);

    let narrowed = read(IGNORED, &["--rule", "no-response"]);
    let summary = narrowed.last().unwrap();
    let whole = all.last().unwrap();
    assert_eq!(summary["sip_messages"], whole["sip_messages"]);
    assert_eq!(summary["annotations"], serde_json::json!({}));
    assert_eq!(summary["filtered"], told.len());
    assert!(of_kind(&narrowed, "call").is_empty());
    let calls = read(IGNORED, &["--code", "305"]);
    assert_eq!(
        of_kind(&calls, "call"),
        of_kind(&all, "call"),
        "whole, not as shown"
    );
}

#[test]
fn what_is_not_shown_does_not_fail_a_check() {
    let file = capture(IGNORED);
    let check = |filter: &[&str]| -> Ran { run(&[&["check", &file], filter].concat()) };
    assert_eq!(check(&[]).status, 1);
    assert_eq!(check(&["--rule", "use-proxy-ignored"]).status, 1);
    assert_eq!(check(&["--rule", "no-response"]).status, 0);
    assert_eq!(check(&["--where", "severity < error"]).status, 0);
    let text = run(&["read", "--rule", "no-response", &file]).out;
    assert!(text.contains("Nothing to show"), "{text}");
    assert!(text.contains("not shown: "), "{text}");
}

#[test]
fn a_filter_that_means_nothing_is_refused() {
    let file = capture(IGNORED);
    for (filter, says) in [
        (
            ["--rule", "use-proxy-ignord"],
            "did you mean `use-proxy-ignored`?",
        ),
        (["--code", "4xxx"], "--code: `4xxx` is no status code"),
        (["--address", "10.0.0"], "--address: `10.0.0`"),
        (["--from", "noon"], "--from: `noon` is neither"),
        (["--severity", "fatal"], "--severity: no severity"),
        (["--where", "code == 1 and"], "--where: up to character 13"),
    ] {
        let ran = run(&[&["read", &file], &filter[..]].concat());
        assert_eq!(ran.status, 2, "{filter:?}");
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}
