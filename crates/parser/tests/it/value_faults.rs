//! The strict reading of header values: silent on the RFCs' own examples, and exact about the
//! bytes that depart from them.

use proptest::prelude::*;
use sipwhy_parser::headers::{
    AccessNetwork, Auth, AuthParams, Challenges, ChargingVector, Date, DialogRef, EarlyMedia,
    Event, HistoryEntry, Identity, MediaType, Parameterized, RAck, RetryAfter, SecurityMechanism,
    SessionExpires, SessionId, SubscriptionState, Timestamp, UriItem, UserToUser, privacy_values,
    tokens, value_faults,
};
use sipwhy_parser::{Fault, HeaderName};

fn faults(name: &str, value: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let known = HeaderName::from_bytes(name.as_bytes());
    assert_ne!(known, HeaderName::Other, "{name}");
    value_faults(known, value.as_bytes(), &mut |fault| {
        found.push((fault.kind.name(), value[fault.span].to_owned()));
    });
    found
}

/// One line each: a header as an RFC or a common stack writes it.
const RIGHT: &str = r#"
Accept: application/sdp;level=1, application/x-private, text/html
Accept:
Accept-Contact: *;audio;require, *;+sip.instance="<urn:uuid:1>";explicit
Accept-Encoding: gzip;q=1.0, *
Accept-Language: da, en-gb;q=0.8, en;q=0.7, *
Accept-Resource-Priority: dsn.flash-override, dsn.flash
Alert-Info: <http://www.example.com/sounds/moo.wav>
Alert-Info: <urn:alert:service:call-waiting>;info=a, <http://a/b,c;d>
Allow:
Allow: INVITE, ACK, OPTIONS,CANCEL ,BYE
Allow-Events: spirits-INDPs, presence.winfo
Answer-Mode: Auto;require
Authentication-Info: nextnonce="47364c23432d2e131a5fb210812c", qop=auth, rspauth="6629fae49393a05397450978507c4ef1", cnonce="0a4f113b", nc=00000001
Authorization: Digest username="bob", realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="sip:bob@biloxi.com", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"
Authorization: Digest username="jon.dough@mobile.biz", realm="RoamingUsers@mobile.biz", nonce="", uri="sip:home.mobile.biz", response=""
Authorization: Bearer mF_9.B5f-4.1JqM==
Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@biloxi.com
Call-ID: (<weird>:\"/[?]{id}")
Call-Info: <http://wwww.example.com/alice/photo.jpg> ;purpose=icon, <http://www.example.com/alice/> ;purpose=info
Contact: *
Content-Disposition: session;handling=optional
Content-Encoding: gzip
Content-ID: <target123@atlanta.example.com>
Content-Language: fr, zh-Hant-419
Content-Length: 349
Content-Type: application/sdp
Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha1; boundary=boundary42
CSeq: 4711 INVITE
CSeq: 0009  CUSTOM-METHOD
Date: Sat, 13 Nov 2010 23:29:00 GMT
Diversion: <sip:+19195551004@example.com>;reason=user-busy;counter=01;privacy=off
Error-Info: <sip:not-in-service-recording@atlanta.com>
Event: refer;id=93809824
Event: conference.template.more
Expires: 4294967295
Feature-Caps: *;+g.3gpp.srvcc;+sip.586="a"
Flow-Timer: 120
Geolocation: <cid:target123@atlanta.example.com>;inserted-by="server5", <sips:3sdefrhy2jj7@lis.atlanta.example.com>
Geolocation-Error: 201 ;code="Permission To Use Location Information"
Geolocation-Routing: yes
History-Info: <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1, <sip:b@c>;index=1.1.12;mp=1
Identity: eyJhbGciOi.eyJhdHRlc3Qi.rq3pjT1hoRwakEGj-_;info=<https://biloxi.example.org/biloxi.cer>;alg=ES256;ppt=shaken
Identity: ..rq3pjT1hoRwakEGj ; info = <https://biloxi.example.org/a;b>
Identity-Info: <https://atlanta.example.com/atlanta.cer>;alg=rsa-sha1
In-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com
Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321
Max-Forwards: 0
Max-Forwards: 255
MIME-Version: 1.0
Min-Expires: 60
Min-SE: 90;lr
Organization: Boxes by Bob
Organization:
P-Access-Network-Info: 3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11
P-Asserted-Identity: "Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000
P-Charging-Function-Addresses: ccf=192.1.1.1; ccf-2="a b", ecf=192.1.1.3
P-Charging-Vector: icid-value=1234bc9876e; icid-generated-at=192.0.6.8; orig-ioi=home1.net
P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel
P-Charge-Info: <sip:+1234@example.com>;noa=3;npi=e164
P-Early-Media: supported
P-Refused-URI-List: sip:a@b, <sip:list@c>;members="<cid:1>"
P-User-Database: <aaa://host.example.com;transport=tcp>
P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel
P-Visited-Network-ID: other.net, "Visited network number 1"
Path: <sip:p1.example.com;lr>,<sip:p2.example.com;lr>
Priority: non-urgent
Privacy: header; user; id; critical
Privacy: none
Proxy-Authenticate: Digest realm="atlanta.com", domain="sip:ss1.carrier.com", qop="auth", nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5
Proxy-Authenticate: Digest realm="a", nonce="b", algorithm=SHA-256, qop="auth,auth-int", Digest realm="a", nonce="b", algorithm=AKAv1-MD5
Proxy-Require: foo
RAck: 776656 1 INVITE
RSeq: 988789
Reason: SIP ;cause=200 ;text="Call completed elsewhere"
Reason: Q.850;cause=16;text="Terminated", SIP;cause=600, preemption;cause=1
Recv-Info:
Recv-Info: foo;x=y, bar
Refer-Sub: false
Reject-Contact: *;actor="msg-taker";video
Replaces: 98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only
Request-Disposition: proxy, recurse, parallel
Require: 100rel, precondition
Resource-Priority: dsn.flash, wps.3
Retry-After: 18000;duration=3600
Retry-After: 120 (I'm in a meeting (long))
Security-Client: ipsec-3gpp; alg=hmac-sha-1-96; spi-c=1111; port-s=2468, tls;q=0.2;d-ver="00"
Server: HomeServer v2
Server: sipwhy/1.0 (Linux; (x86_64)) lib/2
Service-Route: <sip:P2.HOME.EXAMPLE.COM;lr>
Session-Expires: 4000;refresher=uac
Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2
Session-ID: 0123456789abcdef0123456789abcdef
SIP-ETag: dx200xyz
SIP-If-Match: dx200xyz
Subject: Tech Support — “urgent”
Subscription-State: active;expires=599999
Subscription-State: terminated;reason=timeout;retry-after=10
Suppress-If-Match: *
Supported:
Supported: 100rel,timer
Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544
Timestamp: 54
Timestamp: 54.21 .5
Unsupported: foo
User-Agent: Softphone Beta1.5
User-to-User: 56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar
User-to-User: "any; text";encoding=x
Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK776asdhds
Warning: 307 isi.edu "Session parameter 'foo', \"bar\" not understood", 301 [2001:db8::1]:5060 "x"
WWW-Authenticate: Digest realm="atlanta.com", nonce="f84f1cec41e6cbe5aea9c8e88d359"
WWW-Authenticate: Bearer realm="example.com", authz_server="https://as.example.com", scope="a b"
"#;

#[test]
fn nothing_is_wrong_with_what_is_right() {
    for line in RIGHT.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        assert_eq!(faults(name, value.trim()), [], "{line}");
        // Nor with the white space and the folds that the grammar has around every semicolon.
        if !value.contains(['"', '<', '(']) {
            let spaced = value.trim().replace(';', "\r\n ;\t");
            assert_eq!(faults(name, &spaced), [], "{line}");
        }
    }
}

