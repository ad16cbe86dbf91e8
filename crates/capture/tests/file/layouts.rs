//! Whole files of every layout.

use std::io::{self, Read};

use sipwhy_capture::file::{Item, ReadError, Reader};

use crate::craft::{
    Kept, MICROS, NANOS, Order, block, drain, enhanced, interface, kept, obsolete, option, pcap,
    read_all, record, section, simple,
};

const SECOND: u64 = 1_000_000_000;

#[test]
fn pcap_in_both_byte_orders_and_units() {
    for order in [Order::Little, Order::Big] {
        for (magic, unit) in [(MICROS, 1_000), (NANOS, 1)] {
            let file = [
                pcap(order, magic, (2, 4), 65_535, 113),
                record(order, 1_700_000_000, 123_456, 5, b"hello"),
                record(order, 1_700_000_001, 1, 1_500, b"cut"),
                record(order, 0, 0, 0, b""),
            ];
            let (frames, fault) = read_all(file.concat());
            assert!(fault.is_none(), "{fault:?}");
            let base = 1_700_000_000 * SECOND;
            assert_eq!(
                frames,
                [
                    kept(1, base + 123_456 * unit, 113, 5, b"hello"),
                    kept(2, base + SECOND + unit, 113, 1_500, b"cut"),
                    kept(3, 0, 113, 0, b""),
                ],
                "{order:?} {magic:x}"
            );
        }
    }
}

#[test]
fn the_frame_check_sequence_bits_are_no_part_of_the_link_type() {
    let order = Order::Little;
    let file = [
        pcap(order, MICROS, (2, 4), 65_535, 0x2400_0001),
        record(order, 1, 0, 1, b"a"),
    ]
    .concat();
    let (frames, _) = read_all(file);
    assert_eq!(frames, [kept(1, SECOND, 1, 1, b"a")]);
}

#[test]
fn lengths_swapped_by_old_writers() {
    let order = Order::Big;
    let mut swapped = record(order, 1, 0, 0, b"abc");
    swapped[8..12].copy_from_slice(&order.u32(100));
    swapped[12..16].copy_from_slice(&order.u32(3));
    let (frames, fault) = read_all([pcap(order, MICROS, (2, 3), 68, 1), swapped].concat());
    assert!(fault.is_none(), "{fault:?}");
    assert_eq!(frames, [kept(1, SECOND, 1, 100, b"abc")]);
}

#[test]
fn a_missing_length_on_the_wire_is_the_kept_one() {
    let order = Order::Little;
    let file = [
        pcap(order, MICROS, (2, 4), 68, 1),
        record(order, 1, 0, 0, b"abc"),
    ]
    .concat();
    assert_eq!(read_all(file).0, [kept(1, SECOND, 1, 3, b"abc")]);
}

/// Two sections in different byte orders, interfaces of different link types and clocks, every
/// kind of packet block, and blocks to pass over.
fn rich_pcapng() -> (Vec<u8>, Vec<Kept>) {
    use Order::{Big, Little};
    let file = [
        section(Little),
        interface(Little, 1, 65_535, &[option(Little, 2, b"eth0")]),
        interface(
            Little,
            276,
            0,
            &[option(Little, 9, &[9]), option(Little, 0, b"")],
        ),
        block(Little, 4, b"a name resolution block"),
        enhanced(Little, 0, 1_000_001, 5, b"hello"),
        enhanced(Little, 1, 2_000_000_007, 90, b"world!"),
        block(Little, 0x0f00_0001, &[1; 1_000_000]),
        simple(Little, 4, b"four"),
        obsolete(Little, 1, 3 * SECOND, 3, b"old"),
        block(Little, 5, &[0; 12]),
        section(Big),
        interface(
            Big,
            101,
            4,
            &[
                option(Big, 9, &[0x80 | 20]),
                option(Big, 14, &Big.i64(100)),
                option(Big, 0, b""),
            ],
        ),
        simple(Big, 8, b"half"),
        block(Big, 9, b"__REALTIME_TIMESTAMP=1\n"),
        enhanced(Big, 0, 3 << 19, 4, b"last"),
    ];
    let frames = vec![
        kept(1, SECOND + 1_000, 1, 5, b"hello"),
        kept(2, 2 * SECOND + 7, 276, 90, b"world!"),
        kept(3, 2 * SECOND + 7, 1, 4, b"four"),
        kept(4, 3 * SECOND, 276, 3, b"old"),
        kept(5, 3 * SECOND, 101, 8, b"half"),
        // Wireshark numbers the journal entry.
        kept(7, 101 * SECOND + SECOND / 2, 101, 4, b"last"),
    ];
    (file.concat(), frames)
}

#[test]
fn pcapng_with_all_it_can_hold() {
    let (file, expected) = rich_pcapng();
    let (frames, fault) = read_all(file);
    assert!(fault.is_none(), "{fault:?}");
    assert_eq!(frames, expected);
}

