//! Any bytes at all: no panic, an end, and no more frames than bytes.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::craft::{
    MICROS, NANOS, Order, block, enhanced, interface, obsolete, option, pcap, read_all, record,
    section, simple,
};

fn good_files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for order in [Order::Little, Order::Big] {
        files.push(
            [
                pcap(order, MICROS, (2, 4), 65_535, 1),
                record(order, 1, 0, 5, b"hello"),
                record(order, 2, 0, 900, &[7; 600]),
                record(order, 3, 0, 3, b"end"),
            ]
            .concat(),
        );
        files.push(
            [
                pcap(order, NANOS, (2, 2), 96, 113),
                record(order, 1, 0, 5, b"hello"),
            ]
            .concat(),
        );
        files.push(
            [
                section(order),
                interface(
                    order,
                    1,
                    64,
                    &[option(order, 9, &[9]), option(order, 14, &[1; 8])],
                ),
                enhanced(order, 0, 1 << 40, 5, b"hello"),
                block(order, 77, &[1; 40]),
                block(order, 4, &option(order, 1, b"\xc0\0\x02\x01name\0")),
                block(
                    order,
                    10,
                    &[order.u32(0x544c_534b), order.u32(4), *b"keys"].concat(),
                ),
                simple(order, 70, &[3; 64]),
                section(order),
                interface(order, 113, 0, &[option(order, 9, &[0xa0])]),
                obsolete(order, 0, u64::MAX, 2, b"so"),
                enhanced(order, 0, 1, 3, b"on."),
            ]
            .concat(),
        );
    }
    files
}

fn read_to_an_end(bytes: Vec<u8>) {
    let len = bytes.len();
    let (frames, fault) = read_all(bytes);
    assert!(frames.len() <= len / 12);
    assert!(frames.iter().map(|frame| frame.data.len()).sum::<usize>() <= len);
    if let Some(fault) = fault {
        assert!(!fault.to_string().contains('\n'));
        assert!(
            fault
                .frames_before()
                .is_none_or(|n| n >= frames.len() as u64)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..400)) {
        read_to_an_end(bytes);
    }

    #[test]
    fn random_records(file in 0..6usize, bytes in vec(any::<u8>(), 0..400)) {
        let mut whole = good_files().swap_remove(file);
        whole.extend(bytes);
        read_to_an_end(whole);
    }

    #[test]
    fn mutated_files(
        file in 0..6usize,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        removed in any::<prop::sample::Index>(),
        count in 0..9usize,
    ) {
        let mut whole = good_files().swap_remove(file);
        for (at, value) in changes {
            let at = at.index(whole.len());
            whole[at] = value;
        }
        let from = removed.index(whole.len());
        let to = (from + count).min(whole.len());
        whole.drain(from..to);
        read_to_an_end(whole);
    }
}

#[test]
fn every_byte_at_its_extremes() {
    for file in good_files() {
        for at in 0..file.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] = value;
                read_to_an_end(changed);
            }
        }
    }
}