/// A header, the kind of its one fault, and the bytes that it underlines.
const WRONG: &[(&str, &str, &str)] = &[
    ("Accept: application", "bad-media-type", "application"),
    ("Accept-Language: en_US", "bad-language", "en_US"),
    ("Accept-Contact: audio", "star-missing", "audio"),
    ("Alert-Info: http://a/b", "angle-missing", "http://a/b"),
    ("Alert-Info: <http://a/b", "unclosed-angle", "<http://a/b"),
    ("Call-Info: <http://a> x;y", "text-after-address", "x"),
    ("Allow: INVITE ACK", "not-a-token", "INVITE ACK"),
    ("Allow: INVITE,,ACK", "empty-element", ","),
    ("Allow: ,ACK", "empty-element", ","),
    ("Min-SE: ;x", "not-a-number", ";"),
    ("Require:", "empty-value", ""),
    ("Allow-Events: a..b", "bad-event-type", "a..b"),
    ("Call-ID: a@b@c", "bad-call-id", "a@b@c"),
    ("Call-ID: a b", "illegal-in-call-id", " "),
    ("Call-ID:", "empty-value", ""),
    ("Content-Length: -1", "not-a-number", "-1"),
    (
        "Content-Length: 4294967296",
        "number-out-of-range",
        "4294967296",
    ),
    ("Content-Type: text", "bad-media-type", "text"),
    ("Content-Type: */*", "bad-media-type", "*/*"),
    (
        "Content-Type: multipart/mixed",
        "boundary-missing",
        "multipart/mixed",
    ),
    (
        "Content-Type: text/plain;charset",
        "empty-param-value",
        "charset",
    ),
    ("Content-Type: a/b;x=\"y", "unclosed-quote", "\"y"),
    ("Content-ID: target@b", "bad-content-id", "target@b"),
    (
        "CSeq: 2147483648 INVITE",
        "number-out-of-range",
        "2147483648",
    ),
    ("CSeq: 1", "method-missing", "1"),
    ("CSeq: 1 IN/VITE", "not-a-token", "IN/VITE"),
    ("CSeq: 1 ACK x", "text-after-value", "x"),
    ("RAck: 1", "sequence-missing", "1"),
    ("RSeq: 0", "number-out-of-range", "0"),
    (
        "Date: Fri, 13 Nov 2010 23:29:00 GMT",
        "wrong-weekday",
        "Fri",
    ),
    ("Date: Sat, 13 Nov 2010 23:29:00 EST", "date-not-gmt", "EST"),
    ("Date: 2010-11-13", "bad-date", "2010-11-13"),
    (
        "Diversion: <sip:a@b>;counter=100",
        "bad-counter",
        "<sip:a@b>;counter=100",
    ),
    ("Event: ", "empty-value", ""),
    ("Expires: soon", "not-a-number", "soon"),
    ("Expires: 4294967296", "number-out-of-range", "4294967296"),
    ("Geolocation-Error: 20", "bad-geolocation-error", "20"),
    ("History-Info: <sip:a@b>", "index-missing", "<sip:a@b>"),
    (
        "History-Info: <sip:a@b>;index=1..2",
        "bad-index",
        "<sip:a@b>;index=1..2",
    ),
    ("Identity: a.b;info=<https://a>", "bad-passport", "a.b"),
    ("Identity: a.b.c", "identity-info-missing", "a.b.c"),
    (
        "Identity: a.b.c;info=https://a",
        "angle-missing",
        "https://a",
    ),
    (
        "Identity: a.b.c;info=<https://a>;ppt=\"shaken\"",
        "quotes-unwanted",
        "\"shaken\"",
    ),
    ("Identity: \"abc=\"", "old-identity", "\"abc=\""),
    ("Identity: r5mw/REL+uy=", "old-identity", "r5mw/REL+uy="),
    ("Max-Forwards: 256", "number-out-of-range", "256"),
    ("Max-Forwards: 70;x", "not-a-number", "70;x"),
    ("MIME-Version: 1", "bad-mime-version", "1"),
    ("Session-Expires: 89", "interval-too-short", "89"),
    ("Session-Expires: 1800;refresher=me", "bad-refresher", "me"),
    (
        "P-Charging-Vector: orig-ioi=a",
        "icid-missing",
        "orig-ioi=a",
    ),
    ("P-Preferred-Service: mmtel", "bad-service-id", "mmtel"),
    ("Privacy: id;none", "privacy-none-not-alone", "none"),
    ("Reason: SIP;cause=abc", "not-a-number", "abc"),
    ("Reason: SIP;text=Busy", "quotes-missing", "Busy"),
    ("Refer-Sub: maybe", "not-a-boolean", "maybe"),
    (
        "Replaces: a@b;to-tag=1",
        "dialog-tag-missing",
        "a@b;to-tag=1",
    ),
    (
        "Replaces: a;to-tag=1;from-tag=2;early-only=1",
        "flag-with-value",
        "early-only=1",
    ),
    ("Resource-Priority: flash", "bad-resource-priority", "flash"),
    ("Retry-After: 5 (open", "unclosed-comment", "(open"),
    ("Retry-After: 5 minutes", "text-after-value", "minutes"),
    ("Retry-After: 5;duration=x", "not-a-number", "x"),
    ("Server: Asterisk@home", "bad-product", "Asterisk@home"),
    ("User-Agent: phone (1.0", "unclosed-comment", "(1.0"),
    ("Session-ID: abc", "bad-session-id", "abc"),
    (
        "Session-ID: AB30317f1a784dc48ff824d0d3715d86",
        "upper-case-session-id",
        "AB30317f1a784dc48ff824d0d3715d86",
    ),
    (
        "Subscription-State: active;expires=never",
        "not-a-number",
        "never",
    ),
    ("Timestamp: now", "bad-timestamp", "now"),
    ("Timestamp: 1 x", "bad-timestamp", "x"),
    ("User-to-User: 56a", "not-hex", "56a"),
    ("Warning: 30 a \"b\"", "bad-warn-code", "30"),
    ("Warning: 307 \"b\"", "warn-agent-missing", "307"),
    ("Warning: 307 a b", "quotes-missing", "b"),
    ("Warning: 307 a \"b\" c", "text-after-value", "c"),
    (
        "WWW-Authenticate: realm=\"a\"",
        "auth-scheme-missing",
        "realm=\"a\"",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a\"",
        "nonce-missing",
        "Digest",
    ),
    (
        "WWW-Authenticate: Digest nonce=\"a\"",
        "realm-missing",
        "Digest",
    ),
    (
        "WWW-Authenticate: Digest realm=a, nonce=\"b\"",
        "quotes-missing",
        "a",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a, nonce=\"b\"",
        "nonce-missing",
        "Digest",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", stale=\"true\"",
        "quotes-unwanted",
        "\"true\"",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", stale=maybe",
        "not-a-boolean",
        "maybe",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", algorithm=SHA3",
        "unknown-algorithm",
        "SHA3",
    ),
    (
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", realm=\"c\"",
        "duplicate-param",
        "realm=\"c\"",
    ),
    ("Authorization: Bearer a b", "bad-bearer-token", "a b"),
    ("Authentication-Info: nc=1", "bad-nonce-count", "1"),
];

