//! What the bytes of a connection are: SIP, or something that SIP travels in.
//!
//! A transport puts the bytes of each direction in order and hands them to a [`Stream`] through a
//! [`Lane`]; the stream finds out what they are and tells the messages in them. What a protocol
//! wraps around SIP is a stream inside the stream, fed through a lane whose flow says so: what
//! was taken out of TLS comes with [`Transport::Tls`](crate::Transport::Tls), and a WebSocket in
//! that tells its messages with [`Transport::Wss`](crate::Transport::Wss).
//!
//! [`Kind`] is what there is, `recognise` tells one from another, and [`Protocol`] is how each is
//! followed.

mod cutter;
mod held;
mod hep;
mod overrun;
mod recognise;
mod side;
mod tls;
mod undecided;
mod websocket;

pub(crate) use side::{Side, Sides};

use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, Flow, GapKind, Limits, Undecoded};
use cutter::{Cutter, is_foreign};
use hep::Hep;
use recognise::Kind;
use sipwhy_tls::KeyLog;
use tls::Tls;
use undecided::Front;
use websocket::WebSocket;

/// What the two directions of a connection carry.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    protocol: Protocol,
}

/// How the bytes are followed.
#[derive(Debug)]
enum Protocol {
    /// Nothing yet that tells.
    Undecided(Sides<Front>),
    /// SIP.
    Sip(Sides<Cutter>),
    /// HTTP and the WebSocket it becomes.
    Web(Box<WebSocket>),
    /// TLS, and a stream inside it as far as it can be decrypted.
    Tls(Box<Tls>),
    /// HEP.
    Hep(Box<Hep>),
    /// Known, and not decoded.
    NotDecoded(Undecoded),
}

impl Default for Protocol {
    fn default() -> Self {
        Self::Undecided(Sides::default())
    }
}

impl Protocol {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sip => Self::Sip(Sides::default()),
            Kind::Web => Self::Web(Box::default()),
            Kind::Tls => Self::Tls(Box::default()),
            Kind::Hep => Self::Hep(Box::default()),
            Kind::Other => Self::NotDecoded(Undecoded::NotSip),
        }
    }
}

/// One direction of a stream.
pub(crate) struct Lane<'a> {
    pub(crate) stream: &'a mut Stream,
    pub(crate) side: Side,
    pub(crate) flow: Flow,
}

impl Stream {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        match &self.protocol {
            Protocol::Undecided(fronts) => fronts.both().map(Front::bytes).sum(),
            Protocol::Sip(cutters) => cutters.both().map(Cutter::bytes).sum(),
            Protocol::Web(socket) => socket.bytes(),
            Protocol::Tls(tls) => tls.bytes(),
            Protocol::Hep(hep) => hep.bytes(),
            Protocol::NotDecoded(_) => 0,
        }
    }

    /// Whether it holds what a key may open that has not come yet.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        match &self.protocol {
            Protocol::Tls(tls) => tls.is_waiting(),
            _ => false,
        }
    }
}

