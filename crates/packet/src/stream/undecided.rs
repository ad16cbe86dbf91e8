//! A direction of which it is not known yet what it carries.

use super::held::Held;
use super::hep;
use super::recognise::{Beginning, Kind, beginning, has_start_line, segment};
use super::websocket::{self, Search};
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, Undecoded};

/// Bytes held at most while nothing is found. A start line has room in the half of them.
const MOST: usize = 16 << 10;

/// The first bytes of a direction, until they tell what it carries.
#[derive(Debug, Default)]
pub(super) struct Front {
    held: Held,
    /// Why these are not the first bytes of the stream, when they are not.
    lost: Option<Undecoded>,
    /// No WebSocket frame begins before.
    searched: usize,
}

impl Front {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.held.len()
    }

    /// The bytes, and why they do not begin the stream.
    pub(super) fn take(&mut self) -> (Held, Option<Undecoded>) {
        let Self { held, lost, .. } = std::mem::take(self);
        (held, lost)
    }

    /// What comes next does not follow what came before.
    pub(super) fn lose(&mut self, reason: Undecoded) {
        self.lost = Some(reason);
    }

    /// Holds the bytes that come next. Says what the stream carries, once that is known.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        seen: Seen,
        out: &mut Out<'_, S>,
    ) -> Option<Kind> {
        self.held.push(data, seen);
        if self.lost.is_none() {
            match beginning(self.held.bytes()) {
                Beginning::Is(kind) => return Some(kind),
                Beginning::Short => return None,
                Beginning::Unknown => self.lost = Some(Undecoded::NotSip),
            }
        }
        let found = self.search(data, out);
        if found.is_none() && self.held.len() > MOST {
            self.shed(out);
        }
        found
    }

    /// Counts what is held; it is told by nothing what it is.
    pub(super) fn forget<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        self.drop_front(self.held.len(), out);
    }

    /// Gives up what is held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(&mut self, bound: Bound, out: &mut Out<'_, S>) {
        if !self.held.is_empty() {
            self.lost = Some(Undecoded::BoundReached(bound));
            self.forget(out);
        }
    }

    /// Looks for something known in what is held, of which `data` came last.
    fn search<S: FnMut(Event<'_>)>(&mut self, data: &[u8], out: &Out<'_, S>) -> Option<Kind> {
        let bytes = self.held.bytes();
        let from = self.searched;
        // Frames first: they hold start lines too.
        let rest = bytes.get(from..).unwrap_or_default();
        match websocket::find_message(rest, websocket::longest(&out.config.limits)) {
            Search::Found(_) => return Some(Kind::Web),
            Search::NotBefore(at) => self.searched += at,
        }
        if self.searched < bytes.len() {
            // A few bytes more will say whether that is one.
            return None;
        }
        // What may have begun in the bytes before.
        const OVERLAP: usize = 10;
        let fresh = bytes.get(from.saturating_sub(OVERLAP)..);
        let found = segment(data)
            .or_else(|| has_start_line(fresh.unwrap_or_default()).then_some(Kind::Sip));
        match found {
            // The packets of HEP hold start lines too.
            Some(Kind::Sip) if hep::has_packet(bytes) => Some(Kind::Hep),
            found => found,
        }
    }

    /// Lets go of what can no longer be the front of something.
    fn shed<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        const FRAME_HEAD: usize = 64;
        let bytes = self.held.bytes();
        let line = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        let keep = if bytes.len() - line <= MOST / 2 {
            line
        } else {
            bytes.len()
        };
        let keep = keep.min(bytes.len().saturating_sub(FRAME_HEAD));
        self.drop_front(keep, out);
    }

    fn drop_front<S: FnMut(Event<'_>)>(&mut self, count: usize, out: &mut Out<'_, S>) {
        if let Some(first) = self.held.first().filter(|_| count > 0) {
            let reason = self.lost.unwrap_or(Undecoded::NotSip);
            out.counters.miss(reason, count, first.frame);
        }
        self.held.drop_front(count);
        self.searched = self.searched.saturating_sub(count);
    }
}
