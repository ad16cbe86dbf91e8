//! SIP or not SIP.

use sipwhy_parser::{is_lookalike, looks_like_sip};

use crate::samples;

#[test]
fn sip() {
    for text in samples::ALL {
        assert!(looks_like_sip(text));
    }
    for text in [
        &b"\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\n"[..],
        b"SIP/2.0 200 OK\r\n",
        b"SIP/2.0 100",
        b"sip/2.0 100 Trying\r\n",
        b"SIP/2.0 4294967301 better not break the receiver\r\n",
        b"INVITE <sip:user@example.com> SIP/2.0\r\n",
        b"INVITE  sip:user@example.com  SIP/2.0\r\n",
        b"INVITE sip:user@example.com; lr SIP/2.0\r\n",
        b"OPTIONS sip:t.watson@example.org SIP/7.0\r\n",
        b"OPTIONS nobodyKnowsThisScheme:totallyopaque SIP/2.0\r\n",
        b"NEWMETHOD sip:user@example.com SIP/2.0\r\n",
        b"RE%47IST%45R sip:registrar.example.com SIP/2.0\r\n",
        b"INVITE sip:cut-off-by-the-snap-len",
        b"REGISTER sip:example.com\r\nVia:",
        b"ACK sip:a@b SIP/2.0\n",
    ] {
        assert!(looks_like_sip(text), "{}", text.escape_ascii());
    }
}

#[test]
fn not_sip() {
    for text in [
        &b""[..],
        b"\r\n\r\n",
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"OPTIONS rtsp://example.com RTSP/1.0\r\n",
        b"RTSP/1.0 200 OK\r\n",
        b"OPTIONS sip:a@b HTTP/1.1\r\n",
        b"MSRP d93kswow SEND\r\n",
        b"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n",
        b"Via: SIP/2.0/UDP 10.0.0.1\r\n",
        b"SIP/2.0 OK\r\n",
        b"SIP: a text about SIP/2.0\r\n",
        b"INVITE",
        b"YAHOOREF sip:someone@192.0.2.1:443;transport=tcp SIP/2.0\r\nContent-Length: 0\r\n\r\n",
        b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\n",
        b"\x80\x08\x00\x01INVITE sip:a@b SIP/2.0\r\n",
        b"\x00\x01\x00\x00\x21\x12\xa4\x42",
    ] {
        assert!(!looks_like_sip(text), "{}", text.escape_ascii());
    }
}

#[test]
fn a_first_line_alone_is_not_sip_unless_the_rest_was_cut_off() {
    for text in [
        &b"YAHOOREF sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n"[..],
        b"YAHOOREF sip:a@b SIP/2.0\n\n",
        b"WHATEVER sip:a@b SIP/2.0\r\nX: Via: y\r\n\r\nVia: in the body",
    ] {
        assert!(is_lookalike(text), "{}", text.escape_ascii());
    }
    for text in [
        &b"YAHOOREF sip:a@b SIP/2.0\r\nContent-Length: 0\r\n"[..],
        b"NEWMETHOD sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.1\r\n\r\n",
        b"NEWMETHOD sip:a@b SIP/2.0\r\nContent-Length: 0\r\ncall-id : 1\r\n\r\n",
        b"OPTIONS sip:a@b SIP/2.0\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
    ] {
        assert!(!is_lookalike(text), "{}", text.escape_ascii());
    }
}
