//! What is known of a session, with and without its keys.

use sipwhy_tls::{Alert, CipherSuite, Facts, KeyLog, Reason, Version, Way};

use crate::support::{Recording, read};

fn expected_version(recording: &Recording) -> Version {
    match &recording.name[..5] {
        "tls10" => Version::TLS_1_0,
        "tls11" => Version::TLS_1_1,
        "tls12" => Version::TLS_1_2,
        _ => Version::TLS_1_3,
    }
}

/// What the hellos say, which no key is needed for.
fn assert_hellos(recording: &Recording, facts: &Facts) {
    let name = &recording.name;
    assert_eq!(facts.client, Some(Way::Forward), "{name}");
    assert_eq!(facts.version, Some(expected_version(recording)), "{name}");
    assert_eq!(facts.server_name.as_deref(), Some("sip.example.com"));
    assert_eq!(facts.resumed, Some(recording.is_resumed()), "{name}");
    let retried = name.contains("retry") || name.contains("refused");
    assert_eq!(facts.retried, retried, "{name}");
    let suite = facts.cipher_suite.unwrap().name().unwrap();
    let part = [
        ("aes128gcm", "AES_128_GCM_SHA256"),
        ("aes256gcm", "AES_256_GCM_SHA384"),
        ("chacha20", "CHACHA20_POLY1305_SHA256"),
        ("aes128ccm8", "AES_128_CCM_8_SHA256"),
        ("aes128ccm", "AES_128_CCM"),
        ("aes256ccm8", "AES_256_CCM_8"),
        ("aes128cbc-sha1", "AES_128_CBC_SHA"),
        ("aes128cbc-sha256", "AES_128_CBC_SHA256"),
        ("aes256cbc-sha256", "AES_256_CBC_SHA256"),
        ("aes256cbc-sha384", "AES_256_CBC_SHA384"),
    ];
    if let Some((_, part)) = part.iter().find(|(short, _)| name.contains(short)) {
        assert!(suite.contains(part), "{name}: {suite}");
    }
}

#[test]
fn with_the_keys_the_certificate_is_known() {
    for recording in Recording::all() {
        let name = &recording.name;
        let facts = read(&recording, &recording.key_log()).told.facts;
        assert_hellos(&recording, &facts);
        if recording.is_resumed() {
            assert_eq!(facts.server_certificate, None, "{name}");
            continue;
        }
        let certificate = facts.server_certificate.as_ref().unwrap();
        assert_eq!(certificate.subject, "CN=sip.example.com,O=Example");
        assert_eq!(certificate.issuer, certificate.subject);
        assert_eq!(
            certificate.names,
            ["DNS:sip.example.com", "URI:sip:example.com", "IP:192.0.2.1"]
        );
        let days = (certificate.not_after - certificate.not_before) / 86_400;
        assert_eq!(days, 3650, "{name}");
        let shows_one = name.contains("mutual");
        assert_eq!(facts.client_certificate.is_some(), shows_one, "{name}");
    }
}

#[test]
fn the_protocol_chosen_is_known() {
    for name in ["tls12-aes128gcm", "tls12-mutual", "tls13-mutual"] {
        let recording = Recording::open(name);
        let expected = (name != "tls12-mutual").then_some("sip");
        let facts = read(&recording, &recording.key_log()).told.facts;
        assert_eq!(facts.alpn.as_deref(), expected, "{name}");
        let facts = read(&recording, &KeyLog::new()).told.facts;
        let expected = expected.filter(|_| !recording.is_tls13());
        assert_eq!(facts.alpn.as_deref(), expected, "{name}, without keys");
    }
}

