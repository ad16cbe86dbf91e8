//! A connection: two directions, and the steps from its opening to its end.

use super::Segment;
use super::direction::Direction;
use crate::books::Standing;
use crate::out::Out;
use crate::seen::Seen;
use crate::stream::{Lane, Side, Sides, Stream};
use crate::{Bound, Event, Flow, TcpStep, TcpStepKind, Timestamp};

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// The direction of the first segment seen; the other is its reverse.
    flow: Flow,
    directions: Sides<Direction>,
    stream: Stream,
    is_reset: bool,
    /// When its first end came.
    closed: Option<Timestamp>,
    /// When it was last heard of.
    pub(super) last: Timestamp,
}

impl Connection {
    /// A connection of which the first segment goes this way.
    pub(super) fn new(flow: Flow, time: Timestamp) -> Self {
        Self {
            flow,
            directions: Sides::default(),
            stream: Stream::default(),
            is_reset: false,
            closed: None,
            last: time,
        }
    }

    /// The direction of the first segment seen.
    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Whether this flow is one of its directions.
    #[inline]
    pub(super) fn has(&self, flow: Flow) -> bool {
        flow == self.flow || flow == self.flow.reversed()
    }

    /// Takes note of a segment that brings nothing.
    #[inline]
    pub(super) fn hear(&mut self, time: Timestamp) {
        self.last = self.last.max(time);
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let early: usize = self.directions.both().map(Direction::bytes).sum();
        early + self.stream.bytes()
    }

    /// What it holds, and since when bytes of its directions have been missing.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            bytes: self.bytes(),
            waits: Side::BOTH.map(|side| self.directions.get(side).hole_since()),
        }
    }

    /// Whether it holds what a key may open that has not come yet.
    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        self.stream.is_waiting()
    }

    /// Since when it has been over but for what waits for a key.
    pub(super) fn waits_since(&self) -> Option<Timestamp> {
        self.closed.filter(|_| self.is_waiting())
    }

    /// Decrypts what was held until its key came.
    pub(super) fn retry<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let (_, mut lane) = self.way(Side::Forward);
        lane.retry(out);
    }

    /// Takes in a segment.
    pub(super) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        segment: &Segment<'_>,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        self.hear(seen.time);
        let flow = segment.flow;
        let side = if flow == self.flow {
            Side::Forward
        } else {
            Side::Backward
        };
        let step = |kind, out: &mut Out<'_, S>| {
            out.tell(Event::Tcp(TcpStep {
                flow,
                kind,
                time: seen.time,
                frame: seen.frame,
            }));
        };
        if segment.has_rst() {
            // RFC 9293 §3.5.2: a SYN to a closed port is answered by a reset.
            let is_refusal = self.directions.get(side).is_unseen()
                && self.directions.get(side.other()).is_only_opened();
            if is_refusal {
                step(TcpStepKind::Refuse, out);
            } else if !self.is_reset {
                self.is_reset = true;
                step(TcpStepKind::Reset, out);
            }
            self.closed.get_or_insert(seen.time);
            for side in Side::BOTH {
                let (direction, mut lane) = self.way(side);
                direction.cut_off(&mut lane, out);
            }
            return;
        }
        let mut seq = segment.seq;
        if segment.has_syn() {
            if !self.directions.get(side).accepts_isn(seq) {
                // The ports were used again.
                self.finish(out);
                if segment.has_ack() {
                    *self.directions.get_mut(side) = Direction::default();
                } else {
                    self.directions = Sides::default();
                }
                self.stream = Stream::default();
                self.is_reset = false;
                self.closed = None;
            }
            let kind = if segment.has_ack() {
                TcpStepKind::Accept
            } else {
                TcpStepKind::Connect
            };
            step(kind, out);
            self.directions.get_mut(side).open(seq);
            // Data may come with the SYN (RFC 7413), after the number that the SYN takes.
            seq = seq.wrapping_add(1);
        }
        let (direction, mut lane) = self.way(side);
        if segment.len() > 0 {
            let (payload, missing) = (segment.payload, segment.missing);
            direction.receive(seq, payload, missing, seen, &mut lane, out);
        }
        if segment.has_fin() && direction.close(seq, segment.len(), &mut lane, out) {
            step(TcpStepKind::Close, out);
            self.closed.get_or_insert(seen.time);
        }
    }

    /// Gives up the oldest hole of a direction.
    pub(super) fn give_up_hole<S: FnMut(Event<'_>)>(&mut self, side: Side, out: &mut Out<'_, S>) {
        let (direction, mut lane) = self.way(side);
        direction.give_up_hole(None, &mut lane, out);
    }

    /// Gives up all bytes held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let (direction, mut lane) = self.way(side);
            direction.give_up(bound, &mut lane, out);
        }
    }

    /// Tells what is held; no more comes.
    pub(super) fn finish<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let (direction, mut lane) = self.way(side);
            direction.finish(&mut lane, out);
        }
    }

    /// A direction, and where its bytes go.
    fn way(&mut self, side: Side) -> (&mut Direction, Lane<'_>) {
        let flow = match side {
            Side::Forward => self.flow,
            Side::Backward => self.flow.reversed(),
        };
        let lane = Lane {
            stream: &mut self.stream,
            side,
            flow,
        };
        (self.directions.get_mut(side), lane)
    }
}
