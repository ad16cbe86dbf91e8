//! URIs.

use std::net::IpAddr;

use sipwhy_parser::{Scheme, Uri};

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
