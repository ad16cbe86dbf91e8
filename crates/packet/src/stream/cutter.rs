//! The messages of a stream: cut out of an unbroken run of bytes.

use sipwhy_parser::{Framing, Front, Method, Progress, frame};

use super::overrun::overrun;
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Captured, Event, Flow, FrameId, GapKind, Undecoded};

/// How many frames of the bytes held are told apart. They are needed to name the frame that a
/// message starts in when something that is no message turns out to come before it.
const MARKS: usize = 16;

/// Cuts a stream into messages.
///
/// Segments that hold whole messages are cut where they lie; only an incomplete message is held.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// The bytes of an incomplete message.
    pending: Vec<u8>,
    /// Which frames brought them: the position of the first byte of each, at most [`MARKS`].
    marks: Vec<(usize, Seen)>,
    /// The last frame that brought some.
    latest: Option<Seen>,
    /// How far it was looked at.
    progress: Progress,
    /// How long it is, once its head is there.
    total: Option<usize>,
    /// Whether it was scanned and not looked at by [`frame`].
    is_scanned: bool,
    /// Bytes still to come of a message that was told already, as cut.
    skip: u64,
    /// Why the next start line has to be searched for, when it has.
    searching: Option<Undecoded>,
}

impl Cutter {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.pending.len()
    }

    /// Whether a message begins with the next byte.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_empty() && self.skip == 0
    }

    /// What comes next does not follow a message: goes on at the next start line.
    pub(super) fn search(&mut self, reason: Undecoded) {
        self.searching = Some(reason);
    }

    /// Takes in the bytes that come next, up to one with which no message begins where one should.
    /// Says how many it left.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> usize {
        let skipped = usize::try_from(self.skip)
            .unwrap_or(usize::MAX)
            .min(data.len());
        self.skip -= skipped as u64;
        let Some(data @ [_, ..]) = data.get(skipped..) else {
            return 0;
        };
        if self.pending.is_empty() {
            let used = self.cut(data, 0, seen, flow, out);
            let rest = data.get(used..).unwrap_or_default();
            if used > 0 && is_foreign(rest) {
                return rest.len();
            }
            if !rest.is_empty() {
                self.pending.extend_from_slice(rest);
                self.marks.push((0, seen));
                self.latest = Some(seen);
            }
        } else {
            let mut pending = std::mem::take(&mut self.pending);
            let known = pending.len();
            pending.extend_from_slice(data);
            if self.marks.len() < MARKS {
                self.marks.push((known, seen));
            }
            if self.total.is_some_and(|total| pending.len() < total) {
                self.pending = pending;
                self.latest = Some(seen);
                return 0;
            }
            let used = self.cut(&pending, known, seen, flow, out);
            let rest = pending.get(used..).unwrap_or_default();
            if used > known && is_foreign(rest) {
                let left = rest.len();
                self.marks.clear();
                self.latest = None;
                return left;
            }
            self.keep(pending, used, known, seen);
        }
        0
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a message that was
    /// told as cut, so that nothing else is lost.
    pub(super) fn hole<S: FnMut(Event<'_>)>(
        &mut self,
        len: u32,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> bool {
        if !self.pending.is_empty() {
            self.skip = self.tell_cut(flow, out);
        }
        let covered = self.skip.min(u64::from(len));
        self.skip -= covered;
        let is_covered = covered == u64::from(len);
        if !is_covered {
            self.search(Undecoded::AfterHole);
        }
        is_covered
    }

    /// Gives up the message held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Bound,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let Some(seen) = self.latest.filter(|_| !self.pending.is_empty()) else {
            return;
        };
        let reason = Undecoded::BoundReached(bound);
        out.counters.miss(reason, self.pending.len(), seen.frame);
        self.skip = self.tell_cut(flow, out);
        if self.skip == 0 {
            self.search(reason);
        }
        out.tell(Event::gap(Some(flow), GapKind::BoundReached, seen));
    }

    /// Tells what is held; no more comes.
    pub(super) fn end<S: FnMut(Event<'_>)>(&mut self, flow: Flow, out: &mut Out<'_, S>) {
        if !self.pending.is_empty() {
            self.tell_cut(flow, out);
        }
        *self = Self::default();
    }

    /// Tells of every whole message in `bytes`, of which the first `known` were there before and
    /// the others came in the frame `seen`. Says how many bytes it is done with.
    fn cut<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        known: usize,
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> usize {
        let mut done = 0;
        let mut after_message = None;
        // A scan in vain is not repeated before there was a message: so all of them together take
        // no longer than the bytes are long.
        let mut is_promising = std::mem::take(&mut self.is_scanned) || known == 0;
        self.total = None;
        while let Some(rest @ [_, ..]) = bytes.get(done..) {
            if is_promising {
                let first = self.first_frame(done, known, seen);
                match out.scanner.scan_front(rest, out.config.limits.body_bytes) {
                    Front::Message(message) => {
                        let bytes_of_it = message.bytes();
                        out.counters.stream_messages += 1;
                        let captured = captured(bytes_of_it, first, seen, 0, flow);
                        (out.sink)(Event::Message(message, captured));
                        self.searching = None;
                        done += bytes_of_it.len();
                        after_message = Some(done);
                        if is_foreign(bytes.get(done..).unwrap_or_default()) {
                            break;
                        }
                        continue;
                    }
                    // Once more when more has come, and no more than that.
                    Front::Incomplete { need } if done >= known => {
                        self.total = need;
                        self.is_scanned = true;
                        break;
                    }
                    Front::Incomplete { .. } | Front::Doubtful => is_promising = false,
                }
            }
            match frame(rest, &mut self.progress, out.config.limits.body_bytes) {
                Framing::Garbage { .. } | Framing::Message { .. }
                    if after_message == Some(done)
                        && let Some(back) = overrun(bytes, done) =>
                {
                    done -= back;
                    after_message = None;
                }
                Framing::Message { start, end } => {
                    let message = rest.get(start..end).unwrap_or_default();
                    let start = done + start;
                    let first = self.first_frame(start, known, seen);
                    done += end.max(1);
                    if let Some(reason) = self.doubt(message) {
                        out.counters.miss(reason, message.len(), seen.frame);
                    } else {
                        // The last byte is new, or the message would have been told before.
                        Self::message(message, first, seen, 0, flow, out);
                    }
                    self.searching = None;
                    after_message = Some(done);
                    is_promising = true;
                    if is_foreign(bytes.get(done..).unwrap_or_default()) {
                        break;
                    }
                }
                Framing::KeepAlive { len } => {
                    let reason = self.searching.unwrap_or(Undecoded::KeepAlive);
                    out.counters.miss(reason, len, seen.frame);
                    done += len.max(1);
                }
                Framing::Garbage { skip } => {
                    let reason = self.searching.unwrap_or(Undecoded::NotSip);
                    out.counters.miss(reason, skip, seen.frame);
                    done += skip.max(1);
                }
                Framing::Incomplete { need } => {
                    self.total = need;
                    break;
                }
            }
        }
        done.min(bytes.len())
    }

    /// Keeps what the cutting left over.
    fn keep(&mut self, mut pending: Vec<u8>, done: usize, known: usize, seen: Seen) {
        if done == pending.len() {
            self.marks.clear();
            self.latest = None;
            return;
        }
        if done >= known {
            self.marks.clear();
            self.marks.push((0, seen));
        } else if done > 0 {
            let first = self
                .marks
                .iter()
                .rposition(|&(at, _)| at <= done)
                .unwrap_or(0);
            self.marks.drain(..first);
            for (at, _) in &mut self.marks {
                *at = at.saturating_sub(done);
            }
        }
        if done > 0 {
            pending.drain(..done);
            // A long message before it must not leave a large buffer with every stream.
            pending.shrink_to_fit();
        }
        self.pending = pending;
        self.latest = Some(seen);
    }

    /// Tells of the incomplete message and lets go of it. Says how many of its bytes have not come
    /// yet, as far as its length is known.
    fn tell_cut<S: FnMut(Event<'_>)>(&mut self, flow: Flow, out: &mut Out<'_, S>) -> u64 {
        let pending = std::mem::take(&mut self.pending);
        let marks = std::mem::take(&mut self.marks);
        let latest = self.latest.take();
        self.progress = Progress::default();
        self.is_scanned = false;
        let rest = self
            .total
            .take()
            .map_or(0, |total| total.saturating_sub(pending.len()) as u64);
        let (Some(&(_, first)), Some(last)) = (marks.first(), latest) else {
            return 0;
        };
        let doubt = if sipwhy_parser::looks_like_sip(&pending) {
            self.doubt(&pending)
        } else {
            Some(self.searching.unwrap_or(Undecoded::NotSip))
        };
        if let Some(reason) = doubt {
            out.counters.miss(reason, pending.len(), first.frame);
        } else {
            let missing = u32::try_from(rest.max(1)).unwrap_or(u32::MAX);
            Self::message(&pending, first.frame, last, missing, flow, out);
        }
        rest
    }

    /// Why not to believe that a message starts here. It may only borrow SIP's first line; and
    /// where the beginning of the stream is not known, `NVITE` is rather the rest of a method than
    /// a new one.
    fn doubt(&self, message: &[u8]) -> Option<Undecoded> {
        if sipwhy_parser::is_lookalike(message) {
            return Some(Undecoded::NotSip);
        }
        let reason = self.searching?;
        let word = message
            .split(|&byte| byte == b' ')
            .next()
            .unwrap_or_default();
        let is_sure = Method::from_bytes(word).is_known() || word.contains(&b'/');
        (!is_sure).then_some(reason)
    }

    fn message<S: FnMut(Event<'_>)>(
        bytes: &[u8],
        first_frame: FrameId,
        last: Seen,
        missing: u32,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        out.counters.stream_messages += 1;
        out.counters.cut_messages += u64::from(missing > 0);
        out.tell_message(captured(bytes, first_frame, last, missing, flow));
    }

    /// The frame that brought the byte at this position, of which `known` were held before and the
    /// others came in the frame `seen`.
    fn first_frame(&self, position: usize, known: usize, seen: Seen) -> FrameId {
        let mut marks = self.marks.iter().rev();
        let mark = (position < known)
            .then(|| marks.find(|&&(at, _)| at <= position))
            .flatten();
        mark.map_or(seen, |&(_, seen)| seen).frame
    }
}

/// A message that came in a stream.
fn captured(
    bytes: &[u8],
    first_frame: FrameId,
    last: Seen,
    missing: u32,
    flow: Flow,
) -> Captured<'_> {
    Captured {
        bytes,
        flow,
        time: last.time,
        first_frame,
        last_frame: last.frame,
        mark: None,
        missing,
    }
}

/// Whether these bytes begin with one that begins nothing in a stream of SIP.
pub(super) fn is_foreign(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(0x80..))
}
