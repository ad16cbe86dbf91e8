//! The three forms of a report, on captures of real calls.

use std::fs::{self, File};
use std::process::Stdio;

use crate::craft::pcap;
use crate::run::{Ran, capture, program, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";
const HEALTHY: &str = "call-direct.pcap";

#[test]
fn text_names_the_fault_the_proof_and_the_way_out() {
    let ran = run(&["read", &capture(IGNORED)]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for part in [
        "error[use-proxy-ignored]: ",
        "use-proxy-ignored-old-destination.pcap:4  ",
        "  │ SIP/2.0 305 Use Proxy\n",
        "  │ Contact: <sip:10.77.0.30>\n",
        "  │          ^^^^^^^^^^^^^^^^ ",
        "  = why: ",
        "  = fix: ",
        "  = who: 10.77.0.10, ",
        "sipwhy explain use-proxy-ignored",
        "1 error in 9 SIP messages",
    ] {
        assert!(ran.out.contains(part), "{part:?} in:\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "no colour without a terminal");
}

#[test]
fn text_fits_the_width_and_takes_colour_when_told() {
    for width in ["40", "61", "80"] {
        let output = program()
            .args(["read", "--color", "never", "--timings", &capture(IGNORED)])
            .env("COLUMNS", width)
            .output()
            .unwrap();
        let columns: usize = width.parse().unwrap();
        for line in Ran::from(output).out.lines() {
            assert!(line.chars().count() <= columns, "{width}: {line}");
        }
    }
    let ran = run(&["read", "--color", "always", &capture(IGNORED)]);
    assert!(ran.out.contains("\u{1b}["));
}

#[test]
fn timings_are_shown_when_asked_for() {
    let file = capture("call-two-proxies.pcapng");
    let ran = run(&["read", "--timings", &file]);
    for part in [
        "  10.77.0.2                             count      min   median     95 %      max\n",
        "    session request delay (SRD)             1   308 ms   308 ms   308 ms   308 ms\n",
        "    1 session asked for: 1 established\n",
        "      SER 100.0 %, SEER 100.0 %, ISA 0.0 %, SCR 100.0 %\n",
        "    hops of an INVITE: 3.0 on average, 3 at most\n",
    ] {
        assert!(ran.out.contains(part), "{part:?} in:\n{}", ran.out);
    }
    let ran = run(&["read", &file]);
    assert!(!ran.out.contains("SRD"), "{}", ran.out);
}

#[test]
fn nothing_wrong_is_said_in_one_line() {
    let ran = run(&["read", &capture(HEALTHY)]);
    assert!(
        ran.out.starts_with("Nothing wrong in 6 SIP messages"),
        "{}",
        ran.out
    );
}

#[test]
fn check_is_quiet_when_all_is_well_and_exits_1_when_not() {
    let ran = run(&["check", &capture(HEALTHY)]);
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, "", "")
    );
    let ran = run(&["check", &capture(IGNORED)]);
    assert_eq!(ran.status, 1);
    let ran = run(&["check", "--fail-on", "never", &capture(IGNORED)]);
    assert_eq!(ran.status, 0);
    let ran = run(&["read", "--fail-on", "error", &capture(IGNORED)]);
    assert_eq!(ran.status, 1);
    let note = capture("late-first-response.pcap");
    for (threshold, status) in [("note", 1), ("warning", 0), ("error", 0)] {
        let ran = run(&["check", "--fail-on", threshold, &note]);
        assert_eq!(ran.status, status, "{threshold}");
        assert_eq!(ran.out.is_empty(), status == 0, "{threshold}");
    }
}

#[test]
fn json_has_annotations_and_a_summary() {
    let file = capture(IGNORED);
    let records = records(&run(&["read", "--format", "json", &file]).out);
    let kinds: Vec<&str> = records
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["annotation", "summary"]);
    let annotation = &records[0];
    assert_eq!(annotation["rule"], "use-proxy-ignored");
    assert_eq!(annotation["severity"], "error");
    assert_eq!(annotation["verdict"], "confirmed");
    assert_eq!(annotation["call_id"], "redirected@10.77.0.10");
    assert_eq!(annotation["responsible"]["address"], "10.77.0.10");
    assert_eq!(annotation["responsible"]["role"], "client");
    let evidence = &annotation["evidence"][0];
    assert_eq!(evidence["frame"], 4);
    assert_eq!(evidence["file"], file);
    let quote = evidence["quote"].as_str().unwrap();
    let mark = &evidence["marks"][0];
    let at = |name: &str| usize::try_from(mark[name].as_u64().unwrap()).unwrap();
    assert_eq!(&quote[at("start")..at("end")], "<sip:10.77.0.30>");
    let summary = &records[1];
    assert_eq!(summary["schema"], 1);
    assert_eq!(summary["sip_messages"], 9);
    assert_eq!(summary["responses"]["305"], 1);
    assert_eq!(summary["annotations"]["use-proxy-ignored"], 1);
    assert_eq!(summary["calls"], 1);
}

#[test]
fn json_has_messages_and_calls_on_request() {
    let file = capture(IGNORED);
    let with = ["--with", "messages,calls"];
    let args = [&["read", "--format", "json"], &with[..], &[&file]].concat();
    let records = records(&run(&args).out);
    let of_kind = |kind| records.iter().filter(move |one| one["kind"] == kind);
    assert_eq!(of_kind("message").count(), 9);
    let redirection = of_kind("message").find(|one| one["code"] == 305).unwrap();
    assert_eq!(redirection["method"], "INVITE");
    let calls: Vec<_> = of_kind("call").collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["call_id"], "redirected@10.77.0.10");
    assert_eq!(calls[0]["first_frame"], 3);
    assert_eq!(calls[0]["final_code"], 200);
    assert_eq!(records.last().unwrap()["kind"], "summary");
}

