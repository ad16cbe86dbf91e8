//! What is read around bytes that were lost.

use sipwhy_tls::{KeyLog, Reason, Way};

use crate::support::{Reader, Recording, index};

/// One record on its way.
struct Part {
    way: Way,
    bytes: Vec<u8>,
    /// What it says.
    plaintext: Vec<u8>,
}

impl Part {
    fn is_hello(&self) -> bool {
        self.bytes[0] == 22 && matches!(self.bytes[5], 1 | 2)
    }
}

/// The records of both directions, in the order in which they were complete.
fn parts(recording: &Recording) -> Vec<Part> {
    let keys = recording.key_log();
    let mut reader = Reader::new();
    let mut begun = [Vec::new(), Vec::new()];
    let mut parts = Vec::new();
    for (way, bytes) in &recording.wire {
        let begun = &mut begun[index(*way)];
        begun.extend_from_slice(bytes);
        while let Some(&[_, _, _, high, low]) = begun.first_chunk() {
            let total = 5 + usize::from(u16::from_be_bytes([high, low]));
            if begun.len() < total {
                break;
            }
            let record: Vec<u8> = begun.drain(..total).collect();
            reader.feed(*way, &record, &keys);
            parts.push(Part {
                way: *way,
                bytes: record,
                plaintext: Vec::new(),
            });
        }
    }
    let marks = reader.told.marks.iter();
    for ((_, plaintext), (first, _)) in reader.told.records.iter().zip(marks) {
        // The first record is marked with 1.
        parts[*first as usize - 1].plaintext.clone_from(plaintext);
    }
    parts
}

/// Feeds the records, but not what `hole` says: which of them, from which byte on, up to where.
fn read_with_hole(parts: &[Part], keys: &KeyLog, hole: &[(usize, usize, usize)]) -> Reader {
    let mut reader = Reader::new();
    let mut lost = [0_u64, 0];
    for (at, part) in parts.iter().enumerate() {
        let lost = &mut lost[index(part.way)];
        let (start, end) = match hole.iter().find(|cut| cut.0 == at) {
            Some(&(_, start, end)) => (start, end),
            None => (0, 0),
        };
        reader_feed(&mut reader, part, &part.bytes[..start], lost, keys);
        *lost += (end - start) as u64;
        reader_feed(&mut reader, part, &part.bytes[end..], lost, keys);
    }
    reader.end();
    reader
}

fn reader_feed(reader: &mut Reader, part: &Part, bytes: &[u8], lost: &mut u64, keys: &KeyLog) {
    if !bytes.is_empty() {
        if *lost > 0 {
            reader.hole(part.way, Some(*lost));
            *lost = 0;
        }
        reader.feed(part.way, bytes, keys);
    }
}

/// Which records a hole from the midst of one to the midst of the next touches, in all places.
fn pairs(parts: &[Part]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for way in [Way::Forward, Way::Backward] {
        let of_way: Vec<usize> = (0..parts.len())
            .filter(|&at| parts[at].way == way)
            .collect();
        pairs.extend(of_way.windows(2).map(|pair| (pair[0], pair[1])));
    }
    pairs
}

fn expected(parts: &[Part], lost: &[usize]) -> [Vec<u8>; 2] {
    let mut expected = [Vec::new(), Vec::new()];
    for (at, part) in parts.iter().enumerate() {
        if !lost.contains(&at) {
            expected[index(part.way)].extend_from_slice(&part.plaintext);
        }
    }
    expected
}

/// The record that follows in the same direction.
fn next(parts: &[Part], at: usize) -> Option<usize> {
    (at + 1..parts.len()).find(|&other| parts[other].way == parts[at].way)
}

#[test]
fn a_hole_costs_no_more_than_the_records_it_touches() {
    let mut holes = 0;
    for recording in Recording::all() {
        let keys = recording.key_log();
        let parts = parts(&recording);
        for (first, second) in pairs(&parts) {
            let touched = [&parts[first], &parts[second]];
            // Without a hello nothing can be read, and one in a renegotiation is encrypted.
            if touched.iter().any(|part| part.is_hello()) || recording.name.contains("renegot") {
                continue;
            }
            let len = parts[first].bytes.len();
            let reader = read_with_hole(&parts, &keys, &[(first, 6, len), (second, 0, 6)]);
            let mut lost = vec![first, second];
            if recording.name.starts_with("tls10") {
                // A record's initial vector is the end of the one before it.
                lost.extend(next(&parts, second));
            }
            assert_eq!(
                reader
                    .told
                    .plaintext
                    .clone()
                    .map(|text| String::from_utf8(text).unwrap()),
                expected(&parts, &lost).map(|text| String::from_utf8(text).unwrap()),
                "{}, hole from record {first} to {second}",
                recording.name
            );
            assert!(reader.told.reasons().contains(&Reason::Hole));
            holes += 1;
        }
    }
    assert!(holes > 500, "{holes}");
}

#[test]
fn a_hole_within_a_record_costs_that_one() {
    for recording in Recording::all() {
        let keys = recording.key_log();
        let parts = parts(&recording);
        for at in 0..parts.len() {
            if parts[at].is_hello() || recording.name.contains("renegot") {
                continue;
            }
            let len = parts[at].bytes.len();
            if len < 8 {
                continue;
            }
            let reader = read_with_hole(&parts, &keys, &[(at, 6, len - 1)]);
            let mut lost = vec![at];
            if recording.name.starts_with("tls10") {
                lost.extend(next(&parts, at));
            }
            assert_eq!(
                reader.told.plaintext,
                expected(&parts, &lost),
                "{}, hole in record {at}",
                recording.name
            );
        }
    }
}

#[test]
fn a_session_joined_in_mid_stream_is_counted() {
    for recording in Recording::all() {
        let keys = recording.key_log();
        let mut reader = Reader::new();
        for way in [Way::Forward, Way::Backward] {
            reader.hole(way, None);
        }
        let half = recording.wire.len() / 2;
        let mut bytes = 0;
        for (way, data) in &recording.wire[half..] {
            // Not from the beginning of a record.
            let data = &data[3..];
            bytes += data.len();
            reader.feed(*way, data, &keys);
        }
        reader.end();
        assert_eq!(reader.told.plaintext, [vec![], vec![]]);
        let told: usize = reader.told.undecrypted.iter().map(|missed| missed.1).sum();
        assert!(told <= bytes && told > 0, "{}", recording.name);
        assert!(
            reader.told.reasons().contains(&Reason::MidStream),
            "{}",
            recording.name
        );
    }
}
