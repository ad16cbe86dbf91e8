//! Pieces of a datagram or stream that came before what goes in front of them.

use std::collections::VecDeque;

use crate::seen::Seen;

/// A run of bytes and its place.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Position of the first byte.
    pub(crate) start: u64,
    pub(crate) data: Vec<u8>,
    /// Bytes after `data` that belong to this piece and were not captured.
    pub(crate) missing: u32,
    pub(crate) seen: Seen,
}

impl Piece {
    /// Position after the last byte, captured or not.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.data.len() as u64 + u64::from(self.missing)
    }
}

/// Pieces in order of position, none overlapping another. Of bytes that came twice, the first to
/// come are kept, as most receivers do.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    list: VecDeque<Piece>,
    bytes: usize,
}

impl Pieces {
    /// Captured bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn first(&self) -> Option<&Piece> {
        self.list.front()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.list.iter()
    }

    pub(crate) fn pop_first(&mut self) -> Option<Piece> {
        let piece = self.list.pop_front()?;
        self.bytes -= piece.data.len();
        Some(piece)
    }

    /// Keeps the places and lets go of the bytes.
    pub(crate) fn forget_data(&mut self) {
        for piece in &mut self.list {
            let len = std::mem::take(&mut piece.data).len();
            piece.missing = piece
                .missing
                .saturating_add(u32::try_from(len).unwrap_or(u32::MAX));
        }
        self.bytes = 0;
    }

    /// Adds what is not there yet of `data` and the `missing` bytes after it. Says whether
    /// anything was added.
    pub(crate) fn insert(&mut self, start: u64, data: &[u8], missing: u32, seen: Seen) -> bool {
        let end = start + data.len() as u64 + u64::from(missing);
        let mut at = start;
        let mut index = self.list.partition_point(|piece| piece.end() <= start);
        let mut added = false;
        while at < end {
            let next = self
                .list
                .get(index)
                .map_or(end, |piece| piece.start.min(end));
            if at < next {
                let offset = |position: u64| {
                    usize::try_from(position - start).map_or(data.len(), |n| n.min(data.len()))
                };
                let part = data.get(offset(at)..offset(next)).unwrap_or_default();
                let missing = u32::try_from(next - at - part.len() as u64).unwrap_or(u32::MAX);
                self.bytes += part.len();
                self.list.insert(
                    index,
                    Piece {
                        start: at,
                        data: part.to_vec(),
                        missing,
                        seen,
                    },
                );
                added = true;
                index += 1;
            }
            match self.list.get(index) {
                Some(piece) if piece.start < end => at = at.max(piece.end()),
                _ => break,
            }
            index += 1;
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameId, Timestamp};
    use proptest::prelude::*;

    const SEEN: Seen = Seen {
        frame: FrameId { file: 0, number: 1 },
        time: Timestamp::ZERO,
    };

    #[test]
    fn first_bytes_win() {
        let mut pieces = Pieces::default();
        assert!(pieces.insert(2, b"cd", 0, SEEN));
        assert!(pieces.insert(6, b"gh", 0, SEEN));
        assert!(pieces.insert(0, b"ABCDEFGHIJ", 0, SEEN));
        assert!(!pieces.insert(1, b"xxxxxx", 0, SEEN));
        let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.data.clone()).collect();
        assert_eq!(joined, b"ABcdEFghIJ");
    }

    proptest! {
        #[test]
        fn pieces_never_overlap_and_cover_what_was_put_in(
            parts in prop::collection::vec((0_u64..60, 0_usize..20, 0_u32..10), 0..20)
        ) {
            let mut pieces = Pieces::default();
            let mut model = [None::<u8>; 100];
            let mut covered = [false; 100];
            for (number, (start, len, missing)) in parts.into_iter().enumerate() {
                let value = u8::try_from(number).unwrap();
                pieces.insert(start, &vec![value; len], missing, SEEN);
                for at in start as usize..start as usize + len + missing as usize {
                    if !covered[at] {
                        covered[at] = true;
                        model[at] = (at < start as usize + len).then_some(value);
                    }
                }
            }
            let mut held = 0;
            let mut end = 0;
            for piece in pieces.iter() {
                prop_assert!(piece.start >= end && piece.end() > piece.start);
                end = piece.end();
                held += piece.data.len();
                for at in piece.start..end {
                    prop_assert!(covered[at as usize]);
                    let value = piece.data.get((at - piece.start) as usize).copied();
                    prop_assert_eq!(value, model[at as usize]);
                    covered[at as usize] = false;
                }
            }
            prop_assert!(!covered.contains(&true));
            prop_assert_eq!(held, pieces.bytes());
        }
    }
}
