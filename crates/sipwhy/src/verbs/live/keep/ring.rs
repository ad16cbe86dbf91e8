//! The packets of the last minutes.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use sipwhy_packet::{Captured, Ends, Frame, FrameId, Limits, LinkType, Timestamp};

/// What a packet takes beside its bytes and comments, in bytes.
const OVERHEAD: usize = 256;
/// How long a packet that holds no SIP by itself may turn out to be a piece of a message.
const PIECE: Duration = Duration::from_secs(5);
/// Comments on one packet.
const MOST_COMMENTS: usize = 12;

/// A packet, with what became known of it.
#[derive(Debug)]
pub(super) struct Packet {
    id: FrameId,
    time: Timestamp,
    link_type: LinkType,
    original_len: u32,
    data: Box<[u8]>,
    /// Whether there is SIP in it, or a piece.
    pub(super) is_sip: bool,
    /// The calls of the messages in it, by their numbers.
    pub(super) calls: Vec<u64>,
    /// What is said of it.
    pub(super) comments: Vec<String>,
}

impl Packet {
    pub(super) fn frame(&self) -> Frame<'_> {
        Frame {
            id: self.id,
            time: self.time,
            link_type: self.link_type,
            data: &self.data,
            original_len: self.original_len,
        }
    }

    fn size(&self) -> usize {
        let comments = self.comments.iter().map(String::len);
        self.data.len() + comments.sum::<usize>() + OVERHEAD
    }
}

/// Packets that wait for what will be said of them, in the order in which they were captured.
#[derive(Debug)]
pub(super) struct Ring {
    packets: VecDeque<Packet>,
    /// How many have left; the place of the first that is there.
    gone: u64,
    places: HashMap<FrameId, u64>,
    /// The places of packets without SIP, oldest first.
    pieces: VecDeque<u64>,
    bytes: usize,
    span: Duration,
    limit: usize,
    /// Packets with SIP that left before their time, since there was no room.
    pub(super) early: u64,
}

impl Ring {
    /// Holds packets for `span`, in at most `limit` bytes.
    pub(super) fn new(span: Duration, limit: usize) -> Self {
        Self {
            packets: VecDeque::new(),
            gone: 0,
            places: HashMap::new(),
            pieces: VecDeque::new(),
            bytes: 0,
            span,
            limit,
            early: 0,
        }
    }

    pub(super) fn push(&mut self, frame: &Frame<'_>) {
        let place = self.gone + self.packets.len() as u64;
        let packet = Packet {
            id: frame.id,
            time: frame.time,
            link_type: frame.link_type,
            original_len: frame.original_len,
            data: frame.data.into(),
            is_sip: false,
            calls: Vec::new(),
            comments: Vec::new(),
        };
        self.bytes += packet.size();
        self.places.insert(frame.id, place);
        self.pieces.push_back(place);
        self.packets.push_back(packet);
        self.drop_pieces(frame.time);
    }

    /// Takes in a message, with the number of its call.
    pub(super) fn message(&mut self, captured: &Captured<'_>, call: Option<u64>) {
        let (first, last) = (captured.first_frame, captured.last_frame);
        self.mark(last, call);
        if first == last || first.file != last.file {
            return;
        }
        self.mark(first, call);
        // Its other pieces lie between them, on the same way.
        let (Some(from), Some(to)) = (self.place(first), self.place(last)) else {
            return;
        };
        let flow = captured.flow;
        for at in from + 1..to {
            let is_piece = self.packets.get(at).is_some_and(|packet| {
                let ends = Ends::of(&packet.frame(), &Limits::default());
                ends.is_some_and(|ends| {
                    let hosts = (ends.source.ip(), ends.destination.ip());
                    hosts == (flow.source.ip(), flow.destination.ip())
                        && (ends.is_fragment
                            || (ends.source, ends.destination) == (flow.source, flow.destination))
                })
            });
            if is_piece && let Some(packet) = self.packets.get(at) {
                self.mark(packet.id, call);
            }
        }
    }

    /// Says something of a packet. Gives the calls that it belongs to.
    pub(super) fn comment(&mut self, frame: FrameId, text: String) -> &[u64] {
        let place = self.place(frame);
        let Some(packet) = place.and_then(|place| self.packets.get_mut(place)) else {
            return &[];
        };
        if packet.comments.len() < MOST_COMMENTS {
            self.bytes += text.len();
            packet.comments.push(text);
        }
        &packet.calls
    }

