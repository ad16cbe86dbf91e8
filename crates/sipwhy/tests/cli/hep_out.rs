//! SIP and findings sent on to a collector by HEP.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::craft::pcap;
use crate::hep::{failing_call, signal};
use crate::interfaces::{listen, wait_for};
use crate::live::{end, in_a_namespace};
use crate::run::{capture, program, records, run, scratch};

/// A `sipwhy live --hep` on a free port, whose words on standard error come one by one.
struct Live {
    child: Child,
    lines: Receiver<String>,
    address: SocketAddr,
}

impl Live {
    fn start(args: &[&str]) -> Self {
        let (child, lines) = listen(&[&["--hep", "127.0.0.1:0"], args].concat());
        let line = lines.recv_timeout(Duration::from_secs(20)).unwrap();
        let address = line.split("HEP on ").nth(1).expect(&line);
        let address = address.split(' ').next().unwrap().parse().unwrap();
        Self {
            child,
            lines,
            address,
        }
    }

    /// Sends it a call that fails.
    fn call(&self, call_id: &str) {
        let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
        for packet in failing_call(call_id) {
            agent.send_to(&packet, self.address).unwrap();
        }
    }

    /// Ends it: its records.
    fn end(mut self) -> Vec<Value> {
        signal(&self.child, "INT");
        let mut out = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut out).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        records(&out)
    }
}

/// Annotations without what depends on who looked: file, frame, and when it was known.
fn findings(records: &[Value]) -> Vec<Value> {
    let is_finding = |record: &&Value| record["kind"] == "annotation";
    let found = records.iter().filter(is_finding).map(|record| {
        let mut record = record.clone();
        record.as_object_mut().unwrap().remove("time");
        for packet in record["evidence"].as_array_mut().unwrap() {
            let packet = packet.as_object_mut().unwrap();
            packet.remove("frame");
            packet.remove("file");
        }
        record
    });
    found.collect()
}

/// Messages by what they say of themselves.
fn messages(records: &[Value]) -> Vec<[Value; 5]> {
    let is_message = |record: &&Value| record["kind"] == "message";
    let messages = records.iter().filter(is_message);
    let fields = ["time", "source", "destination", "transport", "call_id"];
    let kept = messages.map(|message| fields.map(|field| message[field].clone()));
    kept.collect()
}

/// What the packets of a collector say: protocol type, correlation and payload.
fn read_packet(packet: &[u8]) -> (u8, String, Vec<u8>) {
    assert_eq!(&packet[..4], b"HEP3");
    assert_eq!(
        usize::from(u16::from_be_bytes([packet[4], packet[5]])),
        packet.len()
    );
    let (mut kind, mut correlation, mut payload) = (0, String::new(), Vec::new());
    let mut rest = &packet[6..];
    while let [_, _, _, id, high, low, ..] = rest {
        let (chunk, after) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        match id {
            0x0b => kind = chunk[6],
            0x11 => correlation = String::from_utf8(chunk[6..].to_vec()).unwrap(),
            0x0f => payload = chunk[6..].to_vec(),
            _ => {}
        }
        rest = after;
    }
    (kind, correlation, payload)
}

/// The packets in a stream.
fn packets(mut stream: &[u8]) -> Vec<&[u8]> {
    let mut packets = Vec::new();
    while let [_, _, _, _, high, low, ..] = stream {
        let (packet, rest) = stream.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        packets.push(packet);
        stream = rest;
    }
    packets
}

#[test]
fn a_collector_sees_the_same_messages_and_finds_the_same() {
    for transport in ["udp", "tcp"] {
        let with = ["--with", "messages"];
        let collector = Live::start(&with);
        let out = format!("{transport}:{}", collector.address);
        let agent = Live::start(&[&with[..], &["--hep-out", &out]].concat());
        agent.call("one");
        agent.call("another");
        // It ends when all is sent.
        let sent = agent.end();
        let seen = collector.end();
        assert_eq!(messages(&sent).len(), 6, "{transport}");
        assert_eq!(messages(&seen), messages(&sent), "{transport}");
        assert_eq!(findings(&sent).len(), 2, "{transport}");
        assert_eq!(findings(&seen), findings(&sent), "{transport}");
        let summary = sent.last().unwrap();
        assert_eq!(
            summary["exports"],
            serde_json::json!([{"to": out, "form": "hep", "sent": 8, "lost": 0, "too_long": 0}]),
        );
        // The findings go with the calls, and are no SIP.
        let summary = seen.last().unwrap();
        assert_eq!(summary["sip_messages"], 6);
        assert_eq!(summary["not_decoded"][0]["reason"], "hep-not-sip:100");
        assert_eq!(summary["not_decoded"][0]["count"], 2);
    }
}

