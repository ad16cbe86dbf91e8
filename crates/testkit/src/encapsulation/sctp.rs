//! SIP over SCTP (RFC 4168, RFC 9260).

use sipwhy_packet::LinkType;

use super::outer::frame;
use super::{Encapsulation, Sent, Way};
use crate::recording::Recording;
use crate::wire;

const SCTP: u8 = 132;
const DATA: u8 = 0;
const SACK: u8 = 3;
const BEGIN: u8 = 2;
const END: u8 = 1;
/// Octets of a message in a fragment.
const PIECE: usize = 100;

const fn way(name: &'static str, carry: fn(&[Sent], &mut Recording)) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Call(carry))
}

pub(super) static WAYS: &[Encapsulation] = &[
    way("SCTP, a message in each packet", |call, recording| {
        let mut numbers = Numbers::default();
        for sent in call {
            recording.at(sent.at);
            let chunk = data(
                BEGIN | END,
                numbers.next(call, sent, true),
                &sent.over("SCTP"),
            );
            record(recording, sent, &[chunk]);
        }
    }),
    way("SCTP, messages bundled", |call, recording| {
        let mut numbers = Numbers::default();
        let mut chunks = vec![sack()];
        for (place, sent) in call.iter().enumerate() {
            if chunks.len() == 1 {
                recording.at(sent.at);
            }
            let number = numbers.next(call, sent, true);
            chunks.push(data(BEGIN | END, number, &sent.over("SCTP")));
            // The next one goes into the same packet, unless the call waits for it.
            let goes_on = call
                .get(place + 1)
                .is_some_and(|next| next.from == sent.from && (next.at - sent.at).as_secs() < 2);
            if !goes_on {
                record(
                    recording,
                    sent,
                    &std::mem::replace(&mut chunks, vec![sack()]),
                );
            }
        }
    }),
    way("SCTP, messages fragmented", |call, recording| {
        let mut numbers = Numbers::default();
        for sent in call {
            recording.at(sent.at);
            let message = sent.over("SCTP");
            let pieces = message.chunks(PIECE);
            let last = pieces.len().saturating_sub(1);
            for (place, piece) in pieces.enumerate() {
                let begin = if place == 0 { BEGIN } else { 0 };
                let end = if place == last { END } else { 0 };
                let number = numbers.next(call, sent, place == last);
                record(recording, sent, &[data(begin | end, number, piece)]);
            }
        }
    }),
];

/// What each direction has sent: chunks, and messages on stream 0.
#[derive(Debug, Default)]
struct Numbers([(u32, u16); 2]);

impl Numbers {
    /// The numbers of the next chunk, which may end a message.
    fn next(&mut self, call: &[Sent], sent: &Sent, is_end: bool) -> (u32, u16) {
        let is_first_sender = call.first().is_some_and(|first| first.from == sent.from);
        let numbers = &mut self.0[usize::from(!is_first_sender)];
        let now = *numbers;
        numbers.0 += 1;
        numbers.1 += u16::from(is_end);
        now
    }
}

/// A DATA chunk (RFC 9260 §3.3.1) on stream 0.
fn data(flags: u8, (tsn, number): (u32, u16), payload: &[u8]) -> Vec<u8> {
    let mut chunk = vec![DATA, flags];
    chunk.extend(wire::length(16 + payload.len()).to_be_bytes());
    chunk.extend((1000 + tsn).to_be_bytes());
    chunk.extend([0, 0]);
    chunk.extend(number.to_be_bytes());
    chunk.extend([0; 4]);
    chunk.extend(payload);
    while chunk.len() % 4 != 0 {
        chunk.push(0);
    }
    chunk
}

/// A SACK chunk without gaps (RFC 9260 §3.3.4).
fn sack() -> Vec<u8> {
    vec![SACK, 0, 0, 16, 0, 0, 3, 0xe7, 0, 1, 0, 0, 0, 0, 0, 0]
}

/// A packet with these chunks, the way of this message.
fn record(recording: &mut Recording, sent: &Sent, chunks: &[Vec<u8>]) {
    let mut packet = Vec::new();
    packet.extend(sent.from.port().to_be_bytes());
    packet.extend(sent.to.port().to_be_bytes());
    // The tag is the receiver's own.
    let tag = u32::from(*sent.to.ip());
    packet.extend(tag.to_be_bytes());
    packet.extend([0; 4]);
    packet.extend(chunks.concat());
    let sum = crc32c(&packet);
    packet[8..12].copy_from_slice(&sum.to_le_bytes());
    let addresses = (*sent.from.ip(), *sent.to.ip());
    recording.frame(frame(&wire::ipv4(addresses, SCTP, 1, &packet)));
}

/// RFC 9260 Appendix A.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
        }
    }
    !crc
}
