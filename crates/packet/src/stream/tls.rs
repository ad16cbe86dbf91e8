//! TLS on a connection: what a key log opens is a stream inside it.

use sipwhy_tls::{Limits, Output, Reason, Session, Way};

use super::{Lane, Side, Sides, Stream, unread};
use crate::out::Out;
use crate::seen::Seen;
use crate::tls::TlsSession;
use crate::{Bound, Event, Flow, TcpStep, TcpStepKind, Transport, Undecoded};

/// A TLS connection.
#[derive(Debug)]
pub(super) struct Tls {
    session: Session<Seen>,
    inner: Stream,
    /// The first frame of it, which names it in the counters.
    began: Option<Seen>,
    /// Whether what comes next does not follow what came before.
    is_torn: Sides<bool>,
    /// Whether no more comes, while what came waits for a key.
    is_closed: Sides<bool>,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            session: Session::new(Limits::default()),
            inner: Stream::default(),
            began: None,
            is_torn: Sides::default(),
            is_closed: Sides::default(),
        }
    }
}

/// Where the session's outputs go.
struct Inside<'a, 'o, S> {
    inner: &'a mut Stream,
    /// In the direction of [`Way::Forward`].
    flow: Flow,
    began: Seen,
    out: &'a mut Out<'o, S>,
}

impl Tls {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.session.bytes() + self.inner.bytes()
    }

    /// Whether something is held until its key comes.
    pub(super) fn is_waiting(&self) -> bool {
        self.session.is_waiting()
    }

    /// What comes next does not follow what came before.
    pub(super) fn tear(&mut self, side: Side) {
        *self.is_torn.get_mut(side) = true;
    }

    /// Takes in the bytes that come next.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        data: &[u8],
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.began.get_or_insert(seen);
        if std::mem::take(self.is_torn.get_mut(side)) {
            self.hole(side, None, flow, out);
        }
        self.retry(side, flow, out);
        let keys = out.keys;
        self.session_and_inside(side, flow, out, |session, inside| {
            session.feed(way(side), data, seen, keys, &mut |output| {
                inside.take(&output);
            });
            // Until its key comes, if it ever does, there is something that nobody can read.
            let is_waiting = session.is_waiting();
            if is_waiting && inside.session().is_none_or(|session| session.is_sip()) {
                inside.tell_unread(side, seen);
            }
        });
    }

    /// Takes note that `len` bytes never come, or an unknown number.
    pub(super) fn hole<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        len: Option<u32>,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.session_and_inside(side, flow, out, |session, inside| {
            session.hole(way(side), len.map(u64::from), &mut |output| {
                inside.take(&output);
            });
        });
    }

    /// Gives up the bytes held of one direction, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        bound: Bound,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.session_and_inside(side, flow, out, |session, inside| {
            session.end(way(side), &mut |output| inside.take(&output));
            let (mut lane, out) = inside.lane(side);
            lane.give_up(bound, out);
        });
    }

    /// Tells what is held of one direction, since no more comes; but not what waits for a key.
    pub(super) fn close<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.retry(side, flow, out);
        if self.is_waiting() {
            *self.is_closed.get_mut(side) = true;
        } else {
            self.end(side, flow, out);
        }
    }

    /// Tells what is held of one direction; no more comes.
    pub(super) fn end<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        *self.is_closed.get_mut(side) = false;
        self.retry(side, flow, out);
        self.session_and_inside(side, flow, out, |session, inside| {
            session.end(way(side), &mut |output| inside.take(&output));
            let (mut lane, out) = inside.lane(side);
            lane.end(out);
        });
    }

    /// Decrypts what was held until its key came.
    pub(super) fn retry<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        if !self.is_waiting() {
            return;
        }
        let keys = out.keys;
        self.session_and_inside(side, flow, out, |session, inside| {
            session.retry(keys, &mut |output| inside.take(&output));
        });
        if self.is_waiting() {
            return;
        }
        for (closed, flow) in [(side, flow), (side.other(), flow.reversed())] {
            if *self.is_closed.get(closed) {
                self.end(closed, flow, out);
            }
        }
    }

    fn session_and_inside<'o, S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        out: &mut Out<'o, S>,
        work: impl FnOnce(&mut Session<Seen>, &mut Inside<'_, 'o, S>),
    ) {
        let Some(began) = self.began else { return };
        let mut inside = Inside {
            inner: &mut self.inner,
            flow: match side {
                Side::Forward => flow,
                Side::Backward => flow.reversed(),
            },
            began,
            out,
        };
        work(&mut self.session, &mut inside);
    }
}

