//! One SIP message: the scanner, every accessor, and the cutting of a stream.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::headers;
use sipwhy_parser::{Framing, Message, Progress, Scanner, frame, looks_like_sip, to_rsip};
use std::hint::black_box;

fuzz_target!(|data: &[u8]| {
    black_box(looks_like_sip(data));
    let mut scanner = Scanner::new();
    let message = scanner.scan(data);
    assert_covered(message);
    headers::walk(message);
    // The tidied copy is ours; what rsip makes of it is not, but it has to come back.
    if data.len() < 1024 {
        black_box(to_rsip(&message).is_ok());
    }

    let mut rest = data;
    let mut progress = Progress::default();
    loop {
        let used = match frame(rest, &mut progress, 65_536) {
            Framing::Message { end, .. } => end,
            Framing::KeepAlive { len } => len,
            Framing::Garbage { skip } => skip,
            Framing::Incomplete { .. } => break,
        };
        assert!(used > 0 && used <= rest.len());
        rest = &rest[used..];
    }
});

/// Every byte belongs to exactly one part, and the parts in order are the message.
fn assert_covered(message: Message<'_, '_>) {
    let bytes = message.bytes();
    let mut printed = message.leading().to_vec();
    printed.extend(&bytes[message.start_line_span()]);
    for header in message.headers() {
        assert_eq!(header.span.start, printed.len());
        assert!(header.value_span.start >= header.span.start);
        assert!(header.value_span.end <= header.span.end);
        printed.extend(&bytes[header.span]);
    }
    printed.extend(message.unindexed());
    let line_end = &bytes[printed.len()..message.head().len()];
    assert!(matches!(line_end, b"" | b"\r" | b"\n" | b"\r\n"));
    printed.extend(line_end);
    printed.extend(message.body());
    printed.extend(message.trailing());
    assert_eq!(printed, bytes);
}
