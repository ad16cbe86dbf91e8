//! What a live capture counts, asked for as Prometheus does, and said in the report.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::process::Child;
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::hep::{failing_call, hep};
use crate::interfaces::listen;
use crate::live::end;
use crate::run::{program, records, run};

/// Starts a capture of what agents send. Gives where its metrics are, and where it listens.
fn start(args: &[&str]) -> (Child, Receiver<String>, String, String) {
    let (child, lines) = listen(&[&["--hep", "127.0.0.1:0", "--metrics", "0"], args].concat());
    let said = |words: &str| {
        let line = lines.recv_timeout(Duration::from_secs(20)).unwrap();
        let rest = line.split(words).nth(1).unwrap_or_else(|| panic!("{line}"));
        rest.split([' ', '/']).next().unwrap().to_owned()
    };
    let metrics = said("metrics on http://");
    let agents = said("HEP on ");
    (child, lines, metrics, agents)
}

/// The answer to bytes, as text.
fn exchange(address: &str, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    connection.write_all(request).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

fn get(address: &str, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    exchange(address, request.as_bytes())
}

/// The samples by their names with labels.
fn samples(address: &str) -> BTreeMap<String, f64> {
    let answer = get(address, "/metrics");
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.contains("content-type: text/plain; version=0.0.4"),
        "{head}"
    );
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let samples: Vec<_> = lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect();
    let count = samples.len();
    let samples: BTreeMap<String, f64> = samples.into_iter().collect();
    assert_eq!(samples.len(), count, "a sample comes twice:\n{text}");
    samples
}

/// A dialog that begins and goes on.
fn answered_call() -> [Vec<u8>; 3] {
    let (alice, bob) = ("10.1.2.3:5060", "10.1.2.4:5070");
    let rest = |method: &str, branch: &str, tag: &str| {
        format!(
            "Via: SIP/2.0/UDP 10.1.2.3;branch=z9hG4bK{branch}\r\n\
             From: <sip:alice@example.org>;tag=1\r\nTo: <sip:bob@example.org>{tag}\r\n\
             Call-ID: goes-on\r\nCSeq: 1 {method}\r\nContact: <sip:bob@10.1.2.4:5070>\r\n\
             Content-Length: 0\r\n\r\n"
        )
    };
    let message = |line: &str, rest: String| format!("{line}\r\n{rest}");
    [
        hep(
            alice,
            bob,
            &message(
                "INVITE sip:bob@10.1.2.4:5070 SIP/2.0",
                rest("INVITE", "a", ""),
            ),
        ),
        hep(
            bob,
            alice,
            &message("SIP/2.0 200 OK", rest("INVITE", "a", ";tag=2")),
        ),
        hep(
            alice,
            bob,
            &message(
                "ACK sip:bob@10.1.2.4:5070 SIP/2.0",
                rest("ACK", "b", ";tag=2"),
            ),
        ),
    ]
}

