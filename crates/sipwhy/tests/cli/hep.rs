//! A listener for HEP, on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::run::{program, records, run};

/// Starts `sipwhy live --hep` on a free port and waits until it listens.
fn listen(address: &str, args: &[&str]) -> (Child, SocketAddr, impl std::io::Read + use<>) {
    let mut command = program();
    command
        .args(["live", "--format", "json"])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    listen_in(command, address)
}

/// Starts a live capture that listens for HEP, and waits until it does.
pub(crate) fn listen_in(
    mut command: Command,
    address: &str,
) -> (Child, SocketAddr, impl std::io::Read + use<>) {
    let mut child = command.args(["--hep", address]).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    let address = line.split("HEP on ").nth(1).expect(&line);
    let address = address.split(' ').next().unwrap().parse().unwrap();
    (child, address, err)
}

/// A generic chunk of HEP 3.
fn chunk(kind: u16, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(value.len() + 6).unwrap();
    [&[0, 0], &kind.to_be_bytes()[..], &len.to_be_bytes(), value].concat()
}

/// A SIP message in HEP 3, captured now.
pub(crate) fn hep(source: &str, destination: &str, text: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seconds = u32::try_from(now.as_secs()).unwrap();
    let mut chunks = [chunk(1, &[2]), chunk(2, &[17])].concat();
    for (index, socket) in (0..).zip([source, destination]) {
        let socket: SocketAddr = socket.parse().unwrap();
        let IpAddr::V4(ip) = socket.ip() else {
            unreachable!("the call is over IPv4")
        };
        chunks.extend(chunk(3 + index, &ip.octets()));
        chunks.extend(chunk(7 + index, &socket.port().to_be_bytes()));
    }
    chunks.extend(chunk(9, &seconds.to_be_bytes()));
    chunks.extend(chunk(10, &now.subsec_micros().to_be_bytes()));
    chunks.extend(chunk(11, &[1]));
    chunks.extend(chunk(15, text.as_bytes()));
    let len = u16::try_from(chunks.len() + 6).unwrap();
    [b"HEP3", &len.to_be_bytes()[..], &chunks].concat()
}

/// A call that fails, as two agents tell of it.
pub(crate) fn failing_call(call_id: &str) -> Vec<Vec<u8>> {
    let (alice, bob) = ("10.1.2.3:5060", "10.1.2.4:5070");
    let message = |line: &str, method: &str, tag: &str| {
        format!(
            "{line}\r\nVia: SIP/2.0/UDP 10.1.2.3;branch=z9hG4bK{call_id}\r\n\
             From: <sip:alice@example.org>;tag=1\r\nTo: <sip:bob@example.org>{tag}\r\n\
             Call-ID: {call_id}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let bob_uri = "sip:bob@10.1.2.4:5070 SIP/2.0";
    vec![
        hep(
            alice,
            bob,
            &message(&format!("INVITE {bob_uri}"), "INVITE", ""),
        ),
        hep(
            bob,
            alice,
            &message("SIP/2.0 503 Service Unavailable", "INVITE", ";tag=2"),
        ),
        hep(
            alice,
            bob,
            &message(&format!("ACK {bob_uri}"), "ACK", ";tag=2"),
        ),
    ]
}

/// Sends a signal.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Interrupts the listener: the rest of what it printed, and its exit status.
fn interrupt(mut child: Child, mut out: impl std::io::Read) -> (String, Option<i32>) {
    signal(&child, "INT");
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    (rest, child.wait().unwrap().code())
}

#[test]
fn a_failing_call_is_explained_as_agents_tell_of_it() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let (mut child, address, _err) = listen(address, &[]);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut annotation = || -> Value {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            serde_json::from_str(&line).expect(&line)
        };
        let any = SocketAddr::new(address.ip(), 0);
        let agent = UdpSocket::bind(any).unwrap();
        for packet in failing_call("udp") {
            agent.send_to(&packet, address).unwrap();
        }
        let told = annotation();
        assert_eq!(
            (&told["rule"], &told["call_id"]),
            (&"call-failed".into(), &"udp".into())
        );
        assert_eq!(told["evidence"][1]["source"], "10.1.2.4:5070", "{told}");
        // On a stream the packets share segments and are split over them.
        let stream = failing_call("tcp").concat();
        let mut agent = TcpStream::connect(address).unwrap();
        for part in stream.chunks(100) {
            agent.write_all(part).unwrap();
            agent.flush().unwrap();
        }
        let told = annotation();
        assert_eq!(
            (&told["rule"], &told["call_id"]),
            (&"call-failed".into(), &"tcp".into())
        );
        let (rest, status) = interrupt(child, out);
        assert_eq!(status, Some(0));
        let summary = records(&rest).pop().unwrap();
        assert_eq!(summary["kind"], "summary");
        assert_eq!(summary["sip_messages"], 6, "{summary}");
        assert_eq!(summary["dropped"]["behind"], 0);
    }
}

#[test]
fn what_is_not_hep_is_counted_and_its_connection_closed() {
    let (mut child, address, mut err) = listen("127.0.0.1:0", &[]);
    let out = child.stdout.take().unwrap();
    let mut stranger = TcpStream::connect(address).unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // It ends when the listener closes it, whether in good order or not.
    let _ = stranger.read(&mut [0; 8]);
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    agent.send_to(b"HEP3\0\x04", address).unwrap();
    let (rest, status) = interrupt(child, out);
    assert_eq!(status, Some(0));
    let summary = records(&rest).pop().unwrap();
    assert_eq!(summary["sip_messages"], 0);
    assert!(summary.to_string().contains("bad-header"), "{summary}");
    let mut said = String::new();
    err.read_to_string(&mut said).unwrap();
    assert!(
        said.contains("1 TCP connections for HEP carried something else"),
        "{said}"
    );
}

#[test]
fn addresses_that_cannot_be_listened_on_are_said_in_a_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (address, said) in [
        (taken.as_str(), "the address is in use"),
        ("192.0.2.1", "not an address of this host"),
        ("localhost:what", "expected an address such as"),
    ] {
        let done = run(&["live", "--hep", address]);
        assert_eq!(done.status, 2, "{}", done.err);
        assert!(done.err.contains(said), "{}", done.err);
        assert_eq!(done.out, "");
    }
    let done = run(&["live"]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("--interface"), "{}", done.err);
}
