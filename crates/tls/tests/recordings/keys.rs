//! Keys that are wrong, that come late, or of which some are missing.

use sipwhy_tls::{KeyLog, Limits, Reason, Way};

use crate::support::{Reader, Recording, index, read};

#[test]
fn a_wrong_key_gives_no_plaintext() {
    for recording in Recording::all() {
        let name = &recording.name;
        let told = read(&recording, &recording.wrong_key_log()).told;
        assert_eq!(told.plaintext, [vec![], vec![]], "{name}");
        let reasons = told.reasons();
        assert!(reasons.contains(&Reason::BadRecord), "{name}: {reasons:?}");
        let other = |reason: &Reason| !matches!(reason, Reason::BadRecord | Reason::EarlyData);
        assert!(!reasons.iter().any(other), "{name}: {reasons:?}");
        assert_eq!(told.facts.client, Some(Way::Forward));
    }
}

#[test]
fn the_keys_of_another_session_are_none() {
    let recording = Recording::open("tls13-aes128gcm");
    let other = Recording::open("tls13-aes256gcm").key_log();
    let told = read(&recording, &other).told;
    assert_eq!(told.reasons(), [Reason::NoKey]);
}

#[test]
fn keys_may_come_after_all_was_captured() {
    for recording in Recording::all() {
        let name = &recording.name;
        let mut reader = Reader::new();
        for (way, bytes) in &recording.wire {
            reader.feed(*way, bytes, &KeyLog::new());
        }
        assert_eq!(reader.told.plaintext, [vec![], vec![]], "{name}");
        assert!(reader.session.is_waiting(), "{name}");
        reader.retry(&KeyLog::new());
        assert!(reader.session.is_waiting(), "{name}");
        reader.retry(&recording.key_log());
        assert!(!reader.session.is_waiting(), "{name}");
        assert_eq!(reader.told.plaintext, recording.sent, "{name}");
        reader.end();
        let reasons = reader.told.reasons();
        let expected: &[Reason] = if name.contains("early") {
            &[Reason::EarlyData]
        } else {
            &[]
        };
        assert_eq!(reasons, expected, "{name}");
    }
}

#[test]
fn what_was_held_comes_in_the_order_of_both_directions() {
    for name in ["tls12-aes128gcm", "tls13-aes128gcm", "tls13-key-update"] {
        let recording = Recording::open(name);
        let expected = read(&recording, &recording.key_log()).told.records;
        let mut reader = Reader::new();
        for (way, bytes) in &recording.wire {
            reader.feed(*way, bytes, &KeyLog::new());
        }
        reader.retry(&recording.key_log());
        assert_eq!(reader.told.records, expected, "{name}");
    }
}

#[test]
fn keys_may_come_line_by_line_while_it_goes_on() {
    for recording in Recording::all() {
        let name = &recording.name;
        let lines: Vec<&str> = recording.keys.lines().collect();
        let mut keys = KeyLog::new();
        let mut reader = Reader::new();
        for (at, (way, bytes)) in recording.wire.iter().enumerate() {
            reader.feed(*way, bytes, &keys);
            if let Some(line) = lines.get(at / 2) {
                keys.add(line.as_bytes());
                reader.retry(&keys);
            }
        }
        for line in lines {
            keys.add(line.as_bytes());
        }
        reader.retry(&keys);
        reader.end();
        assert_eq!(reader.told.plaintext, recording.sent, "{name}");
    }
}

#[test]
fn data_is_read_without_the_keys_of_the_handshake() {
    for name in ["tls13-aes128gcm", "tls13-mutual", "tls13-key-update"] {
        let recording = Recording::open(name);
        let is_of_data = |line: &&str| line.contains("_TRAFFIC_SECRET_0");
        let lines: Vec<&str> = recording.keys.lines().filter(is_of_data).collect();
        assert_eq!(lines.len(), 2);
        let mut keys = KeyLog::new();
        keys.add(lines.join("\n").as_bytes());
        let told = read(&recording, &keys).told;
        assert_eq!(told.plaintext, recording.sent, "{name}");
        assert_eq!(told.facts.server_certificate, None);
    }
}

#[test]
fn data_after_records_that_were_given_up_is_read() {
    let limits = Limits {
        held_records: 3,
        ..Limits::default()
    };
    for recording in Recording::all() {
        let name = &recording.name;
        if name == "tls12-renegotiation" || name.contains("key-update") {
            // What was given up changed the keys.
            continue;
        }
        let mut reader = Reader::with(limits.clone());
        for (way, bytes) in &recording.wire {
            reader.feed(*way, bytes, &KeyLog::new());
        }
        reader.retry(&recording.key_log());
        for way in [Way::Forward, Way::Backward] {
            let plaintext = &reader.told.plaintext[index(way)];
            let sent = &recording.sent[index(way)];
            assert!(sent.ends_with(plaintext), "{name}, {way:?}");
            assert!(!plaintext.is_empty(), "{name}, {way:?}");
            assert!(plaintext.len() < sent.len() || sent.len() < 60, "{name}");
        }
        assert!(reader.told.reasons().contains(&Reason::NoKey), "{name}");
    }
}
