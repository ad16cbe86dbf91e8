//! Bodies other than SDP: told by their types, and by what they look like.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may fail them"
)]

use proptest::prelude::*;
use sipwhy_content::xml::{MAX_FACTS, XmlKind};
use sipwhy_content::{Content, MAX_DEPTH, Multipart, MultipartFaultKind};

fn of<'a>(content_type: &'a str, body: &'a str) -> Content<'a> {
    Content::of(Some(content_type.as_bytes()), body.as_bytes())
}

/// RFC 3204 §3.4's shape: SDP beside ISUP.
const SDP_AND_ISUP: &str = "This is nothing for you.\r\n\
    --unique-boundary-1\r\nContent-Type: application/SDP; charset=ISO-10646\r\n\r\n\
    v=0\r\no=audet 2890844526 2890842807 5 IN IP4 134.177.64.4\r\n\
    \r\n--unique-boundary-1\r\nContent-type:application/ISUP;\r\n version=nxv3;base=etsi121\r\n\
    Content-Disposition: signal; handling=optional\r\n\r\n\
    \x01\x49\x00\x00\r\n--unique-boundary-1--\r\nafter";

fn multipart<'a>(content_type: &'a str, body: &'a str) -> Multipart<'a> {
    match of(content_type, body) {
        Content::Multipart(multipart) => multipart,
        other => panic!("{other:?}"),
    }
}

#[test]
fn parts_with_their_fields_and_bodies() {
    let mixed = multipart(
        "Multipart/Mixed; boundary=\"unique-boundary-1\"",
        SDP_AND_ISUP,
    );
    assert_eq!(mixed.boundary(), b"unique-boundary-1");
    assert_eq!(mixed.preamble().text(), b"This is nothing for you.\r\n");
    assert_eq!(mixed.faults(), []);
    let parts: Vec<_> = mixed.parts().collect();
    let names: Vec<_> = parts.iter().map(|part| part.content().name()).collect();
    assert_eq!(names, ["SDP", "ISUP IAM"]);
    assert_eq!(parts[1].body().text(), b"\x01\x49\x00\x00");
    assert_eq!(
        SDP_AND_ISUP.get(parts[1].body().span()).unwrap(),
        "\x01\x49\x00\x00"
    );
    let content_type = parts[1].fields().get("content-type").unwrap();
    assert_eq!(
        content_type.text(),
        b"application/ISUP;\r\n version=nxv3;base=etsi121"
    );
    let content = Content::Multipart(mixed);
    assert_eq!(content.name(), "multipart/mixed");
}

#[test]
fn parts_that_are_put_together_badly() {
    use MultipartFaultKind::{NoBoundary, NoParts, NotClosed};
    let kinds = |content_type, body| -> Vec<_> {
        let faults = multipart(content_type, body).faults();
        faults.into_iter().map(|fault| fault.kind).collect()
    };
    let mixed = "multipart/mixed;boundary=b";
    assert_eq!(kinds(mixed, "--b\r\n\r\none\r\n--b--"), []);
    assert_eq!(kinds(mixed, "--b\r\n\r\none\r\n--b"), [NotClosed]);
    assert_eq!(kinds(mixed, "--b\r\n\r\none\r\n --b--"), [NotClosed]);
    assert_eq!(kinds(mixed, "--bb\r\n\r\none\r\n--bb--"), [NoParts]);
    assert_eq!(kinds("multipart/mixed", "--b\n\none\n--b--"), [NoBoundary]);
    assert_eq!(
        kinds("multipart/mixed;boundary=\"\"", "one"),
        [NoBoundary, NoParts]
    );
    // What was cut off is a part all the same.
    let cut = multipart(mixed, "--b\r\nX: y\r\n\r\none");
    assert_eq!(cut.parts().next().unwrap().body().text(), b"one");
    assert_eq!(cut.parts().count(), 1);
}

