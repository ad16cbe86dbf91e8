//! Recordings changed at random: nothing panics, and nothing is told that was not sent.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use sipwhy_tls::{KeyLog, Limits, Way};

use crate::support::{Reader, Recording, read};

/// What is done to the bytes of a direction.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    /// Bytes never come, and that is known.
    Hole(Index, usize),
    /// A part comes again.
    Repeat(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 1..=255_u8).prop_map(|(at, with)| Change::Flip(at, with)),
        (at(), 1..200_usize).prop_map(|(at, len)| Change::Remove(at, len)),
        (at(), prop::collection::vec(any::<u8>(), 1..100))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (at(), 1..2000_usize).prop_map(|(at, len)| Change::Hole(at, len)),
        (at(), 1..300_usize).prop_map(|(at, len)| Change::Repeat(at, len)),
    ]
}

type Records = Vec<(Way, Vec<u8>)>;

/// The recordings, each with what it says record by record.
static SMALL: LazyLock<Vec<(Recording, Records)>> = LazyLock::new(|| {
    Recording::all()
        .into_iter()
        .filter(|recording| !recording.name.contains("large"))
        .map(|recording| {
            let records = read(&recording, &recording.key_log()).told.records;
            (recording, records)
        })
        .collect()
});

fn apply(recording: &Recording, changes: &[(Index, Change)], keys: &KeyLog, reader: &mut Reader) {
    let mut wire: Vec<(Way, Vec<u8>, u64)> = recording
        .wire
        .iter()
        .map(|(way, bytes)| (*way, bytes.clone(), 0))
        .collect();
    for (which, change) in changes {
        let (_, bytes, hole) = which.get_mut(&mut wire);
        if bytes.is_empty() {
            continue;
        }
        let range = |at: &Index, len: usize| {
            let at = at.index(bytes.len());
            at..(at + len).min(bytes.len())
        };
        match change {
            Change::Flip(at, with) => {
                let at = at.index(bytes.len());
                bytes[at] ^= with;
            }
            Change::Remove(at, len) => drop(bytes.drain(range(at, *len))),
            Change::Insert(at, new) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Change::Hole(at, len) => {
                let end = range(at, *len).end;
                bytes.drain(..end);
                *hole = end as u64;
            }
            Change::Repeat(at, len) => {
                let range = range(at, *len);
                let part = bytes[range.clone()].to_vec();
                bytes.splice(range.end..range.end, part);
            }
        }
    }
    for (way, bytes, hole) in wire {
        if hole > 0 {
            reader.hole(way, Some(hole));
        }
        for piece in bytes.chunks(97) {
            reader.feed(way, piece, keys);
        }
    }
    reader.end();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_is_told_that_was_not_sent(
        which in prop::collection::vec(any::<Index>(), 4),
        changes in prop::collection::vec((any::<Index>(), change()), 1..6),
    ) {
        for which in which {
            let (recording, sent) = which.get(&SMALL);
            let keys = recording.key_log();
            let mut reader = Reader::new();
            apply(recording, &changes, &keys, &mut reader);
            let name = &recording.name;
            // In each direction what is told is what was sent, with parts missing.
            for way in [Way::Forward, Way::Backward] {
                let mut rest = sent.iter().filter(|record| record.0 == way);
                for (_, told) in reader.told.records.iter().filter(|record| record.0 == way) {
                    prop_assert!(
                        rest.any(|(_, bytes)| bytes == told),
                        "{name}: {:?}", String::from_utf8_lossy(told)
                    );
                }
            }
        }
    }

    #[test]
    fn any_bytes_do_no_harm(
        parts in prop::collection::vec(
            (any::<bool>(), prop::collection::vec(any::<u8>(), 0..200), 20..25_u8),
            1..30,
        ),
        framed in any::<bool>(),
    ) {
        let keys = Recording::open("tls12-aes128gcm").key_log();
        let mut reader = Reader::with(Limits { handshake_bytes: 1000, held_bytes: 1000, ..Limits::default() });
        for (forward, bytes, content) in parts {
            let way = if forward { Way::Forward } else { Way::Backward };
            if framed {
                let len = u16::try_from(bytes.len()).unwrap().to_be_bytes();
                reader.feed(way, &[content, 3, 3, len[0], len[1]], &keys);
            }
            reader.feed(way, &bytes, &keys);
            prop_assert!(reader.session.bytes() < 50_000);
        }
        reader.retry(&keys);
        reader.end();
        prop_assert!(reader.told.records.is_empty());
    }
}
