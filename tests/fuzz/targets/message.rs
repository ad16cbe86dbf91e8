//! One SIP message: the scanner, the typed headers, and the cutting of a stream.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_parser::{Framing, HeaderName, Progress, Scanner, Uri, Via, frame, looks_like_sip};
use std::hint::black_box;

fuzz_target!(|data: &[u8]| {
    black_box(looks_like_sip(data));
    let mut scanner = Scanner::new();
    let message = scanner.scan(data);
    black_box((message.start_line(), message.cseq(), message.call_id()));
    black_box((message.body().len(), message.trailing().len()));
    for address in [message.from(), message.to()].into_iter().flatten() {
        black_box((address.tag(), Uri::parse(address.uri)));
    }
    for value in message.values(HeaderName::Via) {
        black_box(Via::parse(value));
    }
    for header in message.headers() {
        black_box((header.name, header.raw_name, header.value.len()));
    }
    for route in message.routes() {
        black_box(route.uri);
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
