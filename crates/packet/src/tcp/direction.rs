//! One direction of a connection: from segments to an unbroken run of bytes.

use crate::out::Out;
use crate::pieces::Pieces;
use crate::seen::Seen;
use crate::stream::Lane;
use crate::{Bound, Event, GapKind, Timestamp, Undecoded};

/// How far from the expected sequence number a segment can be and still belong to the connection,
/// in bytes. Beyond it, the ports were used again and the SYN was not captured.
const FAR: u32 = 16 << 20;

/// Positions start here, so that a segment before the first one has a position too.
const ORIGIN: u64 = 1 << 32;

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Direction {
    /// The initial sequence number, when the SYN was seen.
    isn: Option<u32>,
    /// The sequence number of the first byte seen, and of the next byte expected.
    joined_at: u32,
    next_seq: Option<u32>,
    /// The position of the next byte expected. Positions count bytes and do not wrap.
    next: u64,
    /// The position of the FIN.
    fin: Option<u64>,
    /// What came before the next byte expected.
    early: Pieces,
}

impl Default for Direction {
    fn default() -> Self {
        Self {
            isn: None,
            joined_at: 0,
            next_seq: None,
            next: ORIGIN,
            fin: None,
            early: Pieces::default(),
        }
    }
}

impl Direction {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.early.bytes()
    }

    /// Whether nothing was seen of it that has a sequence number.
    pub(super) fn is_unseen(&self) -> bool {
        self.next_seq.is_none()
    }

    /// Whether its SYN was seen, and no data after it.
    pub(super) fn is_only_opened(&self) -> bool {
        self.isn.is_some() && self.next == ORIGIN && self.early.is_empty()
    }

    /// Since when bytes have been missing.
    pub(super) fn hole_since(&self) -> Option<Timestamp> {
        self.early.first().map(|piece| piece.seen.time)
    }

    /// Whether a SYN with this sequence number belongs to what was seen already.
    pub(super) fn accepts_isn(&self, isn: u32) -> bool {
        match self.isn {
            Some(known) => known == isn,
            None => self.next_seq.is_none() || self.joined_at == isn.wrapping_add(1),
        }
    }

    /// Takes in a SYN that [`Self::accepts_isn`].
    pub(super) fn open(&mut self, isn: u32) {
        self.isn = Some(isn);
        if self.next_seq.is_none() {
            self.joined_at = isn.wrapping_add(1);
            self.next_seq = Some(self.joined_at);
        }
    }

    /// Takes in data.
    pub(super) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        seq: u32,
        data: &[u8],
        missing: u32,
        seen: Seen,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        let expected = self.next_seq.unwrap_or_else(|| {
            self.join(seq, lane);
            seq
        });
        let mut ahead = seq.wrapping_sub(expected).cast_signed();
        if ahead.unsigned_abs() > FAR {
            out.tell(Event::gap(Some(lane.flow), GapKind::StreamHole(1), seen));
            self.finish(lane, out);
            *self = Self::default();
            self.join(seq, lane);
            ahead = 0;
        }
        let start = self.next.saturating_add_signed(i64::from(ahead));
        let end = start + data.len() as u64 + u64::from(missing);
        if end <= self.next {
            // A repeated segment, a copy of one, or a keep-alive probe (RFC 9293 §3.8.4).
            out.counters.repeated_segments += 1;
            return;
        }
        // What came before was delivered already: the first bytes win.
        let known = usize::try_from(self.next.saturating_sub(start)).unwrap_or(usize::MAX);
        let fresh = data.get(known..).unwrap_or_default();
        let known_missing = u32::try_from(known.saturating_sub(data.len())).unwrap_or(u32::MAX);
        let missing = missing.saturating_sub(known_missing);
        if start <= self.next && self.early.is_empty() {
            self.advance(fresh, missing, seen, lane, out);
        } else {
            if start > self.next {
                out.counters.early_segments += 1;
            }
            if !self
                .early
                .insert(start.max(self.next), fresh, missing, seen)
            {
                out.counters.repeated_segments += 1;
            }
            self.drain(lane, out);
            let limits = &out.config.limits;
            while self.early.bytes() > limits.early_bytes {
                self.give_up_hole(Some(Bound::EarlyBytes), lane, out);
            }
            while self.early.len() > limits.early_segments {
                self.give_up_hole(Some(Bound::EarlySegments), lane, out);
            }
        }
        self.end_at_fin(lane, out);
    }

    /// Takes in a FIN after `len` bytes from `seq`. Says whether it is the first one.
    pub(super) fn close<S: FnMut(Event<'_>)>(
        &mut self,
        seq: u32,
        len: u32,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) -> bool {
        if self.fin.is_some() {
            return false;
        }
        let at = seq.wrapping_add(len);
        let expected = self.next_seq.unwrap_or_else(|| {
            self.join(at, lane);
            at
        });
        let ahead = at.wrapping_sub(expected).cast_signed();
        self.fin = Some(self.next.saturating_add_signed(i64::from(ahead)));
        self.end_at_fin(lane, out);
        true
    }

    /// Gives up the oldest hole: goes on with what came after it.
    pub(super) fn give_up_hole<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Option<Bound>,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        let Some(piece) = self.early.first() else {
            return;
        };
        let hole = u32::try_from(piece.start - self.next).unwrap_or(u32::MAX);
        let seen = piece.seen;
        self.skip_to(piece.start);
        if let Some(bound) = bound {
            out.counters
                .miss(Undecoded::BoundReached(bound), 0, seen.frame);
        }
        out.counters
            .miss(Undecoded::StreamHole, hole as usize, seen.frame);
        lane.hole(hole, out);
        out.tell(Event::gap(Some(lane.flow), GapKind::StreamHole(hole), seen));
        self.drain(lane, out);
        self.end_at_fin(lane, out);
    }

    /// Gives up all bytes held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Bound,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        while !self.early.is_empty() {
            self.give_up_hole(None, lane, out);
        }
        lane.give_up(bound, out);
    }

    /// Tells what is held, since no more comes; but not what a key may still open.
    pub(super) fn cut_off<S: FnMut(Event<'_>)>(
        &mut self,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        while !self.early.is_empty() {
            self.give_up_hole(None, lane, out);
        }
        lane.close(out);
    }

    /// Tells what is held; no more comes.
    pub(super) fn finish<S: FnMut(Event<'_>)>(
        &mut self,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        while !self.early.is_empty() {
            self.give_up_hole(None, lane, out);
        }
        lane.end(out);
    }

    /// Starts in mid-stream.
    fn join(&mut self, seq: u32, lane: &mut Lane<'_>) {
        self.joined_at = seq;
        self.next_seq = Some(seq);
        lane.join();
    }

    /// Hands on what has become continuous.
    fn drain<S: FnMut(Event<'_>)>(&mut self, lane: &mut Lane<'_>, out: &mut Out<'_, S>) {
        while self
            .early
            .first()
            .is_some_and(|piece| piece.start <= self.next)
        {
            let Some(piece) = self.early.pop_first() else {
                return;
            };
            self.advance(&piece.data, piece.missing, piece.seen, lane, out);
        }
    }

    /// Hands on bytes that continue the stream.
    fn advance<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        missing: u32,
        seen: Seen,
        lane: &mut Lane<'_>,
        out: &mut Out<'_, S>,
    ) {
        lane.feed(data, seen, out);
        self.skip_to(self.next + data.len() as u64);
        if missing > 0 {
            self.skip_to(self.next + u64::from(missing));
            out.counters
                .miss(Undecoded::StreamHole, missing as usize, seen.frame);
            // When a message that is told as cut accounts for all of it, nothing else is lost.
            if !lane.hole(missing, out) {
                let kind = GapKind::StreamHole(missing);
                out.tell(Event::gap(Some(lane.flow), kind, seen));
            }
        }
    }

    /// Expects the byte at this position next.
    fn skip_to(&mut self, position: u64) {
        let by = position.saturating_sub(self.next);
        self.next = position;
        // Sequence numbers wrap (RFC 9293 §3.4).
        #[expect(
            clippy::cast_possible_truncation,
            reason = "modulo 2^32 is what is meant"
        )]
        let by = by as u32;
        self.next_seq = self.next_seq.map(|seq| seq.wrapping_add(by));
    }

    /// Ends the stream when its FIN has been reached.
    fn end_at_fin<S: FnMut(Event<'_>)>(&mut self, lane: &mut Lane<'_>, out: &mut Out<'_, S>) {
        if self.fin.is_some_and(|fin| self.next >= fin) {
            lane.close(out);
        }
    }
}