    /// The oldest packet with SIP, when its time is over or there is no room for it.
    pub(super) fn leave(&mut self, now: Timestamp) -> Option<Packet> {
        loop {
            let oldest = self.packets.front()?;
            let is_over = now.since(oldest.time) >= self.span;
            if !is_over && self.bytes <= self.limit {
                return None;
            }
            let packet = self.pop()?;
            if packet.is_sip {
                self.early += u64::from(!is_over);
                return Some(packet);
            }
        }
    }

    /// The oldest packet with SIP, whatever its time.
    pub(super) fn pop_sip(&mut self) -> Option<Packet> {
        loop {
            let packet = self.pop()?;
            if packet.is_sip {
                return Some(packet);
            }
        }
    }

    fn pop(&mut self) -> Option<Packet> {
        let packet = self.packets.pop_front()?;
        self.gone += 1;
        self.bytes -= packet.size();
        self.places.remove(&packet.id);
        Some(packet)
    }

    fn place(&self, frame: FrameId) -> Option<usize> {
        let place = self.places.get(&frame)?.checked_sub(self.gone)?;
        usize::try_from(place).ok()
    }

    fn mark(&mut self, frame: FrameId, call: Option<u64>) {
        let place = self.place(frame);
        let Some(packet) = place.and_then(|place| self.packets.get_mut(place)) else {
            return;
        };
        packet.is_sip = true;
        if let Some(call) = call
            && !packet.calls.contains(&call)
        {
            packet.calls.push(call);
        }
    }

    /// Lets go of the bytes of what cannot become a piece of a message any more.
    fn drop_pieces(&mut self, now: Timestamp) {
        while let Some(place) = self.pieces.front() {
            let at = place.checked_sub(self.gone);
            let packet = at.and_then(|at| self.packets.get_mut(usize::try_from(at).ok()?));
            if let Some(packet) = packet
                && !packet.is_sip
            {
                if now.since(packet.time) < PIECE {
                    return;
                }
                self.bytes -= packet.data.len();
                packet.data = Box::default();
            }
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(n: u64) -> Timestamp {
        Timestamp::from_nanos(n * 1_000_000_000)
    }

    fn frame(number: u64, data: &[u8]) -> Frame<'_> {
        Frame {
            id: FrameId { file: 0, number },
            time: second(number),
            link_type: LinkType::ETHERNET,
            data,
            original_len: data.len() as u32,
        }
    }

    fn push_sip(ring: &mut Ring, number: u64, call: u64) {
        ring.push(&frame(number, &[0; 100]));
        ring.mark(FrameId { file: 0, number }, Some(call));
    }

    #[test]
    fn packets_with_sip_leave_in_order_when_their_time_is_over() {
        let mut ring = Ring::new(Duration::from_secs(60), 1 << 20);
        push_sip(&mut ring, 1, 7);
        ring.push(&frame(2, &[0; 100]));
        push_sip(&mut ring, 3, 7);
        assert!(ring.leave(second(60)).is_none());
        let said = ring.comment(FrameId { file: 0, number: 1 }, "why".to_owned());
        assert_eq!(said, [7]);
        let first = ring.leave(second(61)).unwrap();
        assert_eq!((first.id.number, first.comments.len()), (1, 1));
        assert!(ring.leave(second(62)).is_none());
        assert_eq!(ring.leave(second(63)).unwrap().id.number, 3);
        assert_eq!((ring.bytes, ring.early), (0, 0));
    }

    #[test]
    fn what_leaves_for_want_of_room_is_counted() {
        let mut ring = Ring::new(Duration::from_secs(600), 1000);
        for number in 1..=5 {
            push_sip(&mut ring, number, number);
        }
        let left: Vec<u64> = std::iter::from_fn(|| ring.leave(second(5)))
            .map(|packet| packet.id.number)
            .collect();
        assert_eq!((left, ring.early), (vec![1, 2, 3], 3));
    }

    #[test]
    fn packets_without_sip_take_no_room_for_long() {
        let mut ring = Ring::new(Duration::from_secs(600), 1 << 20);
        for number in 1..=100 {
            ring.push(&frame(number, &[0; 1000]));
        }
        assert!(ring.bytes < 100 * OVERHEAD + 7 * 1000, "{}", ring.bytes);
    }
}
