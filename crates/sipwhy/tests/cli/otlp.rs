//! Spans sent to a collector by OTLP, which is a small HTTP server here.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread::spawn;
use std::time::Duration;

use serde_json::Value;

use crate::hep::failing_call;
use crate::interfaces::{listen, wait_for};
use crate::live::end;
use crate::run::{Ran, capture, records, run};

/// A collector, which gives these answers in turn and then the last one on.
struct Collector {
    url: String,
    bodies: Receiver<Value>,
}

impl Collector {
    fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::on(listener, answers)
    }

    fn on(listener: TcpListener, answers: &'static [&'static str]) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, bodies) = channel();
        spawn(move || {
            let answers = answers
                .iter()
                .chain(std::iter::repeat(answers.last().unwrap()));
            for (connection, answer) in listener.incoming().zip(answers) {
                let body = take(connection.unwrap(), answer);
                if answer.starts_with("200") && sender.send(body).is_err() {
                    return;
                }
            }
        });
        Self { url, bodies }
    }

    /// The spans that came with a 200, and the attributes of who sent them.
    fn spans(&self) -> Vec<Value> {
        let mut spans = Vec::new();
        while let Ok(body) = self.bodies.recv_timeout(Duration::from_millis(500)) {
            for resource in body["resourceSpans"].as_array().unwrap() {
                let from = attribute(&resource["resource"], "service.name");
                assert_eq!(from, "sipwhy");
                for scope in resource["scopeSpans"].as_array().unwrap() {
                    assert_eq!(scope["scope"]["name"], "sipwhy");
                    spans.extend(scope["spans"].as_array().unwrap().iter().cloned());
                }
            }
        }
        spans
    }
}

/// Takes a request and answers it. Gives its body.
fn take(mut connection: TcpStream, answer: &str) -> Value {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\nContent-Type: application/json\r\n"),
        "{head}"
    );
    let length = head.split("Content-Length: ").nth(1).unwrap();
    let length = length.split('\r').next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    connection.read_exact(&mut body).unwrap();
    let (status, content) = answer.split_once('|').unwrap_or((answer, "{}"));
    let length = content.len();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{content}");
    connection.write_all(answer.as_bytes()).unwrap();
    serde_json::from_slice(&body).unwrap()
}

/// An attribute, as text.
fn attribute(of: &Value, key: &str) -> String {
    let attributes = of["attributes"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["key"] == key);
    let Some(found) = found else {
        return String::new();
    };
    let value = found["value"].as_object().unwrap();
    assert_eq!(value.len(), 1, "{found}");
    match value.iter().next().unwrap() {
        (kind, Value::String(text)) if kind == "stringValue" || kind == "intValue" => text.clone(),
        (kind, Value::Bool(flag)) if kind == "boolValue" => flag.to_string(),
        other => panic!("{other:?}"),
    }
}

