//! With the keys, what was sent comes out, and nothing else.

use proptest::prelude::*;
use sipwhy_tls::{Reason, Way};

use crate::support::{Reader, Recording, index, read};

fn assert_all_is_read(recording: &Recording, reader: &Reader, how: &str) {
    let name = &recording.name;
    for way in [Way::Forward, Way::Backward] {
        assert_eq!(
            String::from_utf8_lossy(&reader.told.plaintext[index(way)]),
            String::from_utf8_lossy(&recording.sent[index(way)]),
            "{name}, {how}, {way:?}"
        );
    }
    let expected: &[Reason] = if name.contains("early") {
        &[Reason::EarlyData]
    } else {
        &[]
    };
    assert_eq!(reader.told.reasons(), expected, "{name}, {how}");
}

#[test]
fn as_it_was_sent() {
    for recording in Recording::all() {
        let reader = read(&recording, &recording.key_log());
        assert_all_is_read(&recording, &reader, "as it was sent");
    }
}

#[test]
fn byte_by_byte() {
    for recording in Recording::all() {
        let keys = recording.key_log();
        let mut reader = Reader::new();
        for (way, bytes) in &recording.wire {
            for byte in bytes {
                reader.feed(*way, &[*byte], &keys);
            }
        }
        reader.end();
        assert_all_is_read(&recording, &reader, "byte by byte");
    }
}

#[test]
fn one_direction_after_the_other() {
    for recording in Recording::all() {
        for first in [Way::Forward, Way::Backward] {
            let keys = recording.key_log();
            let mut reader = Reader::new();
            for way in [first, first.other()] {
                reader.feed(way, &recording.bytes(way), &keys);
            }
            reader.end();
            if recording.name == "tls12-renegotiation" {
                // Keys change in the midst, to what the other direction says at its side of it.
                continue;
            }
            assert_all_is_read(&recording, &reader, &format!("{first:?} first"));
        }
    }
}

#[test]
fn the_directions_may_be_called_the_other_way_around() {
    for recording in Recording::all() {
        let keys = recording.key_log();
        let mut reader = Reader::new();
        for (way, bytes) in &recording.wire {
            reader.feed(way.other(), bytes, &keys);
        }
        reader.end();
        reader.told.plaintext.reverse();
        assert_all_is_read(&recording, &reader, "the other way around");
    }
}

#[test]
fn marks_say_where_a_record_was() {
    let recording = Recording::open("tls13-aes128gcm");
    let keys = recording.key_log();
    let mut reader = Reader::new();
    let mut halves = 0;
    for (way, bytes) in &recording.wire {
        let (left, right) = bytes.split_at(bytes.len() / 2);
        let told = reader.told.marks.len();
        reader.feed(*way, left, &keys);
        reader.feed(*way, right, &keys);
        if let [(first, last)] = reader.told.marks[told..] {
            halves += 1;
            assert_eq!(first + 1, last, "from one half to the other");
        }
    }
    assert_eq!(halves, 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn in_pieces_of_any_length(cuts in prop::collection::vec(1_usize..300, 1..40)) {
        for recording in Recording::all() {
            let keys = recording.key_log();
            let mut reader = Reader::new();
            let mut cuts = cuts.iter().cycle();
            for (way, bytes) in &recording.wire {
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    let (piece, after) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                    reader.feed(*way, piece, &keys);
                    rest = after;
                }
            }
            reader.end();
            assert_all_is_read(&recording, &reader, "in pieces");
        }
    }
}
