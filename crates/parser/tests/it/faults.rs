//! The vocabulary of faults, and what holds for every strict reading.

use std::collections::HashSet;

use proptest::prelude::*;
use sipwhy_parser::{Address, ContactItem, Fault, FaultKind, Uri, Via, printable};

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