#[test]
fn the_log_says_of_each_response_what_it_means() {
    let ran = run(&["read", "--format", "log", &capture(IGNORED)]);
    let line = ran
        .out
        .lines()
        .find(|line| line.contains("start=\"305 "))
        .unwrap();
    assert!(
        line.contains(" msg frame=use-proxy-ignored-old-destination.pcap:4 "),
        "{line}"
    );
    let meaning = " : 305 Use Proxy: must be repeated through sip:10.77.0.30";
    assert!(line.ends_with(meaning), "{line}");
    let order: Vec<usize> = [
        "frame=",
        "transport=",
        "src=",
        "dst=",
        "start=",
        "method=",
        "cseq=",
    ]
    .iter()
    .map(|field| line.find(field).unwrap())
    .collect();
    assert!(order.is_sorted(), "{line}");
    assert_eq!(
        ran.out
            .lines()
            .filter(|line| line.contains(" error rule="))
            .count(),
        1
    );
}

#[test]
fn the_log_has_the_same_fields_as_json() {
    let args = [
        "read",
        "--format",
        "log",
        "--log-style",
        "json",
        &capture(IGNORED),
    ];
    let records = records(&run(&args).out);
    assert_eq!(records.len(), 9 + 1 + 1);
    let redirection = records
        .iter()
        .find(|one| one["start"] == "305 Use Proxy")
        .unwrap();
    assert_eq!(redirection["src"], "10.77.0.20:5060");
    assert_eq!(redirection["cseq"], 1);
    assert!(redirection["time"].as_str().unwrap().starts_with("2026-"));
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let file = File::open(capture(IGNORED)).unwrap();
    let output = program()
        .args(["read", "--format", "json", "-"])
        .stdin(Stdio::from(file))
        .output()
        .unwrap();
    let piped = Ran::from(output)
        .out
        .replace("\"file\":\"-\"", "\"file\":\"X\"");
    let piped = piped.replace("\"file\":\"standard input\"", "\"file\":\"X\"");
    let path = capture(IGNORED);
    let named = run(&["read", "--format", "json", &path]).out;
    assert_eq!(piped, named.replace(&path, "X"));
}

#[test]
fn several_files_are_one_capture() {
    let args = [
        "read",
        "--format",
        "json",
        &capture(HEALTHY),
        &capture(IGNORED),
    ];
    let records = records(&run(&args).out);
    let summary = records.last().unwrap();
    assert_eq!(summary["calls"], 2);
    assert_eq!(summary["inputs"][1]["file"], capture(IGNORED));
    assert_eq!(records[0]["evidence"][0]["file"], capture(IGNORED));
}