#[test]
fn what_is_counted_is_told_who_asks() {
    let (child, _lines, metrics, agents) = start(&[]);
    let before = samples(&metrics);
    assert_eq!(before[r#"sipwhy_requests_total{method="INVITE"}"#], 0.0);
    assert_eq!(before[r#"sipwhy_findings_total{rule="call-failed"}"#], 0.0);
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for packet in failing_call("fails").iter().chain(&answered_call()) {
        agent.send_to(packet, &agents).unwrap();
    }
    let until = Instant::now() + Duration::from_secs(20);
    let told = loop {
        let told = samples(&metrics);
        // It is said when it is sure that no other branch does better.
        let found = told[r#"sipwhy_findings_total{rule="call-failed"}"#];
        if found > 0.0 || Instant::now() > until {
            break told;
        }
        sleep(Duration::from_millis(200));
    };
    for (name, value) in [
        (r#"sipwhy_frames_total{interface="hep"}"#, 6.0),
        (r#"sipwhy_requests_total{method="INVITE"}"#, 2.0),
        (r#"sipwhy_requests_total{method="ACK"}"#, 2.0),
        (r#"sipwhy_requests_total{method="other"}"#, 0.0),
        (r#"sipwhy_responses_total{code="503"}"#, 1.0),
        (r#"sipwhy_responses_total{code="200"}"#, 1.0),
        ("sipwhy_calls_total", 2.0),
        ("sipwhy_transactions_total", 2.0),
        ("sipwhy_transactions_open", 0.0),
        ("sipwhy_dialogs_open", 1.0),
        (r#"sipwhy_findings_total{rule="call-failed"}"#, 1.0),
        (
            r#"sipwhy_annotations_total{rule="call-failed",severity="error"}"#,
            1.0,
        ),
        (
            r#"sipwhy_response_time_seconds_count{peer="10.1.2.4"}"#,
            2.0,
        ),
        (
            r#"sipwhy_response_time_seconds_bucket{peer="10.1.2.4",le="+Inf"}"#,
            2.0,
        ),
        (
            r#"sipwhy_sessions_total{peer="10.1.2.4",end="established"}"#,
            1.0,
        ),
        (r#"sipwhy_table_entries{table="calls"}"#, 2.0),
        (r#"sipwhy_build_info{version="0.1.0"}"#, 1.0),
    ] {
        assert_eq!(told.get(name), Some(&value), "{name} in {told:#?}");
    }
    assert!(told["sipwhy_lag_seconds_count"] >= 1.0);
    // Also once it has given up its rights.
    assert!(told["process_resident_memory_bytes"] > 1e6);
    let (out, status) = end(child, "INT");
    assert_eq!(status, Some(0));
    assert_eq!(records(&out).last().unwrap()["sip_messages"], 6);
}

#[test]
fn whoever_reaches_the_port_cannot_stop_the_capture() {
    let (child, _lines, metrics, agents) = start(&[]);
    assert!(get(&metrics, "/").contains("/metrics"));
    assert!(get(&metrics, "/else").starts_with("HTTP/1.1 404"));
    let post = exchange(
        &metrics,
        b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    );
    assert!(post.starts_with("HTTP/1.1 405"), "{post}");
    assert!(post.contains("allow: GET, HEAD"), "{post}");
    let head = exchange(&metrics, b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(head.ends_with("\r\n\r\n"), "a head has no body: {head}");
    let _ = TcpStream::connect(&metrics)
        .unwrap()
        .write_all(&[0xff; 300]);
    let long = [b"GET /metrics HTTP/1.1\r\nX: ".as_slice(), &[b'x'; 20_000]].concat();
    let _ = TcpStream::connect(&metrics).unwrap().write_all(&long);
    // More than are served, none of which says anything.
    let silent: Vec<_> = (0..20).map(|_| TcpStream::connect(&metrics)).collect();
    assert!(silent.iter().all(Result::is_ok));
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for packet in failing_call("while") {
        agent.send_to(&packet, &agents).unwrap();
    }
    // Their time is over before it is this one's turn.
    let told = samples(&metrics);
    assert_eq!(told[r#"sipwhy_responses_total{code="503"}"#], 1.0);
    let (out, status) = end(child, "INT");
    assert_eq!(status, Some(0));
    assert_eq!(records(&out).last().unwrap()["sip_messages"], 3);
}

#[test]
fn the_report_says_every_so_often_what_went_on() {
    let (child, _lines, _, agents) = start(&["--stats-interval", "1s"]);
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for packet in failing_call("one").iter().chain(&answered_call()) {
        agent.send_to(packet, &agents).unwrap();
    }
    sleep(Duration::from_millis(3_500));
    let (out, status) = end(child, "INT");
    assert_eq!(status, Some(0));
    let all = records(&out);
    let stats: Vec<_> = all.iter().filter(|it| it["kind"] == "stats").collect();
    assert!(stats.len() >= 2, "{out}");
    let sum = |key: &str| {
        stats
            .iter()
            .map(|it| it[key].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!((sum("sip_messages"), sum("calls")), (6, 2));
    let last = stats.last().unwrap();
    assert_eq!(
        (&last["dialogs_open"], &last["sip_messages"]),
        (&1.into(), &0.into())
    );
    assert!(last["memory_bytes"].as_u64().unwrap() > 1_000_000);
    // One that is told late makes the next one shorter; together they lack nothing.
    let seconds = stats.iter().map(|it| it["seconds"].as_f64().unwrap());
    assert!(seconds.sum::<f64>() > stats.len() as f64 - 0.01, "{out}");
}

#[test]
fn each_form_of_the_report_has_words_for_it() {
    for (format, words) in [
        (
            "text",
            [
                "Z: in ",
                ": 0 messages, 0 calls, 0 findings; 0 calls in progress",
            ],
        ),
        (
            "log",
            [
                "Z stats seconds=1 ",
                " : what went on since the last such line",
            ],
        ),
        ("logfmt", ["Z kind=stats seconds=1 ", " msg=\"what went on"]),
    ] {
        let done = program()
            .args(["live", "--hep", "127.0.0.1:0", "--duration", "1.5"])
            .args(["--stats-interval", "1s", "--format", format])
            .output()
            .unwrap();
        let out = String::from_utf8(done.stdout).unwrap();
        for words in words {
            assert!(out.contains(words), "{format}: {out}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (args, words) in [
        (["--metrics", "here"], "expected a port"),
        (["--stats-interval", "10ms"], "a second is the least"),
        (["--stats-interval", "often"], "no span of time"),
    ] {
        let done = run(&[&["live", "--hep"], args.as_slice()].concat());
        assert_eq!(done.status, 2);
        assert!(done.err.contains(words), "{}", done.err);
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let done = run(&["live", "--hep", "127.0.0.1:0", "--metrics", &port]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("cannot listen for metrics on"),
        "{}",
        done.err
    );
}
