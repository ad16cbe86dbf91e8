//! Bytes that wait for those after them.

use crate::seen::Seen;

/// How many frames of the bytes held are told apart; what later ones brought counts as brought by
/// the last of them.
const MARKS: usize = 16;

/// Bytes held, and which frames brought them.
#[derive(Debug, Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    /// The position of the first byte that a frame brought.
    marks: Vec<(usize, Seen)>,
}

impl Held {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What brought the first byte.
    pub(super) fn first(&self) -> Option<Seen> {
        self.marks.first().map(|&(_, seen)| seen)
    }

    pub(super) fn push(&mut self, data: &[u8], seen: Seen) {
        if data.is_empty() {
            return;
        }
        if self.marks.len() < MARKS {
            self.marks.push((self.bytes.len(), seen));
        }
        self.bytes.extend_from_slice(data);
    }

    /// Lets go of the first bytes.
    pub(super) fn drop_front(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        if count >= self.bytes.len() {
            *self = Self::default();
            return;
        }
        let first = self.marks.iter().rposition(|&(at, _)| at <= count);
        self.marks.drain(..first.unwrap_or(0));
        for (at, _) in &mut self.marks {
            *at = at.saturating_sub(count);
        }
        self.bytes.drain(..count);
        // A long message before it must not leave a large buffer with every stream.
        self.bytes.shrink_to_fit();
    }

    /// What each frame brought, in order.
    pub(super) fn runs(&self) -> impl Iterator<Item = (&[u8], Seen)> {
        let ends = self.marks.iter().skip(1).map(|&(at, _)| at);
        let ends = ends.chain([self.bytes.len()]);
        self.marks
            .iter()
            .zip(ends)
            .map(|(&(start, seen), end)| (self.bytes.get(start..end).unwrap_or_default(), seen))
    }
}