fn nanos(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

/// Reads a capture and sends spans there.
fn read(url: &str, args: &[&str], name: &str) -> Ran {
    let otlp = format!("--otlp={url}");
    run(&[
        &["read", "--format", "json", &otlp],
        args,
        &[&capture(name)],
    ]
    .concat())
}

#[test]
fn a_call_is_a_span_with_its_transactions_below_and_findings_as_events() {
    let collector = Collector::start(&["200 OK"]);
    let name = "use-proxy-ignored-old-destination.pcap";
    let done = read(&collector.url, &["--otlp-instance", "probe"], name);
    assert_eq!(done.status, 0, "{}", done.err);
    let spans = collector.spans();
    let (calls, transactions): (Vec<_>, Vec<_>) = spans
        .iter()
        .partition(|span| span["parentSpanId"].is_null());
    let [call] = calls[..] else {
        panic!("{calls:?}")
    };
    assert_eq!((&call["name"], &call["kind"]), (&"call".into(), &1.into()));
    assert_eq!(attribute(call, "sip.call_id"), "redirected@10.77.0.10");
    assert_eq!(attribute(call, "sip.from"), "sip:alice@example.test");

    let records = records(&done.out);
    let found: Vec<&Value> = records
        .iter()
        .filter(|it| it["kind"] == "annotation")
        .collect();
    let events = call["events"].as_array().unwrap();
    assert_eq!(events.len(), found.len());
    for (event, found) in events.iter().zip(&found) {
        assert_eq!(event["name"], found["rule"]);
        assert_eq!(
            attribute(event, "sipwhy.title"),
            found["title"].as_str().unwrap()
        );
        assert_eq!(attribute(event, "sipwhy.responsible.address"), "10.77.0.10");
    }
    assert_eq!(call["status"]["code"], 2);
    assert_eq!(call["status"]["message"], found[0]["title"]);

    let invites = transactions.iter().filter(|span| span["name"] == "INVITE");
    let codes: Vec<String> = invites
        .map(|span| attribute(span, "sip.status_code"))
        .collect();
    assert!(codes.contains(&"305".to_owned()), "{codes:?}");
    for span in &transactions {
        assert_eq!(span["traceId"], call["traceId"]);
        assert_eq!(span["parentSpanId"], call["spanId"]);
        assert_eq!(span["kind"], 3);
        assert_eq!(attribute(span, "network.transport"), "udp");
        assert_eq!(attribute(span, "network.protocol.name"), "sip");
        assert_eq!(attribute(span, "client.address"), "10.77.0.10");
        let [from, to] = ["startTimeUnixNano", "endTimeUnixNano"].map(|key| nanos(&span[key]));
        assert!(
            nanos(&call["startTimeUnixNano"]) <= from && from <= to,
            "{span}"
        );
        assert!(to <= nanos(&call["endTimeUnixNano"]), "{span}");
    }
    let ids: BTreeSet<&str> = spans
        .iter()
        .map(|it| it["spanId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), spans.len());
    assert!(ids.iter().all(|id| id.len() == 16), "{ids:?}");
    let exports = &records.last().unwrap()["exports"][0];
    assert_eq!(
        (&exports["form"], &exports["lost"]),
        (&"otlp".into(), &0.into())
    );
    assert_eq!(exports["sent"], spans.len());

    // The same again is the same; another probe has other spans of the same trace.
    for (instance, is_same) in [("probe", true), ("another", false)] {
        read(&collector.url, &["--otlp-instance", instance], name);
        let again = collector.spans();
        assert_eq!(again == spans, is_same, "{instance}");
        assert_eq!(again.len(), spans.len());
        for span in again {
            assert_eq!(span["traceId"], call["traceId"]);
            assert_eq!(ids.contains(span["spanId"].as_str().unwrap()), is_same);
        }
    }
}

#[test]
fn the_legs_of_a_call_are_linked() {
    let collector = Collector::start(&["200 OK"]);
    read(&collector.url, &[], "legs-session-id.pcap");
    let spans = collector.spans();
    let leg = |number: &str| {
        let mut calls = spans.iter().filter(|span| span["parentSpanId"].is_null());
        calls
            .find(|call| attribute(call, "sipwhy.leg") == number)
            .unwrap()
    };
    let (first, second) = (leg("1"), leg("2"));
    assert_ne!(first["traceId"], second["traceId"]);
    assert_eq!(first["links"].as_array().unwrap().len(), 0);
    let link = &second["links"][0];
    assert_eq!(link["traceId"], first["traceId"]);
    assert_eq!(link["spanId"], first["spanId"]);
    assert_eq!(attribute(link, "sipwhy.joined_by"), "session-id");
}

#[test]
fn what_the_capture_does_not_show_the_end_of_is_marked() {
    let collector = Collector::start(&["200 OK"]);
    let done = read(&collector.url, &[], "stuck-callers-leg-only.pcap");
    assert_eq!(done.status, 0, "{}", done.err);
    let spans = collector.spans();
    let silent = |span: &&Value| {
        !span["parentSpanId"].is_null() && attribute(span, "sip.status_code").is_empty()
    };
    let unanswered: Vec<&Value> = spans.iter().filter(silent).collect();
    assert!(!unanswered.is_empty());
    for span in unanswered {
        let is_cut_off = attribute(span, "sipwhy.cut_off") == "true";
        assert_eq!(span["status"]["code"] == 0, is_cut_off, "{span}");
    }
}

#[test]
fn a_collector_that_asks_for_patience_loses_nothing() {
    let collector =
        Collector::start(&["503 Service Unavailable", "429 Too Many Requests", "200 OK"]);
    let done = read(
        &collector.url,
        &[],
        "use-proxy-ignored-old-destination.pcap",
    );
    assert_eq!(done.status, 0, "{}", done.err);
    let summary = records(&done.out).pop().unwrap();
    assert_eq!(summary["exports"][0]["lost"], 0);
    assert_eq!(summary["exports"][0]["sent"], collector.spans().len());
}

#[test]
fn what_is_not_taken_is_counted() {
    let name = "use-proxy-ignored-old-destination.pcap";
    let refusing = Collector::start(&["404 Not Found"]);
    let done = read(&refusing.url, &[], name);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("does not take what it is sent"),
        "{}",
        done.err
    );
    assert!(done.err.contains("it answers 404"), "{}", done.err);
    let summary = records(&done.out).pop().unwrap();
    assert_eq!(summary["exports"][0]["sent"], 0, "{summary}");

    let choosy = Collector::start(&[
        "200 OK|{\"partialSuccess\":{\"rejectedSpans\":\"1\",\"errorMessage\":\"no room\"}}",
    ]);
    let done = read(&choosy.url, &[], name);
    assert!(done.err.contains("no room"), "{}", done.err);
    let summary = records(&done.out).pop().unwrap();
    assert_ne!(summary["exports"][0]["lost"], 0, "{summary}");

    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let done = read(&url, &[], name);
    assert_eq!(done.status, 2);
    assert_eq!(
        done.err.matches("cannot be reached").count(),
        1,
        "{}",
        done.err
    );
    let summary = records(&done.out).pop().unwrap();
    assert_eq!(summary["exports"][0]["sent"], 0, "{summary}");
    assert_eq!(summary["annotations"]["use-proxy-ignored"], 1, "{summary}");
}

#[test]
fn a_live_capture_sends_spans_and_outlives_a_collector_that_is_away() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let otlp = format!("--otlp=http://{address}");
    let (child, lines) = listen(&["--hep", "127.0.0.1:0", &otlp]);
    let line = lines.recv_timeout(Duration::from_secs(20)).unwrap();
    let hep = line.split("HEP on ").nth(1).expect(&line);
    let hep = hep.split(' ').next().unwrap().to_owned();
    let agent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    for packet in failing_call("one") {
        agent.send_to(&packet, &hep).unwrap();
    }
    // An OPTIONS is over after some seconds, a call after half a minute.
    let options = crate::hep::hep(
        "10.1.2.3:5060",
        "10.1.2.4:5060",
        "OPTIONS sip:10.1.2.4 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.2.3;branch=z9hG4bKo\r\n\
         From: <sip:a@10.1.2.3>;tag=1\r\nTo: <sip:10.1.2.4>\r\nCall-ID: o\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
    );
    let answer = crate::hep::hep(
        "10.1.2.4:5060",
        "10.1.2.3:5060",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.1.2.3;branch=z9hG4bKo\r\n\
         From: <sip:a@10.1.2.3>;tag=1\r\nTo: <sip:10.1.2.4>;tag=2\r\nCall-ID: o\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
    );
    for packet in [options, answer] {
        agent.send_to(&packet, &hep).unwrap();
    }
    wait_for(&lines, "cannot be reached");
    let collector = Collector::on(TcpListener::bind(address).unwrap(), &["200 OK"]);
    wait_for(&lines, "can be reached again");
    let (out, status) = end(child, "INT");
    assert_eq!(status, Some(0));
    let spans = collector.spans();
    let named = |name: &str| spans.iter().filter(|span| span["name"] == name).count();
    assert_eq!((named("OPTIONS"), named("exchange")), (1, 1));
    assert_eq!((named("INVITE"), named("call")), (1, 1));
    let summary = records(&out).pop().unwrap();
    assert_eq!(summary["exports"][0]["lost"], 0, "{summary}");
}

#[test]
fn urls_that_make_no_sense_are_refused() {
    for (url, words) in [
        ("127.0.0.1:4318", "expected http://HOST:PORT"),
        ("https://127.0.0.1", "https is not spoken here"),
    ] {
        let done = read(url, &[], "x.pcap");
        assert_eq!(done.status, 2);
        assert!(done.err.contains(words), "{}", done.err);
    }
}
