//! An association: two directions, and the steps from its beginning to its end.

use super::chunk::{Chunk, Start};
use super::direction::Direction;
use super::packet::Packet;
use crate::books::Standing;
use crate::out::Out;
use crate::seen::Seen;
use crate::stream::{Side, Sides};
use crate::{Bound, Event, Flow, TcpStep, TcpStepKind, Timestamp};

/// An association.
#[derive(Debug)]
pub(super) struct Association {
    /// The direction of the first packet seen; the other is its reverse.
    flow: Flow,
    directions: Sides<Direction>,
    is_reset: bool,
    /// When it was last heard of.
    pub(super) last: Timestamp,
}

impl Association {
    /// An association of which the first packet goes this way.
    pub(super) fn new(flow: Flow, time: Timestamp) -> Self {
        Self {
            flow,
            directions: Sides::default(),
            is_reset: false,
            last: time,
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.directions.both().map(Direction::bytes).sum()
    }

    /// What it holds, and since when something of its directions has been missing.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            bytes: self.bytes(),
            waits: Side::BOTH.map(|side| self.directions.get(side).waits_since()),
        }
    }

    /// Whether a chunk with this number can be of a direction.
    pub(super) fn is_near(&self, side: Side, tsn: u32) -> bool {
        self.directions.get(side).is_near(tsn)
    }

    /// Takes in a packet of a direction. Messages and steps are told with the addresses that it
    /// has: hosts with several may use any (RFC 9260 §6.4).
    pub(super) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        packet: &Packet<'_>,
        side: Side,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        self.last = self.last.max(seen.time);
        let flow = packet.flow;
        for chunk in packet.chunks() {
            match chunk {
                Ok(Chunk::Data(data)) => {
                    let direction = self.directions.get_mut(side);
                    if !direction.expect_tag(packet.tag) || !direction.is_near(data.tsn) {
                        // The ports were used again.
                        direction.finish(flow, out);
                        *direction = Direction::default();
                        direction.expect_tag(packet.tag);
                    }
                    direction.receive(&data, seen, flow, out);
                }
                Ok(Chunk::Init(start)) => {
                    self.start(start, side, false, out);
                    step(TcpStepKind::Connect, flow, seen, out);
                }
                Ok(Chunk::InitAck(start)) => {
                    self.start(start, side, true, out);
                    step(TcpStepKind::Accept, flow, seen, out);
                }
                Ok(Chunk::Abort) => self.abort(side, flow, seen, out),
                Ok(Chunk::Shutdown) => {
                    if self.directions.get_mut(side).close() {
                        step(TcpStepKind::Close, flow, seen, out);
                    }
                }
                Ok(Chunk::Forward(tsn)) => self.directions.get_mut(side).forward(tsn),
                Ok(Chunk::Other) => {}
                Err(reason) => out.counters.miss(reason, 0, seen.frame),
            }
        }
    }

    /// An INIT or, when `is_answer`, an INIT ACK came.
    fn start<S: FnMut(Event<'_>)>(
        &mut self,
        start: Start,
        side: Side,
        is_answer: bool,
        out: &mut Out<'_, S>,
    ) {
        if !self.directions.get(side).accepts_start(start) {
            self.finish(out);
            *self.directions.get_mut(side) = Direction::default();
            if !is_answer {
                self.directions = Sides::default();
            }
            self.is_reset = false;
        }
        self.directions.get_mut(side).open(start);
        self.directions.get_mut(side.other()).expect_tag(start.tag);
    }

    fn abort<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        // RFC 9260 §8.4: an INIT that is not wanted is answered by an ABORT.
        let is_refusal = self.directions.get(side).is_unseen()
            && self.directions.get(side.other()).is_only_opened();
        if is_refusal {
            step(TcpStepKind::Refuse, flow, seen, out);
        } else if !self.is_reset {
            self.is_reset = true;
            step(TcpStepKind::Reset, flow, seen, out);
        }
        self.finish(out);
    }

    /// Gives up what has been missing in a direction since then or before.
    pub(super) fn expire<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        since: Timestamp,
        out: &mut Out<'_, S>,
    ) {
        let flow = self.flow_of(side);
        self.directions.get_mut(side).expire(since, flow, out);
    }

    /// Gives up all that is held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let flow = self.flow_of(side);
            self.directions.get_mut(side).give_up(bound, flow, out);
        }
    }

    /// Tells what is held; no more comes.
    pub(super) fn finish<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            let flow = self.flow_of(side);
            self.directions.get_mut(side).finish(flow, out);
        }
    }

    fn flow_of(&self, side: Side) -> Flow {
        match side {
            Side::Forward => self.flow,
            Side::Backward => self.flow.reversed(),
        }
    }
}

fn step<S: FnMut(Event<'_>)>(kind: TcpStepKind, flow: Flow, seen: Seen, out: &mut Out<'_, S>) {
    let Seen { frame, time } = seen;
    out.tell(Event::Tcp(TcpStep {
        flow,
        kind,
        time,
        frame,
    }));
}
