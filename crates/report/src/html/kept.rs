//! Messages as they are kept until they are shown.

use std::collections::BTreeMap;

use sipwhy_flow::Place;
use sipwhy_pipeline::Observed;

use super::room::{A_MESSAGE, ALL_MESSAGES};

/// A message.
#[derive(Debug)]
pub(super) struct Kept {
    /// What it means in its place.
    pub(super) meaning: String,
    /// It, or how it begins.
    pub(super) bytes: Box<[u8]>,
    /// How long it is.
    pub(super) length: usize,
    /// Bytes that the capture lacks of it.
    pub(super) missing: u32,
    /// The status code of a response.
    pub(super) status: Option<u16>,
}

impl Kept {
    fn size(&self) -> usize {
        self.meaning.len() + self.bytes.len()
    }

    /// How many bytes of it are not kept.
    pub(super) const fn cut(&self) -> usize {
        self.length.saturating_sub(self.bytes.len())
    }
}

/// Messages of calls.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// By the numbers of calls, and their own.
    by_call: BTreeMap<u64, BTreeMap<u64, Kept>>,
    bytes: usize,
}

impl Messages {
    pub(super) fn add(&mut self, place: Place, observed: &Observed<'_, '_>) {
        let (world, seen) = (observed.world, &observed.seen);
        let all = observed.captured.bytes;
        let room = ALL_MESSAGES.saturating_sub(self.bytes).min(A_MESSAGE);
        let kept = Kept {
            meaning: sipwhy_annotator::meaning(world, seen, &observed.message),
            bytes: all.get(..room).unwrap_or(all).into(),
            length: all.len(),
            missing: observed.captured.missing,
            status: observed.message.status(),
        };
        self.bytes += kept.size();
        let of_call = self.by_call.entry(place.call).or_default();
        of_call.insert(place.number, kept);
    }

    /// Forgets the messages of calls that are not kept.
    pub(super) fn retain(&mut self, keeps: impl Fn(u64) -> bool) {
        let bytes = &mut self.bytes;
        self.by_call.retain(|call, messages| {
            let stays = keeps(*call);
            if !stays {
                let freed: usize = messages.values().map(Kept::size).sum();
                *bytes = bytes.saturating_sub(freed);
            }
            stays
        });
    }

    pub(super) fn get(&self, call: u64, number: u64) -> Option<&Kept> {
        self.by_call.get(&call)?.get(&number)
    }
}
