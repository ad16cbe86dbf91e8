//! URIs.

use std::net::IpAddr;

use sipwhy_parser::{Scheme, Uri};

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
