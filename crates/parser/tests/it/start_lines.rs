//! Request lines and status lines, whole and broken.

use sipwhy_parser::{Anomalies, Method, Scanner, StartLine};

fn anomalies(line: &str) -> Anomalies {
    let text = format!("{line}\r\nContent-Length: 0\r\n\r\n");
    Scanner::new().scan(text.as_bytes()).anomalies()
}

#[test]
fn requests() {
    assert_eq!(
        StartLine::parse(b"INVITE sip:bob@biloxi.com SIP/2.0"),
        StartLine::Request {
            method: Method::Invite,
            uri: b"sip:bob@biloxi.com",
            version: b"SIP/2.0"
        }
    );
    assert_eq!(
        StartLine::parse(b"!odd'~ x SIP/3.0"),
        StartLine::Request {
            method: Method::Other(b"!odd'~"),
            uri: b"x",
            version: b"SIP/3.0"
        }
    );
    assert_eq!(
        StartLine::parse(b"INVITE sip:user@example.com; lr SIP/2.0 "),
        StartLine::Request {
            method: Method::Invite,
            uri: b"sip:user@example.com; lr",
            version: b"SIP/2.0"
        }
    );
}

#[test]
fn statuses() {
    let status = |code, reason| StartLine::Status {
        code,
        reason,
        version: b"SIP/2.0",
    };
    assert_eq!(StartLine::parse(b"SIP/2.0 200 OK"), status(200, b"OK"));
    assert_eq!(StartLine::parse(b"SIP/2.0 100 "), status(100, b""));
    assert_eq!(StartLine::parse(b"SIP/2.0 100"), status(100, b""));
    assert_eq!(
        StartLine::parse(b"SIP/2.0 183 Session Progress"),
        status(183, b"Session Progress")
    );
    assert_eq!(StartLine::parse(b"SIP/2.0  200  OK"), status(200, b"OK"));
}

#[test]
fn neither() {
    for line in [
        &b""[..],
        b"INVITE",
        b"INVITE sip:a@b",
        b"GET / HTTP/1.1",
        b"OPTIONS rtsp://a RTSP/1.0",
        b"IN(VITE sip:a@b SIP/2.0",
        b"INVITE SIP/2.0",
        b"SIP/2.0 4294967301 better not break the receiver",
        b"SIP/2.0 20 OK",
        b"SIP/2.0 099 OK",
        b"SIP/2.0 200OK",
        b"SIP/2.0",
        b"\xff\xfe",
    ] {
        assert_eq!(
            StartLine::parse(line),
            StartLine::Malformed(line),
            "{}",
            line.escape_ascii()
        );
    }
}

#[test]
fn oddities_are_flagged() {
    assert_eq!(anomalies("INVITE sip:a@b SIP/2.0"), Anomalies::NONE);
    assert_eq!(anomalies("SIP/2.0 200 OK"), Anomalies::NONE);
    assert_eq!(anomalies("SIP/2.0 200 "), Anomalies::NONE);
    assert_eq!(anomalies("SIP/2.0 183 Session  Progress"), Anomalies::NONE);
    assert_eq!(
        anomalies("INVITE  sip:a@b SIP/2.0"),
        Anomalies::START_LINE_SPACING
    );
    assert_eq!(
        anomalies("INVITE sip:a@b SIP/2.0 "),
        Anomalies::START_LINE_SPACING
    );
    assert_eq!(
        anomalies("INVITE sip:a@b; lr SIP/2.0"),
        Anomalies::START_LINE_SPACING
    );
    assert_eq!(anomalies("SIP/2.0  200 OK"), Anomalies::START_LINE_SPACING);
    assert_eq!(
        anomalies("OPTIONS sip:a@b SIP/7.0"),
        Anomalies::UNKNOWN_VERSION
    );
    assert_eq!(anomalies("GET / HTTP/1.1"), Anomalies::MALFORMED_START_LINE);
}
