//! HEP on a connection: packets of agents, one after the other.

use memchr::memmem;

use super::held::Held;
use super::{Side, Sides};
use crate::hep::{self, HepFrame, MAGIC, Sighting, hep_frame_len};
use crate::out::Out;
use crate::seen::Seen;
use crate::{Bound, Event, GapKind, Undecoded};

/// A connection that carries HEP. Agents send and collectors listen, as a rule.
#[derive(Debug, Default)]
pub(super) struct Hep {
    ways: Sides<Packets>,
}

/// One direction: from bytes to packets. The length of a packet has 16 bits, so that no more than
/// 64 KiB are held.
#[derive(Debug, Default)]
struct Packets {
    held: Held,
    /// What brought the last of them.
    latest: Option<Seen>,
    /// How many of the next bytes are the rest of a packet told as cut.
    skip: u64,
    /// Why the next byte need not begin a packet, when it need not.
    lost: Option<Undecoded>,
}

impl Hep {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.ways.both().map(|way| way.held.len()).sum()
    }

    /// Takes in the bytes that come next.
    pub(super) fn feed<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        data: &[u8],
        seen: Seen,
        out: &mut Out<'_, S>,
    ) {
        self.ways.get_mut(side).feed(data, seen, out);
    }

    /// Takes note that `len` bytes never come. Says whether they all belong to a packet that was
    /// told as cut, so that nothing else is lost.
    pub(super) fn hole<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        len: u32,
        out: &mut Out<'_, S>,
    ) -> bool {
        let way = self.ways.get_mut(side);
        way.tell_cut(out);
        let covered = way.skip.min(len.into());
        way.skip -= covered;
        let is_covered = covered == u64::from(len);
        if !is_covered {
            way.lost = Some(Undecoded::AfterHole);
        }
        is_covered
    }

    /// Gives up the packet held, since `bound` was reached.
    pub(super) fn give_up<S: FnMut(Event<'_>)>(
        &mut self,
        side: Side,
        bound: Bound,
        out: &mut Out<'_, S>,
    ) {
        let way = self.ways.get_mut(side);
        if let Some(first) = way.held.first() {
            let reason = Undecoded::BoundReached(bound);
            out.counters.miss(reason, way.held.len(), first.frame);
            way.tell_cut(out);
            if way.skip == 0 {
                way.lost = Some(reason);
            }
        }
    }

    /// Tells what is held; no more comes.
    pub(super) fn end<S: FnMut(Event<'_>)>(&mut self, side: Side, out: &mut Out<'_, S>) {
        let way = self.ways.get_mut(side);
        way.tell_cut(out);
        *way = Packets::default();
    }

    /// What comes next does not follow what came before.
    pub(super) fn lose(&mut self, side: Side, reason: Undecoded) {
        self.ways.get_mut(side).lost = Some(reason);
    }
}

impl Packets {
    fn feed<S: FnMut(Event<'_>)>(&mut self, data: &[u8], seen: Seen, out: &mut Out<'_, S>) {
        let skipped = usize::try_from(self.skip)
            .unwrap_or(usize::MAX)
            .min(data.len());
        self.skip -= skipped as u64;
        let data = data.get(skipped..).unwrap_or_default();
        let mut held = std::mem::take(&mut self.held);
        let known = held.len();
        if known == 0 {
            let done = self.cut(data, None, 0, seen, out);
            held.push(data.get(done..).unwrap_or_default(), seen);
        } else {
            held.push(data, seen);
            let done = self.cut(held.bytes(), held.first(), known, seen, out);
            if done >= known {
                let rest = held.bytes().get(done..).unwrap_or_default();
                let mut left = Held::default();
                left.push(rest, seen);
                held = left;
            } else {
                held.drop_front(done);
            }
        }
        self.held = held;
        self.latest = Some(seen);
    }

    /// Hands on every whole packet in `bytes`, of which the first `known` were there before, since
    /// `began`, and the others came in the frame `seen`. Says how many bytes it is done with.
    fn cut<S: FnMut(Event<'_>)>(
        &mut self,
        bytes: &[u8],
        began: Option<Seen>,
        known: usize,
        seen: Seen,
        out: &mut Out<'_, S>,
    ) -> usize {
        let mut done = 0;
        while let Some(rest @ [_, ..]) = bytes.get(done..) {
            if let Some(reason) = self.lost {
                let found = memmem::find(rest, MAGIC);
                let at = found.unwrap_or_else(|| rest.len() - beginning_of_magic(rest));
                if at > 0 {
                    out.counters.miss(reason, at, seen.frame);
                }
                if at > 0 || reason == Undecoded::AfterHole {
                    tell_gap(seen, out);
                }
                done += at;
                if found.is_none() {
                    break;
                }
                self.lost = None;
                continue;
            }
            match hep_frame_len(rest) {
                HepFrame::Packet(len) => {
                    let Some(packet) = rest.get(..len) else { break };
                    let first = began.filter(|_| done < known).unwrap_or(seen);
                    let sighting = Sighting { first, last: seen };
                    hep::receive(packet, 0, sighting, out);
                    done += len;
                }
                HepFrame::Incomplete => break,
                HepFrame::NotHep => {
                    // The letters may be there, with a length that cannot be.
                    out.counters.miss(Undecoded::NotSip, 1, seen.frame);
                    tell_gap(seen, out);
                    self.lost = Some(Undecoded::NotSip);
                    done += 1;
                }
            }
        }
        done
    }

    /// Tells the message of the incomplete packet held as cut, and lets go of it.
    fn tell_cut<S: FnMut(Event<'_>)>(&mut self, out: &mut Out<'_, S>) {
        let held = std::mem::take(&mut self.held);
        let (Some(first), Some(last)) = (held.first(), self.latest) else {
            return;
        };
        if let Some(reason) = self.lost {
            return out.counters.miss(reason, held.len(), first.frame);
        }
        let rest = match hep_frame_len(held.bytes()) {
            HepFrame::Packet(len) => len.saturating_sub(held.len()),
            HepFrame::Incomplete | HepFrame::NotHep => 0,
        };
        self.skip = rest as u64;
        let missing = u32::try_from(rest).unwrap_or(u32::MAX).max(1);
        hep::receive(held.bytes(), missing, Sighting { first, last }, out);
    }
}

/// A message may be missing, of nobody knows which flow.
fn tell_gap<S: FnMut(Event<'_>)>(seen: Seen, out: &mut Out<'_, S>) {
    out.tell(Event::gap(None, GapKind::Undecoded, seen));
}

/// How many bytes at the end may be the first of the letters that a packet begins with.
fn beginning_of_magic(bytes: &[u8]) -> usize {
    (1..MAGIC.len())
        .rev()
        .find(|&len| MAGIC.get(..len).is_some_and(|part| bytes.ends_with(part)))
        .unwrap_or(0)
}

/// Whether a packet begins somewhere in these bytes.
pub(super) fn has_packet(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, MAGIC).any(|at| is_promising(bytes.get(at..).unwrap_or_default()))
}

/// Whether these bytes begin with a packet, and with nothing that a line of text may be: the number
/// of the vendor of the first chunk is a small one.
pub(super) fn is_promising(bytes: &[u8]) -> bool {
    matches!(hep_frame_len(bytes), HepFrame::Packet(_))
        && bytes.get(6).is_none_or(|&vendor| vendor == 0)
}
