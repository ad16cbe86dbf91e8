//! The topics are complete, and lead to pages that exist.

use std::path::Path;

use sipwhy_catalogue::{Kind, Subject, Topic, topics};

/// The IANA registry of SIP header fields, as `crates/parser` has it.
const HEADERS: [&str; 134] = [
    "Accept",
    "Accept-Contact",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Resource-Priority",
    "Additional-Identity",
    "Alert-Info",
    "AlertMsg-Error",
    "Allow",
    "Allow-Events",
    "Answer-Mode",
    "Attestation-Info",
    "Authentication-Info",
    "Authorization",
    "Call-ID",
    "Call-Info",
    "Cellular-Network-Info",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-ID",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "CSeq",
    "Date",
    "DC-Info",
    "Encryption",
    "Error-Info",
    "Event",
    "Expires",
    "Feature-Caps",
    "Flow-Timer",
    "From",
    "Geolocation",
    "Geolocation-Error",
    "Geolocation-Routing",
    "Hide",
    "History-Info",
    "Identity",
    "Identity-Info",
    "In-Reply-To",
    "Info-Package",
    "Join",
    "Max-Breadth",
    "Max-Forwards",
    "MIME-Version",
    "Min-Expires",
    "Min-SE",
    "Organization",
    "Origination-Id",
    "P-Access-Network-Info",
    "P-Answer-State",
    "P-Asserted-Identity",
    "P-Asserted-Service",
    "P-Associated-URI",
    "Path",
    "P-Called-Party-ID",
    "P-Charge-Info",
    "P-Charging-Function-Addresses",
    "P-Charging-Vector",
    "P-DCS-Billing-Info",
    "P-DCS-LAES",
    "P-DCS-OSPS",
    "P-DCS-Redirect",
    "P-DCS-Trace-Party-ID",
    "P-Early-Media",
    "Permission-Missing",
    "P-Media-Authorization",
    "Policy-Contact",
    "Policy-ID",
    "P-Preferred-Identity",
    "P-Preferred-Service",
    "P-Private-Network-Indication",
    "P-Profile-Key",
    "P-Refused-URI-List",
    "Priority",
    "Priority-Share",
    "Priority-Verstat",
    "Privacy",
    "Priv-Answer-Mode",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "P-Served-User",
    "P-User-Database",
    "P-Visited-Network-ID",
    "RAck",
    "Reason",
    "Reason-Phrase",
    "Record-Route",
    "Recv-Info",
    "Refer-Events-At",
    "Referred-By",
    "Refer-Sub",
    "Refer-To",
    "Reject-Contact",
    "Relayed-Charge",
    "Replaces",
    "Reply-To",
    "Request-Disposition",
    "Require",
    "Resource-Priority",
    "Resource-Share",
    "Response-Key",
    "Response-Source",
    "Restoration-Info",
    "Retry-After",
    "Route",
    "RSeq",
    "Security-Client",
    "Security-Server",
    "Security-Verify",
    "Server",
    "Service-Interact-Info",
    "Service-Route",
    "Session-Expires",
    "Session-ID",
    "SIP-ETag",
    "SIP-If-Match",
    "Subject",
    "Subscription-State",
    "Supported",
    "Suppress-If-Match",
    "Target-Dialog",
    "Timestamp",
    "To",
    "Trigger-Consent",
    "Unsupported",
    "User-Agent",
    "User-to-User",
    "Via",
    "Warning",
    "WWW-Authenticate",
];

/// The IANA registry of SIP event packages, from a second-hand list of 2023; later registrations,
/// if any, are missing.
const EVENTS: [&str; 22] = [
    "call-completion",
    "certificate",
    "conference",
    "consent-pending-additions",
    "credential",
    "dialog",
    "http-monitor",
    "kpml",
    "load-control",
    "message-summary",
    "poc-settings",
    "presence",
    "refer",
    "reg",
    "session-spec-policy",
    "Siemens-RTP-Stats",
    "spirits-INDPs",
    "spirits-user-prof",
    "ua-profile",
    "vq-rtcpxr",
    "winfo",
    "xcap-diff",
];

