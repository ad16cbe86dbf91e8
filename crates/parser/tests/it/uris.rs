//! URIs.

use std::net::IpAddr;

use proptest::prelude::*;
use sipwhy_parser::{Scheme, Uri, unescaped};

use crate::faults::assert_faults;

#[test]
fn the_examples_of_rfc_3261() {
    let full =
        Uri::parse(b"sip:alice:secretword@atlanta.com:5070;transport=tcp?subject=x").unwrap();
    assert_eq!(full.scheme, Scheme::Sip);
    assert_eq!(
        (full.user, full.password),
        (Some(&b"alice"[..]), Some(&b"secretword"[..]))
    );
    assert_eq!((full.host, full.port), (&b"atlanta.com"[..], Some(5070)));
    assert_eq!(full.transport(), Some(&b"tcp"[..]));
    assert_eq!(full.headers, b"subject=x");
    let gateway = Uri::parse(b"sips:+1-212-555-1212:1234@gateway.com;user=phone").unwrap();
    assert_eq!(gateway.scheme, Scheme::Sips);
    assert_eq!(gateway.user, Some(&b"+1-212-555-1212"[..]));
    let headers = Uri::parse(b"sips:1212@gateway.com?a=b;c").unwrap();
    assert_eq!(
        (headers.params.raw(), headers.headers),
        (&b""[..], &b"a=b;c"[..])
    );
    let user = Uri::parse(b"sip:alice;day=tuesday@atlanta.com").unwrap();
    assert_eq!(
        (user.user, user.host),
        (Some(&b"alice;day=tuesday"[..]), &b"atlanta.com"[..])
    );
    let host = Uri::parse(b"SIP:atlanta.com;maddr=239.255.255.1;ttl=15;lr").unwrap();
    assert_eq!((host.user, host.host), (None, &b"atlanta.com"[..]));
    assert_eq!(host.maddr(), Some(&b"239.255.255.1"[..]));
    assert!(host.has_lr());
}

#[test]
fn addresses() {
    let v6 = Uri::parse(b"sip:bob@[2001:db8::10]:5070;lr").unwrap();
    assert_eq!(
        (v6.host, v6.port, v6.is_ipv6),
        (&b"2001:db8::10"[..], Some(5070), true)
    );
    assert_eq!(v6.ip(), Some("2001:db8::10".parse::<IpAddr>().unwrap()));
    assert_eq!(
        Uri::parse(b"sip:192.0.2.4").unwrap().ip(),
        Some(IpAddr::from([192, 0, 2, 4]))
    );
    assert_eq!(Uri::parse(b"sip:example.com").unwrap().ip(), None);
    assert_eq!(Uri::parse(b"sip:a@[2001:db8:::1]").unwrap().ip(), None);
}

#[test]
fn other_schemes() {
    let tel = Uri::parse(b"tel:+358-555-1234567;phone-context=+358").unwrap();
    assert_eq!(
        (tel.scheme, tel.user),
        (Scheme::Tel, Some(&b"+358-555-1234567"[..]))
    );
    assert_eq!(tel.params.get("phone-context"), Some(&b"+358"[..]));
    let sos = Uri::parse(b"urn:service:sos").unwrap();
    assert_eq!((sos.scheme, sos.rest), (Scheme::Urn, &b"service:sos"[..]));
    let other = Uri::parse(b"soap.beep://192.0.2.103:3002").unwrap();
    assert_eq!(other.scheme, Scheme::Other(b"soap.beep"));
}

