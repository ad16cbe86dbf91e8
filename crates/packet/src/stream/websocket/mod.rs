//! SIP over WebSocket (RFC 6455, RFC 7118), from the HTTP that opens it to its last frame.
//!
//! A message of WebSocket is one of SIP, whose end needs no Content-Length (RFC 7118 §4.2), or a
//! keep-alive. Which subprotocol was agreed on is not asked: what the messages hold says it
//! better, and also where the opening was not captured.

mod frame;
mod handshake;
mod inflater;
mod way;

pub(super) use frame::{Search, find_message};

use sipwhy_parser::framing::MAX_HEAD;

use super::{Side, Sides};
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, Flow, Limits, Undecoded};
use way::Way;

/// How long a SIP message can be: its head and its body.
pub(super) fn longest(limits: &Limits) -> u64 {
    (limits.body_bytes + MAX_HEAD) as u64
}

/// Whether the first frame of a SIP message begins here.
pub(super) fn begins_with_message(bytes: &[u8], limits: &Limits) -> bool {
    frame::is_message(bytes, longest(limits)) == Some(true)
}

/// Whether a segment opens a WebSocket for SIP, or begins with a frame of one.
pub(super) fn is_promising(payload: &[u8], limits: &Limits) -> bool {
    match payload.first() {
        Some(b'G' | b'H') => handshake::is_for_sip(payload),
        _ => begins_with_message(payload, limits),
    }
}

/// Both directions of a connection that is a WebSocket, or may become one.
#[derive(Debug, Default)]
pub(super) struct WebSocket {
    ways: Sides<Way>,
}

impl WebSocket {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.ways.both().map(Way::bytes).sum()
    }

    /// What comes next in a direction does not follow what came before.
    pub(super) fn lose(&mut self, side: Side, reason: Undecoded) {
        self.ways.get_mut(side).lose(reason);
    }

    /// Takes in the bytes that come next in a direction.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        data: &[u8],
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let agreed = self.ways.get_mut(side).feed(data, seen, inside(flow), out);
        // It is the server that says what is agreed.
        if let Some(agreed) = agreed {
            self.ways.get_mut(side).agree(agreed.server_takes_over);
            let client = self.ways.get_mut(side.other());
            client.agree(agreed.client_takes_over);
        }
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a message that was
    /// told as cut.
    pub(super) fn hole<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        len: u32,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> bool {
        self.ways.get_mut(side).hole(len, inside(flow), out)
    }

    /// Gives up the bytes held of a direction, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        bound: Bound,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.ways.get_mut(side).give_up(bound, inside(flow), out);
    }

    /// Tells what is held of a direction; no more comes.
    pub(super) fn end<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.ways.get_mut(side).end(inside(flow), out);
    }
}

/// The flow of what a WebSocket carries.
fn inside(flow: Flow) -> Flow {
    Flow {
        transport: flow.transport.with_websocket(),
        ..flow
    }
}
