//! One direction of a WebSocket.

use sipwhy_parser::framing::MAX_HEAD;
use sipwhy_parser::{looks_like_sip, skip_line_ends};

use super::super::{held::Held, unread};
use super::frame::{self, Header, Opcode, Reading, Search};
use super::handshake::{self, Agreed, Head};
use super::inflater::{Failure, Inflater};
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Captured, Event, Flow, GapKind, Undecoded};

/// One direction: HTTP at first, then frames.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The bytes of an incomplete head or frame.
    held: Held,
    /// How many bytes it takes to tell more, as far as that is known.
    need: usize,
    /// Bytes still to come of a frame that is done with.
    skip: u64,
    /// A message of which the last frame has not come.
    message: Option<Message>,
    /// Whether the frames that continue a message belong to one that is done with.
    is_rest: bool,
    inflater: Inflater,
    /// Why the next frame has to be searched for, when it has.
    lost: Option<Undecoded>,
}

/// The payloads of a message's frames so far.
#[derive(Debug)]
struct Message {
    bytes: Vec<u8>,
    is_compressed: bool,
    first: Seen,
    last: Seen,
}

/// How a look at the front of the bytes ends.
enum Step {
    /// These many bytes are done with.
    Done(usize),
    /// There must be at least so many bytes to tell more.
    Need(usize),
}