#[test]
fn the_stages_of_one_finding_are_shown_once() {
    let file = capture("stuck-then-rang-at-41s.pcap");
    let ran = run(&["read", &file]);
    assert_eq!(
        ran.out.matches("[stuck-on-trying]").count(),
        1,
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("  = was: ").count(), 2, "{}", ran.out);
    assert!(ran.out.contains("error[stuck-on-trying] (resolved): "));
    let args = ["read", "--format", "json", &file];
    let stages = records(&run(&args).out);
    let stages: Vec<_> = stages.iter().filter(|one| one["finding"] == 1).collect();
    let verdicts: Vec<_> = stages.iter().map(|one| &one["verdict"]).collect();
    assert_eq!(verdicts, ["confirmed", "confirmed", "resolved"]);
}

#[test]
fn the_gravest_finding_of_a_call_comes_first() {
    let ran = run(&["read", &capture("cancel-refused.pcap")]);
    let gravest = |line: &&str| {
        ["error[", "warning[", "note["]
            .iter()
            .any(|tag| line.starts_with(tag))
    };
    let ranks: Vec<usize> = ran
        .out
        .lines()
        .filter(gravest)
        .map(|line| {
            ["err", "war", "not"]
                .iter()
                .position(|tag| line.starts_with(tag))
                .unwrap()
        })
        .collect();
    assert!(ranks.len() > 1 && ranks.is_sorted(), "{}", ran.out);
}

#[test]
fn more_findings_than_are_held_are_all_shown_and_counted() {
    let calls = sipwhy_report::MOST_HELD + 500;
    let mut datagrams = Vec::new();
    for call in 0..calls {
        let headers = format!(
            "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{call}\r\nFrom: <sip:a@x>;tag=1\r\n\
             To: <sip:b@x>\r\nCall-ID: {call}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
        );
        let invite = format!("INVITE sip:b@10.0.0.2 SIP/2.0\r\n{headers}");
        let refusal = format!("SIP/2.0 500 Server Internal Error\r\n{headers}");
        datagrams.push((1, 2, invite.into_bytes()));
        datagrams.push((2, 1, refusal.into_bytes()));
    }
    let path = scratch("many.pcap");
    fs::write(&path, pcap(&datagrams)).unwrap();
    let ran = run(&["read", path.to_str().unwrap()]);
    let shown = |line: &&str| line.contains("[call-failed]");
    assert_eq!(ran.out.lines().filter(shown).count(), calls);
    let tally = format!("\n{calls} errors in {} SIP messages", 2 * calls);
    assert!(
        ran.out.contains(&tally),
        "{}",
        ran.out.lines().next_back().unwrap()
    );
}

#[test]
fn a_check_of_nothing_says_so() {
    let ran = run(&["check", "--port", "5999", &capture(HEALTHY)]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("nothing was checked"), "{}", ran.err);
}

#[test]
fn the_log_says_which_legs_belong_to_one_call() {
    let log = |file: &str| run(&["read", "--format", "log", &capture(file)]).out;
    let out = log("legs-session-id.pcap");
    let has = |line: &str, field: &str| line.split(' ').any(|it| it == field);
    let second: Vec<&str> = out.lines().filter(|line| has(line, "call=2")).collect();
    assert!(second.len() > 2, "{out}");
    for line in &second {
        assert!(has(line, "leg_of=1") && has(line, "leg=2"), "{line}");
    }
    // Leg 1 is known to be one as soon as there is another.
    let joined = out.lines().position(|line| has(line, "call=2")).unwrap();
    let mut after = out.lines().skip(joined).filter(|line| has(line, "call=1"));
    assert!(
        after.all(|line| has(line, "leg_of=1") && has(line, "leg=1")),
        "{out}"
    );
    let found = out.lines().find(|line| has(line, "rule=call-failed"));
    assert!(found.is_some_and(|line| has(line, "leg_of=1")), "{out}");
    assert!(!log(IGNORED).contains("leg_of="), "a call without legs");
}
