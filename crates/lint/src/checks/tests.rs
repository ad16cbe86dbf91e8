//! What holds for every check, and for any bytes.

use std::collections::HashSet;

use proptest::prelude::*;
use sipwhy_parser::Scanner;

use crate::{MOST_FINDINGS, Setting, Severity, Transport, all_checks, lint};

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = HashSet::new();
    for check in all_checks() {
        assert!(seen.insert(check.id), "{} twice", check.id);
        let is_kebab = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        assert!(check.id.chars().all(is_kebab), "{}", check.id);
        assert!(check.reference.contains("RFC"), "{}", check.id);
        assert!(
            !check.title.is_empty() && !check.receivers.is_empty(),
            "{}",
            check.id
        );
    }
    assert!(seen.len() > 100, "{} checks", seen.len());
}

/// A message with nothing wrong, for tests to damage.
const SOUND: &str = "INVITE sip:bob@example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK2\r\n\
    Max-Forwards: 70\r\n\
    From: \"Alice\" <sip:alice@example.com>;tag=1\r\n\
    To: <sip:bob@example.com>\r\n\
    Call-ID: a84b4c76e66710\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:alice@192.0.2.1;transport=tcp>\r\n\
    Proxy-Authorization: Digest username=\"a,b\", realm=\"r\", nonce=\"n\", uri=\"sip:b\", \
    response=\"0123456789abcdef0123456789abcdef\", qop=auth, nc=00000001, cnonce=\"c\"\r\n\
    Session-Expires: 1800;refresher=uac\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 2\r\n\r\nhi";

#[test]
fn nothing_is_wrong_with_a_sound_message() {
    let mut scanner = Scanner::new();
    let report = lint(&scanner.scan(SOUND.as_bytes()), Setting::default());
    assert_eq!(report.findings, []);
}

#[test]
fn what_is_cut_off_is_not_held_against_the_sender() {
    let mut scanner = Scanner::new();
    for end in 30..SOUND.len() {
        let setting = Setting {
            transport: Transport::Datagram,
            is_cut: true,
        };
        let report = lint(&scanner.scan(&SOUND.as_bytes()[..end]), setting);
        assert_eq!(report.findings, [], "cut after {end} bytes");
    }
}

proptest! {
    #[test]
    fn any_damage_is_told_in_its_place(
        edits in prop::collection::vec((0..SOUND.len(), any::<u8>()), 1..12),
    ) {
        let mut bytes = SOUND.as_bytes().to_vec();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let mut scanner = Scanner::new();
        let message = scanner.scan(&bytes);
        let report = lint(&message, Setting::default());
        prop_assert!(report.findings.len() <= MOST_FINDINGS);
        for finding in &report.findings {
            prop_assert!(finding.span.start <= finding.span.end);
            prop_assert!(bytes.get(finding.span.clone()).is_some());
            prop_assert!(!finding.says.chars().any(char::is_control), "{}", finding.says);
        }
        let starts: Vec<usize> = report.findings.iter().map(|it| it.span.start).collect();
        prop_assert!(starts.is_sorted());
    }
}

#[test]
fn a_message_of_nothing_but_faults_gives_a_bounded_list() {
    for filler in [
        ",",
        ";",
        "<",
        "\"",
        "%",
        "a\r\n",
        "\r\n ",
        "From: x\r\n",
        "Via: ,\r\n",
        "\0",
    ] {
        let bytes = format!(
            "INVITE sip:b SIP/2.0\r\nVia: {}",
            filler.repeat(60_000 / filler.len())
        );
        let mut scanner = Scanner::new();
        let report = lint(&scanner.scan(bytes.as_bytes()), Setting::default());
        assert!(report.findings.len() <= MOST_FINDINGS);
        assert!(
            report
                .findings
                .iter()
                .any(|it| it.severity == Severity::Error),
            "{filler:?}"
        );
    }
}
