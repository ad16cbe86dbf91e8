//! One direction of an association: from DATA chunks to messages.

use super::assembly::{Assembled, Assembly};
use super::chunk::{Data, Start};
use super::tsns::{Hole, Novelty, Tsns};
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Captured, Event, Flow, GapKind, Timestamp, Undecoded, udp};

/// One direction of an association.
#[derive(Debug, Default)]
pub(super) struct Direction {
    /// What the INIT or INIT ACK said that began it.
    start: Option<Start>,
    /// The verification tag of its packets.
    tag: Option<u32>,
    tsns: Tsns,
    assembly: Assembly,
    has_data: bool,
    is_closed: bool,
}

impl Direction {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.assembly.bytes()
    }

    /// Whether nothing was seen of it that begins or carries something.
    pub(super) fn is_unseen(&self) -> bool {
        self.start.is_none() && !self.has_data
    }

    /// Whether its INIT or INIT ACK was seen, and no data after it.
    pub(super) fn is_only_opened(&self) -> bool {
        self.start.is_some() && !self.has_data
    }

    /// Since when something has been missing.
    pub(super) fn waits_since(&self) -> Option<Timestamp> {
        let hole = self.tsns.oldest_hole().map(|hole| hole.since.time);
        let part = self.assembly.since().map(|seen| seen.time);
        match (hole, part) {
            (Some(hole), Some(part)) => Some(hole.min(part)),
            (hole, part) => hole.or(part),
        }
    }

    /// Whether an INIT or INIT ACK is that of what was seen already.
    pub(super) fn accepts_start(&self, start: Start) -> bool {
        match self.start {
            Some(known) => known == start,
            None => !self.has_data,
        }
    }

    /// It begins with this INIT or INIT ACK.
    pub(super) fn open(&mut self, start: Start) {
        if self.start.replace(start).is_none() && !self.has_data {
            self.tsns.begin(start.tsn);
        }
    }

    /// Its packets carry this tag. Says whether they did before, as far as is known.
    pub(super) fn expect_tag(&mut self, tag: u32) -> bool {
        *self.tag.get_or_insert(tag) == tag
    }

    /// Whether a chunk with this number can be of it.
    pub(super) fn is_near(&self, tsn: u32) -> bool {
        self.tsns.is_near(tsn)
    }

    /// The source has no more to send. Says whether that is new.
    pub(super) fn close(&mut self) -> bool {
        !std::mem::replace(&mut self.is_closed, true)
    }

    /// Nothing up to this number comes any more.
    pub(super) fn forward(&mut self, tsn: u32) {
        self.tsns.forward(tsn);
    }

    /// Takes in a part of a message.
    pub(super) fn receive<S: FnMut(Event<'_>)>(
        &mut self,
        data: &Data<'_>,
        seen: Seen,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        self.has_data = true;
        let (novelty, excess) = self.tsns.note(data.tsn, seen);
        if let Some(hole) = excess {
            tell_hole(hole, flow, out);
        }
        let Novelty::New(tsn) = novelty else {
            out.counters.repeated_chunks += 1;
            return;
        };
        if data.is_first && data.is_last {
            return tell(data.payload, data.missing, seen, seen, flow, out);
        }
        if let Some(whole) = self.assembly.add(data, tsn, seen) {
            tell(
                &whole.data,
                whole.missing,
                whole.first,
                whole.last,
                flow,
                out,
            );
        }
        let limits = &out.config.limits;
        while self.assembly.bytes() > limits.association_bytes {
            self.give_up_part(Some(Bound::AssociationBytes), flow, out);
        }
        while self.assembly.len() > limits.association_chunks {
            self.give_up_part(Some(Bound::AssociationChunks), flow, out);
        }
    }

    /// Gives up what has been missing since then or before.
    pub(super) fn expire<S: FnMut(Event<'_>)>(
        &mut self,
        since: Timestamp,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        while let Some(hole) = self.tsns.oldest_hole()
            && hole.since.time <= since
        {
            self.tsns.give_up_hole();
            tell_hole(hole, flow, out);
        }
        while self.assembly.since().is_some_and(|seen| seen.time <= since) {
            self.give_up_part(None, flow, out);
        }
    }

    /// Gives up all parts held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Bound,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        while self.assembly.len() > 0 {
            self.give_up_part(Some(bound), flow, out);
        }
    }

    /// Tells what is held; no more comes.
    pub(super) fn finish<S: FnMut(Event<'_>)>(&mut self, flow: Flow, out: &mut Out<'_, S>) {
        while let Some(hole) = self.tsns.give_up_hole() {
            tell_hole(hole, flow, out);
        }
        while self.assembly.len() > 0 {
            self.give_up_part(None, flow, out);
        }
    }

    /// Gives up the message that has waited for longest: tells its beginning, or counts what is no
    /// beginning.
    fn give_up_part<S: FnMut(Event<'_>)>(
        &mut self,
        bound: Option<Bound>,
        flow: Flow,
        out: &mut Out<'_, S>,
    ) {
        let Some(part) = self.assembly.give_up_oldest() else {
            return;
        };
        let Assembled {
            data,
            missing,
            first,
            last,
            ..
        } = &part;
        if let Some(bound) = bound {
            let reason = Undecoded::BoundReached(bound);
            out.counters.miss(reason, data.len(), first.frame);
        }
        if part.has_start {
            tell(data, *missing, *first, *last, flow, out);
        } else if bound.is_none() {
            out.counters
                .miss(Undecoded::AfterHole, data.len(), first.frame);
        }
        out.tell(Event::gap(
            Some(flow),
            match bound {
                Some(_) => GapKind::BoundReached,
                None => GapKind::FragmentsMissing,
            },
            *last,
        ));
    }
}

