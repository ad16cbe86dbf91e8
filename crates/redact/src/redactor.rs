//! Frames in, frames out.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use sipwhy_packet::{Frame, Timestamp};

use crate::fragments::{Datagram, Fragments, Piece, Whose};
use crate::frame::{Check, Rest, Slot};
use crate::icmp::{self, Version};
use crate::payload::{self, Fate};
use crate::permutation::Permutations;
use crate::stream::{Segment, Settled, Stream};
use crate::sweep::{Keep, sweep};
use crate::{Key, addresses, sctp, tcp_options};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;

/// What is held at most while frames wait for others, in bytes.
const MOST_HELD: usize = 64 << 20;
/// Directions of connections that are followed.
const MOST_STREAMS: usize = 4096;
/// How often it is looked for what waits too long, in frames.
const LOOK_AFTER: u64 = 256;

/// From whom to whom.
type Way = (SocketAddr, SocketAddr);

/// What could not be read, and is blank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blanked {
    /// Frames of which nothing, or nothing but headers around an unknown packet, could be read.
    pub frames: u64,
    /// Payloads of datagrams that are neither SIP nor DNS nor media.
    pub payloads: u64,
    /// Directions of TLS connections.
    pub encrypted: u64,
}

/// A frame with stand-ins, as it is handed out.
pub type Redacted<'a> = Frame<'a>;

/// Puts stand-ins for what names people and hosts into frames.
///
/// Every frame that goes in comes out, in the same order, with its number, time and length. It may
/// come out later than another goes in: a message that is spread over several frames is replaced
/// when all of it is there.
///
/// ```
/// use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};
/// use sipwhy_redact::{Key, Redactor};
///
/// let mut redactor = Redactor::new(Key::new(b"sixteen bytes or more, at random"));
/// let frame = Frame {
///     id: FrameId { file: 0, number: 1 },
///     time: Timestamp::ZERO,
///     link_type: LinkType(147),
///     data: b"something nobody knows",
///     original_len: 22,
/// };
/// let mut out = Vec::new();
/// redactor.push(&frame, &mut |frame| out.push(frame.data.to_vec()));
/// redactor.finish(&mut |frame| out.push(frame.data.to_vec()));
/// assert_eq!(out, [[0; 22]]);
/// assert_eq!(redactor.blanked().frames, 1);
/// ```
#[derive(Debug)]
pub struct Redactor {
    all: Permutations,
    /// Frames that wait, or stand behind one that does.
    queue: VecDeque<Slot>,
    /// The number of the first of them.
    first: u64,
    held: usize,
    fragments: Fragments,
    streams: BTreeMap<Way, Stream>,
    blanked: Blanked,
    frames: u64,
}

