//! What decoding costs per frame: `cargo bench -p sipwhy-packet`.

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use sipwhy_packet::{Config, Decoder, Event, Frame, FrameId, LinkType, Ports, Timestamp};

const FRAMES: u64 = 2_000_000;

/// The frame of a number.
type Builder<'a> = Box<dyn Fn(u64) -> Vec<u8> + 'a>;

fn main() {
    let invite = format!(
        "INVITE sip:bob@192.0.2.2 SIP/2.0\r\n{}Content-Length: 300\r\n\r\n{}",
        "X-Filler: 0123456789 0123456789 0123456789\r\n".repeat(10),
        "a=rtpmap:0\r\n".repeat(25),
    );
    let invite = invite.as_bytes();
    let (front, back) = invite.split_at(invite.len() / 2);
    let rtp = [0x80; 172];
    let cases: [(&str, Ports, Builder<'_>); 8] = [
        (
            "UDP, SIP",
            Ports::default(),
            Box::new(|_| udp(5060, invite)),
        ),
        (
            "UDP, media, port 5060",
            Ports::default(),
            Box::new(|_| udp(4000, &rtp)),
        ),
        (
            "UDP, media, any port",
            Ports::any(),
            Box::new(|_| udp(4000, &rtp)),
        ),
        (
            "TCP, a message a segment",
            Ports::default(),
            Box::new(|number| tcp(4000, number * invite.len() as u64, invite)),
        ),
        (
            "TCP, the same segment again",
            Ports::default(),
            Box::new(|_| tcp(4000, 0, invite)),
        ),
        (
            "TCP, a message in two segments",
            Ports::default(),
            Box::new(|number| {
                let start = number / 2 * invite.len() as u64;
                if number % 2 == 0 {
                    tcp(4000, start, front)
                } else {
                    tcp(4000, start + front.len() as u64, back)
                }
            }),
        ),
        (
            "TCP, each two segments swapped",
            Ports::default(),
            Box::new(|number| tcp(4000, (number ^ 1) * invite.len() as u64, invite)),
        ),
        (
            "TCP, 10 000 connections",
            Ports::default(),
            Box::new(|number| {
                let port = 10_000 + u16::try_from(number % 10_000).unwrap_or_default();
                tcp(port, number / 10_000 * invite.len() as u64, invite)
            }),
        ),
    ];
    for (name, ports, packet) in cases {
        let mut decoder = Decoder::new(Config {
            ports,
            ..Config::default()
        });
        let mut messages = 0_u64;
        let mut spent = Duration::ZERO;
        let mut number = 0;
        // In batches that stay in the cache: what is measured is decoding, not memory.
        while number < FRAMES {
            let batch: Vec<Vec<u8>> = (number..number + 64).map(&packet).collect();
            let start = Instant::now();
            for data in &batch {
                number += 1;
                let frame = Frame {
                    id: FrameId { file: 0, number },
                    time: Timestamp::from_nanos(number * 1000),
                    link_type: LinkType::ETHERNET,
                    data,
                    original_len: u32::try_from(data.len()).unwrap_or(u32::MAX),
                };
                decoder.decode(&frame, &mut |event| {
                    messages += u64::from(matches!(black_box(event), Event::Message(..)));
                });
            }
            spent += start.elapsed();
        }
        let nanos = spent.as_nanos() as f64 / number as f64;
        println!("{name:32} {nanos:7.1} ns a frame  ({messages} messages)");
    }
}

fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = port.to_be_bytes().to_vec();
    bytes.extend(port.to_be_bytes());
    bytes.extend((payload.len() as u16 + 8).to_be_bytes());
    bytes.extend([0, 0]);
    ethernet(17, &bytes, payload)
}

fn tcp(source: u16, seq: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = source.to_be_bytes().to_vec();
    bytes.extend(5060_u16.to_be_bytes());
    bytes.extend((seq as u32).to_be_bytes());
    bytes.extend([0, 0, 0, 0, 5 << 4, 0x10, 0xff, 0xff, 0, 0, 0, 0]);
    ethernet(6, &bytes, payload)
}

fn ethernet(protocol: u8, header: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 12];
    bytes.extend([0x08, 0x00, 0x45, 0]);
    bytes.extend((20 + header.len() as u16 + payload.len() as u16).to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, protocol, 0, 0]);
    bytes.extend(Ipv4Addr::new(192, 0, 2, 1).octets());
    bytes.extend(Ipv4Addr::new(192, 0, 2, 2).octets());
    bytes.extend(header);
    bytes.extend(payload);
    bytes
}