#[test]
fn bodies_in_bodies_end_somewhere() {
    let mut body = "v=0\r\n".to_owned();
    for level in 0..40 {
        body = format!(
            "--{level}\r\nContent-Type: multipart/mixed;boundary={}\r\n\r\n{body}\r\n--{level}--\r\n",
            level - 1
        );
    }
    let mut content = of("multipart/mixed;boundary=39", &body);
    let mut depth = 0;
    while let Content::Multipart(multipart) = &content {
        depth += 1;
        let Some(part) = multipart.parts().next() else {
            break;
        };
        content = part.content();
    }
    assert_eq!(depth, usize::from(MAX_DEPTH) + 1);
    assert_eq!(content.name(), "multipart/mixed");
    assert!(matches!(content, Content::Other(..)));
}

#[test]
fn fragments_of_sip() {
    let Content::SipFrag(fragment) = of(
        "message/sipfrag;version=2.0",
        "SIP/2.0 603 Declined\r\nFrom: sip:a@b\r\n\r\nbody",
    ) else {
        panic!();
    };
    let (code, reason) = fragment.status().unwrap();
    assert_eq!((code, reason.text()), (603, &b"Declined"[..]));
    assert_eq!(fragment.fields().get("from").unwrap().text(), b"sip:a@b");
    assert_eq!(fragment.fields().body().text(), b"body");
    let name = |body| of("message/sipfrag", body).name();
    assert_eq!(name("SIP/2.0 100 Trying"), "SIP fragment (100 Trying)");
    assert_eq!(name("SIP/2.0 200 \r\n"), "SIP fragment (200)");
    assert_eq!(name("SIP/2.0 20 OK"), "SIP fragment");
    assert_eq!(name("INVITE sip:a@b SIP/2.0\r\n"), "SIP fragment");
    // RFC 3420 §2: header fields alone.
    assert_eq!(name("From: sip:a@b\r\n"), "SIP fragment");
}

#[test]
fn digits() {
    let name = |content_type, body| of(content_type, body).name();
    let relay = "application/dtmf-relay";
    assert_eq!(
        name(relay, "Signal=5\r\nDuration=160\r\n"),
        "DTMF relay (digit 5)"
    );
    assert_eq!(
        name(relay, "Duration = 160\nSignal= *\n"),
        "DTMF relay (digit *)"
    );
    assert_eq!(name(relay, "Signal=11\r\n"), "DTMF relay (digit #)");
    assert_eq!(name(relay, "Signal=16\r\n"), "DTMF relay (hook flash)");
    assert_eq!(name(relay, "Signal=17\r\n"), "DTMF relay");
    assert_eq!(name(relay, "5"), "DTMF relay");
    assert_eq!(name("application/dtmf", " d\r\n"), "DTMF relay (digit D)");
    let Content::Dtmf(dtmf) = of(relay, "Signal=5\r\nDuration=160\r\n") else {
        panic!();
    };
    assert_eq!(dtmf.milliseconds(), Some(160));
}

#[test]
fn mailboxes() {
    // RFC 3842 §5.4.
    let body = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\n\
        Voice-Message: 2/8 (0/2)\r\nFax-Message: 1\r\nText-Message: 3/0\r\n";
    let content = of("application/simple-message-summary", body);
    assert_eq!(content.name(), "message summary (messages waiting)");
    let Content::MessageSummary(summary) = content else {
        panic!();
    };
    assert_eq!(
        summary.account.unwrap().text(),
        b"sip:alice@vmail.example.com"
    );
    let counts: Vec<_> = summary
        .counts
        .iter()
        .map(|count| (count.kind.text(), count.new, count.old, count.urgent))
        .collect();
    assert_eq!(
        counts,
        [
            (&b"Voice-Message"[..], 2, 8, Some((0, 2))),
            (&b"Text-Message"[..], 3, 0, None)
        ]
    );
}

#[test]
fn instant_messages() {
    // RFC 3862 §5.1.
    let body = "From: MR SANDERS <im:piglet@100akerwood.com>\r\n\
        To: Depressed Donkey <im:eeyore@100akerwood.com>\r\n\
        DateTime: 2000-12-13T13:40:00-08:00\r\nSubject: the weather will be fine today\r\n\r\n\
        Content-type: text/xml; charset=utf-8\r\nContent-ID: <1234567890@foo.com>\r\n\r\n\
        <body>Here is the text of my message.</body>";
    let Content::Cpim(cpim) = of("message/cpim", body) else {
        panic!();
    };
    assert_eq!(
        cpim.fields().get("To").unwrap().text(),
        b"Depressed Donkey <im:eeyore@100akerwood.com>"
    );
    assert_eq!(cpim.part().content().name(), "XML (body)");
}

