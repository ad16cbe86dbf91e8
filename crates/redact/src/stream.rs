//! One direction of a TCP connection: its bytes are held until the message that they are of is
//! whole, and replaced then.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sipwhy_packet::{Limits, Timestamp};
use sipwhy_parser::{Framing, frame, framing::Progress};

use crate::message::{MOST_LEVELS, messages};
use crate::permutation::Permutations;
use crate::tls::Records;

/// How long the rest of a message is waited for, in capture time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that were replaced and may be sent again.
const MOST_PAST: usize = 16 * 1024;
/// Bytes that are held, in order or ahead of what is missing.
const MOST_HELD: usize = 256 * 1024;
const MOST_EARLY: usize = 64;
/// A sequence number further off than this is another connection's.
const FAR: i32 = 1 << 22;

/// Bytes of a frame that belong to a stream.
#[derive(Clone, Copy, Debug)]
struct Piece {
    frame: u64,
    /// Where they are in the frame, and in the stream.
    at: usize,
    start: u64,
    len: usize,
}

/// What became of bytes of a frame.
#[derive(Debug)]
pub(crate) enum Settled {
    /// They are these.
    Bytes {
        /// The frame.
        frame: u64,
        /// Where in it.
        at: usize,
        /// What stands there now.
        bytes: Vec<u8>,
    },
    /// A frame waits once less.
    Released(u64),
}

/// What a stream carries.
#[derive(Debug)]
enum Carries {
    /// Nothing came yet.
    Unknown,
    /// SIP, or what is passed over to find it.
    Text(Progress),
    Tls(Records),
}

/// One direction.
#[derive(Debug)]
pub(crate) struct Stream {
    /// The sequence number that comes next.
    next: u32,
    /// Where the bytes begin that are held, counted from an arbitrary place.
    base: u64,
    held: Vec<u8>,
    /// What was replaced before them.
    past: VecDeque<u8>,
    pieces: Vec<Piece>,
    /// What came ahead of something that is missing.
    early: BTreeMap<u64, (u64, usize, Vec<u8>)>,
    carries: Carries,
    /// Since when something waits.
    waits_since: Option<Timestamp>,
    /// When something came last.
    pub(crate) last: Timestamp,
    pub(crate) has_tls: bool,
}

/// Bytes of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) sequence: u32,
    pub(crate) begins: bool,
    pub(crate) bytes: &'a [u8],
    /// Which frame they are in, and where.
    pub(crate) frame: u64,
    pub(crate) at: usize,
}

impl Stream {
    /// A stream that begins with this segment.
    pub(crate) fn new(now: Timestamp, segment: &Segment<'_>) -> Self {
        Self {
            next: segment.first(),
            // Far from zero, since what came before may be sent again.
            base: 1 << 40,
            held: Vec::new(),
            past: VecDeque::new(),
            pieces: Vec::new(),
            early: BTreeMap::new(),
            carries: Carries::Unknown,
            waits_since: None,
            last: now,
            has_tls: false,
        }
    }

    /// Whether a segment belongs to another connection of the same ports.
    pub(crate) fn is_other(&self, segment: &Segment<'_>) -> bool {
        let distance = segment.first().wrapping_sub(self.next) as i32;
        distance.saturating_abs() > FAR || segment.begins && distance != 0 && self.has_begun()
    }

    fn has_begun(&self) -> bool {
        // Its first segment may come twice.
        !self.past.is_empty() || !self.held.is_empty()
    }

    /// Takes in a segment. The frame waits as often as it says in what is settled.
    pub(crate) fn add(
        &mut self,
        all: Permutations,
        now: Timestamp,
        segment: &Segment<'_>,
    ) -> Vec<Settled> {
        self.last = now;
        let mut settled = Vec::new();
        let distance = segment.first().wrapping_sub(self.next) as i32;
        let start = self.end().wrapping_add_signed(i64::from(distance));
        self.place(now, start, segment, &mut settled);
        self.take_early();
        self.advance(all, &mut settled);
        let early: usize = self.early.values().map(|(_, _, bytes)| bytes.len()).sum();
        if self.held.len() + early > MOST_HELD || self.early.len() > MOST_EARLY {
            settled.extend(self.give_up(all));
        }
        if self.held.is_empty() && self.early.is_empty() {
            self.waits_since = None;
        }
        settled
    }

    /// Where the bytes end that are held.
    fn end(&self) -> u64 {
        self.base + self.held.len() as u64
    }

