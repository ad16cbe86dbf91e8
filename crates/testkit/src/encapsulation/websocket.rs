//! SIP over WebSocket (RFC 7118, RFC 6455).

use sipwhy_packet::LinkType;

use super::segments::Stream;
use super::{Encapsulation, Sent, Way};
use crate::recording::Recording;

const PORT: u16 = 8080;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CONTINUATION: u8 = 0;
const PING: u8 = 9;
const FINAL: u8 = 0x80;

const fn way(name: &'static str, carry: fn(&[Sent], &mut Recording)) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Call(carry))
}

pub(super) static WAYS: &[Encapsulation] = &[
    way("WebSocket, text frames", |call, recording| {
        each(call, recording, true, |message, is_masked| {
            framed(FINAL | TEXT, message, is_masked)
        });
    }),
    way("WebSocket, binary frames", |call, recording| {
        each(call, recording, true, |message, is_masked| {
            framed(FINAL | BINARY, message, is_masked)
        });
    }),
    way(
        "WebSocket, continuation frames and pings between",
        |call, recording| {
            each(call, recording, true, |message, is_masked| {
                let (one, other) = message.split_at(message.len() / 2);
                let frames = [
                    framed(TEXT, one, is_masked),
                    framed(FINAL | PING, b"still there?", is_masked),
                    framed(FINAL | CONTINUATION, other, is_masked),
                ];
                frames.concat()
            });
        },
    ),
    way("WebSocket, the upgrade not seen", |call, recording| {
        each(call, recording, false, |message, is_masked| {
            framed(FINAL | TEXT, message, is_masked)
        });
    })
    .decode("tcp.port==8080,websocket"),
];

const UPGRADE: &[u8] = b"GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n";
const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: sip\r\n\r\n";

/// A connection on which each message is what `frames` makes of it.
fn each(
    call: &[Sent],
    recording: &mut Recording,
    upgrade_is_seen: bool,
    frames: fn(&[u8], bool) -> Vec<u8>,
) {
    let mut to_port = call.to_vec();
    if let Some(first) = to_port.first_mut() {
        first.to.set_port(PORT);
    }
    let mut stream = if upgrade_is_seen {
        let mut stream = Stream::open(&to_port, recording, 1000);
        stream.send(true, UPGRADE);
        stream.send(false, SWITCHING);
        stream
    } else {
        Stream::between(&to_port, recording, 1000)
    };
    for sent in call {
        stream.recording.at(sent.at);
        let is_client = stream.is_client(sent);
        stream.send(is_client, &frames(&sent.over("WS"), is_client));
    }
    stream.close();
}

/// RFC 6455 §5.2. Clients mask what they send.
fn framed(first: u8, payload: &[u8], is_masked: bool) -> Vec<u8> {
    let mask_bit = u8::from(is_masked) << 7;
    let mut frame = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => frame.push(mask_bit | short),
        _ => {
            frame.push(mask_bit | 126);
            frame.extend(crate::wire::length(payload.len()).to_be_bytes());
        }
    }
    if is_masked {
        let mask = [0x37, 0xfa, 0x21, 0x3d];
        frame.extend(mask);
        frame.extend(
            payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(octet, key)| octet ^ key),
        );
    } else {
        frame.extend(payload);
    }
    frame
}
