//! From, To, Contact, Route.

use std::borrow::Cow;

use proptest::prelude::*;
use sipwhy_parser::{Address, ContactItem, HeaderName, Scanner};

use crate::faults::assert_faults;
use crate::samples::ODD;

#[test]
fn name_addr_and_addr_spec() {
    let quoted = Address::parse(b"\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s").unwrap();
    assert_eq!(quoted.display, Some(&b"A. G. Bell"[..]));
    assert_eq!(quoted.uri, b"sip:agb@bell-telephone.com");
    assert_eq!(quoted.tag(), Some(&b"a48s"[..]));
    let spec = Address::parse(b"sip:+12125551212@server.phone2net.com;tag=887s").unwrap();
    assert_eq!((spec.display, spec.tag()), (None, Some(&b"887s"[..])));
    assert_eq!(spec.uri, b"sip:+12125551212@server.phone2net.com");
    let glued = Address::parse(b"caller<sip:caller@example.com>;tag=323").unwrap();
    assert_eq!(glued.display, Some(&b"caller"[..]));
    let inner = Address::parse(b"<sip:a@b;lr;x=1?h=v>;y=2").unwrap();
    assert_eq!(inner.uri, b"sip:a@b;lr;x=1?h=v");
    assert_eq!(inner.params.get("Y"), Some(&b"2"[..]));
    assert_eq!(inner.params.get("x"), None);
    let escaped = Address::parse(b"\"say \\\"<hi>\\\", \\\\\" <sip:a@b>").unwrap();
    assert_eq!(escaped.display, Some(&b"say \\\"<hi>\\\", \\\\"[..]));
    let empty = Address::parse(b"\"\"<sip:a@b>").unwrap();
    assert_eq!(empty.display, Some(&b""[..]));
}

#[test]
fn broken_ones() {
    for broken in [
        &b""[..],
        b"<>",
        b"<sip:10.77.0",
        b"\"Mr. J. User <sip:j.user@example.com>",
        b"\"Mr. J. User\" sip:j.user@example.com",
        b"<sip:a@b> garbage",
        b";tag=1",
        b"\"",
        b"<",
    ] {
        assert_eq!(Address::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn contact_lists() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(ODD);
    let contacts: Vec<_> = message.contacts().collect();
    assert_eq!(contacts.len(), 4);
    let first = contacts[0].address().unwrap();
    assert_eq!(
        (first.display, first.uri),
        (Some(&b"a,b"[..]), &b"sip:a,b@c"[..])
    );
    assert_eq!(first.q(), Some(500));
    assert_eq!(contacts[1].address().unwrap().expires_secs(), Some(10));
    assert_eq!(contacts[2].address().unwrap().q(), Some(1000));
    assert_eq!(contacts[3], ContactItem::Star);
}

#[test]
fn the_contacts_of_rfc_3261() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"SIP/2.0 300 Multiple Choices\r\n\
        Contact: \"Mr. Watson\" <sip:watson@worcester.bell-telephone.com>\r\n \
        ;q=0.7; expires=3600,\r\n \
        \"Mr. Watson\" <mailto:watson@bell-telephone.com> ;q=0.1\r\n\
        m: <sips:bob@192.0.2.4>;expires=60\r\n\
        m: garbage <\r\n\r\n",
    );
    let contacts: Vec<_> = message.contacts().collect();
    let q: Vec<_> = contacts
        .iter()
        .map(|item| item.address().and_then(Address::q))
        .collect();
    assert_eq!(q, [Some(700), Some(100), None, None]);
    assert_eq!(contacts[3], ContactItem::Malformed(b"garbage <"));
    assert_eq!(message.addresses(HeaderName::Contact).count(), 3);
}

#[test]
fn q_values() {
    let q = |text: &str| {
        Address::parse(format!("<sip:a>;q={text}").as_bytes())
            .unwrap()
            .q()
    };
    assert_eq!(q("1"), Some(1000));
    assert_eq!(q("1.000"), Some(1000));
    assert_eq!(q("0"), Some(0));
    assert_eq!(q("0."), Some(0));
    assert_eq!(q(".5"), Some(500));
    assert_eq!(q("0.1239"), Some(123));
    for broken in ["1.1", "2", "", ".", "x", "-1", "0.x", "99999999999"] {
        assert_eq!(q(broken), None, "{broken}");
    }
}

#[test]
fn routes_in_order() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"BYE sip:a@b SIP/2.0\r\nRoute: <sip:p1;lr>,<sip:p2>\r\nRecord-Route: <sip:r1;lr>\r\n\
        ROUTE: <sip:p3;lr=on>\r\n\r\n",
    );
    let loose: Vec<_> = message
        .routes()
        .map(|route| route.parsed_uri().unwrap().has_lr())
        .collect();
    assert_eq!(loose, [true, false, true]);
    assert_eq!(message.record_routes().count(), 1);
}

