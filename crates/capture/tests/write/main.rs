//! Writing pcapng: what is written reads back as it was, whatever it is.

// A test fails by panicking, in the functions around it too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Cursor;
use std::net::IpAddr;

use proptest::prelude::*;
use sipwhy_capture::file::{Item, Reader};
use sipwhy_capture::write::{MOST_COMMENT_BYTES, MOST_COMMENTS_BYTES, Origin, Pcapng};
use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};

/// What was put into a file, or read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Packet {
        link: u16,
        nanos: u64,
        original_len: u32,
        data: Vec<u8>,
    },
    KeyLog(Vec<u8>),
    Names(Vec<(IpAddr, Vec<u8>)>),
}

fn frame<'a>(file: u16, link: u16, nanos: u64, original_len: u32, data: &'a [u8]) -> Frame<'a> {
    Frame {
        id: FrameId { file, number: 1 },
        time: Timestamp::from_nanos(nanos),
        link_type: LinkType(link),
        data,
        original_len,
    }
}

fn read(bytes: Vec<u8>) -> Vec<Piece> {
    let mut reader = Reader::from_reader(Cursor::new(bytes), "written", 0).unwrap();
    let mut pieces = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        pieces.push(match item {
            Item::Frame(frame) => Piece::Packet {
                link: frame.link_type.0,
                nanos: frame.time.as_nanos(),
                original_len: frame.original_len,
                data: frame.data.to_vec(),
            },
            Item::KeyLog(lines) => Piece::KeyLog(lines.to_vec()),
            Item::Names(names) => {
                Piece::Names(names.map(|(ip, name)| (ip, name.to_vec())).collect())
            }
        });
    }
    pieces
}

/// The blocks of a file, by its own lengths: type and body.
fn blocks(mut bytes: &[u8]) -> Vec<(u32, &[u8])> {
    let number = |bytes: &[u8]| u32::from_le_bytes(*bytes.first_chunk().unwrap());
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        let length = number(&bytes[4..]) as usize;
        assert_eq!(length % 4, 0);
        let (block, rest) = bytes.split_at(length);
        assert_eq!(number(&block[length - 4..]) as usize, length);
        blocks.push((number(block), &block[8..length - 4]));
        bytes = rest;
    }
    blocks
}

/// The options in the last bytes of a block, with the code that ends them.
fn options(mut bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut options = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(4) {
        let code = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        options.push((code, rest[..length].to_vec()));
        bytes = &rest[length.next_multiple_of(4)..];
    }
    assert!(bytes.is_empty());
    options
}

/// The comments of a packet block.
fn comments(body: &[u8]) -> Vec<String> {
    let kept = u32::from_le_bytes(*body[12..].first_chunk().unwrap()) as usize;
    let mut options = options(&body[20 + kept.next_multiple_of(4)..]);
    if let Some((code, value)) = options.pop() {
        assert_eq!((code, value.len()), (0, 0), "options are ended");
    }
    let text = |(code, value): (u16, Vec<u8>)| {
        assert_eq!(code, 1);
        String::from_utf8(value).unwrap()
    };
    options.into_iter().map(text).collect()
}

#[test]
fn header_and_interfaces_say_what_they_are() {
    let origin = Origin {
        hardware: "",
        system: "Linux",
        application: "sipwhy 1",
    };
    let mut file = Pcapng::new(Vec::new(), origin).unwrap();
    for (input, link) in [(0, 1), (1, 1), (0, 1), (0, 113)] {
        let name = format!("input {input}");
        file.packet(&name, &frame(input, link, 1, 1, b"x"), [""; 0])
            .unwrap();
    }
    let bytes = file.into_inner();
    let blocks = blocks(&bytes);
    let kinds: Vec<u32> = blocks.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [0x0a0d_0d0a, 1, 6, 1, 6, 6, 1, 6]);
    let header = [
        (3, b"Linux".to_vec()),
        (4, b"sipwhy 1".to_vec()),
        (0, vec![]),
    ];
    assert_eq!(options(&blocks[0].1[16..]), header);
    for (place, link, name) in [(1, 1, "input 0"), (3, 1, "input 1"), (6, 113, "input 0")] {
        let body = blocks[place].1;
        assert_eq!(body[..2], [link, 0]);
        let description = [(2, name.into()), (9, vec![9]), (0, vec![])];
        assert_eq!(options(&body[8..]), description);
    }
    let interfaces: Vec<u8> = [2, 4, 5, 7].map(|place: usize| blocks[place].1[0]).to_vec();
    assert_eq!(interfaces, [0, 1, 0, 2]);
    assert!(comments(blocks[2].1).is_empty());
}