#[test]
fn broken_ones() {
    for broken in [
        &b""[..],
        b"sip:",
        b"sip:@host",
        b"sip:user@",
        b"bob@example.com",
        b"sip:a@b:",
        b"sip:a@b:99999",
        b"sip:a@b:50x",
        b"sip:user@host; lr",
        b"sip:a b@c",
        b"<sip:a@b>",
        b"sip:a@[::1",
        b"sip:a@[]",
        b"sip:a@[host]",
        b"sip:a@b%",
        b"sip:a@b c",
        b"sip:a@b\r\n",
        b"sip:a\0@b",
        b"tel:",
        b"1sip:a@b",
        b":a",
    ] {
        assert_eq!(Uri::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn what_is_wrong_and_where() {
    assert_faults(
        Uri::faults,
        &[
            ("sip:alice;day=tuesday@atlanta.com", &[]),
            (
                "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
                &[],
            ),
            (
                "sip:+1-212-555-1212;ext=1@gateway.com:5061;user=phone;lr;x=[::1]",
                &[],
            ),
            (
                "sip:[2001:db8::10]:5070;transport=tcp;maddr=239.255.255.1;ttl=15",
                &[],
            ),
            ("sip:%C3%A9~!&=+$,;?/@example.com.;method=INVITE", &[]),
            ("tel:+358-(555).1234567;isub=12;ext=9", &[]),
            ("tel:863-1234;phone-context=+1-914-555", &[]),
            ("tel:7042;phone-context=example.com", &[]),
            ("tel:*31%2312;phone-context=+31", &[]),
            ("urn:service:sos.fire", &[]),
            ("im:fred@example.com", &[]),
            ("pres:fred@example.com?a=b", &[]),
            ("mailto:watson@bell-telephone.com", &[]),
            ("cid:1@example.com", &[]),
            ("", &["empty-uri: "]),
            ("bob", &["scheme-missing: bob"]),
            (":a", &["scheme-missing: :a"]),
            ("1sip:a@b", &["bad-scheme: 1sip"]),
            ("http:", &["empty-uri: http"]),
            ("sip:", &["host-missing: :"]),
            ("sip:a@", &["host-missing: @"]),
            ("sip:@host", &["empty-user: @"]),
            ("sip: a@b", &["space-in-uri:  "]),
            (
                "sip:a\0@<b>",
                &[
                    "illegal-in-uri: \\x00",
                    "illegal-in-uri: <",
                    "illegal-in-uri: >",
                    "illegal-in-host: <",
                    "illegal-in-host: >",
                ],
            ),
            (
                "sip:100%@b%4;x=%zz",
                &[
                    "bad-escape: %",
                    "bad-escape: %4",
                    "bad-escape: %",
                    "illegal-in-host: %",
                ],
            ),
            (
                "sip:al#ice:p;w@b",
                &[
                    "illegal-in-user: #",
                    "illegal-in-password: ;",
                    "password-in-uri: p;w",
                ],
            ),
            ("sip:a@b:", &["empty-port: :"]),
            ("sip:a@b:65536", &["port-too-large: 65536"]),
            ("sip:a@b:5o60", &["bad-port: 5o60"]),
            ("sip:a@[::1", &["unclosed-bracket: [::1"]),
            ("sip:a@[host]", &["bad-ipv6: [host]"]),
            (
                "sip:a@[2001:db8:::192.0.2.1]",
                &["ipv6-triple-colon: [2001:db8:::192.0.2.1]"],
            ),
            ("sip:2001:db8::1", &["bare-ipv6: 2001:db8::1"]),
            ("sip:a@300.1.1.1", &["bad-ipv4: 300.1.1.1"]),
            (
                "sip:a@-b..c.1d",
                &[
                    "bad-host-label: -b",
                    "bad-host-label: .",
                    "bad-host-label: 1d",
                ],
            ),
            ("sip:a@b@c", &["illegal-in-host: @"]),
            (
                "sip:a@b;;=1;lr=on;x=;y=a|b;X=2",
                &[
                    "empty-param: ;",
                    "param-without-name: =1",
                    "flag-with-value: on",
                    "empty-param-value: x=",
                    "illegal-in-uri-param: |",
                    "duplicate-param: X=2",
                ],
            ),
            (
                "sips:a@b;transport=udp;ttl=256;maddr=a,b;method=",
                &[
                    "bad-transport-param: udp",
                    "bad-ttl: 256",
                    "illegal-in-uri-param: ,",
                    "bad-maddr: a,b",
                    "empty-param-value: method=",
                    "bad-method-param: method=",
                ],
            ),
            ("sip:a@b;transport=tls", &["bad-transport-param: tls"]),
            ("sip:alice@b;user=phone", &["bad-number: alice"]),
            (
                "sip:a@b?x&y=1&=2&z=a;b",
                &[
                    "bad-uri-header: x",
                    "bad-uri-header: =2",
                    "illegal-in-uri-header: ;",
                ],
            ),
            ("tel:", &["bad-number: :"]),
            ("tel:+", &["bad-number: +"]),
            ("tel:+1-800-FLOWERS", &["bad-number: +1-800-FLOWERS"]),
            ("tel:911", &["phone-context-missing: 911"]),
            ("tel:911;phone-context=*", &["bad-phone-context: *"]),
            ("urn:sos", &["empty-urn-name: sos"]),
            ("urn:s:os", &["bad-urn-namespace: s"]),
            ("im:fred", &["host-missing: fred"]),
        ],
    );
}

fn are_equivalent(one: &str, two: &str) -> bool {
    let one = Uri::parse(one.as_bytes()).unwrap();
    let two = Uri::parse(two.as_bytes()).unwrap();
    assert!(one.is_equivalent(one) && two.is_equivalent(two));
    assert_eq!(one.is_equivalent(two), two.is_equivalent(one));
    one.is_equivalent(two)
}

#[test]
fn the_comparisons_of_rfc_3261() {
    for (one, two) in [
        (
            "sip:%61lice@atlanta.com;transport=TCP",
            "sip:alice@AtLanTa.CoM;Transport=tcp",
        ),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        (
            "sip:carol@chicago.com;newparam=5",
            "sip:carol@chicago.com;security=on",
        ),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("sip:a@[2001:DB8::0:1]", "sip:a@[2001:db8::1]"),
    ] {
        assert!(are_equivalent(one, two), "{one} {two}");
    }
    for (one, two) in [
        (
            "SIP:ALICE@AtLanTa.CoM;Transport=udp",
            "sip:alice@AtLanTa.CoM;Transport=UDP",
        ),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        (
            "sip:bob@biloxi.com",
            "sip:bob@biloxi.com:6000;transport=tcp",
        ),
        (
            "sip:carol@chicago.com",
            "sip:carol@chicago.com?Subject=next%20meeting",
        ),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        // Not transitive: each of these is equivalent to the same URI without the parameter.
        (
            "sip:carol@chicago.com;security=on",
            "sip:carol@chicago.com;security=off",
        ),
        ("sip:a@b", "sips:a@b"),
        ("sip:a@b", "sip:b"),
        ("sip:a@b", "sip:a:secret@b"),
        ("sip:a:Secret@b", "sip:a:secret@b"),
        ("sip:a@b", "sip:a@b;maddr=c"),
        ("sip:a@b", "sip:a@b;ttl=1"),
        ("sip:a@b", "sip:a@b;user=ip"),
        ("sip:a@b", "sip:a@b;method=INVITE"),
        // Reserved characters differ from their escapes.
        ("sip:%2B1@b", "sip:+1@b"),
        ("sip:a@b?x=1&x=1&y=2", "sip:a@b?x=1&y=2&y=2"),
        ("sip:a@b", "tel:1"),
    ] {
        assert!(!are_equivalent(one, two), "{one} {two}");
    }
}

#[test]
fn the_comparisons_of_other_schemes() {
    for (one, two) in [
        ("tel:+1-201-555-0123", "tel:+1(201)555.0123"),
        (
            "tel:7042;phone-context=Example.com",
            "TEL:70-42;Phone-Context=example.COM",
        ),
        (
            "tel:7042;phone-context=+1-914",
            "tel:7042;phone-context=+1914",
        ),
        ("tel:+1;ext=1-2;isub=a", "tel:+1;isub=A;ext=12"),
        ("tel:*31%23a;phone-context=b", "tel:*31#A;phone-context=b"),
        ("urn:SERVICE:sos", "URN:service:SOS"),
        ("urn:Example:a%2Cb?+r", "urn:example:a%2cb#f"),
        ("im:a@Example.com", "im:a@example.COM"),
        ("mailto:a@b", "MAILTO:%61@b"),
    ] {
        assert!(are_equivalent(one, two), "{one} {two}");
    }
    for (one, two) in [
        ("tel:+1201", "tel:1201;phone-context=+1"),
        ("tel:+1201", "tel:+1201;x=y"),
        (
            "tel:7042;phone-context=+1914",
            "tel:7042;phone-context=+1915",
        ),
        ("urn:example:a", "urn:example:A"),
        ("urn:service:sos", "urn:service:sos.fire"),
        ("im:a@b", "pres:a@b"),
        ("mailto:a@b", "mailto:A@b"),
    ] {
        assert!(!are_equivalent(one, two), "{one} {two}");
    }
}

#[test]
fn many_parameters_and_headers_are_compared_in_linear_time() {
    for separator in [";", "&"] {
        let start = if separator == ";" {
            "sip:a@b"
        } else {
            "sip:a@b?x=y"
        };
        let mut text = start.to_owned();
        for number in 0..12_000 {
            text.push_str(&format!("{separator}{number}=1"));
        }
        let uri = Uri::parse(text.as_bytes()).unwrap();
        assert!(uri.is_equivalent(uri));
        let changed = text.replace("11999=1", "11999=2");
        assert!(!uri.is_equivalent(Uri::parse(changed.as_bytes()).unwrap()));
    }
}

#[test]
fn numbers_names_and_escapes() {
    let tel = Uri::parse(b"tel:+1-(201).555;ext=12;isub=9;phone-context=+1").unwrap();
    let number = tel.phone_number().unwrap();
    assert!(number.is_global());
    assert_eq!(number.digits().collect::<Vec<_>>(), b"+1201555");
    assert_eq!(number.extension(), Some(&b"12"[..]));
    assert_eq!(number.subaddress(), Some(&b"9"[..]));
    assert_eq!(number.context(), Some(&b"+1"[..]));
    let sip = Uri::parse(b"sip:863-1234;phone-context=x.com:pw@gw.com;user=phone").unwrap();
    let number = sip.phone_number().unwrap();
    assert!(!number.is_global());
    assert_eq!(
        (number.written, number.context()),
        (&b"863-1234"[..], Some(&b"x.com"[..]))
    );
    assert_eq!(Uri::parse(b"sip:863@gw.com").unwrap().phone_number(), None);

    let user = Uri::parse(b"sip:al%69ce;day=tuesday@h;method=BYE;ttl=15?a=b%20c&d&&e=").unwrap();
    assert_eq!(user.user_name(), Some(&b"al%69ce"[..]));
    assert_eq!(user.user_params().get("day"), Some(&b"tuesday"[..]));
    assert_eq!((user.method(), user.ttl()), (Some(&b"BYE"[..]), Some(15)));
    let fields: Vec<_> = user.header_fields().collect();
    assert_eq!(
        fields,
        [(&b"a"[..], &b"b%20c"[..]), (b"d", b""), (b"e", b"")]
    );
    assert_eq!(unescaped(fields[0].1).collect::<Vec<_>>(), b"b c");
    assert_eq!(unescaped(b"%4a%4A%zz%4%").collect::<Vec<_>>(), b"JJ%zz%4%");

    let urn = Uri::parse(b"urn:service:sos.fire?=q").unwrap();
    assert_eq!(urn.urn(), Some((&b"service"[..], &b"sos.fire"[..])));
    let pres = Uri::parse(b"pres:fred@example.com?x=y").unwrap();
    assert_eq!((pres.scheme, pres.user), (Scheme::Pres, Some(&b"fred"[..])));
    assert_eq!(
        (pres.host, pres.headers),
        (&b"example.com"[..], &b"x=y"[..])
    );
}

proptest! {
    #[test]
    fn the_parts_of_a_uri_make_the_uri(
        text in "(sip|SIPS):([a-z%0-9+;=&?/]{1,9}(:[a-z0-9]{0,5})?@)?([a-z][a-z0-9.-]{0,9}|\\[[0-9a-f:]{1,9}\\])(:[1-9][0-9]{0,3})?(;[a-z0-9=%;]{1,12})?(\\?[a-z0-9=%&]{1,12})?",
    ) {
        let uri = Uri::parse(text.as_bytes()).unwrap();
        let mut printed = text.split_inclusive(':').next().unwrap().as_bytes().to_vec();
        if let Some(user) = uri.user {
            printed.extend_from_slice(user);
            if let Some(password) = uri.password {
                printed.push(b':');
                printed.extend_from_slice(password);
            }
            printed.push(b'@');
        }
        let (open, close) = if uri.is_ipv6 { (&b"["[..], &b"]"[..]) } else { (&b""[..], &b""[..]) };
        printed.extend_from_slice(&[open, uri.host, close].concat());
        if let Some(port) = uri.port {
            printed.extend_from_slice(format!(":{port}").as_bytes());
        }
        if !uri.params.raw().is_empty() {
            printed.extend_from_slice(&[b";", uri.params.raw()].concat());
        }
        if !uri.headers.is_empty() {
            printed.extend_from_slice(&[b"?", uri.headers].concat());
        }
        prop_assert_eq!(printed.escape_ascii().to_string(), text.as_bytes().escape_ascii().to_string());
    }

    #[test]
    fn comparing_is_reflexive_and_symmetric(
        one in "(sip|sips|tel|urn|im|x):[aA%412@;=&?:+.]{0,12}b?",
        two in "(sip|sips|tel|urn|im|x):[aA%412@;=&?:+.]{0,12}b?",
    ) {
        let (one, two) = (Uri::parse(one.as_bytes()), Uri::parse(two.as_bytes()));
        if let (Some(one), Some(two)) = (one, two) {
            prop_assert!(one.is_equivalent(one));
            prop_assert_eq!(one.is_equivalent(two), two.is_equivalent(one));
        }
    }
}
