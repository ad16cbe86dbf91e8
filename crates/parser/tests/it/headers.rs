//! Header names, values, spans, and the header types that are decoded on demand.

use sipwhy_parser::{Address, CSeq, Header, HeaderName, MAX_HEADERS, Method, Scanner};

use crate::samples::{INVITE, ODD, OK};

#[test]
fn every_name_is_recognised_in_any_case() {
    for &name in HeaderName::ALL {
        let text = name.as_str();
        assert_eq!(HeaderName::from_bytes(text.as_bytes()), name);
        assert_eq!(
            HeaderName::from_bytes(text.to_ascii_lowercase().as_bytes()),
            name
        );
        assert_eq!(
            HeaderName::from_bytes(text.to_ascii_uppercase().as_bytes()),
            name
        );
        let longer = format!("{text}x");
        assert_eq!(HeaderName::from_bytes(longer.as_bytes()), HeaderName::Other);
        // `T` is short for `To`.
        if text.len() > 2 {
            let shorter = &text[..text.len() - 1];
            assert_ne!(HeaderName::from_bytes(shorter.as_bytes()), name);
        }
    }
}

#[test]
fn compact_names_are_those_of_the_iana_registry() {
    let registry = [
        ('a', "Accept-Contact"),
        ('b', "Referred-By"),
        ('c', "Content-Type"),
        ('d', "Request-Disposition"),
        ('e', "Content-Encoding"),
        ('f', "From"),
        ('i', "Call-ID"),
        ('j', "Reject-Contact"),
        ('k', "Supported"),
        ('l', "Content-Length"),
        ('m', "Contact"),
        ('n', "Identity-Info"),
        ('o', "Event"),
        ('r', "Refer-To"),
        ('s', "Subject"),
        ('t', "To"),
        ('u', "Allow-Events"),
        ('v', "Via"),
        ('x', "Session-Expires"),
        ('y', "Identity"),
    ];
    for letter in 'a'..='z' {
        let expected = registry.iter().find(|(compact, _)| *compact == letter);
        for form in [letter, letter.to_ascii_uppercase()] {
            let found = HeaderName::from_bytes(form.to_string().as_bytes());
            assert_eq!(found.as_str(), expected.map_or("", |(_, name)| name));
        }
        if let Some((_, name)) = expected {
            assert_eq!(
                HeaderName::from_bytes(name.as_bytes()).compact(),
                Some(letter)
            );
        }
    }
}

#[test]
fn the_invite_of_rfc_3261() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(INVITE);
    assert_eq!(message.method(), Some(Method::Invite));
    assert_eq!(message.request_uri(), Some(&b"sip:bob@biloxi.com"[..]));
    assert_eq!(message.status(), None);
    assert_eq!(message.headers().count(), 9);
    assert_eq!(message.call_id(), Some(&b"a84b4c76e66710"[..]));
    assert_eq!(
        message.cseq(),
        Some(CSeq {
            number: 314_159,
            method: Method::Invite
        })
    );
    assert_eq!(message.max_forwards(), Some(70));
    assert_eq!(
        message.from().and_then(Address::tag),
        Some(&b"1928301774"[..])
    );
    assert_eq!(message.to().and_then(Address::tag), None);
    assert_eq!(message.to().and_then(|to| to.display), Some(&b"Bob"[..]));
    assert_eq!(message.body(), b"v=0\r\nm=audio\r\n");
    assert!(message.anomalies().is_empty(), "{:?}", message.anomalies());
    assert!(message.is_complete());
}

#[test]
fn a_scanner_forgets_the_message_before() {
    let mut scanner = Scanner::new();
    scanner.scan(ODD);
    let message = scanner.scan(OK);
    assert_eq!(message.header(HeaderName::RetryAfter), None);
    assert_eq!(message.headers().count(), 9);
    assert_eq!(message.status(), Some(200));
    let empty = scanner.scan(b"");
    assert_eq!(empty.headers().count(), 0);
    assert_eq!(empty.header(HeaderName::Via), None);
}

#[test]
fn values_keep_their_folds_and_unfold_to_one_space() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"ACK sip:a@b SIP/2.0\r\nSubject:\r\n  I know \t\r\n\tyou're there,\n  pick up \r\n\r\n",
    );
    let subject = message.header(HeaderName::Subject).unwrap();
    assert_eq!(subject.value, b"I know \t\r\n\tyou're there,\n  pick up");
    assert_eq!(&*subject.unfolded(), b"I know you're there, pick up");
    assert_eq!(&message.bytes()[subject.value_span.clone()], subject.value);
    assert_eq!(subject.line, 2);
    assert_eq!(message.headers().count(), 1);
}

#[test]
fn line_numbers_count_leading_and_folded_lines() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(ODD);
    let lines: Vec<u32> = message.headers().map(|header| header.line).collect();
    assert_eq!(lines, [3, 6, 8, 9, 10, 12, 13, 14, 15, 16, 17]);
}

#[test]
fn broken_lines_stay_in_their_place() {
    let mut scanner = Scanner::new();
    let message = scanner
        .scan(b"ACK sip:a@b SIP/2.0\r\nnothing\r\n: empty\r\nTwo words: x\r\nCSeq: 1 ACK\r\n\r\n");
    let headers: Vec<_> = message.headers().collect();
    assert_eq!(headers[0].raw_name, b"");
    assert_eq!(headers[0].value, b"nothing");
    assert_eq!(headers[1].value, b"empty");
    assert_eq!(headers[2].raw_name, b"Two words");
    assert!(headers[..3].iter().all(Header::is_malformed));
    assert_eq!(
        message.cseq(),
        Some(CSeq {
            number: 1,
            method: Method::Ack
        })
    );
}