#[test]
fn a_file_is_sent_to_a_collector_with_what_is_found_in_it() {
    let name = capture("use-proxy-ignored-old-destination.pcap");
    let key = scratch("hep-key");
    std::fs::write(&key, "a key\n").unwrap();
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let out = format!("tcp:{}", collector.local_addr().unwrap());
    let reading = program()
        .args([
            "read",
            "--format",
            "json",
            "--hep-out",
            &out,
            "--hep-id",
            "77",
        ])
        .args(["--hep-key-file", key.to_str().unwrap(), &name])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = Vec::new();
    let (mut connection, _) = collector.accept().unwrap();
    connection.read_to_end(&mut stream).unwrap();
    let done = reading.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    let records = records(&String::from_utf8(done.stdout).unwrap());

    let received = packets(&stream);
    let messages = records.last().unwrap()["sip_messages"].as_u64().unwrap();
    let read = received.iter().map(|packet| read_packet(packet));
    let (sip, logs): (Vec<_>, Vec<_>) = read.partition(|(kind, ..)| *kind == 1);
    assert_eq!(sip.len() as u64, messages);
    for (_, call_id, payload) in &sip {
        let text = String::from_utf8_lossy(payload);
        assert!(text.contains(&format!("Call-ID: {call_id}\r\n")), "{text}");
    }
    assert!(!logs.is_empty());
    for ((kind, call_id, payload), record) in logs.iter().zip(&records) {
        assert_eq!(*kind, 100);
        assert_eq!(record["call_id"], **call_id);
        assert_eq!(*record, serde_json::from_slice::<Value>(payload).unwrap());
    }
    for packet in received {
        let has = |chunk: &[u8]| packet.windows(chunk.len()).any(|bytes| bytes == chunk);
        assert!(has(b"\0\0\0\x0c\0\x0a\0\0\0\x4d"));
        assert!(has(b"\0\0\0\x0e\0\x0ba key"));
    }
}

#[test]
fn the_key_may_come_from_the_environment() {
    let collector = UdpSocket::bind("127.0.0.1:0").unwrap();
    let out = collector.local_addr().unwrap().to_string();
    let done = program()
        .env("SIPWHY_HEP_KEY", "hidden")
        .args(["read", "--hep-out", &out])
        .arg(capture("use-proxy-ignored-old-destination.pcap"))
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(0));
    let mut packet = [0; 65_535];
    let len = collector.recv(&mut packet).unwrap();
    let chunk = b"\0\0\0\x0e\0\x0chidden";
    assert!(packet[..len].windows(chunk.len()).any(|it| it == chunk));
    let help = program()
        .env("SIPWHY_HEP_KEY", "hidden")
        .args(["read", "--help"])
        .output()
        .unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("hidden"));
}

#[test]
fn a_collector_that_is_away_is_told_of_once_and_found_again() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let out = format!("tcp:{address}");
    // Confined or not.
    let agent = Live::start(&["--hep-out", &out]);
    agent.call("one");
    wait_for(
        &agent.lines,
        &format!("the collector at {out} cannot be reached"),
    );
    agent.call("two");
    let collector = TcpListener::bind(address).unwrap();
    wait_for(
        &agent.lines,
        &format!("the collector at {out} can be reached again"),
    );
    let (mut connection, _) = collector.accept().unwrap();
    let records = agent.end();
    let mut stream = Vec::new();
    connection.read_to_end(&mut stream).unwrap();
    // Nothing that had room in the queue is lost.
    assert_eq!(packets(&stream).len(), 8);
    assert_eq!(findings(&records).len(), 2);
    assert_eq!(records.last().unwrap()["exports"][0]["lost"], 0);
}

#[test]
fn what_nobody_takes_is_counted_and_the_capture_goes_on() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    for transport in ["udp", "tcp"] {
        let out = format!("{transport}:{address}");
        let agent = Live::start(&["--hep-out", &out]);
        agent.call("one");
        wait_for(
            &agent.lines,
            &format!("the collector at {out} cannot be reached"),
        );
        agent.call("two");
        let records = agent.end();
        assert_eq!(findings(&records).len(), 2, "{transport}");
        let summary = records.last().unwrap();
        let exports = &summary["exports"][0];
        assert_eq!(
            (&exports["sent"], &exports["lost"]),
            (&0.into(), &8.into()),
            "{transport}"
        );
    }
    // Of a file it is a fault.
    let name = capture("use-proxy-ignored-old-destination.pcap");
    let done = run(&["read", "--hep-out", &format!("tcp:{address}"), &name]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("pieces were not sent to tcp:"),
        "{}",
        done.err
    );
    assert!(done.out.contains("use-proxy-ignored"), "{}", done.out);
}