#[test]
fn a_block_length_without_its_padding_is_rounded_up() {
    let order = Order::Little;
    let mut odd = block(
        order,
        6,
        &[&[0; 12][..], &order.u32(5), &order.u32(5), b"12345"].concat(),
    );
    let len = order.u32(12 + 20 + 5);
    odd[4..8].copy_from_slice(&len);
    let end = odd.len();
    odd[end - 4..].copy_from_slice(&len);
    let file = [
        section(order),
        interface(order, 1, 0, &[]),
        odd,
        enhanced(order, 0, 0, 1, b"x"),
    ];
    let (frames, fault) = read_all(file.concat());
    assert!(fault.is_none(), "{fault:?}");
    assert_eq!(frames, [kept(1, 0, 1, 5, b"12345"), kept(2, 0, 1, 1, b"x")]);
}

/// Hands out one byte at a time, and is interrupted before each.
struct Trickle(io::Cursor<Vec<u8>>, bool);

impl Read for Trickle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

#[test]
fn a_trickling_pipe_gives_the_same() {
    let (file, expected) = rich_pcapng();
    let mut frames = Vec::new();
    let reader = Reader::from_reader(Trickle(io::Cursor::new(file), false), "-", 3);
    let fault = drain(reader, |kept| frames.push(kept));
    assert!(fault.is_none(), "{fault:?}");
    assert_eq!(frames, expected);
}

#[test]
fn a_frame_is_handed_out_before_the_next_one_has_come() {
    let order = Order::Little;
    let first = [
        pcap(order, MICROS, (2, 4), 65_535, 1),
        record(order, 1, 0, 5, b"hello"),
    ]
    .concat();
    let (pipe, mut writer) = io::pipe().unwrap();
    io::Write::write_all(&mut writer, &first).unwrap();
    // The writer is still open: reading any further would block for ever.
    let mut reader = Reader::from_reader(pipe, "-", 0).unwrap();
    assert_eq!(reader.next_frame().unwrap().unwrap().data, b"hello");
    drop(writer);
    assert!(reader.next_frame().unwrap().is_none());
}

#[test]
fn frames_longer_than_the_buffer() {
    let order = Order::Little;
    let long = vec![7; 3_000_000];
    let file = [
        pcap(order, MICROS, (2, 4), 4_000_000, 1),
        record(order, 1, 0, 3_000_000, &long),
        record(order, 2, 0, 1, b"x"),
    ];
    let (frames, fault) = read_all(file.concat());
    assert!(fault.is_none(), "{fault:?}");
    assert_eq!(
        frames,
        [
            kept(1, SECOND, 1, 3_000_000, &long),
            kept(2, 2 * SECOND, 1, 1, b"x")
        ]
    );
}

#[test]
fn frames_across_every_boundary_of_the_buffer() {
    let order = Order::Big;
    let mut file = pcap(order, NANOS, (2, 4), 65_535, 1);
    let mut expected = Vec::new();
    for n in 1..3_000u32 {
        let data: Vec<u8> = (0..n % 1_501).map(|i| (i * n) as u8).collect();
        file.extend(record(order, n, n, data.len() as u32, &data));
        let nanos = u64::from(n) * SECOND + u64::from(n);
        expected.push(kept(u64::from(n), nanos, 1, data.len() as u32, &data));
    }
    let (frames, fault) = read_all(file);
    assert!(fault.is_none(), "{fault:?}");
    assert!(frames == expected);
}

#[test]
fn the_modified_layout_has_longer_record_headers() {
    for order in [Order::Little, Order::Big] {
        let long = |seconds, data: &[u8]| {
            let plain = record(order, seconds, 7, 90, data);
            let (head, data) = plain.split_at(16);
            // Interface 2, IPv4, to this host, and a byte of padding.
            let extra = [&order.u32(2)[..], &order.u16(0x0800), &[0, 0]].concat();
            [head, &extra, data].concat()
        };
        let file = [
            pcap(order, 0xa1b2_cd34, (2, 4), 65_535, 1),
            long(1, b"hello"),
            long(2, b""),
            long(3, b"on"),
        ];
        let (frames, fault) = read_all(file.concat());
        assert!(fault.is_none(), "{fault:?}");
        let expected = [
            kept(1, SECOND + 7_000, 1, 90, b"hello"),
            kept(2, 2 * SECOND + 7_000, 1, 90, b""),
            kept(3, 3 * SECOND + 7_000, 1, 90, b"on"),
        ];
        assert_eq!(frames, expected, "{order:?}");
    }
}