impl<'o, S: FnMut(Event<'_>)> Inside<'_, 'o, S> {
    fn take(&mut self, output: &Output<'_, Seen>) {
        match output {
            Output::Plaintext { way, bytes, seen } => {
                let (mut lane, out) = self.lane(side(*way));
                lane.feed(bytes, seen.last, out);
                if let Some(session) = self.session() {
                    session.decrypted += bytes.len() as u64;
                }
            }
            Output::Learnt(facts) => {
                if let Some(session) = self.session() {
                    session.facts = (*facts).clone();
                }
            }
            Output::Alert {
                way,
                alert: Some(alert),
                seen,
            } if !alert.is_close() => {
                let flow = self.flow_of(side(*way), Transport::Tls);
                let Some(session) = self.session() else {
                    return;
                };
                session.alert = Some((flow, *alert));
                // After that the session had stood, and an alert only says how it ended.
                let has_stood = session.decrypted + session.undecrypted > 0;
                if session.is_sip() && !has_stood {
                    self.out.tell(Event::Tcp(TcpStep {
                        flow,
                        kind: TcpStepKind::Alert(*alert),
                        time: seen.last.time,
                        frame: seen.last.frame,
                    }));
                }
            }
            Output::Alert { .. } => {}
            Output::Undecrypted {
                way,
                bytes,
                reason,
                seen,
            } => self.undecrypted(side(*way), *bytes, *reason, seen.last),
        }
    }

    /// A part of what was said is missing inside.
    fn undecrypted(&mut self, side: Side, bytes: usize, reason: Reason, seen: Seen) {
        let missing = u32::try_from(bytes).unwrap_or(u32::MAX);
        let is_sip = self.session().is_none_or(|session| {
            session.undecrypted += bytes as u64;
            session.reason.get_or_insert(reason);
            session.is_sip()
        });
        let (mut lane, out) = self.lane(side);
        lane.hole(missing, out);
        if is_sip {
            self.out
                .counters
                .miss(Undecoded::Tls(reason), bytes, seen.frame);
            self.tell_unread(side, seen);
        }
    }

    fn tell_unread(&mut self, side: Side, seen: Seen) {
        let flow = self.flow_of(side, Transport::Tls);
        self.out.tell(unread(flow, seen));
    }

    /// Its place in the counters.
    fn session(&mut self) -> Option<&mut TlsSession> {
        let ports = &self.out.config.ports;
        let is_expected = [self.flow.source, self.flow.destination]
            .iter()
            .any(|socket| ports.contains(socket.port()));
        let sessions = &mut self.out.counters.tls;
        sessions.of(self.began.frame, self.flow, is_expected)
    }

    /// The direction inside, and what it needs.
    fn lane(&mut self, side: Side) -> (Lane<'_>, &mut Out<'o, S>) {
        let flow = self.flow_of(side, Transport::Tls);
        let lane = Lane {
            stream: self.inner,
            side,
            flow,
        };
        (lane, self.out)
    }

    fn flow_of(&self, side: Side, transport: Transport) -> Flow {
        let flow = match side {
            Side::Forward => self.flow,
            Side::Backward => self.flow.reversed(),
        };
        Flow { transport, ..flow }
    }
}

const fn way(side: Side) -> Way {
    match side {
        Side::Forward => Way::Forward,
        Side::Backward => Way::Backward,
    }
}

const fn side(way: Way) -> Side {
    match way {
        Way::Forward => Side::Forward,
        Way::Backward => Side::Backward,
    }
}
