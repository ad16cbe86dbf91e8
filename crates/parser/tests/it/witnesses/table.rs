//! `docs/witnesses.md`: what the parsers disagree on, and who is right.
//!
//! Each row names a value, what is to be read in it, and where that is written. The rest of the
//! table is what the parsers read, so it cannot say what is not so.

use std::fmt::Write as _;
use std::path::Path;

use super::{Kind, Reading, code, ezk, ours, rsips};
use crate::oracles::{GAPS, Gap};

/// A value, and what the RFC has it mean; nothing where it is to be refused.
struct Row {
    kind: Kind,
    value: &'static str,
    right: &'static [&'static str],
    section: &'static str,
}

const fn row(
    kind: Kind,
    value: &'static str,
    right: &'static [&'static str],
    section: &'static str,
) -> Row {
    Row {
        kind,
        value,
        right,
        section,
    }
}

const ROWS: &[Row] = &[
    row(
        Kind::RequestUri,
        "sip:a.@h.example",
        &["scheme=sip user=a. host=h.example"],
        "RFC 3261 §25.1 (mark)",
    ),
    row(
        Kind::RequestUri,
        "sip:[2001:db8::10]:5070",
        &["scheme=sip host=2001:db8::10 port=5070"],
        "RFC 3261 §19.1.1; RFC 5118 §4.1",
    ),
    row(
        Kind::RequestUri,
        "tel:+4930123456;phone-context=x",
        &["uri=tel:+4930123456;phone-context=x"],
        "RFC 3966 §3",
    ),
    row(
        Kind::RequestUri,
        "urn:service:sos",
        &["uri=urn:service:sos"],
        "RFC 5031 §3",
    ),
    row(
        Kind::RequestUri,
        "sip:@h.example",
        &[],
        "RFC 3261 §25.1 (user = 1*)",
    ),
    row(
        Kind::RequestUri,
        "sip:h_x.example",
        &[],
        "RFC 3261 §25.1 (hostname); such names are in use, so sipwhy reads it, and tells of the character",
    ),
    row(
        Kind::RequestUri,
        "sip:h.example;transport=x-new",
        &["scheme=sip host=h.example;transport=x-new"],
        "RFC 3261 §25.1 (other-transport)",
    ),
    row(
        Kind::RequestUri,
        "sip:h.example;METHOD=new",
        &["scheme=sip host=h.example;method=new"],
        "RFC 3261 §19.1.1 (a method is a token)",
    ),
    row(
        Kind::RequestUri,
        "sip:h.example?Subject=x&Priority=urgent",
        &["scheme=sip host=h.example headers=Subject=x&Priority=urgent"],
        "RFC 3261 §19.1.1",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example:5060;branch=z9hG4bK1, SIP/2.0/TCP i.example;branch=z9hG4bK2",
        &[
            "transport=UDP host=h.example port=5060;branch=z9hG4bK1",
            "transport=TCP host=i.example;branch=z9hG4bK2",
        ],
        "RFC 3261 §7.3.1",
    ),
    row(
        Kind::Via,
        "SIP / 2.0 / UDP h.example;branch=z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1"],
        "RFC 3261 §25.1 (SLASH)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example : 5060;branch=z9hG4bK1",
        &["transport=UDP host=h.example port=5060;branch=z9hG4bK1"],
        "RFC 3261 §25.1 (COLON)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bK1",
        &["transport=UDP host=2001:db8::9 port=5060;branch=z9hG4bK1"],
        "RFC 3261 §25.1 (IPv6reference)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example;received=2001:db8::1;branch=z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1;received=2001:db8::1"],
        "RFC 3261 §25.1 (via-received); RFC 5118 §4.5",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example;received=[2001:db8::1];branch=z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1;received=[2001:db8::1]"],
        "RFC 5118 §4.5 (both forms are to be accepted)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example; branch = z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1"],
        "RFC 3261 §25.1 (SEMI, EQUAL)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/NEW h.example;branch=z9hG4bK1",
        &["transport=NEW host=h.example;branch=z9hG4bK1"],
        "RFC 3261 §25.1 (other-transport)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example;x=\"a;b\";branch=z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1;x=a;b"],
        "RFC 3261 §25.1 (gen-value = quoted-string)",
    ),
    row(
        Kind::Via,
        "SIP/2.0/UDP h.example\r\n ;branch=z9hG4bK1",
        &["transport=UDP host=h.example;branch=z9hG4bK1"],
        "RFC 3261 §7.3.1",
    ),
    row(
        Kind::From,
        "\"Alice\" <sip:a@h.example>;tag=1",
        &["\"Alice\" <scheme=sip user=a host=h.example>;tag=1"],
        "RFC 3261 §25.1 (quotes are no part of the name)",
    ),
    row(
        Kind::From,
        "\"A \\\"x\\\" <y>\" <sip:a@h.example>;tag=1",
        &["\"A \\\"x\\\" <y>\" <scheme=sip user=a host=h.example>;tag=1"],
        "RFC 3261 §25.1 (quoted-pair)",
    ),
    row(
        Kind::From,
        "<sip:a@h.example> ; tag = 1",
        &["<scheme=sip user=a host=h.example>;tag=1"],
        "RFC 3261 §25.1 (SEMI, EQUAL)",
    ),
    row(
        Kind::From,
        "<tel:+4930123456>;tag=1",
        &["<uri=tel:+4930123456>;tag=1"],
        "RFC 3261 §25.1 (absoluteURI); RFC 3966",
    ),
    row(
        Kind::From,
        "\"Alice <sip:a@h.example>;tag=1",
        &[],
        "RFC 3261 §25.1 (quoted-string); RFC 4475 §3.1.2.6",
    ),
    row(Kind::Contact, "*", &["*"], "RFC 3261 §10.2.2, §25.1 (STAR)"),
    row(
        Kind::Contact,
        "<sip:a@h.example>;q=0.7;expires=60, <sip:b@h.example>",
        &[
            "<scheme=sip user=a host=h.example>;expires=60;q=0.7",
            "<scheme=sip user=b host=h.example>",
        ],
        "RFC 3261 §7.3.1, §20.10",
    ),
    row(
        Kind::Contact,
        "\"a, b\" <sip:a@h.example>",
        &["\"a, b\" <scheme=sip user=a host=h.example>"],
        "RFC 3261 §7.3.1, §25.1",
    ),
    row(
        Kind::Contact,
        "<sip:a@h.example;transport=tcp>;+sip.instance=\"<urn:uuid:0>\"",
        &["<scheme=sip user=a host=h.example;transport=tcp>;+sip.instance=<urn:uuid:0>"],
        "RFC 5626 §4.1; RFC 3840 §9",
    ),
    row(
        Kind::Contact,
        "<mailto:a@h.example>",
        &["<uri=mailto:a@h.example>"],
        "RFC 3261 §20.10",
    ),
    row(
        Kind::Route,
        "Proxy <sip:p.example;lr>",
        &["\"Proxy\" <scheme=sip host=p.example;lr>"],
        "RFC 3261 §25.1 (route-param = name-addr)",
    ),
    row(
        Kind::RecordRoute,
        "<sip:[2001:db8::1];lr>",
        &["<scheme=sip host=2001:db8::1;lr>"],
        "RFC 3261 §25.1 (IPv6reference)",
    ),
    row(
        Kind::CSeq,
        "1\r\n OPTIONS",
        &["1 OPTIONS"],
        "RFC 3261 §7.3.1",
    ),
    row(
        Kind::CSeq,
        "1 NEWMETHOD",
        &["1 NEWMETHOD"],
        "RFC 3261 §25.1 (extension-method)",
    ),
    row(
        Kind::CSeq,
        "1 options",
        &["1 options"],
        "RFC 3261 §25.1 (the known methods are in capitals)",
    ),
    row(Kind::CSeq, "1 OPTIONS x", &[], "RFC 3261 §25.1"),
    row(Kind::MaxForwards, "+70", &[], "RFC 3261 §25.1 (1*DIGIT)"),
    row(Kind::Expires, "+60", &[], "RFC 3261 §25.1 (delta-seconds)"),
    row(
        Kind::RetryAfter,
        "120x",
        &[],
        "RFC 3261 §25.1 (delta-seconds)",
    ),
    row(
        Kind::Allow,
        "INVITE, NEWMETHOD",
        &["INVITE", "NEWMETHOD"],
        "RFC 3261 §25.1 (extension-method)",
    ),
    row(
        Kind::Supported,
        "100rel ,\r\n timer",
        &["100rel", "timer"],
        "RFC 3261 §7.3.1",
    ),
    row(
        Kind::Warning,
        "301 isi.example \"a, b\", 399 x \"c\"",
        &["301 isi.example a, b", "399 x c"],
        "RFC 3261 §20.43",
    ),
    row(
        Kind::ContentType,
        "multipart/mixed;boundary=\"a;b\"",
        &["multipart/mixed;boundary=a;b"],
        "RFC 3261 §25.1 (m-value = quoted-string)",
    ),
    row(
        Kind::ContentType,
        "text/plain ; charset = utf-8",
        &["text/plain;charset=utf-8"],
        "RFC 3261 §25.1 (SEMI, EQUAL)",
    ),
    row(
        Kind::Challenge,
        "Digest realm=\"a\\\"b\", nonce=\"1\"",
        &["realm=a\\\"b nonce=1"],
        "RFC 3261 §25.1 (quoted-pair)",
    ),
    row(
        Kind::Challenge,
        "digest realm=\"a\", nonce=\"1\"",
        &["realm=a nonce=1"],
        "RFC 9110 §11.1 (case-insensitive)",
    ),
    row(
        Kind::Challenge,
        "Digest realm=\"a\", nonce=\"1\", algorithm=SHA-256",
        &["realm=a nonce=1"],
        "RFC 8760 §2.1",
    ),
    row(
        Kind::Challenge,
        "Digest realm=\"a\", nonce=\"1\", algorithm=AKAv1-MD5",
        &["realm=a nonce=1"],
        "RFC 3310 §3.1",
    ),
    row(
        Kind::Challenge,
        "Digest realm=\"a\", nonce=\"1\", qop=\"auth,auth-int\"",
        &["realm=a nonce=1"],
        "RFC 3261 §25.1 (qop-options)",
    ),
    row(
        Kind::Challenge,
        "Digest nonce=\"1\", realm = \"a\"",
        &["realm=a nonce=1"],
        "RFC 3261 §25.1 (EQUAL)",
    ),
    row(
        Kind::Credentials,
        "Digest username=\"b\", realm=\"a\", nonce=\"1\", uri=\"sip:[2001:db8::1]\", response=\"00\"",
        &["username=b realm=a nonce=1 uri=sip:[2001:db8::1] response=00"],
        "RFC 3261 §25.1 (digest-uri-value)",
    ),
    row(
        Kind::Credentials,
        "Digest username=\"b\", realm=\"a\", nonce=\"1\", uri=\"tel:+49\", response=\"00\"",
        &["username=b realm=a nonce=1 uri=tel:+49 response=00"],
        "RFC 3261 §25.1 (digest-uri-value)",
    ),
    row(
        Kind::SessionExpires,
        "1800;x=1;refresher=UAC",
        &["1800 by the uac"],
        "RFC 4028 §4; RFC 3261 §7.3.1",
    ),
    row(
        Kind::SubscriptionState,
        "Active;expires=60",
        &["active expires=60"],
        "RFC 3261 §7.3.1 (tokens in any case)",
    ),
    row(
        Kind::SubscriptionState,
        "waiting",
        &["waiting"],
        "RFC 6665 §8.4 (extension-substate)",
    ),
];