#[test]
fn what_is_wrong_is_underlined() {
    for (line, kind, text) in WRONG {
        let (name, value) = line.split_once(':').unwrap();
        let found = faults(name, value.trim());
        assert!(
            found.contains(&(*kind, (*text).to_owned())),
            "{line}: {found:?}"
        );
        // The unclosed quote of a realm takes the nonce with it, so that is said too.
        assert!(
            found.len() == 1 || line.contains("\"a, nonce"),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn credentials_say_all_that_they_lack() {
    let kinds = |value: &str| -> Vec<_> {
        faults("Authorization", value)
            .into_iter()
            .map(|(kind, _)| kind)
            .collect()
    };
    assert_eq!(
        kinds("Digest opaque=\"a\""),
        [
            "realm-missing",
            "nonce-missing",
            "username-missing",
            "digest-uri-missing",
            "response-missing"
        ]
    );
    let most = "Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"sip:d\"";
    let md5 = "6629fae49393a05397450978507c4ef1";
    assert_eq!(
        kinds(&format!("{most}, response=\"{md5}\", qop=auth")),
        ["cnonce-missing", "nonce-count-missing"]
    );
    assert_eq!(
        kinds(&format!("{most}, response=\"{md5}\", nc=00000001")),
        ["qop-missing"]
    );
    assert_eq!(
        kinds(&format!("{most}, response=\"{md5}\", algorithm=SHA-256")),
        ["bad-digest"]
    );
    assert_eq!(
        kinds(&format!(
            "{most}, response=\"{md5}{md5}\", algorithm=SHA-256"
        )),
        [""; 0]
    );
    assert_eq!(kinds(&format!("{most}, response=\"\"")), ["bad-digest"]);
    assert_eq!(
        kinds(&format!("{most} response=\"{md5}\"")),
        ["comma-missing", "response-missing"]
    );
    assert_eq!(
        kinds(&format!(
            "{most}, response=\"{md5}\", {most}, response=\"{md5}\""
        )),
        ["several-credentials"]
    );
}

#[test]
fn text_in_another_encoding() {
    let mut found = Vec::new();
    value_faults(HeaderName::Subject, b"caf\xe9 cr\xe8me", &mut |fault| {
        found.push((fault.kind.name(), fault.span));
    });
    assert_eq!(found, [("not-utf8", 3..4)]);
}

#[test]
fn names_without_a_grammar_have_no_faults() {
    value_faults(HeaderName::Other, b"\"<,,;;\xff", &mut |fault| {
        panic!("{fault:?}");
    });
}

/// Every decoder, each walked to its end.
fn decode(value: &[u8]) -> usize {
    let challenges: usize = Challenges::new(value)
        .map(|challenge| {
            challenge.qop().count()
                + challenge.params.iter().count()
                + usize::from(challenge.is_stale())
        })
        .sum();
    let alone = [
        Auth::parse(value).and_then(Auth::realm).is_some(),
        Date::parse(value).is_some_and(Date::is_weekday_right),
        DialogRef::parse(value)
            .and_then(DialogRef::to_tag)
            .is_some(),
        Event::parse(value).and_then(Event::id).is_some(),
        HistoryEntry::parse(value)
            .and_then(HistoryEntry::cause)
            .is_some(),
        Identity::parse(value).and_then(Identity::info).is_some(),
        MediaType::parse(value)
            .and_then(MediaType::boundary)
            .is_some(),
        Parameterized::parse(value).is_some(),
        RAck::parse(value).is_some(),
        RetryAfter::parse(value).is_some(),
        SessionExpires::parse(value).is_some(),
        SessionId::parse(value).is_some(),
        SubscriptionState::parse(value)
            .and_then(SubscriptionState::reason)
            .is_some(),
        Timestamp::parse(value).is_some(),
        ChargingVector::parse(value).icid().is_some(),
    ];
    challenges
        + alone.into_iter().filter(|is| *is).count()
        + AuthParams::new(value).iter().count()
        + AccessNetwork::list(value).count()
        + EarlyMedia::list(value).count()
        + SecurityMechanism::list(value).count()
        + UriItem::list(value).count()
        + UserToUser::list(value).count()
        + privacy_values(value).count()
        + tokens(value).count()
}

/// How many faults all headers find in a value; each must lie inside.
fn check(value: &[u8]) -> usize {
    let mut count = 0;
    for name in HeaderName::ALL {
        value_faults(*name, value, &mut |Fault { span, kind }| {
            assert!(
                (span.start < span.end || value.is_empty()) && span.end <= value.len(),
                "{name} {kind}: {span:?} of {}",
                value.escape_ascii()
            );
            count += 1;
        });
    }
    count
}

#[test]
fn long_hostile_values_come_to_an_end() {
    // Quadratic time over 64 KB would take minutes for each of these.
    for piece in [
        ",", ";", "\"", "\\\"", "<", "(", "\r\n ", "=", "a=\"b\",", ";a=", "%", ".", "<>,", "a ,",
        "\"\",",
    ] {
        let value = piece.repeat(65_536 / piece.len());
        decode(value.as_bytes());
        for (name, front) in READINGS {
            let value = [front, value.as_str()].concat();
            let name = HeaderName::from_bytes(name.as_bytes());
            value_faults(name, value.as_bytes(), &mut |fault| {
                assert!(fault.span.end <= value.len());
            });
        }
    }
}

/// One header of each reading, and what leads into the deepest part of it.
const READINGS: &[(&str, &str)] = &[
    ("Accept", "a/b;"),
    ("Authorization", "Digest "),
    ("Call-ID", ""),
    ("Call-Info", "<sip:a@b>;"),
    ("Content-Language", ""),
    ("Content-Type", "multipart/x;"),
    ("Diversion", ""),
    ("Event", ""),
    ("History-Info", "<sip:a@b>;"),
    ("Identity", "a.b.c;"),
    ("P-Charging-Vector", ""),
    ("Privacy", ""),
    ("Reason", "SIP;"),
    ("Replaces", "a;"),
    ("Retry-After", "1 "),
    ("Subject", ""),
    ("User-Agent", ""),
    ("User-to-User", ""),
    ("Warning", "301 a "),
    ("WWW-Authenticate", ""),
];

fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let parts = vec![
        "Digest ",
        "realm=",
        "nonce",
        "\"",
        "\\",
        ",",
        ";",
        "=",
        "<",
        ">",
        "(",
        ")",
        " ",
        "\r\n ",
        "a",
        "1",
        ".",
        "..",
        "/",
        "@",
        "*",
        "sip:a@b",
        "index=1",
        "info=",
        "remote=",
        "Sat, ",
        "13 Nov 2010 ",
        "23:29:00 ",
        "GMT",
        "\u{e9}",
        "%3D",
        "cause",
        "multipart/",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..24)
        .prop_map(|parts| parts.concat().into_bytes())
}

/// Whether `part` lies in `whole`, and where it begins.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    let at = part.as_ptr() as usize - whole.as_ptr() as usize;
    assert!(at + part.len() <= whole.len());
    at
}

proptest! {
    #[test]
    fn any_fragments(value in fragments()) {
        decode(&value);
        check(&value);
    }

    #[test]
    fn any_bytes(value in prop::collection::vec(any::<u8>(), 0..80)) {
        decode(&value);
        check(&value);
    }

    /// What a list's decoder hands out lies in the value, in order; between its parts there are
    /// only commas and white space.
    #[test]
    fn challenges_and_separators_are_the_whole_value(value in fragments()) {
        let mut at = 0;
        for challenge in Challenges::new(&value) {
            for part in [challenge.scheme, challenge.params.raw()] {
                if part.is_empty() {
                    continue;
                }
                let start = offset(&value, part);
                let between = &value[at..start];
                prop_assert!(between.iter().all(|byte| b", \t\r\n".contains(byte)));
                at = start + part.len();
            }
        }
        prop_assert!(value[at..].iter().all(|byte| b", \t\r\n".contains(byte)));
    }

    /// A value, its semicolon and its parameters are all there is, but for white space.
    #[test]
    fn a_value_and_its_parameters_are_the_whole(value in fragments()) {
        let trim = |bytes: &[u8]| bytes.trim_ascii().to_vec();
        let Some(read) = Parameterized::parse(&value) else {
            let first = value.iter().find(|byte| !byte.is_ascii_whitespace());
            prop_assert!(matches!(first, None | Some(b';')));
            return Ok(());
        };
        let start = offset(&value, read.value);
        prop_assert!(value[..start].trim_ascii().is_empty());
        let rest = &value[start + read.value.len()..];
        let written = trim(rest);
        if written.is_empty() {
            prop_assert!(read.params.raw().is_empty());
        } else {
            prop_assert_eq!(trim(&[b";", read.params.raw()].concat()), written);
        }
    }

    /// What was decoded and is written again reads the same, and has no fault.
    #[test]
    fn digests_written_again(
        realm in "[ -!#-\\[\\]-~]{0,20}",
        nonce in "[a-zA-Z0-9+/=,]{1,30}",
        stale in any::<bool>(),
    ) {
        let one = format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", stale={stale}");
        let value = format!("{one}, {one}");
        prop_assert_eq!(faults("WWW-Authenticate", &value), []);
        let written: Vec<String> = Challenges::new(value.as_bytes())
            .map(|challenge| format!(
                "Digest realm=\"{}\", nonce=\"{}\", stale={}",
                String::from_utf8_lossy(challenge.realm().unwrap()),
                String::from_utf8_lossy(challenge.nonce().unwrap()),
                challenge.is_stale(),
            ))
            .collect();
        prop_assert_eq!(written.join(", "), value);
    }
}
