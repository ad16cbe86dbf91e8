//! The scan does not allocate, once its scratch space has grown to the messages it sees.
//!
//! A test program of its own, since counting takes the place of the allocator.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use allocation_counter::measure;
use sipwhy_parser::{Address, Framing, Progress, Scanner, Via, frame, looks_like_sip};

#[path = "../benches/messages/mod.rs"]
mod messages;

/// How often anything was allocated.
fn allocations(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

#[test]
fn counting_counts() {
    let allocations = allocations(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(allocations, 1);
}

#[test]
fn scanning_usual_messages_never_allocates() {
    let mut scanner = Scanner::new();
    for (name, text) in messages::ALL {
        let seen = allocations(|| {
            let message = scanner.scan(text.as_bytes());
            assert!(message.is_complete());
            assert!(looks_like_sip(text.as_bytes()));
            let framing = frame(text.as_bytes(), &mut Progress::default(), 65_536);
            assert!(matches!(framing, Framing::Message { .. }));
        });
        assert_eq!(seen, 0, "{name}");
    }
}

#[test]
fn reading_a_transaction_s_keys_never_allocates() {
    let mut scanner = Scanner::new();
    for (name, text) in messages::ALL {
        let message = scanner.scan(text.as_bytes());
        let seen = allocations(|| {
            let keys = [
                message.call_id(),
                message.top_via().and_then(Via::branch),
                message.top_via().map(|via| via.sent_by),
                message.from().and_then(Address::tag),
            ];
            assert!(keys.iter().all(Option::is_some));
            assert!(message.cseq().is_some() && message.to().is_some());
            assert!(message.method().is_some() || message.status().is_some());
            assert!(message.vias().count() > 0);
            assert!(
                message
                    .contacts()
                    .all(|contact| contact.address().is_some())
            );
        });
        assert_eq!(seen, 0, "{name}");
    }
}

#[test]
fn scanning_hostile_messages_allocates_no_more_once_warm() {
    let start = "INVITE sip:a@b SIP/2.0\r\n";
    let hostile = ["a:b\r\n", ":\r\n", "\r\n x", ",", "%", "Via: <\"\r\n"];
    let mut scanner = Scanner::new();
    // The first message with more headers than any before makes room for them.
    let many = format!("{start}{}", "a:b\r\n".repeat(10_000));
    scanner.scan(many.as_bytes());
    for pattern in hostile {
        let text = format!("{start}{}", pattern.repeat(60_000 / pattern.len()));
        let seen = allocations(|| assert!(scanner.scan(text.as_bytes()).head().len() > 20));
        assert_eq!(seen, 0, "{pattern:?}");
    }
}