#[test]
fn telephone_signalling() {
    let Content::Isup(release) = of("application/ISUP", "\x0c\x02\x00\x02\u{3}") else {
        panic!();
    };
    assert_eq!((release.message(), release.cause()), (Some("REL"), None));
    let bytes = [0x0c, 0x02, 0x00, 0x02, 0x82, 0x90];
    let Content::Isup(release) = Content::of(Some(b"application/isup;version=itu-t92+"), &bytes)
    else {
        panic!();
    };
    assert_eq!(release.cause(), Some(16));
    assert_eq!(of("application/isup", "\x06\x00").name(), "ISUP ACM");
    assert_eq!(of("application/isup", "\x7f").name(), "ISUP");
    assert_eq!(
        of("application/qsig", "\x08\x02\x00\x01\x05").name(),
        "QSIG SETUP"
    );
    assert_eq!(of("application/qsig", "\x08\x0f\x00").name(), "QSIG");
}

/// Label and value of each fact.
fn facts(content_type: &str, body: &str) -> (String, Vec<(&'static str, String)>) {
    let content = of(content_type, body);
    let Content::Xml(xml) = &content else {
        panic!("{content:?}");
    };
    let facts = xml.facts().into_iter().map(|fact| (fact.label, fact.value));
    (content.name(), facts.collect())
}

#[test]
fn documents_say_who_and_how() {
    /// Media type, document, name, facts.
    type Case<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);
    let cases: &[Case<'_>] = &[
        // RFC 3680 §5.4 shortened.
        (
            "application/reginfo+xml",
            "<?xml version=\"1.0\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\" state=\"partial\">\n\
             <registration aor=\"sip:joe@example.com\" id=\"a7\" state=\"active\">\n\
             <contact id=\"76\" state=\"active\" event=\"registered\" duration-registered=\"0\">\n\
             <uri>sip:joe@pc34.example.com</uri>\n</contact></registration></reginfo>",
            "registration state",
            &[
                ("address of record", "sip:joe@example.com"),
                ("state", "active"),
                ("contact state", "active"),
                ("contact event", "registered"),
                ("contact", "sip:joe@pc34.example.com"),
            ],
        ),
        // RFC 3863 §4.1.6.
        (
            "application/pidf+xml",
            "<impp:presence xmlns:impp='urn:ietf:params:xml:ns:pidf' entity='pres:some&amp;one@example.com'>\
             <impp:tuple id='sg89ae'><impp:status><impp:basic>open</impp:basic></impp:status>\
             <impp:note xml:lang='en'>Don&apos;t &unknown;Disturb &#x41;</impp:note></impp:tuple></impp:presence>",
            "presence",
            &[
                ("entity", "pres:some&one@example.com"),
                ("state", "open"),
                ("note", "Don't Disturb A"),
            ],
        ),
        (
            "application/pidf+xml",
            "<presence entity=\"pres:a@b\"><tuple id=\"1\"><status><gp:geopriv><gp:location-info>\
             <gml:Point><gml:pos>37.775 -122.422</gml:pos></gml:Point></gp:location-info>\
             </gp:geopriv></status></tuple></presence>",
            "presence with a location",
            &[("entity", "pres:a@b"), ("position", "37.775 -122.422")],
        ),
        // RFC 4235 §6.2 shortened.
        (
            "application/dialog-info+xml",
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"2\" state=\"partial\" \
             entity=\"sip:alice@example.com\"><dialog id=\"as7d900as8\" call-id=\"a84b4c76e66710\" \
             direction=\"initiator\"><state event=\"rejected\" code=\"486\">terminated</state></dialog></dialog-info>",
            "dialog state",
            &[
                ("entity", "sip:alice@example.com"),
                ("version", "2"),
                ("Call-ID", "a84b4c76e66710"),
                ("direction", "initiator"),
                ("event", "rejected"),
                ("code", "486"),
                ("state", "terminated"),
            ],
        ),
        (
            "application/resource-lists+xml",
            "<resource-lists><list name=\"friends\"><entry uri=\"sip:bill@example.com\"/></list></resource-lists>",
            "resource lists",
            &[("list", "friends"), ("entry", "sip:bill@example.com")],
        ),
        (
            "application/rlmi+xml",
            "<list uri=\"sip:l@b\" version=\"1\" fullState=\"true\"><resource uri=\"sip:bob@b\">\
             <instance id=\"j\" state=\"terminated\" reason=\"noresource\"/></resource></list>",
            "resource list meta-information",
            &[
                ("list", "sip:l@b"),
                ("full state", "true"),
                ("resource", "sip:bob@b"),
                ("state", "terminated"),
                ("reason", "noresource"),
            ],
        ),
        (
            "application/watcherinfo+xml",
            "<watcherinfo version=\"0\" state=\"full\"><watcher-list resource=\"sip:p@e\" package=\"presence\">\
             <watcher id=\"7\" event=\"subscribe\" status=\"active\">sip:userA@example.net</watcher></watcher-list></watcherinfo>",
            "watchers",
            &[
                ("resource", "sip:p@e"),
                ("package", "presence"),
                ("state", "active"),
                ("event", "subscribe"),
                ("watcher", "sip:userA@example.net"),
            ],
        ),
        (
            "application/conference-info+xml",
            "<conference-info entity=\"sips:conf233@example.com\" state=\"full\"><conference-state>\
             <user-count>33</user-count></conference-state><users><user entity=\"sip:bob@example.com\">\
             <endpoint entity=\"x\"><status>disconnected</status><disconnection-method>departed</disconnection-method>\
             </endpoint></user></users></conference-info>",
            "conference state",
            &[
                ("entity", "sips:conf233@example.com"),
                ("document", "full"),
                ("users", "33"),
                ("user", "sip:bob@example.com"),
                ("state", "disconnected"),
                ("left by", "departed"),
            ],
        ),
        (
            "text/xml",
            "<ims-3gpp version='1'><alternative-service><type>emergency</type><reason/></alternative-service></ims-3gpp>",
            "IMS instruction",
            &[("type", "emergency")],
        ),
        (
            "application/vnd.example+xml",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><x:thing/>",
            "XML (thing)",
            &[],
        ),
        ("application/xml", "no", "XML", &[]),
    ];
    for (content_type, body, name, expected) in cases {
        let (found_name, found) = facts(content_type, body);
        let found: Vec<_> = found
            .iter()
            .map(|(label, value)| (*label, value.as_str()))
            .collect();
        assert_eq!(
            (found_name.as_str(), &found[..]),
            (*name, *expected),
            "{body}"
        );
    }
}

