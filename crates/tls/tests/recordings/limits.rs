//! No more is held than was allowed.

use sipwhy_tls::{KeyLog, Limits, Reason, Way};

use crate::support::{Reader, Recording};

#[test]
fn records_without_a_key_are_held_up_to_a_limit() {
    let recording = Recording::open("tls13-aes128gcm");
    let limits = Limits {
        held_bytes: 10_000,
        ..Limits::default()
    };
    let keys = KeyLog::new();
    let mut reader = Reader::with(limits);
    for (way, bytes) in &recording.wire {
        reader.feed(*way, bytes, &keys);
    }
    let record = [&[23, 3, 3, 0x03, 0xe8][..], &[0x5a; 1000]].concat();
    for _ in 0..1000 {
        reader.feed(Way::Forward, &record, &keys);
        assert!(reader.session.bytes() <= 20_000);
    }
    let given_up: usize = reader.told.undecrypted.iter().map(|missed| missed.1).sum();
    assert!(given_up >= 990_000);
    assert_eq!(reader.told.reasons(), [Reason::NoKey]);
    reader.end();
    let told: usize = reader.told.undecrypted.iter().map(|missed| missed.1).sum();
    assert!(told > 1_000_000, "all is counted in the end: {told}");
}

#[test]
fn a_handshake_message_is_held_up_to_a_limit() {
    let limits = Limits {
        handshake_bytes: 30_000,
        ..Limits::default()
    };
    let keys = KeyLog::new();
    let mut reader = Reader::with(limits);
    // A certificate that claims 16 MiB.
    reader.feed(
        Way::Backward,
        &[22, 3, 3, 0, 4, 11, 0xff, 0xff, 0xff],
        &keys,
    );
    let record = [&[22, 3, 3, 0x40, 0][..], &[0; 1 << 14]].concat();
    for _ in 0..200 {
        reader.feed(Way::Backward, &record, &keys);
        assert!(reader.session.bytes() <= 30_004);
    }
}

#[test]
fn a_direction_in_which_nothing_opens_is_given_up() {
    let recording = Recording::open("tls13-aes128gcm");
    let keys = recording.key_log();
    let mut reader = Reader::new();
    let good = recording.wire.len() - 2;
    for (way, bytes) in &recording.wire[..good] {
        reader.feed(*way, bytes, &keys);
    }
    let record = [&[23, 3, 3, 0, 100][..], &[0x5a; 100]].concat();
    for _ in 0..20 {
        reader.feed(Way::Forward, &record, &keys);
    }
    assert_eq!(reader.told.undecrypted.len(), 20);
    assert_eq!(reader.told.reasons(), [Reason::BadRecord]);
    assert_eq!(reader.told.plaintext, recording.sent);
}