#[test]
fn a_message_too_long_for_a_packet_is_left_out_and_counted() {
    let collector = UdpSocket::bind("127.0.0.1:0").unwrap();
    let out = collector.local_addr().unwrap().to_string();
    let head = "MESSAGE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n\
                From: <sip:a@10.0.0.1>;tag=1\r\nTo: <sip:bob@10.0.0.2>\r\nCall-ID: long\r\n\
                CSeq: 1 MESSAGE\r\n\r\n";
    // As long as a datagram can be, so that no room is left for anything around it.
    let message = format!("{head}{}", "x".repeat(65_507 - head.len()));
    let file = scratch("long-message.pcap");
    std::fs::write(&file, pcap(&[(1, 2, message.into_bytes())])).unwrap();
    let file = file.to_str().unwrap();
    let done = run(&["read", "--format", "json", "--hep-out", &out, file]);
    let summary = records(&done.out).pop().unwrap();
    assert_eq!(summary["sip_messages"], 1, "{summary}");
    assert_eq!(summary["exports"][0]["too_long"], 1, "{summary}");
    let text = run(&["read", "--hep-out", &out, file]).out;
    assert!(text.contains("1 left out, too long for the form"), "{text}");
}

#[test]
fn what_comes_back_is_not_sent_again() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    // It is its own collector.
    let (child, lines) = listen(&["--hep", &address, "--hep-out", &address]);
    let agent = Live {
        child,
        lines,
        address: address.parse().unwrap(),
    };
    wait_for(&agent.lines, "listening for HEP");
    agent.call("one");
    wait_for(&agent.lines, "is captured again; it is not sent twice");
    // The call, and each message of it once more.
    let records = agent.end();
    let summary = records.last().unwrap();
    assert_eq!(summary["requests"]["INVITE"], 2, "{summary}");
    let [sent, lost] = ["sent", "lost"].map(|name| summary["exports"][0][name].as_u64().unwrap());
    // What was found at the end had nobody to go to any more.
    assert_eq!(
        sent + lost,
        3 + findings(&records).len() as u64,
        "{summary}"
    );
}

#[test]
fn packets_to_the_collector_are_not_captured() {
    let test = "hep_out::packets_to_the_collector_are_not_captured";
    in_a_namespace(test, || {
        let up = Command::new("ip")
            .args(["link", "set", "lo", "up"])
            .status();
        assert!(up.unwrap().success());
        let collector = UdpSocket::bind("127.0.0.1:9060").unwrap();
        let listener = UdpSocket::bind("127.0.0.1:5060").unwrap();
        let (child, lines) = listen(&["-i", "lo", "--port", "any", "--hep-out", "127.0.0.1"]);
        wait_for(&lines, "listening on lo");
        let options = "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5061;\
                       branch=z9hG4bK1\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\n\
                       To: <sip:127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\
                       Content-Length: 0\r\n\r\n";
        UdpSocket::bind("127.0.0.1:5061")
            .unwrap()
            .send_to(options.as_bytes(), listener.local_addr().unwrap())
            .unwrap();
        let mut packet = [0; 65_535];
        let len = collector.recv(&mut packet).unwrap();
        let (kind, call_id, payload) = read_packet(&packet[..len]);
        assert_eq!((kind, call_id.as_str()), (1, "1"));
        assert_eq!(payload, options.as_bytes());
        sleep(Duration::from_millis(300));
        let (out, status) = end(child, "INT");
        assert_eq!(status, Some(0));
        let summary = records(&out).pop().unwrap();
        assert_eq!(summary["sip_messages"], 1, "{summary}");
        assert_eq!(summary["exports"][0]["sent"], 1, "{summary}");
    });
}

#[test]
fn addresses_that_make_no_sense_are_refused() {
    let done = run(&["read", "--hep-out", "tls:192.0.2.1", "x.pcap"]);
    assert_eq!(done.status, 2);
    let words = "expected udp:HOST:PORT or tcp:HOST:PORT";
    assert!(done.err.contains(words), "{}", done.err);
}
