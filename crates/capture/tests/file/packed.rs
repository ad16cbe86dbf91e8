//! Compressed captures: each format, as its own tool writes it and in several pieces, cut and
//! damaged, and those that ask for too much.

use std::fs;
use std::io::{Cursor, Read, Write as _};
use std::path::Path;

use flate2::Compression;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sipwhy_capture::file::{OpenError, PackedDamage, Packing, ReadError, Reader};

use crate::craft::{Kept, MICROS, Order, pcap, read_all, record};

const ALL: [Packing; 4] = [Packing::Gzip, Packing::Zstd, Packing::Xz, Packing::Lz4];

fn pack(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::Gzip => {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        Packing::Zstd => {
            let level = ruzstd::encoding::CompressionLevel::Fastest;
            ruzstd::encoding::compress_to_vec(bytes, level)
        }
        Packing::Xz => {
            let options = lzma_rust2::XzOptions::with_preset(3);
            let mut packer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        Packing::Lz4 => {
            // Blocks come whole or not at all; the default is 4 MiB.
            let info = lz4_flex::frame::FrameInfo::new()
                .block_size(lz4_flex::frame::BlockSize::Max64KB)
                .block_mode(lz4_flex::frame::BlockMode::Linked);
            let mut packer = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
    }
}

/// A capture of a few hundred kilobytes that does not compress to nothing.
fn capture() -> Vec<u8> {
    let order = Order::Little;
    let mut file = pcap(order, MICROS, (2, 4), 65_535, 1);
    let mut noise: u32 = 1;
    for n in 1..1_500u32 {
        let data: Vec<u8> = (0..n % 700)
            .map(|i| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if i % 3 == 0 {
                    (noise >> 24) as u8
                } else {
                    b'-'
                }
            })
            .collect();
        file.extend(record(order, n, n, data.len() as u32, &data));
    }
    file
}

fn plain(bytes: &[u8]) -> Vec<Kept> {
    let (frames, fault) = read_all(bytes.to_vec());
    assert!(fault.is_none(), "{fault:?}");
    frames
}

#[test]
fn as_the_tools_write_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/file/packed");
    let plain = plain(&fs::read(folder.join("../../../../../captures/call-direct.pcap")).unwrap());
    assert_eq!(plain.len(), 8);
    for (end, packing) in ["gz", "zst", "xz", "lz4"].iter().zip(ALL) {
        let path = folder.join(format!("call.pcap.{end}"));
        assert_eq!(Reader::open(&path, 3).unwrap().packing(), Some(packing));
        let (frames, fault) = read_all(fs::read(&path).unwrap());
        assert!(fault.is_none(), "{end}: {fault:?}");
        assert_eq!(frames, plain, "{end}");
    }
}

#[test]
fn in_several_members_frames_or_streams() {
    let whole = capture();
    let expected = plain(&whole);
    for packing in ALL {
        // Cut anywhere, not between records; a member of nothing too.
        let (first, rest) = whole.split_at(100_001);
        let (second, third) = rest.split_at(7);
        let pieces = [first, second, b"", third].map(|piece| pack(packing, piece));
        let (frames, fault) = read_all(pieces.concat());
        assert!(fault.is_none(), "{packing}: {fault:?}");
        assert!(frames == expected, "{packing}");
    }
}

#[test]
fn frames_that_decoders_pass_over() {
    let whole = capture();
    let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"notes"].concat();
    let (first, second) = whole.split_at(5_000);
    let zstd = |bytes| pack(Packing::Zstd, bytes);
    let lz4 = |bytes| pack(Packing::Lz4, bytes);
    for file in [
        [
            skippable.clone(),
            zstd(first),
            skippable.clone(),
            zstd(second),
        ]
        .concat(),
        [
            lz4(first),
            skippable.clone(),
            lz4(second),
            skippable.clone(),
        ]
        .concat(),
    ] {
        let (frames, fault) = read_all(file);
        assert!(fault.is_none(), "{fault:?}");
        assert!(frames == plain(&whole));
    }
}

#[test]
fn zeros_after_gzip_are_padding() {
    let whole = capture();
    let file = [pack(Packing::Gzip, &whole), vec![0; 512]].concat();
    let (frames, fault) = read_all(file);
    assert!(fault.is_none(), "{fault:?}");
    assert!(frames == plain(&whole));
}

#[test]
fn cut_anywhere_all_that_came_of_it_is_kept() {
    let whole = capture();
    let expected = plain(&whole);
    for packing in ALL {
        let packed = pack(packing, &whole);
        let mut before = 0;
        for end in (16..packed.len()).step_by(packed.len() / 40) {
            let (frames, fault) = read_all(packed[..end].to_vec());
            assert!(expected.starts_with(&frames), "{packing} cut at {end}");
            assert!(frames.len() >= before, "{packing} cut at {end}");
            before = frames.len();
            match fault.unwrap() {
                ReadError::Packed { after, fault, .. } => {
                    assert_eq!(after, frames.len() as u64);
                    assert_eq!(fault.damage, PackedDamage::Cut, "{packing} at {end}");
                    assert_eq!(fault.offset, end as u64, "{packing}");
                }
                ReadError::Open {
                    reason: OpenError::Packed(fault),
                    ..
                } => assert_eq!(fault.damage, PackedDamage::Cut),
                other => panic!("{packing} cut at {end}: {other}"),
            }
        }
        // What is held back at most is the block that was cut.
        assert!(before * 2 > expected.len(), "{packing}: {before}");
    }
}