#[test]
fn without_keys_the_hellos_are_known_and_the_rest_is_counted() {
    for recording in Recording::all() {
        let name = &recording.name;
        let told = read(&recording, &KeyLog::new()).told;
        assert_hellos(&recording, &told.facts);
        assert_eq!(told.plaintext, [vec![], vec![]], "{name}");
        assert_eq!(told.reasons(), [Reason::NoKey], "{name}");
        let bytes: usize = told.undecrypted.iter().map(|missed| missed.1).sum();
        let sent: usize = recording.sent.iter().map(Vec::len).sum();
        assert!(bytes > sent, "{name}: {bytes} bytes for {sent}");
        let in_clear = !recording.is_tls13() && !recording.is_resumed();
        assert_eq!(told.facts.server_certificate.is_some(), in_clear, "{name}");
    }
}

#[test]
fn alerts_are_told() {
    for recording in Recording::all() {
        let name = &recording.name;
        let told = read(&recording, &recording.key_log()).told;
        let close = Alert {
            level: 1,
            description: 0,
        };
        assert!(
            told.alerts.contains(&(Way::Forward, Some(close))),
            "{name}: {:?}",
            told.alerts
        );
        assert!(told.alerts.iter().all(|alert| alert.1 == Some(close)));
        let told = read(&recording, &KeyLog::new()).told;
        // In TLS 1.3 an alert that is encrypted looks like data.
        let seen = !recording.is_tls13();
        assert_eq!(told.alerts.contains(&(Way::Forward, None)), seen, "{name}");
    }
}

#[test]
fn an_alert_in_the_handshake_is_told() {
    let recording = Recording::open("tls12-aes128gcm");
    let mut reader = crate::support::Reader::new();
    let keys = KeyLog::new();
    reader.feed(Way::Forward, &recording.wire[0].1, &keys);
    reader.feed(Way::Backward, &[21, 3, 3, 0, 2, 2, 40], &keys);
    let [(Way::Backward, Some(alert))] = reader.told.alerts[..] else {
        panic!("{:?}", reader.told.alerts);
    };
    assert_eq!(alert.name(), Some("handshake_failure"));
    assert!(!alert.is_close());
}

#[test]
fn a_cipher_that_is_not_read_is_named() {
    for (name, suite) in [
        ("tls12-aes128gcm", 0xc012_u16),
        ("tls12-aes128gcm", 0xfefe),
        ("tls13-aes128gcm", 0x1306),
    ] {
        let mut recording = Recording::open(name);
        // The suite follows the server's random and session ID.
        let hello = &mut recording.wire[1].1;
        let at = 5 + 4 + 2 + 32;
        let at = at + 1 + usize::from(hello[at]);
        hello[at..at + 2].copy_from_slice(&suite.to_be_bytes());
        let told = read(&recording, &recording.key_log()).told;
        assert_eq!(told.facts.cipher_suite, Some(CipherSuite(suite)));
        assert_eq!(told.plaintext, [vec![], vec![]]);
        assert_eq!(told.reasons(), [Reason::UnsupportedCipher], "{suite:#x}");
    }
}

#[test]
fn early_data_is_counted_as_such() {
    // What was sent early, with its type and its tag; then its end, if the server has taken it.
    for (name, expected) in [
        ("tls13-early-data", &[36, 21][..]),
        ("tls13-early-data-refused", &[36]),
    ] {
        let recording = Recording::open(name);
        let told = read(&recording, &recording.key_log()).told;
        let expected: Vec<_> = expected
            .iter()
            .map(|&bytes| (Way::Forward, bytes, Reason::EarlyData))
            .collect();
        assert_eq!(told.undecrypted, expected, "{name}");
    }
}

#[test]
fn a_client_that_is_seen_alone_is_told() {
    let recording = Recording::open("tls12-aes128gcm");
    let mut reader = crate::support::Reader::new();
    reader.feed(
        Way::Forward,
        &recording.bytes(Way::Forward),
        &recording.key_log(),
    );
    reader.end();
    assert_eq!(
        reader.told.facts.server_name.as_deref(),
        Some("sip.example.com")
    );
    assert_eq!(reader.told.facts.version, None);
    assert_eq!(reader.told.reasons(), [Reason::MidStream]);
}