#[test]
fn what_is_wrong_with_an_address() {
    assert_faults(
        Address::faults,
        &[
            ("\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", &[]),
            ("The Caller<sip:caller@example.com>;tag=323", &[]),
            (
                "sip:+12125551212@server.phone2net.com;tag=887s;x=\"<;>\"",
                &[],
            ),
            ("<sip:a@b>;a;b=c;d=\"e;f\";g=[::1]", &[]),
            ("", &["empty-value: "]),
            ("<>", &["empty-uri: <"]),
            (";tag=1", &["empty-uri: "]),
            (
                "\"Mr. J. User <sip:j.user@example.com>",
                &["unclosed-quote: \"Mr. J. User <sip:j.user@example.com>"],
            ),
            (
                "\"Mr. J. User\" sip:j.user@example.com",
                &["angle-missing: sip:j.user@example.com"],
            ),
            ("\"Mr. J. User\"", &["empty-uri: \"Mr. J. User\""]),
            ("a;b <sip:a@b>", &["unquoted-display-name: ;"]),
            (
                "Bell, Alexander (A.) <sip:a@b>",
                &["unquoted-display-name: , Alexander (A.)"],
            ),
            ("<sip:10.77.0", &["unclosed-angle: <sip:10.77.0"]),
            ("sip:a@b>", &["unopened-angle: >"]),
            ("<sip:a@b> garbage", &["text-after-address: garbage"]),
            (
                "sip:a@b?Subject=x",
                &["brackets-required: sip:a@b?Subject=x"],
            ),
            (
                "sip:a@b;transport=tcp;tag=1",
                &["uri-param-outside: transport=tcp"],
            ),
            (
                "<sip:a@b>;=1;tag=;x=\"y",
                &[
                    "param-without-name: =1",
                    "empty-param-value: tag=",
                    "bad-tag: tag=",
                    "unclosed-quote: \"y",
                ],
            ),
            (
                "<sip:a@b>;tag=\"1\";x=\"y\"z",
                &["bad-tag: \"1\"", "bad-param-value: z"],
            ),
            ("\"a\x07b\" <sip:a@b>", &["control-in-quotes: \\x07"]),
            ("\"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f \r\n \" <sip:a@b>", &[]),
            ("\"a\\\r\n b\" <sip:a@b>", &["control-in-quotes: \\x0d"]),
        ],
    );
}

#[test]
fn what_is_wrong_with_a_list() {
    assert_faults(
        ContactItem::faults,
        &[
            ("*", &[]),
            ("<sip:a@b>;q=0.5;expires=60, sip:c@d;q=1.000", &[]),
            (
                "<sip:a@b>;q=1.1, <sip:c@d>;q=.5;expires=soon",
                &["bad-q: 1.1", "bad-q: .5", "bad-expires: soon"],
            ),
            ("*, <sip:a@b>", &["star-not-alone: *"]),
            ("*;expires=0", &["star-not-alone: *;expires=0"]),
            (
                "<sip:a@b>,,\"x, y\" <sip:c,d@e>,",
                &["empty-element: ,", "empty-element: ,"],
            ),
        ],
    );
    // A q says nothing outside of Contact.
    assert_faults(Address::list_faults, &[("<sip:a@b;lr>;q=9, <sip:c>", &[])]);
}

#[test]
fn display_names_as_they_are_meant() {
    let text = |value: &'static [u8]| Address::parse(value).unwrap().display_text().unwrap();
    let escaped = text(b"\"say \\\"hi\\\" \\\\ \r\n\t there\" <sip:a@b>");
    assert_eq!(&*escaped, b"say \"hi\" \\ there");
    let plain = text(b"\"A. G. Bell\" <sip:a@b>");
    assert!(matches!(plain, Cow::Borrowed(b"A. G. Bell")));
    assert_eq!(Address::parse(b"<sip:a@b>").unwrap().display_text(), None);
}

#[test]
fn a_bracket_in_a_quoted_parameter_opens_nothing() {
    let spec = Address::parse(b"sip:a@b;x=\"<\";tag=1").unwrap();
    assert_eq!((spec.display, spec.uri), (None, &b"sip:a@b"[..]));
    assert_eq!(spec.params.get("x"), Some(&b"<"[..]));
    assert_eq!(spec.tag(), Some(&b"1"[..]));
}

proptest! {
    #[test]
    fn the_parts_of_an_address_make_the_address(
        display in prop::option::of(r#""([a-z,;<>. ]|\\["\\a-z]){0,9}""#),
        uri in "sip:[a-z,;?]{1,9}@[a-z.]{1,9}",
        params in r#"(;[a-z]{1,5}(=[a-z0-9]{1,5}|="[a-z;,<> ]{0,5}")?){0,3}"#,
    ) {
        let text = format!("{}<{uri}>{params}", display.unwrap_or_default());
        let read = Address::parse(text.as_bytes()).unwrap();
        let mut printed = Vec::new();
        if let Some(display) = read.display {
            printed.extend_from_slice(&[b"\"", display, b"\""].concat());
        }
        printed.extend_from_slice(&[b"<", read.uri, b">"].concat());
        if !read.params.raw().is_empty() {
            printed.extend_from_slice(&[b";", read.params.raw()].concat());
        }
        prop_assert_eq!(&*printed, text.as_bytes());
    }
}
