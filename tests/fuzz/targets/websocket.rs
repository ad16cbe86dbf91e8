//! WebSocket behind its upgrade, both ways.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::{Run, pieces};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: sip\r\n";

fuzz_target!(|data: &[u8]| {
    let [options, data @ ..] = data else { return };
    let mut run = Run::default();
    let response = match options & 1 {
        0 => format!("{RESPONSE}\r\n"),
        _ => format!("{RESPONSE}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
    };
    let mut next = [1000_u32, 2000];
    let mut send = |run: &mut Run, is_back: bool, bytes: &[u8]| {
        let next = &mut next[usize::from(is_back)];
        run.segment(is_back, *next, 0x10, bytes);
        *next = next.wrapping_add(bytes.len() as u32);
    };
    if options & 2 == 0 {
        send(&mut run, false, REQUEST.as_bytes());
        send(&mut run, true, response.as_bytes());
    }
    for (flags, bytes) in pieces(data) {
        send(&mut run, flags & 1 == 1, bytes);
    }
    run.finish();
});