impl Way {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let message = self
            .message
            .as_ref()
            .map_or(0, |message| message.bytes.len());
        self.held.len() + message + self.inflater.bytes()
    }

    /// What comes next does not follow what came before.
    pub(super) fn lose(&mut self, reason: Undecoded) {
        self.lost = Some(reason);
        self.inflater.forget();
    }

    /// Takes note of whether a message may refer to those before it.
    pub(super) fn agree(&mut self, takes_over: bool) {
        self.inflater.agree(takes_over);
    }

    /// Takes in the bytes that come next. Says what was agreed, when that was among them.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        data: &[u8],
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> Option<Agreed> {
        let skipped = usize::try_from(self.skip)
            .unwrap_or(usize::MAX)
            .min(data.len());
        self.skip -= skipped as u64;
        let data = data.get(skipped..).unwrap_or_default();
        let mut agreed = None;
        if self.held.is_empty() {
            let done = self.read(data, seen, seen, flow, &mut agreed, out);
            self.held.push(data.get(done..).unwrap_or_default(), seen);
        } else {
            self.held.push(data, seen);
            if self.held.len() >= self.need {
                let mut held = std::mem::take(&mut self.held);
                let first = held.first().unwrap_or(seen);
                let done = self.read(held.bytes(), first, seen, flow, &mut agreed, out);
                held.drop_front(done);
                self.held = held;
            }
        }
        agreed
    }

    /// Reads what is whole in `bytes`, the first of which came with `first` and the last with
    /// `last`. Says how many of them are done with.
    fn read<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        first: Seen,
        last: Seen,
        flow: Flow,
        agreed: &mut Option<Agreed>,
        out: &mut Out<'_, S>,
    ) -> usize {
        let mut done = 0;
        // What was held ends within the first item: all others begin with the latest bytes.
        let mut seen = first;
        while let Some(rest @ [_, ..]) = bytes.get(done..) {
            let step = if let Some(reason) = self.lost {
                self.search(rest, reason, seen, out)
            } else if handshake::begins_head(rest) {
                self.head(rest, seen, agreed, out)
            } else {
                self.frame(rest, seen, last, flow, out)
            };
            match step {
                Step::Done(count) => {
                    done += count;
                    self.need = 0;
                    seen = last;
                }
                Step::Need(count) => {
                    self.need = count;
                    break;
                }
            }
        }
        done.min(bytes.len())
    }

    /// Searches for what can be followed again.
    fn search<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        reason: Undecoded,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) -> Step {
        // HTTP, at the beginning of a segment.
        if bytes.starts_with(b"GET ") || bytes.starts_with(b"HTTP/1.1 ") {
            self.lost = None;
            return Step::Done(0);
        }
        let gone = match frame::find_message(bytes, super::longest(&out.config.limits)) {
            Search::Found(at) => {
                self.lost = None;
                self.message = None;
                self.is_rest = false;
                at
            }
            Search::NotBefore(0) => return Step::Need(bytes.len() + 1),
            Search::NotBefore(at) => at,
        };
        if gone > 0 {
            out.counters.miss(reason, gone, seen.frame);
        }
        Step::Done(gone)
    }

    /// Reads the head of an HTTP message.
    fn head<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        seen: Seen,
        agreed: &mut Option<Agreed>,
        out: &mut Out<'_, S>,
    ) -> Step {
        // `need` is one more than what was searched before.
        let Some(end) = handshake::end_of_head(bytes, self.need.saturating_sub(1)) else {
            if bytes.len() < MAX_HEAD {
                return Step::Need(bytes.len() + 1);
            }
            out.counters
                .miss(Undecoded::NotSip, bytes.len(), seen.frame);
            self.lost = Some(Undecoded::NotSip);
            return Step::Done(bytes.len());
        };
        match handshake::read(bytes.get(..end).unwrap_or_default()) {
            Head::Request => {}
            Head::Accepted(found) => *agreed = Some(found),
            Head::Other => {
                out.counters.miss(Undecoded::NotSip, end, seen.frame);
                // A body may follow, in many ways.
                self.lost = Some(Undecoded::NotSip);
            }
        }
        Step::Done(end)
    }

    /// Reads a frame.
    fn frame<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        first: Seen,
        last: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> Step {
        let header = match frame::read(bytes) {
            Reading::Header(header) => header,
            Reading::Short => return Step::Need(bytes.len() + 1),
            Reading::Invalid => {
                self.abandon(flow, out);
                self.lose(Undecoded::NotSip);
                return Step::Done(0);
            }
        };
        let most = super::longest(&out.config.limits);
        let so_far = self
            .message
            .as_ref()
            .map_or(0, |message| message.bytes.len());
        if header.payload + so_far as u64 > most {
            let reason = Undecoded::BoundReached(Bound::MessageBytes);
            let size = usize::try_from(header.payload).unwrap_or(usize::MAX);
            out.counters.miss(reason, size, first.frame);
            if header.opcode == Opcode::Message {
                self.abandon(flow, out);
            }
            out.tell(unread(flow, last));
            self.message = None;
            self.is_rest = !header.is_last;
            self.inflater.forget();
            self.skip = header.payload;
            return self.pass(bytes, header.len);
        }
        // Not more than `most`.
        let end = header.len + usize::try_from(header.payload).unwrap_or(usize::MAX);
        let Some(payload) = bytes.get(header.len..end) else {
            return Step::Need(end);
        };
        match header.opcode {
            Opcode::Ping => out
                .counters
                .miss(Undecoded::KeepAlive, payload.len(), first.frame),
            Opcode::Close => {}
            Opcode::Continuation if self.is_rest => self.is_rest = !header.is_last,
            Opcode::Continuation if self.message.is_none() => {
                out.counters
                    .miss(Undecoded::NotSip, payload.len(), first.frame);
            }
            Opcode::Message | Opcode::Continuation => {
                if header.opcode == Opcode::Message {
                    // The end of one before it never came.
                    self.abandon(flow, out);
                    self.is_rest = false;
                }
                self.payload(&header, payload, first, last, flow, out);
            }
        }
        Step::Done(end)
    }

    /// Is done with the first `len` bytes, and with what there is of the bytes to be skipped.
    fn pass(&mut self, bytes: &[u8], len: usize) -> Step {
        let there = (bytes.len() - len) as u64;
        let skipped = self.skip.min(there);
        self.skip -= skipped;
        Step::Done(len + usize::try_from(skipped).unwrap_or(usize::MAX))
    }

    /// Takes in the payload of a frame of a message.
    fn payload<S: FnMut(Event<'_>)>(
        &mut self,
        header: &Header,
        payload: &[u8],
        first: Seen,
        last: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let message = self.message.take();
        if message.is_none() && header.is_last && header.mask.is_none() && !header.is_compressed {
            tell(payload, first, last, 0, flow, out);
            return;
        }
        let mut message = message.unwrap_or(Message {
            bytes: Vec::new(),
            is_compressed: header.is_compressed,
            first,
            last,
        });
        frame::unmask(payload, header.mask, &mut message.bytes);
        message.last = last;
        if !header.is_last {
            self.message = Some(message);
        } else if message.is_compressed {
            let most = longest(out);
            match self.inflater.message(&message.bytes, most) {
                Ok(bytes) => tell(&bytes, message.first, last, 0, flow, out),
                Err(failure) => miss(failure, &message, flow, out),
            }
        } else {
            tell(&message.bytes, message.first, last, 0, flow, out);
        }
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a message that was
    /// told as cut.
    pub(super) fn hole<S: FnMut(Event<'_>)>(
        &mut self,
        len: u32,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) -> bool {
        if self.skip == 0 {
            self.tell_cut(Undecoded::AfterHole, flow, out);
        }
        let covered = self.skip.min(u64::from(len));
        self.skip -= covered;
        let is_covered = covered == u64::from(len);
        if !is_covered {
            self.abandon(flow, out);
            self.lose(Undecoded::AfterHole);
        }
        is_covered
    }

    /// Gives up the bytes held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Bound,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let held = self.bytes();
        self.inflater.forget();
        let message = self.message.as_ref().map(|message| message.last);
        let Some(seen) = self.held.first().or(message) else {
            return;
        };
        let reason = Undecoded::BoundReached(bound);
        out.counters.miss(reason, held, seen.frame);
        self.tell_cut(reason, flow, out);
        self.abandon(flow, out);
        if self.skip == 0 && !self.is_rest {
            self.lose(reason);
        }
        out.tell(Event::gap(Some(flow), GapKind::BoundReached, seen));
    }

    /// Tells what is held; no more comes.
    pub(super) fn end<S: FnMut(Event<'_>)>(&mut self, flow: Flow, out: &mut Out<'_, S>) {
        self.tell_cut(Undecoded::NotSip, flow, out);
        self.abandon(flow, out);
        *self = Self::default();
    }

    /// Tells of the frame that is held in part, and of its message, as cut. The rest of the frame
    /// is to be skipped.
    fn tell_cut<S: FnMut(Event<'_>)>(
        &mut self,
        reason: Undecoded,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let held = std::mem::take(&mut self.held);
        self.need = 0;
        let Some(first) = held.first() else { return };
        let last = held.runs().last().map_or(first, |(_, seen)| seen);
        let reading = match self.lost {
            None if !handshake::begins_head(held.bytes()) => frame::read(held.bytes()),
            _ => Reading::Invalid,
        };
        let Reading::Header(header) = reading else {
            let reason = self.lost.unwrap_or(reason);
            out.counters.miss(reason, held.len(), first.frame);
            if self.lost.is_none() {
                self.lose(reason);
            }
            return;
        };
        let payload = held.bytes().get(header.len..).unwrap_or_default();
        self.skip = header.payload.saturating_sub(payload.len() as u64);
        if matches!(header.opcode, Opcode::Close | Opcode::Ping) || self.is_rest {
            return;
        }
        if header.opcode == Opcode::Message {
            self.abandon(flow, out);
        }
        let mut message = self.message.take().unwrap_or(Message {
            bytes: Vec::new(),
            is_compressed: header.is_compressed,
            first,
            last,
        });
        frame::unmask(payload, header.mask, &mut message.bytes);
        message.last = last;
        self.is_rest = !header.is_last;
        self.tell_beginning(&message, self.skip, flow, out);
    }

    /// Tells of a message as cut whose next frame does not come.
    fn abandon<S: FnMut(Event<'_>)>(&mut self, flow: Flow, out: &mut Out<'_, S>) {
        if let Some(message) = self.message.take() {
            self.is_rest = true;
            self.tell_beginning(&message, 0, flow, out);
        }
    }

    fn tell_beginning<S: FnMut(Event<'_>)>(
        &mut self,
        message: &Message,
        missing: u64,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let missing = u32::try_from(missing.max(1)).unwrap_or(u32::MAX);
        let (first, last) = (message.first, message.last);
        if !message.is_compressed {
            tell(&message.bytes, first, last, missing, flow, out);
            return;
        }
        let most = longest(out);
        match self.inflater.beginning(&message.bytes, most) {
            Ok(bytes) => tell(&bytes, first, last, missing, flow, out),
            Err(failure) => miss(failure, message, flow, out),
        }
    }
}