#[test]
fn what_came_before_an_error_is_told() {
    let body = "<presence entity='a'><tuple><basic>closed</basic><note>x";
    let (_, found) = facts("application/pidf+xml", body);
    assert_eq!(
        found,
        [("entity", "a".to_owned()), ("state", "closed".to_owned())]
    );
    let well_formed = |body| match of("text/xml", body) {
        Content::Xml(xml) => xml.is_well_formed(),
        _ => panic!(),
    };
    assert!(!well_formed(body));
    assert!(well_formed("<a><b/></a>"));
    assert!(!well_formed("<a><b></a>"));
    assert!(!well_formed("hello"));
}

#[test]
fn bodies_without_a_type_are_told_by_their_looks() {
    let name = |body: &str| Content::of(None, body.as_bytes()).name();
    assert_eq!(name(""), "no body");
    assert_eq!(name("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n"), "SDP");
    assert_eq!(name("v=00\r\n"), "text");
    assert_eq!(
        name("SIP/2.0 180 Ringing\r\n"),
        "SIP fragment (180 Ringing)"
    );
    assert_eq!(
        name("Messages-Waiting: no\r\n"),
        "message summary (none waiting)"
    );
    assert_eq!(name("Signal=1\r\n"), "DTMF relay (digit 1)");
    assert_eq!(
        name("\u{feff}<?xml version='1.0'?><dialog-info/>"),
        "dialog state"
    );
    assert_eq!(name("<3 you"), "text");
    assert_eq!(name("{\"a\": 1}"), "JSON");
    assert_eq!(name("hello\r\n"), "text");
    assert_eq!(name("\0\u{1}"), "binary data");
    assert_eq!(name("--b\r\n\r\na\r\n--b--\r\n"), "multipart");
    assert_eq!(name("--\r\nBob"), "text");
    assert_eq!(name("-- Bob\r\nwrote this"), "text");
    // Types that are none.
    assert_eq!(of("sdp", "v=0\r\n").name(), "SDP");
}

