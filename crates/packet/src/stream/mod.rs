//! What the bytes of a connection are: SIP, or something that SIP travels in.
//!
//! A transport puts the bytes of each direction in order and hands them to a [`Stream`] through a
//! [`Lane`]; the stream tells the messages in them. What a protocol wraps around SIP is a stream
//! inside the stream.

mod cutter;
mod side;

pub(crate) use side::{Side, Sides};

use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, Flow, Undecoded};
use cutter::Cutter;

/// What the two directions of a connection carry.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    sip: Sides<Cutter>,
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
        self.sip.both().map(Cutter::bytes).sum()
    }
}

impl Lane<'_> {
    fn cutter(&mut self) -> &mut Cutter {
        self.stream.sip.get_mut(self.side)
    }

    /// The direction begins in mid-stream.
    pub(crate) fn join(&mut self) {
        self.cutter().search(Undecoded::MidStream);
    }

    /// Takes in the bytes that come next.
    pub(crate) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        let flow = self.flow;
        self.cutter().feed(data, seen, flow, out);
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a message that was
    /// told as cut, so that nothing else is lost.
    pub(crate) fn hole<S: FnMut(Event<'_>)>(&mut self, len: u32, out: &mut Out<'_, S>) -> bool {
        let flow = self.flow;
        self.cutter().hole(len, flow, out)
    }

    /// Gives up the bytes held, since `bound` was reached.
    pub(crate) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        let flow = self.flow;
        self.cutter().give_up(bound, flow, out);
    }

    /// Tells what is held; no more comes.
    pub(crate) fn end<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let flow = self.flow;
        self.cutter().end(flow, out);
    }
}