#[test]
fn comments_are_bounded_one_by_one_and_together() {
    let mut file = Pcapng::new(Vec::new(), Origin::default()).unwrap();
    // Characters of two bytes, so that the bound falls into one.
    let long = format!("a{}", "ä".repeat(MOST_COMMENT_BYTES));
    let many = vec![long.as_str(); 2 * MOST_COMMENTS_BYTES / MOST_COMMENT_BYTES];
    file.packet("", &frame(0, 1, 1, 1, b"x"), many).unwrap();
    let bytes = file.into_inner();
    let told = comments(blocks(&bytes)[2].1);
    assert!(told.iter().all(|it| it.len() == MOST_COMMENT_BYTES - 1));
    assert_eq!(told.len(), MOST_COMMENTS_BYTES / MOST_COMMENT_BYTES);
    assert_eq!(read(bytes).len(), 1, "our own reader takes as much");
}

#[test]
fn names_that_cannot_be_written_are_left_out() {
    let mut file = Pcapng::new(Vec::new(), Origin::default()).unwrap();
    let address: IpAddr = "192.0.2.1".parse().unwrap();
    let long = vec![b'x'; 70_000];
    let names: [&[u8]; 4] = [b"", b"a\0b", &long, b"good"];
    file.names(names.map(|name| (address, name))).unwrap();
    file.names([]).unwrap();
    let expected = [
        Piece::Names(vec![(address, b"good".to_vec())]),
        Piece::Names(vec![]),
    ];
    assert_eq!(read(file.into_inner()), expected);
}

fn piece() -> impl Strategy<Value = Piece> {
    let data = prop::collection::vec(any::<u8>(), 0..70);
    let packet = (any::<u16>(), any::<u64>(), 0_u32..100, data.clone());
    let packet = packet.prop_map(|(link, nanos, more, data)| Piece::Packet {
        link,
        nanos,
        original_len: data.len() as u32 + more,
        data,
    });
    let name = prop::collection::vec(1_u8..=255, 1..20);
    let names = prop::collection::vec((any::<IpAddr>(), name), 0..5);
    prop_oneof![
        4 => packet,
        1 => data.prop_map(Piece::KeyLog),
        1 => names.prop_map(Piece::Names),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        pieces in prop::collection::vec((piece(), prop::collection::vec(".{0,30}", 0..4)), 0..20)
    ) {
        let mut file = Pcapng::new(Vec::new(), Origin::default()).unwrap();
        let mut said = Vec::new();
        for (piece, comments) in &pieces {
            match piece {
                Piece::Packet { link, nanos, original_len, data } => {
                    let frame = frame(0, *link, *nanos, *original_len, data);
                    file.packet("in", &frame, comments).unwrap();
                    said.push(comments.clone());
                }
                Piece::KeyLog(lines) => file.key_log(lines).unwrap(),
                Piece::Names(names) => {
                    let names = names.iter().map(|(address, name)| (*address, name.as_slice()));
                    file.names(names).unwrap();
                }
            }
        }
        let bytes = file.into_inner();
        let packets = blocks(&bytes).into_iter().filter(|(kind, _)| *kind == 6);
        let told: Vec<Vec<String>> = packets.map(|(_, body)| comments(body)).collect();
        prop_assert_eq!(told, said);
        let pieces: Vec<Piece> = pieces.into_iter().map(|(piece, _)| piece).collect();
        prop_assert_eq!(read(bytes), pieces);
    }
}
