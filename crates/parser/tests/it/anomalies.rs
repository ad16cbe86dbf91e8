//! What the scanner flags, and what it does not.

use sipwhy_parser::{Anomalies, Scanner};

fn of(bytes: &[u8]) -> Anomalies {
    Scanner::new().scan(bytes).anomalies()
}

#[test]
fn each_by_itself() {
    let cases: &[(&[u8], Anomalies)] = &[
        (
            b"Subject: a\r\n b\r\nl: 0\r\n\r\n",
            Anomalies::FOLDED_HEADER,
        ),
        (b"Subject: a\nl: 0\r\n\r\n", Anomalies::BARE_LF),
        (b"l: 0\r\n\n", Anomalies::BARE_LF),
        (b"Subject: a\rb\r\nl: 0\r\n\r\n", Anomalies::BARE_CR),
        (b"Subject: a\r\r\nl: 0\r\n\r\n", Anomalies::BARE_CR),
        (b"l: 0\r\n", Anomalies::MISSING_HEAD_END),
        (b"l: 0\r\n\r", Anomalies::MISSING_HEAD_END),
        (
            b"l: 0\r\nSubj",
            Anomalies::MISSING_HEAD_END.union(Anomalies::CUT_LINE),
        ),
        (b"Subject\r\nl: 0\r\n\r\n", Anomalies::HEADER_WITHOUT_COLON),
        (b"Sub ject: a\r\nl: 0\r\n\r\n", Anomalies::BAD_HEADER_NAME),
        (b": a\r\nl: 0\r\n\r\n", Anomalies::BAD_HEADER_NAME),
        (
            b"Subject \t: a\r\nl: 0\r\n\r\n",
            Anomalies::SPACE_BEFORE_COLON,
        ),
        (
            b" Subject: a\r\nl: 0\r\n\r\n",
            Anomalies::STRAY_CONTINUATION,
        ),
        (b"Subject: \0\r\nl: 0\r\n\r\n", Anomalies::NUL_BYTE),
        (b"Subject: \x1b[2J\r\nl: 0\r\n\r\n", Anomalies::CONTROL_BYTE),
        (b"Subject: \x7f\r\nl: 0\r\n\r\n", Anomalies::CONTROL_BYTE),
        (b"Subject: \xc3\xa9\t.\r\nl: 0\r\n\r\n", Anomalies::NONE),
        (b"\r\n", Anomalies::CONTENT_LENGTH_MISSING),
        (b"l: x\r\n\r\n", Anomalies::CONTENT_LENGTH_MALFORMED),
        (b"l: -1\r\n\r\n", Anomalies::CONTENT_LENGTH_MALFORMED),
        (b"l:\r\n\r\n", Anomalies::CONTENT_LENGTH_MALFORMED),
        (
            b"l: 4294967296\r\n\r\n",
            Anomalies::CONTENT_LENGTH_MALFORMED,
        ),
        (b"l: 2\r\n\r\na", Anomalies::CONTENT_LENGTH_TOO_LARGE),
        (b"l: 2\r\n\r\nabc", Anomalies::CONTENT_LENGTH_TOO_SMALL),
        (b"l: 2\r\n\r\n\0\x1b", Anomalies::NONE),
        (
            b"To: <sip:a>\r\nt: <sip:b>\r\nl: 0\r\n\r\n",
            Anomalies::DUPLICATE_HEADER,
        ),
        (b"Via: a\r\nv: b\r\nl: 0\r\n\r\n", Anomalies::NONE),
    ];
    for (rest, expected) in cases {
        let text = [b"OPTIONS sip:a@b SIP/2.0\r\n", *rest].concat();
        assert_eq!(of(&text), *expected, "{}", text.escape_ascii());
    }
}

#[test]
fn around_the_start_line() {
    assert_eq!(
        of(b"\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\nl: 0\r\n\r\n"),
        Anomalies::LEADING_CRLF
    );
    assert!(of(b"").contains(Anomalies::EMPTY));
    assert!(of(b"\r\n\r\n").contains(Anomalies::EMPTY | Anomalies::LEADING_CRLF));
    assert!(of(b"OPTIONS sip:a").contains(Anomalies::CUT_LINE));
}

#[test]
fn a_thousand_control_bytes_do_not_wrap_the_count() {
    for length in [127, 128, 255, 256, 257, 512, 1024] {
        let mut text = b"OPTIONS sip:a@b SIP/2.0\r\nSubject: ".to_vec();
        text.extend(std::iter::repeat_n(1_u8, length));
        text.extend_from_slice(b"\r\nl: 0\r\n\r\n");
        assert_eq!(of(&text), Anomalies::CONTROL_BYTE);
    }
}

#[test]
fn sets_name_their_members() {
    let set = Anomalies::BARE_LF | Anomalies::NUL_BYTE;
    assert_eq!(set.names().collect::<Vec<_>>(), ["bare-lf", "nul-byte"]);
    assert_eq!(format!("{set:?}"), "{\"bare-lf\", \"nul-byte\"}");
    assert_eq!(set.iter().count(), 2);
    assert_eq!(set.without(Anomalies::BARE_LF), Anomalies::NUL_BYTE);
    assert!(set.intersects(Anomalies::NUL_BYTE | Anomalies::EMPTY));
    assert!(!set.contains(Anomalies::NUL_BYTE | Anomalies::EMPTY));
}