/// The only value that this crate reads otherwise than the RFC has it.
const LENIENT: &str = "sip:h_x.example";

const HEAD: &str = "\
# Witnesses

Two other parsers read what sipwhy reads: [rsip](https://crates.io/crates/rsip) 0.4 and
[ezk-sip-types](https://crates.io/crates/ezk-sip-types) 0.6. Well-formed values of the usual kind are
generated by the thousand, and all three must read the same in them. This is the list of values that
they are known to read differently. What decides is the RFC, not the majority.

A reading is written as its named parts (`scheme`, `user`, `host`, `port`, ...), then the parameters
in the order of their names, an address in angle brackets behind its display name. A list is a row of
readings. The columns are what the parsers of today read; the test that makes this page
(`SIPWHY_UPDATE=1 cargo test -p sipwhy-parser --test it witnesses`) fails when one of them changes
its mind, and when they come to agree.

## Values

| Where | Value | sipwhy reads | rsip reads | ezk-sip-types reads | Right | By |
|---|---|---|---|---|---|---|
";

const WHOLE: &str = "
## Whole messages

One plain INVITE after one change each, and whether its transaction can be told from it: method,
Call-ID, CSeq, tags and top branch. sipwhy reads all of them. The third column is rsip given the
tidied copy that `to_rsip` makes.

| Change | rsip | rsip through `to_rsip` | ezk-sip-types | By |
|---|---|---|---|---|
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for row in ROWS {
        let right = match row.right {
            [] => Reading::Refused,
            values => Reading::Values(values.iter().map(|&value| value.to_owned()).collect()),
        };
        let readings = [
            ("sipwhy", ours::read(row.kind, row.value)),
            ("rsip", rsips::read(row.kind, row.value)),
            ("ezk-sip-types", ezk::read(row.kind, row.value)),
        ];
        let [(_, ours), (_, rsip), (_, ezk)] = &readings;
        assert_eq!(
            *ours == right,
            row.value != LENIENT,
            "{:?} {}: {}",
            row.kind,
            row.value,
            ours.cell()
        );
        let has_other = |reading: &Reading| ![&right, &Reading::Untyped].contains(&reading);
        assert!(
            readings.iter().any(|(_, reading)| has_other(reading)),
            "nobody reads {:?} {} otherwise",
            row.kind,
            row.value
        );
        let who: Vec<&str> = readings
            .iter()
            .filter(|(_, reading)| *reading == right)
            .map(|(name, _)| *name)
            .collect();
        let place = match row.kind {
            Kind::RequestUri => "Request-URI",
            kind => kind.header(),
        };
        let cells = [ours.cell(), rsip.cell(), ezk.cell()].join(" | ");
        let _ = writeln!(
            page,
            "| {place} | {} | {cells} | {} | {} |",
            code(row.value),
            who.join(", "),
            row.section
        );
    }
    page.push_str(WHOLE);
    for gap in GAPS {
        let cells = [gap.rsip, gap.view, gap.ezk].map(Gap::cell);
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            gap.says,
            cells.join(" | "),
            gap.section
        );
    }
    page
}

#[test]
fn the_page_tells_what_they_read() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/witnesses.md");
    let page = page();
    if std::env::var_os("SIPWHY_UPDATE").is_some() {
        std::fs::write(&place, page).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    for (written, now) in written.lines().zip(page.lines()) {
        assert_eq!(
            written, now,
            "docs/witnesses.md is out of date: set SIPWHY_UPDATE=1"
        );
    }
    assert_eq!(written.len(), page.len());
}
