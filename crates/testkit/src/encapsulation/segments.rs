//! TCP, with messages cut into segments in every way that a receiver must put up with.

use std::net::{Ipv4Addr, SocketAddrV4};

use sipwhy_packet::LinkType;

use super::outer::frame;
use super::{Encapsulation, Sent, Way};
use crate::recording::Recording;
use crate::wire::{self, Segment, flags};

const fn way(name: &'static str, carry: fn(&[Sent], &mut Recording)) -> Encapsulation {
    Encapsulation::new(name, LinkType::ETHERNET, Way::Call(carry))
}

pub(super) static WAYS: &[Encapsulation] = &[
    way("TCP, a message in each segment", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            stream.send(is_client, message);
        });
    }),
    way("TCP, an octet in each segment", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            for octet in message {
                stream.send(is_client, &[*octet]);
            }
        });
    }),
    way("TCP, each message cut in two", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            let (one, other) = message.split_at(message.len() / 2);
            stream.send(is_client, one);
            stream.send(is_client, other);
        });
    }),
    way("TCP, messages share segments", |call, recording| {
        let mut stream = Stream::open(call, recording, CLIENT_BEGINS);
        for run in call.chunk_by(|one, other| one.from == other.from) {
            let Some(first) = run.first() else {
                continue;
            };
            // What one side says without being spoken to goes out at once, in segments whose
            // ends are not those of messages.
            let text: Vec<u8> = run.iter().flat_map(|sent| sent.over("TCP")).collect();
            let (head, rest) = text.split_at(text.len().min(first.message.len() + 20));
            stream.recording.at(first.at);
            stream.send(stream.is_client(first), head);
            if !rest.is_empty() {
                stream.recording.at(run.get(1).unwrap_or(first).at);
                stream.send(stream.is_client(first), rest);
            }
        }
        stream.close();
    }),
    way("TCP, segments out of order", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            let third = message.len() / 3;
            let pieces = [
                &message[..third],
                &message[third..2 * third],
                &message[2 * third..],
            ];
            let begin = stream.next[usize::from(!is_client)];
            for place in [2, 0, 1] {
                let before = pieces[..place].iter().map(|piece| piece.len()).sum();
                stream.send_at(is_client, octets(begin, before), pieces[place]);
            }
            stream.advance(is_client, message.len());
        });
    }),
    way("TCP, repeated with other boundaries", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            let begin = stream.next[usize::from(!is_client)];
            let half = message.len() / 2;
            stream.send_at(is_client, begin, &message[..half]);
            stream.send_at(is_client, begin, &message[..half / 2]);
            stream.send_at(is_client, begin, message);
            stream.send_at(is_client, octets(begin, half), &message[half..]);
            stream.advance(is_client, message.len());
        });
    }),
    way("TCP, segments overlap", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            let begin = stream.next[usize::from(!is_client)];
            for from in (0..message.len()).step_by(100) {
                let to = message.len().min(from + 150);
                stream.send_at(is_client, octets(begin, from), &message[from..to]);
            }
            stream.advance(is_client, message.len());
        });
    }),
    way("TCP, joined in mid-stream", |call, recording| {
        let mut stream = Stream::between(call, recording, CLIENT_BEGINS);
        // The end of something that began before the capture did.
        stream.send(true, b"ength: 0\r\n\r\n");
        stream.send(false, b"ag=bob\r\nContent-Length: 0\r\n\r\n");
        stream.carry(call, |stream, is_client, message| {
            stream.send(is_client, message);
        });
    }),
    way("TCP, keep-alives between messages", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            // RFC 5626 §3.5.1: a ping and its pong.
            stream.send(true, b"\r\n\r\n");
            stream.send(false, b"\r\n");
            stream.send(is_client, message);
        });
    }),
    way("TCP, a hole between messages", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            stream.send(is_client, message);
            // A keep-alive that the capture does not hold.
            stream.advance(is_client, 4);
        });
    }),
    way("TCP, no Content-Length", |call, recording| {
        each(call, recording, |stream, is_client, message| {
            let text = String::from_utf8_lossy(message).replace("Content-Length: 0\r\n", "");
            stream.send(is_client, text.as_bytes());
        });
    }),
    way("TCP, sequence numbers wrap", |call, recording| {
        let mut stream = Stream::open(call, recording, u32::MAX - 100);
        stream.carry(call, |stream, is_client, message| {
            stream.send(is_client, message);
        });
        stream.close();
    }),
    way("TCP, ended by RST", |call, recording| {
        let mut stream = Stream::open(call, recording, CLIENT_BEGINS);
        stream.carry(call, |stream, is_client, message| {
            stream.send(is_client, message);
        });
        stream.segment(false, stream.next[1], flags::RST | flags::ACK, b"");
    }),
    way("TCP, the same ports used again", |call, recording| {
        // A call's BYE may take another connection than its INVITE.
        let place = call
            .iter()
            .position(|sent| sent.message.starts_with(b"BYE"));
        let (before, after) = call.split_at(place.unwrap_or_default());
        for (part, begin) in [(before, CLIENT_BEGINS), (after, 77_000)] {
            let mut stream = Stream::open(part, recording, begin);
            stream.carry(part, |stream, is_client, message| {
                stream.send(is_client, message);
            });
            stream.close();
        }
    }),
];

