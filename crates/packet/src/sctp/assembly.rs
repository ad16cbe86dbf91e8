//! User messages put together from their parts.

use std::collections::BTreeMap;

use super::chunk::{Data, Part};
use crate::seen::Seen;

/// Where a part belongs: its message (for DATA, any), and its place.
type Place = (Option<u64>, u64);

/// A part of a message of which others are missing.
#[derive(Debug)]
struct Fragment {
    is_first: bool,
    is_last: bool,
    data: Vec<u8>,
    missing: u32,
    seen: Seen,
}

/// A message, or what there is of one.
#[derive(Debug)]
pub(super) struct Assembled {
    /// Up to the first byte that was not captured.
    pub(super) data: Vec<u8>,
    /// Bytes that were not captured, at least.
    pub(super) missing: u32,
    /// Whether the first part is there.
    pub(super) has_start: bool,
    pub(super) first: Seen,
    pub(super) last: Seen,
}

/// The parts of one direction that wait for others.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    fragments: BTreeMap<Place, Fragment>,
    bytes: usize,
}

impl Assembly {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Parts held.
    pub(super) fn len(&self) -> usize {
        self.fragments.len()
    }

    /// When the part came that has waited for longest.
    pub(super) fn since(&self) -> Option<Seen> {
        self.fragments
            .values()
            .map(|fragment| fragment.seen)
            .min_by_key(|seen| (seen.time, seen.frame))
    }

    /// Takes in a part with its number that does not wrap. Gives the message when it was the last
    /// part missing.
    pub(super) fn add(&mut self, data: &Data<'_>, tsn: u64, seen: Seen) -> Option<Assembled> {
        let place = match data.part {
            Part::Consecutive => (None, tsn),
            Part::Numbered { message, number } => (Some(message), u64::from(number)),
        };
        let fragment = Fragment {
            is_first: data.is_first,
            is_last: data.is_last,
            data: data.payload.to_vec(),
            missing: data.missing,
            seen,
        };
        self.bytes += fragment.data.len();
        if let Some(old) = self.fragments.insert(place, fragment) {
            self.bytes -= old.data.len();
        }
        let (start, end) = self.run(place);
        let is_whole = self.fragments.get(&start).is_some_and(|it| it.is_first)
            && self.fragments.get(&end).is_some_and(|it| it.is_last);
        is_whole.then(|| self.take(start, end)).flatten()
    }

    /// Gives up the message whose part has waited for longest.
    pub(super) fn give_up_oldest(&mut self) -> Option<Assembled> {
        let (&place, _) = self
            .fragments
            .iter()
            .min_by_key(|(_, fragment)| (fragment.seen.time, fragment.seen.frame))?;
        let (start, end) = self.run(place);
        let mut assembled = self.take(start, end)?;
        // At least one part is missing, and with it at least a byte.
        assembled.missing = assembled.missing.max(1);
        Some(assembled)
    }

    /// The first and the last of the parts around this one that follow each other in one message.
    fn run(&self, (message, at): Place) -> (Place, Place) {
        let mut start = (message, at);
        while let Some(fragment) = self.fragments.get(&start)
            && !fragment.is_first
            && let Some(before) = start.1.checked_sub(1)
            && self
                .fragments
                .get(&(message, before))
                .is_some_and(|before| !before.is_last)
        {
            start.1 = before;
        }
        let mut end = (message, at);
        while let Some(fragment) = self.fragments.get(&end)
            && !fragment.is_last
            && let Some(after) = end.1.checked_add(1)
            && self
                .fragments
                .get(&(message, after))
                .is_some_and(|after| !after.is_first)
        {
            end.1 = after;
        }
        (start, end)
    }

    /// Takes out the parts of a run and joins them.
    fn take(&mut self, start: Place, end: Place) -> Option<Assembled> {
        let mut joined: Option<Assembled> = None;
        for at in start.1..=end.1 {
            let fragment = self.fragments.remove(&(start.0, at))?;
            self.bytes -= fragment.data.len();
            match &mut joined {
                None => {
                    joined = Some(Assembled {
                        data: fragment.data,
                        missing: fragment.missing,
                        has_start: fragment.is_first,
                        first: fragment.seen,
                        last: fragment.seen,
                    });
                }
                Some(joined) => {
                    if joined.missing == 0 {
                        joined.data.extend_from_slice(&fragment.data);
                        joined.missing = fragment.missing;
                    } else {
                        let len = u32::try_from(fragment.data.len()).unwrap_or(u32::MAX);
                        let missing = len.saturating_add(fragment.missing);
                        joined.missing = joined.missing.saturating_add(missing);
                    }
                    if fragment.seen.frame > joined.last.frame {
                        joined.last = fragment.seen;
                    }
                }
            }
        }
        joined
    }
}
