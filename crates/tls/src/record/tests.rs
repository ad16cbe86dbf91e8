use super::*;

/// What came of the bytes, each piece as a word or two.
fn told(feed: impl FnOnce(&mut Records<u32>, &mut dyn FnMut(Piece<'_, u32>))) -> Vec<String> {
    let mut records = Records::default();
    let mut told: Vec<String> = Vec::new();
    feed(&mut records, &mut |piece| {
        told.push(match piece {
            Piece::Record(record, span) => format!(
                "{} {:?} {}-{}",
                record.header.content, record.payload, span.first, span.last
            ),
            Piece::Lost { bytes, reason, .. } => format!("{bytes} lost: {reason:?}"),
        });
    });
    told
}

const TWO: &[u8] = &[22, 3, 1, 0, 3, 7, 8, 9, 23, 3, 3, 0, 1, 5];

#[test]
fn records_are_found_however_their_bytes_come() {
    assert_eq!(
        told(|records, tell| records.feed(TWO, 4, &mut |piece| tell(piece))),
        ["22 [7, 8, 9] 4-4", "23 [5] 4-4"]
    );
    for cut in 1..TWO.len() {
        let (left, right) = TWO.split_at(cut);
        let mut expected = ["22 [7, 8, 9] 1-2", "23 [5] 1-2"];
        if cut >= 8 {
            expected[0] = "22 [7, 8, 9] 1-1";
        }
        if cut <= 8 {
            expected[1] = "23 [5] 2-2";
        }
        let pieces = told(|records, tell| {
            records.feed(left, 1, &mut |piece| tell(piece));
            records.feed(right, 2, &mut |piece| tell(piece));
        });
        assert_eq!(pieces, expected, "cut at {cut}");
    }
}

#[test]
fn a_hole_within_a_record_costs_that_record_alone() {
    let pieces = told(|records, tell| {
        records.feed(&TWO[..6], 1, &mut |piece| tell(piece));
        assert!(records.hole(Some(1), &mut |piece| tell(piece)));
        records.feed(&TWO[7..], 2, &mut |piece| tell(piece));
    });
    assert_eq!(pieces, ["6 lost: Hole", "1 lost: Hole", "23 [5] 2-2"]);
}

#[test]
fn a_hole_up_to_the_end_of_a_record_costs_that_record_alone() {
    let pieces = told(|records, tell| {
        records.feed(&TWO[..6], 1, &mut |piece| tell(piece));
        assert!(records.hole(Some(2), &mut |piece| tell(piece)));
        records.feed(&TWO[8..], 2, &mut |piece| tell(piece));
    });
    assert_eq!(pieces, ["6 lost: Hole", "23 [5] 2-2"]);
}

#[test]
fn after_a_larger_hole_the_next_header_is_searched() {
    let pieces = told(|records, tell| {
        records.feed(&TWO[..6], 1, &mut |piece| tell(piece));
        assert!(!records.hole(Some(100), &mut |piece| tell(piece)));
        records.feed(&[1, 22, 3, 9], 2, &mut |piece| tell(piece));
        records.feed(TWO, 3, &mut |piece| tell(piece));
    });
    assert_eq!(
        pieces,
        [
            "6 lost: Hole",
            "4 lost: Hole",
            "22 [7, 8, 9] 3-3",
            "23 [5] 3-3"
        ]
    );
}

#[test]
fn what_is_no_record_is_passed_over() {
    // A hello in the form of SSL 2.0 comes first.
    let pieces = told(|records, tell| {
        records.feed(&[0x80, 4, 1, 3, 1, 0], 1, &mut |piece| tell(piece));
        records.feed(TWO, 2, &mut |piece| tell(piece));
    });
    let lost: usize = pieces
        .iter()
        .filter_map(|piece| piece.strip_suffix(" lost: BadRecord"))
        .map(|count| count.parse::<usize>().unwrap())
        .sum();
    assert_eq!(lost, 6);
    assert_eq!(
        pieces[pieces.len() - 2..],
        ["22 [7, 8, 9] 2-2", "23 [5] 2-2"]
    );
}

#[test]
fn no_more_than_one_record_is_held() {
    let mut records = Records::default();
    let mut largest = 0;
    let start = [23, 3, 3, 0x48, 0x00];
    let mut ignore = |_: Piece<'_, ()>| {};
    for byte in start.iter().chain(&[0; 100_000]) {
        records.feed(&[*byte], (), &mut ignore);
        largest = largest.max(records.bytes());
    }
    assert_eq!(largest, Header::LEN + MAX_PAYLOAD - 1);
}

#[test]
fn tls_is_told_from_what_else_comes_first() {
    assert_eq!(looks_like_tls(b""), None);
    let hello = [22, 3, 1, 2, 0, 1];
    for end in 1..6 {
        assert_eq!(looks_like_tls(&hello[..end]), None, "{end}");
    }
    assert_eq!(looks_like_tls(&hello), Some(true));
    assert_eq!(looks_like_tls(&[22, 3, 3, 0, 90, 2, 0, 0]), Some(true));
    assert_eq!(looks_like_tls(&[22, 3, 3, 0, 90, 9, 0, 0]), Some(false));
    assert_eq!(looks_like_tls(&[23, 3, 3, 1, 0]), Some(true), "mid-stream");
    assert_eq!(looks_like_tls(&[23, 3, 3, 0x48]), None);
    assert_eq!(looks_like_tls(&[23, 3, 3, 0x49]), Some(false), "too long");
    assert_eq!(looks_like_tls(b"I"), Some(false));
    assert_eq!(
        looks_like_tls(b"INVITE sip:bob@example.com SIP/2.0"),
        Some(false)
    );
    assert_eq!(
        looks_like_tls(b"\x80\x2e\x01\x03\x01"),
        Some(false),
        "SSL 2.0"
    );
    assert_eq!(looks_like_tls(b"\r\n\r\n"), Some(false));
}