/// Where the client's sequence numbers begin, unless it matters.
const CLIENT_BEGINS: u32 = 1000;
const CLIENT_PORT: u16 = 40_000;

/// One connection from the call's first sender to its first receiver.
pub(super) struct Stream<'r> {
    pub(super) recording: &'r mut Recording,
    client: SocketAddrV4,
    server: SocketAddrV4,
    /// The next sequence numbers of client and server.
    pub(super) next: [u32; 2],
    id: u16,
}

impl<'r> Stream<'r> {
    /// A connection of which nothing is on record yet.
    pub(super) fn between(call: &[Sent], recording: &'r mut Recording, begin: u32) -> Self {
        let nobody = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
        let (mut client, server) = call.first().map_or((nobody, nobody), |it| (it.from, it.to));
        client.set_port(CLIENT_PORT);
        Self {
            recording,
            client,
            server,
            next: [begin, 5000],
            id: 1,
        }
    }

    /// A connection with its handshake.
    pub(super) fn open(call: &[Sent], recording: &'r mut Recording, begin: u32) -> Self {
        if let Some(first) = call.first() {
            recording.at(first.at);
        }
        let mut stream = Self::between(call, recording, begin);
        stream.segment(true, begin, flags::SYN, b"");
        stream.advance(true, 1);
        stream.segment(false, stream.next[1], flags::SYN | flags::ACK, b"");
        stream.advance(false, 1);
        stream.segment(true, stream.next[0], flags::ACK, b"");
        stream
    }

    /// Whether it is the client that sends this.
    pub(super) fn is_client(&self, sent: &Sent) -> bool {
        sent.from.ip() == self.client.ip()
    }

    /// Hands each message to `send` at its time.
    pub(super) fn carry(&mut self, call: &[Sent], send: fn(&mut Self, bool, &[u8])) {
        for sent in call {
            self.recording.at(sent.at);
            send(self, self.is_client(sent), &sent.over("TCP"));
        }
    }

    /// The next octets of one side.
    pub(super) fn send(&mut self, is_client: bool, payload: &[u8]) {
        self.send_at(is_client, self.next[usize::from(!is_client)], payload);
        self.advance(is_client, payload.len());
    }

    fn send_at(&mut self, is_client: bool, sequence: u32, payload: &[u8]) {
        self.segment(is_client, sequence, flags::PSH | flags::ACK, payload);
    }

    fn advance(&mut self, is_client: bool, count: usize) {
        let next = &mut self.next[usize::from(!is_client)];
        *next = octets(*next, count);
    }

    pub(super) fn close(&mut self) {
        for is_client in [true, false] {
            let next = self.next[usize::from(!is_client)];
            self.segment(is_client, next, flags::FIN | flags::ACK, b"");
            self.advance(is_client, 1);
        }
        self.segment(true, self.next[0], flags::ACK, b"");
    }

    fn segment(&mut self, is_client: bool, sequence: u32, set: u8, payload: &[u8]) {
        let (from, to) = if is_client {
            (self.client, self.server)
        } else {
            (self.server, self.client)
        };
        let is_first = set & (flags::SYN | flags::ACK) == flags::SYN;
        let segment = Segment {
            from,
            to,
            sequence,
            acknowledged: if is_first {
                0
            } else {
                self.next[usize::from(is_client)]
            },
            flags: set,
        };
        self.id += 1;
        let packet = wire::tcp(&segment, self.id, payload);
        self.recording.frame(frame(&packet));
    }
}

/// Sequence numbers are counted modulo 2³² (RFC 9293 §3.4).
fn octets(sequence: u32, count: usize) -> u32 {
    sequence.wrapping_add(u32::try_from(count).unwrap_or_default())
}

/// A whole connection, on which `send` brings each message.
fn each(call: &[Sent], recording: &mut Recording, send: fn(&mut Stream<'_>, bool, &[u8])) {
    let mut stream = Stream::open(call, recording, CLIENT_BEGINS);
    stream.carry(call, send);
    stream.close();
}