#[test]
fn types_that_are_not_read_have_names_all_the_same() {
    let name = |content_type| of(content_type, "x").name();
    assert_eq!(name("application/vnd.3gpp.sms"), "SMS over IP");
    assert_eq!(
        name("Application/VND.3gpp.Mcptt-Foo"),
        "application/vnd.3gpp.mcptt-foo"
    );
    assert_eq!(name("application/json;charset=utf-8"), "JSON");
    assert_eq!(name("text/plain"), "text");
    assert_eq!(name("message/sip"), "SIP message");
    // Nothing from the wire gets to a terminal as it is.
    assert!(!name("application/\x1b[31m").contains('\x1b'));
    assert!(!name("multipart/\u{202e}x").contains('\u{202e}'));
    assert!(
        !of("message/sipfrag", "SIP/2.0 200 \x1b[31m")
            .name()
            .contains('\x1b')
    );
    assert!(!of("text/xml", "<\u{202e}/>").name().contains('\u{202e}'));
    assert_eq!(XmlKind::Other.name(), "XML");
}

/// Looks at everything there is to see, and that every place lies in its body.
fn look(content: &Content<'_>) {
    assert!(!content.name().is_empty());
    match content {
        Content::Multipart(multipart) => {
            multipart.faults();
            for part in multipart.parts() {
                assert!(part.whole().span().end >= part.body().span().end);
                look(&part.content());
            }
        }
        Content::SipFrag(fragment) => {
            fragment.status();
            fragment.fields().for_each(drop);
        }
        Content::Dtmf(dtmf) => {
            dtmf.milliseconds();
        }
        Content::Cpim(cpim) => look(&cpim.part().content()),
        Content::Xml(xml) => {
            assert!(xml.facts().len() <= MAX_FACTS);
            xml.is_well_formed();
        }
        Content::Isup(isup) => {
            isup.cause();
        }
        Content::Sdp(sdp) => {
            sdp.faults();
            sdp.session();
        }
        _ => {}
    }
}

const TYPES: &[&str] = &[
    "application/sdp",
    "multipart/mixed",
    "multipart/mixed;boundary=b",
    "message/sipfrag",
    "message/cpim",
    "application/dtmf-relay",
    "application/dtmf",
    "application/simple-message-summary",
    "application/isup",
    "application/qsig",
    "application/pidf+xml",
    "application/dialog-info+xml",
    "text/xml",
    "application/json",
    "x/y",
];

proptest! {
    #[test]
    fn any_bytes(body: Vec<u8>, content_type: Vec<u8>) {
        look(&Content::of(None, &body));
        look(&Content::of(Some(&content_type), &body));
        for content_type in TYPES {
            look(&Content::of(Some(content_type.as_bytes()), &body));
        }
    }

    #[test]
    fn nearly_right(body in "(--b(--)?|\r?\n| |:|=|<|/?>|&#?[a-z0-9]{1,3};|\"|presence|basic|note|state|<!\\[CDATA\\[|]]>|<!--|SIP/2.0|[0-9a-z]){0,40}") {
        look(&Content::of(None, body.as_bytes()));
        for content_type in TYPES {
            look(&of(content_type, &body));
        }
    }
}

#[test]
fn the_most_of_everything() {
    for unit in [
        "--b\r\n",
        "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n",
        "<",
        "<a>",
        "<a/>",
        "<a x='1'>",
        "<note>",
        "&amp;",
        " \n",
        "a:\n b\n",
        "{",
        "Signal=",
        "1/1 (",
        "\0",
    ] {
        let body = unit.repeat(65536 / unit.len());
        look(&Content::of(None, body.as_bytes()));
        for content_type in TYPES {
            look(&of(content_type, &body));
        }
    }
    let attributes = format!("<presence {}/>", "a='' ".repeat(13_000));
    look(&of("text/xml", &attributes));
    let notes = format!("<presence>{}</presence>", "<note>x</note>".repeat(1000));
    assert_eq!(facts("text/xml", &notes).1.len(), MAX_FACTS);
}