impl Lane<'_> {
    /// The direction begins in mid-stream.
    pub(crate) fn join(&mut self) {
        self.lose(Undecoded::MidStream);
    }

    /// Takes in the bytes that come next.
    #[inline]
    pub(crate) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        match &mut self.stream.protocol {
            Protocol::Sip(cutters) => {
                let cutter = cutters.get_mut(self.side);
                let left = if is_foreign(data) && cutter.is_idle() {
                    data.len()
                } else {
                    cutter.feed(data, seen, self.flow, out)
                };
                if left > 0 {
                    self.doubt(out);
                    let rest = data.get(data.len() - left..).unwrap_or_default();
                    self.feed_other(rest, seen, out);
                }
            }
            _ => self.feed_other(data, seen, out),
        }
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a message that was
    /// told as cut, so that nothing else is lost.
    pub(crate) fn hole<S: FnMut(Event<'_>)>(&mut self, len: u32, out: &mut Out<'_, S>) -> bool {
        match &mut self.stream.protocol {
            Protocol::Undecided(fronts) => {
                let front = fronts.get_mut(self.side);
                front.forget(out);
                front.lose(Undecoded::AfterHole);
                false
            }
            Protocol::Sip(cutters) => cutters.get_mut(self.side).hole(len, self.flow, out),
            Protocol::Web(socket) => socket.hole(self.side, len, self.flow, out),
            Protocol::Tls(tls) => {
                tls.hole(self.side, Some(len), self.flow, out);
                false
            }
            Protocol::Hep(hep) => hep.hole(self.side, len, out),
            Protocol::NotDecoded(_) => false,
        }
    }

    /// Gives up the bytes held, since `bound` was reached.
    pub(crate) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        match &mut self.stream.protocol {
            Protocol::Undecided(fronts) => fronts.get_mut(self.side).give_up(bound, out),
            Protocol::Sip(cutters) => cutters.get_mut(self.side).give_up(bound, self.flow, out),
            Protocol::Web(socket) => socket.give_up(self.side, bound, self.flow, out),
            Protocol::Tls(tls) => tls.give_up(self.side, bound, self.flow, out),
            Protocol::Hep(hep) => hep.give_up(self.side, bound, out),
            Protocol::NotDecoded(_) => {}
        }
    }

    /// Tells what is held, since no more comes; but not what a key may still open.
    pub(crate) fn close<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        match &mut self.stream.protocol {
            Protocol::Tls(tls) => tls.close(self.side, self.flow, out),
            _ => self.end(out),
        }
    }

    /// Decrypts what was held until its key came.
    pub(crate) fn retry<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        if let Protocol::Tls(tls) = &mut self.stream.protocol {
            tls.retry(self.side, self.flow, out);
        }
    }

    /// Tells what is held; no more comes.
    pub(crate) fn end<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        match &mut self.stream.protocol {
            Protocol::Undecided(fronts) => {
                let front = fronts.get_mut(self.side);
                front.forget(out);
                *front = Front::default();
            }
            Protocol::Sip(cutters) => cutters.get_mut(self.side).end(self.flow, out),
            Protocol::Web(socket) => socket.end(self.side, self.flow, out),
            Protocol::Tls(tls) => tls.end(self.side, self.flow, out),
            Protocol::Hep(hep) => hep.end(self.side, out),
            Protocol::NotDecoded(_) => {}
        }
    }

    /// What comes next does not follow what came before.
    fn lose(&mut self, reason: Undecoded) {
        match &mut self.stream.protocol {
            Protocol::Undecided(fronts) => fronts.get_mut(self.side).lose(reason),
            Protocol::Sip(cutters) => cutters.get_mut(self.side).search(reason),
            Protocol::Web(socket) => socket.lose(self.side, reason),
            Protocol::Tls(tls) => tls.tear(self.side),
            Protocol::Hep(hep) => hep.lose(self.side, reason),
            Protocol::NotDecoded(_) => {}
        }
    }

    fn feed_other<S: FnMut(Event<'_>)>(&mut self, data: &[u8], seen: Seen, out: &mut Out<'_, S>) {
        match &mut self.stream.protocol {
            Protocol::Undecided(fronts) => {
                if let Some(kind) = fronts.get_mut(self.side).feed(data, seen, out) {
                    self.decide(kind, out);
                }
            }
            Protocol::Sip(cutters) => {
                let mut left = data;
                while !left.is_empty() {
                    let count = cutters.get_mut(self.side).feed(left, seen, self.flow, out);
                    left = left.get(left.len() - count..).unwrap_or_default();
                }
            }
            Protocol::Web(socket) => socket.feed(self.side, data, seen, self.flow, out),
            Protocol::Tls(tls) => tls.feed(self.side, data, seen, self.flow, out),
            Protocol::Hep(hep) => hep.feed(self.side, data, seen, out),
            Protocol::NotDecoded(reason) => {
                out.counters.miss(*reason, data.len(), seen.frame);
            }
        }
    }

    /// It is known now what the stream carries: what was held is read as that.
    fn decide<S: FnMut(Event<'_>)>(&mut self, kind: Kind, out: &mut Out<'_, S>) {
        let decided = Protocol::new(kind);
        let Protocol::Undecided(mut fronts) = std::mem::replace(&mut self.stream.protocol, decided)
        else {
            return;
        };
        // What the other direction holds came before.
        for side in [self.side.other(), self.side] {
            let (held, lost) = fronts.get_mut(side).take();
            let mut lane = self.beside(side);
            if let Some(reason) = lost {
                lane.lose(reason);
            }
            for (data, seen) in held.runs() {
                lane.feed_other(data, seen, out);
            }
        }
    }

    /// What was taken for SIP may be something else: joined between the head of a frame and its
    /// payload, a WebSocket looks like SIP up to the next frame.
    fn doubt<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        for side in Side::BOTH {
            self.beside(side).end(out);
        }
        self.stream.protocol = Protocol::default();
        for side in Side::BOTH {
            self.beside(side).lose(Undecoded::NotSip);
        }
    }

    /// The lane of a direction of the same stream.
    fn beside(&mut self, side: Side) -> Lane<'_> {
        let flow = if side == self.side {
            self.flow
        } else {
            self.flow.reversed()
        };
        Lane {
            stream: self.stream,
            side,
            flow,
        }
    }
}

/// Something that may hold SIP is there and cannot be read.
fn unread(flow: Flow, seen: Seen) -> Event<'static> {
    Event::gap(Some(flow), GapKind::Undecoded, seen)
}

/// Whether a segment on any port belongs to a stream that wraps SIP. TLS does where there are keys
/// that may open it.
pub(crate) fn is_promising(payload: &[u8], limits: &Limits, keys: &KeyLog) -> bool {
    websocket::is_promising(payload, limits)
        || hep::is_promising(payload)
        || keys.sessions() > 0 && sipwhy_tls::looks_like_tls(payload) == Some(true)
}