/// How long a message may become, decompressed.
fn longest<S>(out: &Out<'_, S>) -> usize {
    usize::try_from(super::longest(&out.config.limits)).unwrap_or(usize::MAX)
}

/// Counts a message that cannot be decompressed.
fn miss<S: FnMut(Event<'_>)>(
    failure: Failure,
    message: &Message,
    flow: Flow,
    out: &mut Out<'_, S>,
) {
    let reason = match failure {
        Failure::TooLong => Undecoded::BoundReached(Bound::MessageBytes),
        Failure::Broken => Undecoded::Compressed,
    };
    let size = message.bytes.len();
    out.counters.miss(reason, size, message.first.frame);
    out.tell(unread(flow, message.last));
}

/// Tells of a message, of which the last `missing` bytes did not come.
fn tell<S: FnMut(Event<'_>)>(
    bytes: &[u8],
    first: Seen,
    last: Seen,
    missing: u32,
    flow: Flow,
    out: &mut Out<'_, S>,
) {
    let message = skip_line_ends(bytes);
    if message.is_empty() {
        // RFC 7118 §6: the keep-alives of RFC 5626 may be messages here.
        out.counters
            .miss(Undecoded::KeepAlive, bytes.len(), first.frame);
        return;
    }
    if !looks_like_sip(message) {
        out.counters
            .miss(Undecoded::NotSip, bytes.len(), first.frame);
        return;
    }
    out.counters.stream_messages += 1;
    out.counters.cut_messages += u64::from(missing > 0);
    out.tell_message(Captured {
        bytes: message,
        flow,
        time: last.time,
        first_frame: first.frame,
        last_frame: last.frame,
        mark: None,
        missing,
    });
}