/// The IANA registry of SIP option tags, as `crates/lint` has it.
const OPTION_TAGS: [&str; 36] = [
    "100rel",
    "199",
    "answermode",
    "early-session",
    "eventlist",
    "explicitsub",
    "from-change",
    "geolocation-http",
    "geolocation-sip",
    "gin",
    "gruu",
    "histinfo",
    "ice",
    "join",
    "multiple-refer",
    "norefersub",
    "nosub",
    "outbound",
    "path",
    "policy",
    "precondition",
    "pref",
    "privacy",
    "recipient-list-invite",
    "recipient-list-message",
    "recipient-list-subscribe",
    "record-aware",
    "replaces",
    "resource-priority",
    "sdp-anat",
    "sec-agree",
    "siprec",
    "tdialog",
    "timer",
    "trickle-ice",
    "uui",
];

/// The compact forms of the same registry.
const COMPACT: [(char, &str); 20] = [
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

fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Topic> {
    topics().iter().filter(move |topic| topic.kind == kind)
}

fn is_rule(id: &str) -> bool {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../annotator/src/rules");
    rules.join(id).with_extension("md").is_file()
}

#[test]
fn every_page_to_see_exists_and_is_another_one() {
    for topic in topics() {
        for key in topic.see {
            let found = Subject::look_up(key);
            assert!(
                !found.is_empty() || is_rule(key),
                "{} sends its reader to {key:?}, which has no page",
                topic.name
            );
            if let Some(Subject::Topic(first)) = found.first() {
                assert!(
                    !std::ptr::eq(*first, topic),
                    "{} sends its reader to itself",
                    topic.name
                );
            }
        }
    }
}

#[test]
fn every_topic_is_found_by_what_it_calls_itself() {
    for topic in topics() {
        let query = Subject::Topic(topic).query();
        assert!(
            matches!(Subject::look_up(&query).first(), Some(Subject::Topic(found)) if std::ptr::eq(*found, topic)),
            "{query:?} does not lead to {} first",
            topic.name
        );
    }
}

#[test]
fn every_registered_name_has_a_topic() {
    for (kind, names) in [
        (Kind::Header, &HEADERS[..]),
        (Kind::Event, &EVENTS[..]),
        (Kind::OptionTag, &OPTION_TAGS[..]),
    ] {
        for name in names {
            assert!(
                of_kind(kind).any(|topic| topic.name == *name),
                "{name} is a registered {} without a page",
                kind.name()
            );
        }
    }
}

#[test]
fn event_packages_that_are_not_registered_say_so() {
    for topic in of_kind(Kind::Event) {
        let marked = topic.facts.iter().any(|(label, _)| *label == "Registered");
        assert_eq!(marked, !EVENTS.contains(&topic.name), "{}", topic.name);
    }
}

#[test]
fn compact_forms_lead_to_their_header() {
    for (letter, name) in COMPACT {
        let topic = of_kind(Kind::Header).find(|topic| topic.is_called(&letter.to_string()));
        assert_eq!(topic.map(|topic| topic.name), Some(name), "{letter}");
    }
    let letters = of_kind(Kind::Header)
        .flat_map(|topic| topic.aliases)
        .filter(|alias| alias.len() == 1)
        .count();
    assert_eq!(letters, COMPACT.len());
}

#[test]
fn a_rule_to_see_is_shown_with_what_it_is_about() {
    let brief = |id: &str| (id == "no-response").then_some("nobody answered");
    let Some(subject) = Subject::look_up("timer a").first().copied() else {
        panic!("timer a has no page");
    };
    let page = sipwhy_catalogue::to_markdown(&subject.page(&brief));
    assert!(
        page.contains("`sipwhy explain no-response`: nobody answered"),
        "{page}"
    );
    assert!(
        !page.contains("`sipwhy explain late-first-response`:"),
        "{page}"
    );
}