impl Redactor {
    /// Stand-ins are the same for the same key.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self {
            all: Permutations::new(key),
            queue: VecDeque::new(),
            first: 0,
            held: 0,
            fragments: Fragments::default(),
            streams: BTreeMap::new(),
            blanked: Blanked::default(),
            frames: 0,
        }
    }

    /// What could not be read so far.
    #[must_use]
    pub const fn blanked(&self) -> Blanked {
        self.blanked
    }

    /// The stand-ins of an address and of a host that has it, as a capture file names it.
    #[must_use]
    pub fn name(&self, address: IpAddr, name: &[u8]) -> (IpAddr, Vec<u8>) {
        let mut name = name.to_vec();
        sweep(self.all, Keep::Nothing, &mut name);
        (addresses::ip(self.all, address), name)
    }

    /// The stand-in of a text of which nothing stays, such as a user or a Call-ID.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        sweep(self.all, Keep::Nothing, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Takes in a frame, and hands out those that wait for nothing any more.
    pub fn push(&mut self, frame: &Frame<'_>, sink: &mut impl FnMut(&Redacted<'_>)) {
        let (slot, rest) = Slot::begin(self.all, frame);
        let number = self.first + self.queue.len() as u64;
        self.held += slot.bytes();
        self.queue.push_back(slot);
        match rest {
            Some(rest) => self.packet(frame.time, number, rest),
            None => self.blanked.frames += u64::from(!is_understood(frame)),
        }
        self.frames += 1;
        if self.frames.is_multiple_of(LOOK_AFTER) {
            self.expire(frame.time);
        } else if self.held > MOST_HELD {
            self.give_up();
        }
        self.hand_out(sink);
    }

    /// Hands out all frames: no more come.
    pub fn finish(&mut self, sink: &mut impl FnMut(&Redacted<'_>)) {
        self.give_up();
        self.hand_out(sink);
    }

    fn hand_out(&mut self, sink: &mut impl FnMut(&Redacted<'_>)) {
        while self.queue.front().is_some_and(|slot| slot.waits == 0) {
            let Some(mut slot) = self.queue.pop_front() else {
                return;
            };
            self.first += 1;
            self.held -= slot.bytes();
            sink(&slot.finish());
        }
    }

    fn slot(&mut self, frame: u64) -> Option<&mut Slot> {
        let at = usize::try_from(frame.checked_sub(self.first)?).ok()?;
        self.queue.get_mut(at)
    }

    /// Replaces what the innermost packet of a frame carries, or holds it.
    fn packet(&mut self, now: Timestamp, frame: u64, mut rest: Rest) {
        let at = rest.ip.payload.start;
        if let Some(place) = rest.ip.fragment {
            let whose = Whose {
                source: rest.source,
                destination: rest.destination,
                id: place.id,
                protocol: rest.ip.protocol,
            };
            let piece = Piece {
                frame,
                at,
                offset: place.offset as usize,
                bytes: rest.payload,
            };
            if let Some(slot) = self.slot(frame) {
                slot.waits += 1;
            }
            let over = self.fragments.add(now, whose, rest.around, place, piece);
            return over.into_iter().for_each(|it| self.datagram(it));
        }
        let all = self.all;
        match rest.ip.protocol {
            UDP | UDP_LITE => {
                let is_lite = rest.ip.protocol == UDP_LITE;
                let fate = payload::datagram(all, is_lite, rest.around, &mut rest.payload);
                self.blanked.payloads += u64::from(fate == Fate::Blanked);
            }
            TCP => return self.segment(now, frame, &rest),
            SCTP => sctp::packet(all, &mut rest.payload),
            ICMP => icmp::message(all, Version::V4, rest.around, &mut rest.payload),
            ICMP_V6 => icmp::message(all, Version::V6, rest.around, &mut rest.payload),
            _ => {
                rest.payload.fill(0);
                self.blanked.frames += 1;
            }
        }
        if let Some(slot) = self.slot(frame) {
            slot.write(at, &rest.payload);
        }
    }

    /// Replaces what a datagram carries that came in fragments, as much as there is of it.
    fn datagram(&mut self, mut datagram: Datagram) {
        match datagram.whose.protocol {
            UDP | UDP_LITE => {
                let is_lite = datagram.whose.protocol == UDP_LITE;
                let (all, around) = (self.all, datagram.around);
                let fate = payload::datagram(all, is_lite, around, &mut datagram.bytes);
                self.blanked.payloads += u64::from(fate == Fate::Blanked);
            }
            _ => {
                datagram.bytes.fill(0);
                self.blanked.payloads += 1;
            }
        }
        for piece in datagram.pieces {
            let end = (piece.offset + piece.bytes.len()).min(datagram.bytes.len());
            let bytes = datagram.bytes.get(piece.offset..end).unwrap_or_default();
            if let Some(slot) = self.slot(piece.frame) {
                slot.write(piece.at, bytes);
                slot.waits = slot.waits.saturating_sub(1);
            }
        }
    }

    /// Writes the header of a TCP segment, and hands its bytes to their stream.
    fn segment(&mut self, now: Timestamp, frame: u64, rest: &Rest) {
        const BEGINS: u8 = 0x02;
        let at = rest.ip.payload.start;
        let Some(head) = rest.payload.first_chunk::<20>() else {
            return;
        };
        let &[a, b, c, d, e, f, g, h, _, _, _, _, offset, flags, ..] = head;
        let length = (usize::from(offset >> 4) * 4).clamp(head.len(), rest.payload.len());
        let Some((header, bytes)) = rest.payload.split_at_checked(length) else {
            return;
        };
        let segment = Segment {
            sequence: u32::from_be_bytes([e, f, g, h]),
            begins: flags & BEGINS != 0,
            bytes,
            frame,
            at: at + length,
        };
        let way = (
            SocketAddr::new(rest.source, u16::from_be_bytes([a, b])),
            SocketAddr::new(rest.destination, u16::from_be_bytes([c, d])),
        );
        let mut header = header.to_vec();
        tcp_options::blank(header.get_mut(head.len()..).unwrap_or_default());
        if let Some(slot) = self.slot(frame) {
            slot.write(at, &header);
            slot.check(Check {
                at: at + 16,
                region: rest.ip.payload.clone(),
                addresses: rest.addresses.clone(),
                is_optional: false,
            });
            slot.waits += usize::from(!bytes.is_empty());
        }
        self.follow(now, way, &segment);
    }

    fn follow(&mut self, now: Timestamp, way: Way, segment: &Segment<'_>) {
        let all = self.all;
        let is_other = |stream: &Stream| stream.is_other(segment);
        if self.streams.get(&way).is_some_and(is_other)
            && let Some(mut stream) = self.streams.remove(&way)
        {
            self.settle(stream.give_up(all));
        }
        if self.streams.len() >= MOST_STREAMS && !self.streams.contains_key(&way) {
            self.forget_oldest();
        }
        let stream = self.streams.entry(way);
        let stream = stream.or_insert_with(|| Stream::new(now, segment));
        let had_tls = stream.has_tls;
        let settled = stream.add(all, now, segment);
        self.blanked.encrypted += u64::from(stream.has_tls && !had_tls);
        self.settle(settled);
    }

    /// Makes room for a stream.
    fn forget_oldest(&mut self) {
        let oldest = self.streams.iter().min_by_key(|(_, stream)| stream.last);
        let oldest = oldest.map(|(way, _)| *way);
        if let Some(mut stream) = oldest.and_then(|way| self.streams.remove(&way)) {
            self.settle(stream.give_up(self.all));
        }
    }

    fn settle(&mut self, settled: Vec<Settled>) {
        for it in settled {
            match it {
                Settled::Bytes { frame, at, bytes } => {
                    if let Some(slot) = self.slot(frame) {
                        slot.write(at, &bytes);
                    }
                }
                Settled::Released(frame) => {
                    if let Some(slot) = self.slot(frame) {
                        slot.waits = slot.waits.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// Waits no longer for what did not come in time.
    fn expire(&mut self, now: Timestamp) {
        let late = self.fragments.expire(now);
        late.into_iter().for_each(|it| self.datagram(it));
        let all = self.all;
        let late = self.streams.values_mut().filter(|it| it.is_late(now));
        let settled: Vec<Settled> = late.flat_map(|stream| stream.give_up(all)).collect();
        self.settle(settled);
        self.streams.retain(|_, stream| !stream.is_idle(now));
    }

    /// Waits for nothing any more.
    fn give_up(&mut self) {
        let datagrams = self.fragments.finish();
        datagrams.into_iter().for_each(|it| self.datagram(it));
        let all = self.all;
        let streams = self.streams.values_mut();
        let settled: Vec<Settled> = streams.flat_map(|stream| stream.give_up(all)).collect();
        self.settle(settled);
    }
}

/// Whether a frame without an IP packet is one all the same that says something: ARP.
fn is_understood(frame: &Frame<'_>) -> bool {
    use sipwhy_packet::{Limits, Part, anatomy};
    let parts = anatomy(frame, &Limits::default());
    matches!(parts.last(), Some(Part::Arp(_)))
}
