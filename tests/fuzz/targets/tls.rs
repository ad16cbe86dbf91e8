//! TLS records of both directions, and lines of a key log that come at any time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::pieces;
use sipwhy_tls::{KeyLog, Limits, Session, Way};

fuzz_target!(|data: &[u8]| {
    let mut keys = KeyLog::default();
    let mut session: Session<u32> = Session::new(Limits::default());
    let mut sink = |output: sipwhy_tls::Output<'_, u32>| {
        std::hint::black_box(&output);
    };
    for (mark, (flags, bytes)) in (0_u32..).zip(pieces(data)) {
        let way = if flags & 1 == 1 {
            Way::Backward
        } else {
            Way::Forward
        };
        match flags >> 1 {
            0..=4 => session.feed(way, bytes, mark, &keys, &mut sink),
            5 => session.hole(way, Some(bytes.len() as u64), &mut sink),
            6 => session.hole(way, None, &mut sink),
            _ => {
                keys.add(bytes);
                session.retry(&keys, &mut sink);
            }
        }
        assert!(session.bytes() <= 1 << 20);
    }
    session.end(Way::Forward, &mut sink);
    session.end(Way::Backward, &mut sink);
});
