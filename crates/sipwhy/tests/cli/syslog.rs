//! The report of a live capture to a syslog daemon.

use std::io::Read as _;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::hep::failing_call;
use crate::interfaces::{listen, wait_for};
use crate::live::end;
use crate::run::{program, run, scratch};

/// A socket as a daemon has it.
fn daemon(path: &Path) -> UnixDatagram {
    let _ = std::fs::remove_file(path);
    let socket = UnixDatagram::bind(path).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    socket
}

/// Takes messages until one has these words in it.
fn until(words: &str, mut next: impl FnMut() -> String) -> Vec<String> {
    let mut messages = Vec::new();
    while !messages.iter().any(|it: &String| it.contains(words)) {
        messages.push(next());
    }
    messages
}

/// Starts a capture, and hands it a call that fails.
fn start(args: &[&str]) -> (Child, std::sync::mpsc::Receiver<String>, String) {
    let (child, lines) = listen(&[&["--hep", "127.0.0.1:0"], args].concat());
    let line = lines.recv_timeout(Duration::from_secs(20)).unwrap();
    let agents = line.split("HEP on ").nth(1).expect(&line);
    let agents = agents.split(' ').next().unwrap().to_owned();
    send(&agents, "one");
    (child, lines, agents)
}

fn send(agents: &str, call_id: &str) {
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for packet in failing_call(call_id) {
        agent.send_to(&packet, agents).unwrap();
    }
}

#[test]
fn this_hosts_daemon_gets_what_it_reads() {
    let path = scratch("log.sock");
    let socket = daemon(&path);
    let target = format!("--syslog=unix:{}", path.display());
    let (child, _lines, _) = start(&[&target, "--with", "messages", "--syslog-facility", "local3"]);
    let process = child.id();
    let next = || {
        let mut bytes = [0; 9000];
        let len = socket.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    };
    let messages = until("\"rule\":\"call-failed\"", next);
    let tag = format!(" sipwhy[{process}]: ");
    // Facility 19: informational what is a message, and as grave as it is what was found.
    assert!(messages[0].starts_with("<158>"), "{}", messages[0]);
    assert!(messages[0].contains(&tag), "{}", messages[0]);
    assert!(
        messages[0].contains("\"kind\":\"message\""),
        "{}",
        messages[0]
    );
    let found = messages.last().unwrap();
    assert!(
        found.starts_with("<155>") || found.starts_with("<156>"),
        "{found}"
    );
    let (out, status) = end(child, "INT");
    assert_eq!((out.as_str(), status), ("", Some(0)));
    assert!(
        until("\"kind\":\"summary\"", next)
            .last()
            .unwrap()
            .starts_with("<158>")
    );
}

#[test]
fn a_server_gets_rfc_5424() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let target = format!("--syslog=udp:{}", server.local_addr().unwrap());
    let (child, ..) = start(&[&target]);
    let messages = until("\"rule\":\"call-failed\"", || {
        let mut bytes = [0; 9000];
        let len = server.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    });
    let found: Vec<&str> = messages.last().unwrap().splitn(8, ' ').collect();
    let [priority, time, host, app, process, about, data, record] = found[..] else {
        panic!("{found:?}");
    };
    assert!(["<27>1", "<28>1"].contains(&priority), "{priority}");
    assert!(time.ends_with('Z') && !host.is_empty(), "{time} {host}");
    assert_eq!((app, about, data), ("sipwhy", "call-failed", "-"));
    assert_eq!(process, child.id().to_string());
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    assert_eq!(record["rule"], "call-failed");
    assert_eq!(end(child, "INT").1, Some(0));
}

#[test]
fn over_tcp_each_message_has_its_length_and_an_outage_is_outlived() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let target = format!("--syslog=tcp:{address}");
    let (child, lines, _) = start(&[&target]);
    wait_for(&lines, "cannot be reached");
    let server = TcpListener::bind(address).unwrap();
    let (mut connection, _) = server.accept().unwrap();
    wait_for(&lines, "can be reached again");
    let (_, status) = end(child, "INT");
    assert_eq!(status, Some(0));
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    let mut rest = text.as_str();
    let mut messages = Vec::new();
    while let Some((length, after)) = rest.split_once(' ') {
        let (message, next) = after.split_at(length.parse().unwrap());
        messages.push(message);
        rest = next;
    }
    assert_eq!(rest, "");
    assert!(messages.iter().all(|it| it.starts_with('<')), "{text}");
    assert!(
        messages.iter().any(|it| it.contains("\"call-failed\"")),
        "{text}"
    );
    assert!(messages.last().unwrap().contains("\"kind\":\"summary\""));
}

#[test]
fn a_daemon_that_is_started_anew_is_found_again() {
    let path = scratch("anew.sock");
    let first = daemon(&path);
    let target = format!("--syslog=unix:{}", path.display());
    // Whom it would become may not get at this one, as all may at /dev/log.
    let (child, _lines, agents) = start(&[&target, "--keep-rights"]);
    let next = |socket: &UnixDatagram| {
        let mut bytes = [0; 9000];
        let len = socket.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    };
    until("call-failed", || next(&first));
    drop(first);
    let second = daemon(&path);
    send(&agents, "two");
    let messages = until("\"two\"", || next(&second));
    assert!(messages.last().unwrap().contains("call-failed"));
    assert_eq!(end(child, "INT").1, Some(0));
}

#[test]
fn what_is_not_sent_is_said_and_what_makes_no_sense_is_refused() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("--syslog=tcp:{}", free.local_addr().unwrap());
    drop(free);
    let mut child = program()
        .args(["live", "--hep", "127.0.0.1:0", "--duration", "0.2", &target])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{err}");
    assert!(err.contains("1 of 1 lines were not sent to tcp:"), "{err}");
    for (args, words) in [
        (&["--syslog=/dev/log"][..], "expected unix:PATH"),
        (
            &["--syslog=unix:/nowhere/log"],
            "cannot send to syslog at /nowhere/log",
        ),
        (
            &["--syslog=udp:127.0.0.1", "--format", "text"],
            "syslog takes lines",
        ),
        (
            &["--syslog=udp:127.0.0.1", "--log", "x.log"],
            "to one place",
        ),
    ] {
        let done = run(&[&["live", "--hep", "127.0.0.1:0"], args].concat());
        assert_eq!(done.status, 2);
        assert!(done.err.contains(words), "{}", done.err);
    }
}
