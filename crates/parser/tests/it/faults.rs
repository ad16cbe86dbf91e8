//! The vocabulary of faults, and what holds for every strict reading.

use std::collections::HashSet;

use proptest::prelude::*;
use sipwhy_parser::{
    Address, ContactItem, Fault, FaultKind, HeaderName, Message, Scanner, Uri, Via, printable,
};

use crate::torture::corpus;

pub(crate) type Reading = fn(&[u8], &mut dyn FnMut(Fault));

const READINGS: &[Reading] = &[
    Via::faults,
    Address::faults,
    Address::list_faults,
    ContactItem::faults,
    Uri::faults,
];

/// Each fault as `kind: the bytes it points at`.
pub(crate) fn faults(reading: Reading, value: &str) -> Vec<String> {
    let mut found = Vec::new();
    reading(value.as_bytes(), &mut |fault| {
        let at = printable(&value.as_bytes()[fault.span]);
        found.push(format!("{}: {at}", fault.kind));
    });
    found
}

/// A table of values and what is wrong with each.
pub(crate) fn assert_faults(reading: Reading, table: &[(&str, &[&str])]) {
    for (value, expected) in table {
        assert_eq!(&faults(reading, value), expected, "{value}");
    }
}

#[test]
fn each_kind_has_a_name_and_a_section() {
    let names: HashSet<_> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), FaultKind::ALL.len());
    for kind in FaultKind::ALL {
        assert!(kind.reference().starts_with("RFC "), "{kind}");
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(kind.name().chars().all(is_kebab), "{kind}");
    }
}

proptest! {
    #[test]
    fn every_fault_points_into_the_value(
        bytes: Vec<u8>,
        text in "(SIP/2.0/UDP |sips?:|tel:|urn:|<|\"|h)[a1.@:;,=%<>\"\\[\\]/?\\\\ -]{0,40}",
    ) {
        for value in [&bytes[..], text.as_bytes()] {
            for reading in READINGS {
                reading(value, &mut |fault| {
                    assert!(fault.span.end <= value.len());
                    assert!(fault.span.start <= fault.span.end);
                });
            }
        }
    }
}

#[test]
fn long_values_are_read_once() {
    let patterns = [
        ",", ";", "%", "\"", "\\", "<", ">", "=", " ", "[", ":", "::", ".", "a.", "_", "a;",
        "a=1;", "\";", "\",", "\"<", "/", "(", "@", "?", "&", "-", "%4", "\r\n ", "h,", "sip:",
        "<sip:a>,",
    ];
    let starts = [
        "",
        "SIP/2.0/UDP h;",
        "SIP/2.0/UDP ",
        "<sip:a>;",
        "<sip:",
        "sip:",
        "tel:",
    ];
    for start in starts {
        for pattern in patterns {
            let mut value = start.to_owned();
            while value.len() < 65_000 {
                value.push_str(pattern);
            }
            for reading in READINGS {
                let mut count = 0;
                reading(value.as_bytes(), &mut |_| count += 1);
                // Each byte is at fault a few times at most.
                assert!(count <= 4 * value.len(), "{start}{pattern}: {count}");
            }
        }
    }
}

/// The faults of a message's addresses and Vias, each kind once.
fn kinds(message: Message<'_, '_>) -> Vec<FaultKind> {
    let mut kinds = Vec::new();
    let mut note = |fault: Fault| {
        if !kinds.contains(&fault.kind) {
            kinds.push(fault.kind);
        }
    };
    if let Some(uri) = message.request_uri() {
        Uri::faults(uri, &mut note);
    }
    for header in message.headers() {
        match header.name {
            HeaderName::Via => Via::faults(header.value, &mut note),
            HeaderName::From | HeaderName::To => Address::faults(header.value, &mut note),
            HeaderName::Route | HeaderName::RecordRoute => {
                Address::list_faults(header.value, &mut note);
            }
            HeaderName::Contact => ContactItem::faults(header.value, &mut note),
            _ => {}
        }
    }
    kinds
}

/// Those messages of RFC 4475 and RFC 5118 that are not named here have sound addresses and Vias.
#[test]
fn the_torture_messages_have_the_faults_that_they_were_made_for() {
    let mut scanner = Scanner::new();
    for folder in ["rfc4475", "rfc5118"] {
        for (name, bytes) in corpus(folder) {
            let expected: &[&str] = match name.as_str() {
                "badaspec" => &["space-in-uri"],
                "badbranch" => &["branch-only-cookie"],
                "baddn" => &["unquoted-display-name"],
                "badinv01" => &[
                    "empty-param",
                    "branch-missing",
                    "malformed-protocol",
                    "empty-element",
                ],
                "badvers" => &["unknown-protocol-version"],
                // Its escaped controls are legal, and so is what its user part holds.
                "intmeth" => &["password-in-uri"],
                "inv2543" => &["branch-missing", "uri-param-outside"],
                // Their Vias are of RFC 2543.
                "longreq" => &["branch-missing", "branch-without-cookie"],
                "ltgtruri" => &["illegal-in-uri", "bad-scheme", "branch-missing"],
                "lwsruri" => &["space-in-uri"],
                "quotbal" => &["unclosed-quote"],
                "regbadct" => &["brackets-required"],
                "scalar02" => &["bad-expires"],
                "test" => &["scheme-missing"],
                "transports" => &["unknown-transport"],
                "wsinv" => &["odd-space", "branch-without-cookie"],
                "ipv6-bad" => &["bare-ipv6"],
                "ipv6-bug-abnf-3-colons" => &["ipv6-triple-colon"],
                "via-received-param-with-delim" => &["received-in-brackets"],
                _ => &[],
            };
            let found: Vec<_> = kinds(scanner.scan(&bytes))
                .iter()
                .map(|kind| kind.name())
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