    /// Puts a segment where it belongs.
    fn place(
        &mut self,
        now: Timestamp,
        start: u64,
        segment: &Segment<'_>,
        settled: &mut Vec<Settled>,
    ) {
        let Segment {
            bytes, frame, at, ..
        } = *segment;
        if bytes.is_empty() {
            return;
        }
        self.waits_since.get_or_insert(now);
        if start > self.end() {
            let piece = (frame, at, bytes.to_vec());
            if let Some((other, ..)) = self.early.insert(start, piece) {
                // Sent again before what is missing came; the one before stays blank.
                settled.push(Settled::Released(other));
            }
            return;
        }
        // What was settled before has its stand-in already.
        let known = self.base.saturating_sub(start).min(bytes.len() as u64) as usize;
        settled.push(Settled::Bytes {
            frame,
            at,
            bytes: self.again(start, known),
        });
        let rest = bytes.get(known..).unwrap_or_default();
        if rest.is_empty() {
            settled.push(Settled::Released(frame));
            return;
        }
        let start = start + known as u64;
        let held = (self.end() - start) as usize;
        let new = rest.get(held.min(rest.len())..).unwrap_or_default();
        self.held.extend(new);
        self.next = self.next.wrapping_add(new.len() as u32);
        self.pieces.push(Piece {
            frame,
            at: at + known,
            start,
            len: rest.len(),
        });
    }

    /// So many bytes from there on, as they were replaced; blank where that is not known any more.
    fn again(&self, start: u64, len: usize) -> Vec<u8> {
        let from = self.base - self.past.len() as u64;
        let places = start..start + len as u64;
        let byte = |place: u64| {
            let at = place.checked_sub(from)?;
            self.past.get(usize::try_from(at).ok()?).copied()
        };
        places.map(|place| byte(place).unwrap_or(0)).collect()
    }

    /// Takes in what came early and follows now.
    fn take_early(&mut self) {
        while let Some((start, (frame, at, bytes))) = self.early.pop_first() {
            if start > self.end() {
                self.early.insert(start, (frame, at, bytes));
                return;
            }
            let held = (self.end() - start) as usize;
            let new = bytes.get(held.min(bytes.len())..).unwrap_or_default();
            self.held.extend(new);
            self.next = self.next.wrapping_add(new.len() as u32);
            self.pieces.push(Piece {
                frame,
                at,
                start,
                len: bytes.len(),
            });
        }
    }

    /// Replaces what is whole.
    fn advance(&mut self, all: Permutations, settled: &mut Vec<Settled>) {
        if matches!(self.carries, Carries::Unknown) && !self.held.is_empty() {
            self.carries = if Records::begin(&self.held) {
                self.has_tls = true;
                Carries::Tls(Records::default())
            } else {
                Carries::Text(Progress::default())
            };
        }
        let most_body = Limits::default().body_bytes;
        loop {
            let len = match &mut self.carries {
                Carries::Unknown => return,
                Carries::Tls(records) => {
                    records.blank(&mut self.held);
                    self.held.len()
                }
                Carries::Text(progress) => match frame(&self.held, progress, most_body) {
                    Framing::Message { end, .. } => {
                        messages(
                            all,
                            MOST_LEVELS,
                            self.held.get_mut(..end).unwrap_or_default(),
                        );
                        end
                    }
                    Framing::KeepAlive { len } => len,
                    Framing::Garbage { skip } => {
                        self.held.get_mut(..skip).unwrap_or_default().fill(0);
                        skip
                    }
                    Framing::Incomplete { .. } => return,
                },
            };
            if len == 0 {
                return;
            }
            self.settle(len, settled);
        }
    }

    /// So many bytes are as they go out.
    fn settle(&mut self, len: usize, settled: &mut Vec<Settled>) {
        let len = len.min(self.held.len());
        let (from, to) = (self.base, self.base + len as u64);
        let held = &self.held;
        self.pieces.retain(|piece| {
            let end = piece.start + piece.len as u64;
            let (first, last) = (piece.start.max(from), end.min(to));
            if first < last {
                let range = (first - from) as usize..(last - from) as usize;
                settled.push(Settled::Bytes {
                    frame: piece.frame,
                    at: piece.at + (first - piece.start) as usize,
                    bytes: held.get(range).unwrap_or_default().to_vec(),
                });
            }
            if end <= to {
                settled.push(Settled::Released(piece.frame));
            }
            end > to
        });
        self.past.extend(self.held.drain(..len));
        let beyond = self.past.len().saturating_sub(MOST_PAST);
        self.past.drain(..beyond);
        self.base = to;
    }

    /// Whether something waits for too long.
    pub(crate) fn is_late(&self, now: Timestamp) -> bool {
        self.waits_since
            .is_some_and(|since| now >= since + PATIENCE)
    }

    /// Whether nothing came for so long that nothing is to be sent again, and nothing waits.
    pub(crate) fn is_idle(&self, now: Timestamp) -> bool {
        const IDLE: Duration = Duration::from_secs(3600);
        self.waits_since.is_none() && now >= self.last + IDLE
    }

