//! Messages that several tests start from, and a walk over everything a message can tell.

use sipwhy_parser::{HeaderName, Message, Uri, printable, to_rsip};

/// The INVITE of RFC 3261 §24.2, with a body of the length it claims.
pub(crate) const INVITE: &[u8] = b"INVITE sip:bob@biloxi.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8\r\n\
    Max-Forwards: 70\r\n\
    To: Bob <sip:bob@biloxi.com>\r\n\
    From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n\
    Call-ID: a84b4c76e66710\r\n\
    CSeq: 314159 INVITE\r\n\
    Contact: <sip:alice@pc33.atlanta.com>\r\n\
    Content-Type: application/sdp\r\n\
    Content-Length: 14\r\n\
    \r\n\
    v=0\r\nm=audio\r\n";

/// The 200 of RFC 3261 §24.2, as the caller receives it, without its body.
pub(crate) const OK: &[u8] = b"SIP/2.0 200 OK\r\n\
    Via: SIP/2.0/UDP server10.biloxi.com\r\n \
    ;branch=z9hG4bKnashds8;received=192.0.2.3\r\n\
    Via: SIP/2.0/UDP bigbox3.site3.atlanta.com\r\n \
    ;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2\r\n\
    Via: SIP/2.0/UDP pc33.atlanta.com\r\n \
    ;branch=z9hG4bK776asdhds ;received=192.0.2.1\r\n\
    To: Bob <sip:bob@biloxi.com>;tag=a6c85cf\r\n\
    From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n\
    Call-ID: a84b4c76e66710@pc33.atlanta.com\r\n\
    CSeq: 314159 INVITE\r\n\
    Contact: <sip:bob@192.0.2.4>\r\n\
    Content-Length: 0\r\n\
    \r\n";

/// Legal, and as odd as RFC 3261 §7.3 allows.
pub(crate) const ODD: &[u8] = b"\r\nSUBSCRIBE  sips:[2001:db8::10]:5070;lr SIP/2.0 \r\n\
    v:  SIP  / 2.0 / TCP  [2001:db8::9]:5062 ;branch = z9hG4bK1,\r\n\
    \tSIP/2.0/UDP h.example.com;branch=\r\n z9hG4bK2;rport\n\
    f : \"Watson, \\\"T\\\" <x>\"\r\n <sip:t@example.org> ; TAG = \"quoted;tag\"\r\n\
    t: sip:someone@example.net;tag=;user=phone\r\n\
    i: 1@\r\n\
    CSEQ: 0009\r\n  SUBSCRIBE\r\n\
    m: \"a,b\" <sip:a,b@c>;q=0.5, <sips:d>;expires=10 , sip:e@f;q=1,*\r\n\
    Reason: SIP;cause=200;text=\"Call completed, elsewhere\", Q.850;cause=16\r\n\
    Warning: 307 isi.edu \"Session parameter 'foo', \\\"bar\\\"\", 301 isi.edu \"x\"\r\n\
    Retry-After: 120 (I'm in a meeting);duration=3600\r\n\
    no colon here\r\n\
    l: 3\r\n\
    \r\n\
    abcdef";

pub(crate) const ALL: &[&[u8]] = &[INVITE, OK, ODD];

/// Calls every accessor there is and follows every value down to its last part. Answers a count,
/// so that nothing can be optimised away.
pub(crate) fn walk(message: Message<'_, '_>) -> usize {
    let mut seen = 0;
    let mut see = |bytes: &[u8]| seen += bytes.len() + printable(bytes).len();
    let uri_parts = |uri: &[u8], see: &mut dyn FnMut(&[u8])| {
        if let Some(uri) = Uri::parse(uri) {
            see(uri.host);
            see(uri.user.unwrap_or_default());
            see(uri.password.unwrap_or_default());
            see(uri.transport().unwrap_or_default());
            see(uri.maddr().unwrap_or_default());
            let _ = (uri.ip(), uri.has_lr(), uri.is_sip());
        }
    };
    for header in message.headers() {
        see(header.raw_name);
        see(&header.unfolded());
        let _ = header.is_malformed();
    }
    for &name in HeaderName::ALL {
        let _ = (
            message.header(name),
            message.seconds(name),
            message.address(name),
        );
        message.values(name).for_each(&mut see);
        for address in message.addresses(name) {
            see(address.display.unwrap_or_default());
            see(address.tag().unwrap_or_default());
            let _ = (address.q(), address.expires_secs());
            uri_parts(address.uri, &mut see);
        }
    }
    for via in message.vias().chain(message.top_via()) {
        see(via.protocol);
        see(via.sent_by);
        see(via.host);
        see(via.branch().unwrap_or_default());
        for (name, value) in via.params {
            see(name);
            see(value.unwrap_or_default());
        }
        let _ = (
            via.received_ip(),
            via.rport(),
            via.maddr(),
            via.has_magic_cookie(),
            via.ip(),
        );
    }
    for contact in message.contacts() {
        see(contact
            .address()
            .map(|address| address.uri)
            .unwrap_or_default());
    }
    for reason in message.reasons() {
        see(reason.protocol);
        see(reason.text.unwrap_or_default());
    }
    for warning in message.warnings() {
        see(warning.agent);
        see(warning.text);
    }
    uri_parts(message.request_uri().unwrap_or_default(), &mut see);
    for part in [
        message.head(),
        message.body(),
        message.trailing(),
        message.unindexed(),
    ] {
        see(part);
    }
    let _ = (
        message.cseq(),
        message.call_id(),
        message.from(),
        message.to(),
    );
    let _ = (message.method(), message.status(), message.max_forwards());
    let _ = (
        message.retry_after_secs(),
        message.content_length(),
        message.is_complete(),
    );
    seen + format!("{message:?}").len()
}

/// As [`walk`], with rsip's view as well.
pub(crate) fn walk_with_rsip(message: Message<'_, '_>) -> usize {
    walk(message) + usize::from(to_rsip(&message).is_ok())
}
