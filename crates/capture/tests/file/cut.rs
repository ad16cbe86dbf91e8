//! Files that end too early: everything before the end is kept, and the place is named.

use sipwhy_capture::file::{OpenError, ReadError};

use crate::craft::{
    MICROS, Order, block, enhanced, interface, obsolete, pcap, read_all, record, section, simple,
};

/// Cuts a file of `pieces` (a header first) at every byte. `frames[i]` says whether piece `i` is a
/// frame.
fn cut_everywhere(pieces: &[Vec<u8>], is_frame: impl Fn(usize) -> bool) {
    let whole = pieces.concat();
    for end in 0..=whole.len() {
        let mut at = 0;
        let mut frames = 0;
        let mut piece = 0;
        while piece < pieces.len() && at + pieces[piece].len() <= end {
            at += pieces[piece].len();
            frames += usize::from(is_frame(piece));
            piece += 1;
        }
        let (got, fault) = read_all(whole[..end].to_vec());
        assert_eq!(got.len(), frames, "frames of the first {end} bytes");
        match fault {
            None => assert_eq!(at, end, "a clean end only between records"),
            Some(ReadError::Truncated { after, offset, .. }) => {
                assert!(piece > 0 && at < end);
                assert_eq!((after, offset), (frames as u64, at as u64));
            }
            Some(ReadError::Open {
                reason: OpenError::Empty,
                ..
            }) => assert_eq!(end, 0),
            Some(ReadError::Open {
                reason: OpenError::HeaderCut { bytes },
                ..
            }) => {
                assert!(piece == 0 && end > 0);
                assert_eq!(bytes, end);
            }
            Some(other) => panic!("cut at {end}: {other}"),
        }
    }
}

#[test]
fn pcap_at_every_byte() {
    for order in [Order::Little, Order::Big] {
        let pieces = [
            pcap(order, MICROS, (2, 4), 65_535, 1),
            record(order, 1, 0, 5, b"hello"),
            record(order, 2, 0, 0, b""),
            record(order, 3, 0, 9, b"and so on"),
        ];
        cut_everywhere(&pieces, |piece| piece > 0);
    }
}

#[test]
fn pcapng_at_every_byte() {
    for order in [Order::Little, Order::Big] {
        let pieces = [
            section(order),
            interface(order, 1, 65_535, &[]),
            enhanced(order, 0, 1, 5, b"hello"),
            block(order, 77, b"of no interest"),
            simple(order, 3, b"and"),
            obsolete(order, 0, 1, 2, b"so"),
            section(order),
            interface(order, 1, 65_535, &[]),
            enhanced(order, 0, 1, 3, b"on."),
        ];
        cut_everywhere(&pieces, |piece| [2, 4, 5, 8].contains(&piece));
    }
}

#[test]
fn the_message_names_the_place() {
    let order = Order::Little;
    let file = [
        pcap(order, MICROS, (2, 4), 65_535, 1),
        record(order, 1, 0, 5, b"hello"),
        record(order, 1, 0, 5, b"hello"),
    ]
    .concat();
    let (_, fault) = read_all(file[..file.len() - 1].to_vec());
    let fault = fault.unwrap();
    assert_eq!(fault.frames_before(), Some(1));
    assert_eq!(
        fault.to_string(),
        "made.pcap: cut off in the record at byte 45, after frame 1; everything before it was \
         read; copy or capture the file again to have the rest"
    );
}