#[test]
fn cseq_is_read_with_any_white_space() {
    let read = |text: &'static [u8]| CSeq::parse(text).map(|cseq| (cseq.number, cseq.method));
    assert_eq!(read(b"1  ACK"), Some((1, Method::Ack)));
    assert_eq!(read(b"0009\r\n INVITE"), Some((9, Method::Invite)));
    assert_eq!(read(b"4294967295 INVITE"), Some((u32::MAX, Method::Invite)));
    assert_eq!(read(b"1 invite"), Some((1, Method::Other(b"invite"))));
    for broken in [
        &b""[..],
        b"1",
        b"INVITE",
        b"-1 ACK",
        b"1 ACK x",
        b"1ACK",
        b"4294967296 ACK",
    ] {
        assert_eq!(CSeq::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn seconds_leave_comments_and_parameters_aside() {
    let mut scanner = Scanner::new();
    let read = |scanner: &mut Scanner, value: &str| {
        let text = format!("SIP/2.0 503 Busy\r\nRetry-After:{value}\r\n\r\n");
        scanner.scan(text.as_bytes()).retry_after_secs()
    };
    assert_eq!(read(&mut scanner, " 18000;duration=3600"), Some(18000));
    assert_eq!(read(&mut scanner, " 120 (I'm in a meeting)"), Some(120));
    assert_eq!(read(&mut scanner, "5(x)"), Some(5));
    assert_eq!(read(&mut scanner, " 5"), Some(5));
    assert_eq!(read(&mut scanner, " soon"), None);
    assert_eq!(read(&mut scanner, " 5s"), None);
    assert_eq!(read(&mut scanner, " 99999999999"), None);
    assert_eq!(
        scanner
            .scan(b"SIP/2.0 503 x\r\nx: 1800;refresher=uac\r\n\r\n")
            .seconds(HeaderName::SessionExpires),
        Some(1800)
    );
}

#[test]
fn reasons_and_warnings() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(ODD);
    let reasons: Vec<_> = message.reasons().collect();
    assert_eq!(reasons.len(), 2);
    assert_eq!(
        (reasons[0].protocol, reasons[0].cause),
        (&b"SIP"[..], Some(200))
    );
    assert_eq!(reasons[0].text, Some(&b"Call completed, elsewhere"[..]));
    assert_eq!(
        (reasons[1].protocol, reasons[1].cause),
        (&b"Q.850"[..], Some(16))
    );
    assert_eq!(reasons[1].text, None);
    let warnings: Vec<_> = message.warnings().collect();
    assert_eq!(warnings.len(), 2);
    assert_eq!(
        (warnings[0].code, warnings[0].agent),
        (307, &b"isi.edu"[..])
    );
    assert_eq!(warnings[0].text, b"Session parameter 'foo', \\\"bar\\\"");
    assert_eq!(warnings[1].text, b"x");
}

#[test]
fn headers_beyond_the_limit_are_kept_but_not_indexed() {
    let mut text = b"OPTIONS sip:a@b SIP/2.0\r\n".to_vec();
    for number in 0..MAX_HEADERS + 3 {
        text.extend_from_slice(format!("X-{number}: y\r\n").as_bytes());
    }
    text.extend_from_slice(b"Content-Length: 0\r\n\r\n");
    let mut scanner = Scanner::new();
    let message = scanner.scan(&text);
    assert_eq!(message.headers().count(), MAX_HEADERS);
    assert!(message.unindexed().starts_with(b"X-512: y\r\n"));
    assert!(message.unindexed().ends_with(b"Content-Length: 0\r\n"));
    assert_eq!(message.body(), b"");
}

#[test]
fn what_the_end_of_the_bytes_cut_off_is_unknown() {
    let mut scanner = Scanner::new();
    let head = b"SIP/2.0 302 Moved\r\nContact: <sip:10.0.0.1>, sip:10.77.0";
    let contacts: Vec<_> = scanner.scan(head).contacts().collect();
    assert_eq!(contacts.len(), 2);
    assert!(contacts[0].address().is_some());
    assert_eq!(contacts[1].address(), None);
    for cut in [
        &b"ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1"[..],
        b"ACK sip:a@b SIP/2.0\r\nCall-ID: 1234@ho",
        b"ACK sip:a@b SIP/2.0\r\nCSeq: 31",
        b"ACK sip:a@b SIP/2.0\r\nFrom: sip:a@b;tag=1",
        b"ACK sip:a@b SIP/2.0\r\nContent-Length: 1",
    ] {
        let message = scanner.scan(cut);
        assert!(message.top_via().is_none() && message.vias().next().is_none());
        assert!(message.call_id().is_none() && message.cseq().is_none());
        assert!(message.from().is_none() && message.content_length().is_none());
        assert!(!message.is_complete());
    }
    let whole = scanner.scan(b"ACK sip:a@b SIP/2.0\r\nCall-ID: 1234@host\r");
    assert_eq!(whole.call_id(), Some(&b"1234@host"[..]));
}