#[test]
fn ixia_captures_have_a_longer_file_header() {
    for order in [Order::Little, Order::Big] {
        for (magic, unit) in [(0x1c00_01ab, 1_000), (0x1c00_01ac, 1)] {
            let file = [
                pcap(order, magic, (2, 4), 65_535, 1),
                order.u32(21).to_vec(),
                record(order, 1, 7, 5, b"hello"),
            ];
            let (frames, fault) = read_all(file.concat());
            assert!(fault.is_none(), "{fault:?}");
            assert_eq!(frames, [kept(1, SECOND + 7 * unit, 1, 5, b"hello")]);
        }
    }
}

#[test]
fn names_and_keys_stand_in_their_place_among_the_frames() {
    use Order::{Big, Little};
    let secrets = |order: Order, kind: u32, text: &[u8]| {
        let head = [order.u32(kind), order.u32(text.len() as u32)].concat();
        let mut body = [&head[..], text].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(option(order, 1, b"said of it"));
        block(order, 10, &body)
    };
    let names = |order: Order, host: &[u8]| {
        let value = [&[192, 0, 2, 1], host, &[0]].concat();
        block(
            order,
            4,
            &[option(order, 1, &value), option(order, 0, b"")].concat(),
        )
    };
    let file = [
        section(Little),
        interface(Little, 1, 0, &[]),
        secrets(Little, 0x544c_534b, b"CLIENT_RANDOM 1"),
        // Of another kind: WireGuard's.
        secrets(Little, 0x5747_4b4c, b"LOCAL_STATIC"),
        enhanced(Little, 0, 1_000_000, 1, b"x"),
        section(Big),
        names(Big, b"proxy.example"),
        interface(Big, 1, 0, &[]),
        enhanced(Big, 0, 2_000_000, 1, b"y"),
    ];
    let mut reader = Reader::from_reader(io::Cursor::new(file.concat()), "-", 0).unwrap();
    let mut told = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        told.push(match item {
            Item::Frame(frame) => format!("frame {}", frame.id.number),
            Item::KeyLog(lines) => format!("keys {}", String::from_utf8_lossy(lines)),
            Item::Names(mut names) => {
                let (address, name) = names.next().unwrap();
                assert!(names.next().is_none());
                format!("{address} is {}", String::from_utf8_lossy(name))
            }
        });
    }
    let expected = [
        "keys CLIENT_RANDOM 1",
        "frame 1",
        "192.0.2.1 is proxy.example",
        "frame 2",
    ];
    assert_eq!(told, expected);
}

#[test]
fn secrets_longer_than_their_block_are_damage() {
    let order = Order::Little;
    let body = [order.u32(0x544c_534b), order.u32(5), *b"1234"].concat();
    let file = [
        section(order),
        interface(order, 1, 0, &[]),
        block(order, 10, &body),
    ];
    let (_, fault) = read_all(file.concat());
    assert!(
        matches!(fault, Some(ReadError::Corrupt { .. })),
        "{fault:?}"
    );
}

/// Has nothing more now after each of its pieces.
struct Growing(std::vec::IntoIter<Vec<u8>>);

impl Read for Growing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.next() {
            Some(piece) if !piece.is_empty() => io::Cursor::new(piece).read(into),
            _ => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

#[test]
fn a_file_that_grows_a_few_bytes_at_a_time_gives_the_same() {
    for (file, expected) in [rich_pcapng(), rich_pcap()] {
        // Its header at once, then pieces of every length, with nothing between them.
        let (head, mut rest) = file.split_at(60);
        let mut pieces = vec![head.to_vec()];
        for length in [1, 3, 2, 17, 5].iter().cycle() {
            let (piece, others) = rest.split_at(rest.len().min(*length * (1 + rest.len() / 4_000)));
            pieces.extend([Vec::new(), piece.to_vec()]);
            rest = others;
            if rest.is_empty() {
                break;
            }
        }
        let asks = pieces.len() + 1;
        let source = Growing(pieces.into_iter());
        let mut reader = Reader::from_reader(source, "-", 3).unwrap();
        let mut frames = Vec::new();
        for _ in 0..asks {
            while let Some(frame) = reader.next_frame().unwrap() {
                let nanos = frame.time.as_nanos();
                let (number, link) = (frame.id.number, frame.link_type.0);
                frames.push(kept(number, nanos, link, frame.original_len, frame.data));
            }
        }
        assert_eq!(frames, expected);
    }
}

fn rich_pcap() -> (Vec<u8>, Vec<Kept>) {
    let order = Order::Big;
    let mut file = pcap(order, NANOS, (2, 4), 65_535, 1);
    let mut expected = Vec::new();
    for n in 1..20u32 {
        let data = vec![n as u8; n as usize * 7];
        file.extend(record(order, n, n, data.len() as u32, &data));
        let nanos = u64::from(n) * SECOND + u64::from(n);
        expected.push(kept(u64::from(n), nanos, 1, data.len() as u32, &data));
    }
    (file, expected)
}
