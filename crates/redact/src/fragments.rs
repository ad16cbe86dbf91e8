//! Datagrams in fragments, held until they are whole.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::{FragmentPart, Timestamp};

use crate::payload::Around;

/// How long the rest of a datagram is waited for, in capture time (RFC 8200 §4.5 waits 60 s; nobody
/// looks at what comes later than half of that).
const PATIENCE: Duration = Duration::from_secs(30);
/// Datagrams that are waited for at the same time, and fragments of one.
const MOST: usize = 1024;
const MOST_PIECES: usize = 1024;
/// No packet is longer.
const MOST_BYTES: usize = 65_535;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Whose {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) id: u32,
    pub(crate) protocol: u8,
}

/// A fragment: which frame it is in, where, and its place in the datagram.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) frame: u64,
    pub(crate) at: usize,
    pub(crate) offset: usize,
    pub(crate) bytes: Vec<u8>,
}

/// A datagram of which no more is waited for.
#[derive(Debug)]
pub(crate) struct Datagram {
    pub(crate) whose: Whose,
    pub(crate) around: Around,
    pub(crate) pieces: Vec<Piece>,
    /// As much of it as there is from its start on.
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug)]
struct Waiting {
    since: Timestamp,
    around: Around,
    pieces: Vec<Piece>,
    total: Option<usize>,
}

/// The datagrams that wait.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    waiting: BTreeMap<Whose, Waiting>,
}

impl Fragments {
    /// Takes in a fragment. Gives the datagrams of which no more is waited for.
    pub(crate) fn add(
        &mut self,
        now: Timestamp,
        whose: Whose,
        around: Around,
        place: FragmentPart,
        piece: Piece,
    ) -> Vec<Datagram> {
        let mut over = Vec::new();
        if self.waiting.len() >= MOST && !self.waiting.contains_key(&whose) {
            over.extend(self.finish());
        }
        let waiting = self.waiting.entry(whose).or_insert_with(|| Waiting {
            since: now,
            around,
            pieces: Vec::new(),
            total: None,
        });
        if !place.more {
            waiting.total = Some(piece.offset + piece.bytes.len());
        }
        waiting.pieces.push(piece);
        let bytes = waiting.joined();
        let is_whole = waiting.total.is_some_and(|total| bytes.len() >= total);
        if (is_whole || waiting.pieces.len() >= MOST_PIECES)
            && let Some(waiting) = self.waiting.remove(&whose)
        {
            over.push(waiting.over(whose));
        }
        over
    }

    /// Gives up the datagrams that waited too long.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<Datagram> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let is_late = |it: &Waiting| now >= it.since + PATIENCE;
        let late: Vec<Whose> = self
            .waiting
            .iter()
            .filter(|(_, it)| is_late(it))
            .map(|(whose, _)| *whose)
            .collect();
        let late = late.into_iter();
        late.filter_map(|whose| Some(self.waiting.remove(&whose)?.over(whose)))
            .collect()
    }

    /// Gives all of them up.
    pub(crate) fn finish(&mut self) -> Vec<Datagram> {
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        waiting.map(|(whose, it)| it.over(whose)).collect()
    }
}

impl Waiting {
    /// What there is from the start on, without a gap. Where fragments overlap, the first counts.
    fn joined(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut order: Vec<&Piece> = self.pieces.iter().collect();
        order.sort_by_key(|piece| piece.offset);
        for piece in order {
            let Some(known) = bytes.len().checked_sub(piece.offset) else {
                break;
            };
            bytes.extend(piece.bytes.iter().skip(known));
        }
        bytes.truncate(MOST_BYTES);
        bytes
    }

    fn over(self, whose: Whose) -> Datagram {
        Datagram {
            whose,
            around: self.around,
            bytes: self.joined(),
            pieces: self.pieces,
        }
    }
}