    /// Waits no longer: what is held is replaced as far as it came, and what is missing passed
    /// over.
    pub(crate) fn give_up(&mut self, all: Permutations) -> Vec<Settled> {
        let mut settled = Vec::new();
        loop {
            match &mut self.carries {
                Carries::Text(progress) => {
                    messages(all, MOST_LEVELS, &mut self.held);
                    *progress = Progress::default();
                }
                _ => self.held.fill(0),
            }
            self.settle(self.held.len(), &mut settled);
            let Some(start) = self.early.keys().next().copied() else {
                break;
            };
            let gap = start.saturating_sub(self.base);
            self.next = self.next.wrapping_add(gap as u32);
            self.base = start;
            self.past.clear();
            self.take_early();
            self.advance(all, &mut settled);
        }
        self.waits_since = None;
        settled
    }
}

impl Segment<'_> {
    /// The sequence number of its first byte: the one that begins a stream takes one itself.
    const fn first(&self) -> u32 {
        self.sequence.wrapping_add(self.begins as u32)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    const TEXT: &[u8] = b"OPTIONS sip:alice@acme.com SIP/2.0\r\nl: 5\r\n\r\ncarol\
        BYE sip:alice@acme.com SIP/2.0\r\nf: carol\r\n\r\n";

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    /// What becomes of segments, each with its place in the text.
    fn stream(segments: &[(usize, &[u8])]) -> Vec<(Vec<u8>, usize)> {
        let mut frames: Vec<(Vec<u8>, usize)> = Vec::new();
        let mut stream: Option<Stream> = None;
        let take = |frames: &mut Vec<(Vec<u8>, usize)>, settled: Vec<Settled>| {
            for it in settled {
                match it {
                    Settled::Bytes { frame, at, bytes } => {
                        frames[frame as usize].0[at..at + bytes.len()].copy_from_slice(&bytes);
                    }
                    Settled::Released(frame) => frames[frame as usize].1 -= 1,
                }
            }
        };
        let now = Timestamp::ZERO;
        for (place, bytes) in segments {
            let segment = Segment {
                // Around the end of the numbers.
                sequence: (*place as u32).wrapping_sub(20),
                begins: false,
                bytes,
                frame: frames.len() as u64,
                at: 0,
            };
            frames.push((vec![0; bytes.len()], usize::from(!bytes.is_empty())));
            let stream = stream.get_or_insert_with(|| Stream::new(now, &segment));
            let settled = stream.add(all(), now, &segment);
            take(&mut frames, settled);
        }
        if let Some(mut stream) = stream {
            take(&mut frames, stream.give_up(all()));
        }
        frames
    }

    fn whole() -> Vec<u8> {
        let mut text = TEXT.to_vec();
        messages(all(), MOST_LEVELS, &mut text);
        text
    }

    proptest! {
        #[test]
        fn however_it_is_cut_a_stream_becomes_the_same(size in 1_usize..60) {
            let segments: Vec<(usize, &[u8])> = TEXT
                .chunks(size)
                .enumerate()
                .map(|(at, piece)| (at * size, piece))
                .collect();
            let frames = stream(&segments);
            prop_assert!(frames.iter().all(|(_, waits)| *waits == 0));
            let joined: Vec<u8> = frames.into_iter().flat_map(|(bytes, _)| bytes).collect();
            prop_assert_eq!(joined, whole());
        }

        #[test]
        fn order_and_repetition_change_nothing(
            order in Just((0..6_usize).chain(0..6).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let size = TEXT.len().div_ceil(6);
            let mut segments: Vec<(usize, &[u8])> = vec![(0, &TEXT[..1])];
            segments.extend(order.iter().map(|at| {
                let start = at * size;
                (start, &TEXT[start..(start + size).min(TEXT.len())])
            }));
            let frames = stream(&segments);
            prop_assert!(frames.iter().all(|(_, waits)| *waits == 0));
            for ((start, bytes), (new, _)) in segments.iter().zip(&frames) {
                let expected = &whole()[*start..start + bytes.len()];
                // One that came again too early is blank.
                let is_blank = new.iter().all(|byte| *byte == 0);
                prop_assert!(is_blank || new == expected);
            }
        }

        #[test]
        fn segments_that_overlap_hold_no_name(
            cuts in prop::collection::vec((0..TEXT.len(), 1_usize..50), 1..12),
        ) {
            let segments: Vec<(usize, &[u8])> = cuts
                .iter()
                .map(|(start, len)| (*start, &TEXT[*start..(start + len).min(TEXT.len())]))
                .collect();
            for (new, waits) in stream(&segments) {
                prop_assert_eq!(waits, 0);
                for gone in [&b"alice"[..], b"acme", b"carol"] {
                    prop_assert!(!new.windows(gone.len()).any(|it| it == gone));
                }
            }
        }
    }
}