#[test]
fn cut_after_its_data_the_end_is_missed() {
    let whole = capture();
    for packing in ALL {
        let packed = pack(packing, &whole);
        let (frames, fault) = read_all(packed[..packed.len() - 1].to_vec());
        assert_eq!(frames.len(), plain(&whole).len(), "{packing}");
        let message = fault.unwrap().to_string();
        let expected = format!(
            "made.pcap: its {packing} data is cut off after {} bytes, after frame {}; everything \
             before it was read; copy or compress the file again to have the rest",
            packed.len() - 1,
            frames.len()
        );
        assert_eq!(message, expected);
    }
}

#[test]
fn damaged_bytes_are_told_and_what_came_before_is_kept() {
    let whole = capture();
    let expected = plain(&whole);
    for packing in ALL {
        let mut packed = pack(packing, &whole);
        let at = packed.len() - 200;
        for byte in &mut packed[at..at + 100] {
            *byte ^= 0x5a;
        }
        let (frames, fault) = read_all(packed);
        assert!(fault.is_some(), "{packing}");
        let same = frames.iter().zip(&expected).take_while(|(a, b)| a == b);
        assert!(same.count() > 10, "{packing}: {}", frames.len());
    }
}

#[test]
fn a_wrong_checksum_is_damage() {
    let whole = capture();
    for packing in [Packing::Gzip, Packing::Zstd] {
        let mut packed = pack(packing, &whole);
        let at = match packing {
            Packing::Gzip => packed.len() - 8,
            _ => packed.len() - 1,
        };
        packed[at] ^= 1;
        let (frames, fault) = read_all(packed);
        assert_eq!(frames.len(), plain(&whole).len(), "{packing}");
        let fault = fault.unwrap();
        let ReadError::Packed { fault, .. } = fault else {
            panic!("{packing}: {fault}");
        };
        assert_eq!(fault.damage, PackedDamage::Broken, "{packing}");
    }
}

#[test]
fn a_window_beyond_the_limit_is_refused_before_it_is_made() {
    // As `zstd --long=31` begins a stream of unknown length.
    let zstd = b"\x28\xb5\x2f\xfd\x04\xa8\x01\0\0\0\0\0\0".to_vec();
    // As `xz --lzma2=dict=1GiB` begins.
    let mut xz = pack(Packing::Xz, &capture());
    assert_eq!(&xz[14..16], [0x21, 1]);
    xz[16] = 36;
    let crc = crc32(&xz[12..20]);
    xz[20..24].copy_from_slice(&crc.to_le_bytes());
    for file in [zstd, xz] {
        match read_all(file).1.unwrap() {
            ReadError::Open {
                reason: OpenError::Packed(fault),
                ..
            } => assert!(matches!(fault.damage, PackedDamage::Window { .. })),
            other => panic!("{other}"),
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn what_is_compressed_twice_or_is_no_capture_is_named() {
    let twice = pack(Packing::Gzip, &pack(Packing::Xz, &capture()));
    let message = read_all(twice).1.unwrap().to_string();
    assert!(message.contains("it looks like xz data"), "{message}");
    for packing in ALL {
        let message = read_all(pack(packing, b"notes about the capture, in words"));
        let message = message.1.unwrap().to_string();
        assert!(message.contains("it looks like text"), "{message}");
    }
}

#[test]
fn a_bomb_is_read_in_little_memory() {
    // 64 MiB of one block that is passed over, in a few hundred bytes of zstd.
    let order = Order::Little;
    let file = [
        crate::craft::section(order),
        crate::craft::block(order, 0x0f00_0001, &vec![0; 64 << 20]),
        crate::craft::interface(order, 1, 0, &[]),
        crate::craft::enhanced(order, 0, 1, 5, b"hello"),
    ]
    .concat();
    for packing in ALL {
        let packed = pack(packing, &file);
        assert!(packed.len() < 1 << 20, "{packing}");
        let (frames, fault) = read_all(packed);
        assert!(fault.is_none() && frames.len() == 1, "{packing}: {fault:?}");
    }
}

/// Gives its bytes, and then an error of the system's.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(std::io::Error::other("the disk is gone")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_failing_disk_is_no_damage_of_the_data() {
    let whole = capture();
    for packing in ALL {
        let mut packed = pack(packing, &whole);
        packed.truncate(packed.len() - 30);
        let mut reader = Reader::from_reader(Failing(Cursor::new(packed)), "x", 0).unwrap();
        let fault = loop {
            match reader.next_frame() {
                Ok(frame) => assert!(frame.is_some(), "{packing}"),
                Err(fault) => break fault,
            }
        };
        assert!(matches!(fault, ReadError::Io { .. }), "{packing}: {fault}");
        assert!(fault.to_string().contains("the disk is gone"), "{fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_damage_has_an_end(
        packing in 0..4usize,
        changes in vec((any::<Index>(), any::<u8>()), 1..6),
        cut in any::<Index>(),
        insert in vec(any::<u8>(), 0..8),
    ) {
        let whole = capture();
        let mut packed = pack(ALL[packing], &whole[..20_000]);
        for (at, value) in changes {
            let at = at.index(packed.len());
            packed[at] = value;
        }
        let at = cut.index(packed.len());
        packed.splice(at..at, insert);
        let (frames, fault) = read_all(packed);
        // A checksum over all of it is looked at when its end is met.
        prop_assert!(fault.is_some() || !frames.is_empty());
    }
}
