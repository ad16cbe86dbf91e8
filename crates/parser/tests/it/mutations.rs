//! Real messages, damaged in every way that memory, wires and people damage them: everything that
//! can be asked of them is asked.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use sipwhy_parser::headers::value_faults;
use sipwhy_parser::{HeaderName, Message, Scanner, Uri};

use crate::samples::{ALL, walk};

/// One damage. The indexes are places in whatever the message has become.
#[derive(Clone, Debug)]
enum Damage {
    FlipBit(Index, u8),
    Replace(Index, u8),
    Delete(Index, usize),
    Repeat(Index, usize, usize),
    Insert(Index, Vec<u8>),
    SwapLines(Index, Index),
    Cut(Index),
}

impl Damage {
    fn to(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        if bytes.is_empty() {
            return bytes;
        }
        match self {
            Self::FlipBit(at, bit) => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << (bit % 8);
            }
            Self::Replace(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Delete(at, length) => {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + length);
                bytes.drain(at..end);
            }
            Self::Repeat(at, length, times) => {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + length);
                let again = bytes[at..end].repeat(*times);
                bytes.splice(end..end, again);
            }
            Self::Insert(at, new) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::SwapLines(one, other) => {
                let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
                let (one, other) = (one.index(lines.len()), other.index(lines.len()));
                lines.swap(one, other);
                bytes = lines.join(&b'\n');
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        }
        bytes
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = || any::<Index>();
    let marks = b"\0\t\n\r \"%'(),/:;<=>?@[\\]*\x7f\xff09az".to_vec();
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, bit)| Damage::FlipBit(at, bit)),
        (index(), prop::sample::select(marks)).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (index(), 1_usize..80).prop_map(|(at, length)| Damage::Delete(at, length)),
        (index(), 1_usize..80, 1_usize..20)
            .prop_map(|(at, length, times)| Damage::Repeat(at, length, times)),
        (index(), prop::collection::vec(any::<u8>(), 1..8))
            .prop_map(|(at, new)| Damage::Insert(at, new)),
        (index(), index()).prop_map(|(one, other)| Damage::SwapLines(one, other)),
        index().prop_map(Damage::Cut),
    ]
}

/// Messages from our own captures and from the RFCs: what the fuzzer starts from too.
fn real_messages() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/seeds/message");
    let mut messages: Vec<Vec<u8>> = ALL.iter().map(|text| text.to_vec()).collect();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    messages.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
    assert!(messages.len() > 20);
    messages
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damages = prop::collection::vec(damage(), 1..8);
    (prop::sample::select(real_messages()), damages).prop_map(|(message, damages)| {
        damages
            .iter()
            .fold(message, |bytes, damage| damage.to(bytes))
    })
}

/// Asks for every fault; all of them are inside the value they are about.
fn look_for_faults(message: Message<'_, '_>) {
    let mut headers = 0;
    for header in message.headers() {
        headers += 1;
        value_faults(header.name, header.value, &mut |fault| {
            assert!(fault.span.start <= fault.span.end);
            assert!(fault.span.end <= header.value.len(), "{fault:?}");
        });
    }
    assert!(headers <= sipwhy_parser::MAX_HEADERS);
    if let Some(uri) = message.request_uri() {
        Uri::faults(uri, &mut |fault| assert!(fault.span.end <= uri.len()));
    }
}

/// Asks for everything that not every message has.
fn read_typed(message: Message<'_, '_>) -> usize {
    let _ = (message.rack(), message.rseq(), message.session_expires());
    let _ = (message.retry_after(), message.date(), message.replaces());
    let _ = (message.event(), message.call_id());
    HeaderName::ALL
        .iter()
        .map(|&name| {
            message.challenges(name).count()
                + message.credentials(name).count()
                + message.tokens(name).count()
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_damaged_message_is_read_all_the_same(bytes in damaged()) {
        let mut scanner = Scanner::new();
        let message = scanner.scan(&bytes);
        let parts = [message.head(), message.body(), message.trailing()];
        prop_assert_eq!(parts.concat(), &bytes[..]);
        walk(message);
        read_typed(message);
        look_for_faults(message);
    }
}

#[test]
fn a_real_message_cut_anywhere() {
    let mut scanner = Scanner::new();
    for bytes in real_messages() {
        for end in 0..=bytes.len() {
            let message = scanner.scan(&bytes[..end]);
            assert_eq!(message.bytes().len(), end);
            read_typed(message);
            look_for_faults(message);
        }
    }
}