/// Tells that chunks were never captured.
fn tell_hole<S: FnMut(Event<'_>)>(hole: Hole, flow: Flow, out: &mut Out<'_, S>) {
    // How many bytes they had is not known; no chunk has less than one.
    let least = u32::try_from(hole.len()).unwrap_or(u32::MAX);
    out.counters
        .miss(Undecoded::ChunksMissing, 0, hole.since.frame);
    out.tell(Event::gap(
        Some(flow),
        GapKind::StreamHole(least),
        hole.since,
    ));
}

/// Tells a user message, or the beginning of one, or why it is none of ours.
fn tell<S: FnMut(Event<'_>)>(
    payload: &[u8],
    missing: u32,
    first: Seen,
    last: Seen,
    flow: Flow,
    out: &mut Out<'_, S>,
) {
    if sipwhy_parser::looks_like_sip(payload) {
        out.counters.association_messages += 1;
        out.counters.cut_messages += u64::from(missing > 0);
        return out.tell_message(Captured {
            bytes: sipwhy_parser::skip_line_ends(payload),
            flow,
            time: last.time,
            first_frame: first.frame,
            last_frame: last.frame,
            mark: None,
            missing,
        });
    }
    let reason = if is_encrypted(payload) {
        Undecoded::Encrypted
    } else if missing > 0 {
        Undecoded::Truncated
    } else if udp::is_keep_alive(payload) {
        Undecoded::KeepAlive
    } else {
        Undecoded::NotSip
    };
    out.counters.miss(reason, payload.len(), first.frame);
    if reason == Undecoded::Encrypted {
        out.tell(Event::gap(Some(flow), GapKind::Undecoded, last));
    }
}

/// Whether a user message is a record of DTLS (RFC 6083) or TLS (RFC 3436), by its content type
/// and version.
fn is_encrypted(payload: &[u8]) -> bool {
    matches!(
        payload,
        [20..=26, 0xfe, 0xfd..=0xff, ..] | [20..=24, 3, 0..=4, ..]
    )
}
