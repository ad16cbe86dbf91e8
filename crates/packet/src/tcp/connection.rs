//! A connection: two directions, and the steps from its opening to its end.

use super::direction::Direction;
use super::{Out, Segment};
use crate::seen::Seen;
use crate::{Bound, Event, Flow, TcpStep, TcpStepKind, Timestamp};

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// The direction of the first segment seen; the other is its reverse.
    flow: Flow,
    directions: [Direction; 2],
    is_reset: bool,
    /// When it was last heard of.
    pub(super) last: Timestamp,
}

/// Which of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// That of the first segment seen.
    Forward,
    /// The other.
    Backward,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    const fn other(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

impl Connection {
    /// A connection of which the first segment goes this way.
    pub(super) fn new(flow: Flow, time: Timestamp) -> Self {
        Self {
            flow,
            directions: Default::default(),
            is_reset: false,
            last: time,
        }
    }

    /// The direction of the first segment seen.
    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.directions.iter().map(Direction::bytes).sum()
    }

    /// Since when bytes of a direction have been missing.
    pub(super) fn hole_since(&self, side: Side) -> Option<Timestamp> {
        self.direction(side).hole_since()
    }

    /// Takes in a segment.
    pub(super) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        segment: &Segment<'_>,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        self.last = self.last.max(seen.time);
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
            let is_refusal =
                self.direction(side).is_unseen() && self.direction(side.other()).is_only_opened();
            if is_refusal {
                step(TcpStepKind::Refuse, out);
            } else if !self.is_reset {
                self.is_reset = true;
                step(TcpStepKind::Reset, out);
            }
            self.finish(out);
            return;
        }
        let mut seq = segment.seq;
        if segment.has_syn() {
            if !self.direction(side).accepts_isn(seq) {
                // The ports were used again.
                self.finish(out);
                if segment.has_ack() {
                    *self.direction_mut(side) = Direction::default();
                } else {
                    self.directions = Default::default();
                }
                self.is_reset = false;
            }
            let kind = if segment.has_ack() {
                TcpStepKind::Accept
            } else {
                TcpStepKind::Connect
            };
            step(kind, out);
            self.direction_mut(side).open(seq);
            // Data may come with the SYN (RFC 7413), after the number that the SYN takes.
            seq = seq.wrapping_add(1);
        }
        let direction = self.direction_mut(side);
        if segment.len() > 0 {
            direction.receive(seq, segment.payload, segment.missing, seen, flow, out);
        }
        if segment.has_fin() && direction.close(seq, segment.len(), flow, out) {
            step(TcpStepKind::Close, out);
        }
    }

    /// Gives up the oldest hole of a direction.
    pub(super) fn give_up_hole<S: FnMut(Event<'_>)>(&mut self, side: Side, out: &mut Out<'_, S>) {
        let flow = self.flow_of(side);
        self.direction_mut(side).give_up_hole(None, flow, out);
    }

    /// Gives up all bytes held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let flow = self.flow_of(side);
            self.direction_mut(side).give_up(bound, flow, out);
        }
    }

    /// Tells what is held; no more comes.
    pub(super) fn finish<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let flow = self.flow_of(side);
            self.direction_mut(side).finish(flow, out);
        }
    }

    fn flow_of(&self, side: Side) -> Flow {
        match side {
            Side::Forward => self.flow,
            Side::Backward => self.flow.reversed(),
        }
    }

    fn direction(&self, side: Side) -> &Direction {
        let [forward, backward] = &self.directions;
        match side {
            Side::Forward => forward,
            Side::Backward => backward,
        }
    }

    fn direction_mut(&mut self, side: Side) -> &mut Direction {
        let [forward, backward] = &mut self.directions;
        match side {
            Side::Forward => forward,
            Side::Backward => backward,
        }
    }
}
