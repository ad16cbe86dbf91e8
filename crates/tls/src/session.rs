//! A session: both directions of one connection.

use crate::record::{Piece, Records};
use crate::way::Ways;
use crate::{Facts, KeyLog, Limits, Output, Reason, Way};

/// Both directions of one connection that speaks TLS.
///
/// `M` is a mark that the caller gives to bytes and gets back with what they turned out to be:
/// the frame and the time they were captured in.
#[derive(Debug)]
pub struct Session<M> {
    limits: Limits,
    facts: Facts,
    records: Ways<Records<M>>,
}

impl<M: Copy> Session<M> {
    /// A session of which nothing is known yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            facts: Facts::default(),
            records: Ways::default(),
        }
    }

    /// What is known so far.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.records.both().map(Records::bytes).sum()
    }

    /// Takes in the bytes that come next in one direction.
    pub fn feed(
        &mut self,
        way: Way,
        bytes: &[u8],
        mark: M,
        keys: &KeyLog,
        sink: &mut impl FnMut(Output<'_, M>),
    ) {
        let _ = (keys, &self.limits);
        self.records
            .get_mut(way)
            .feed(bytes, mark, &mut |piece| tell(way, &piece, sink));
    }

    /// Takes note that `len` bytes of one direction never come; `None` if it is unknown how many,
    /// as where the capture begins in mid-stream.
    pub fn hole(&mut self, way: Way, len: Option<u64>, sink: &mut impl FnMut(Output<'_, M>)) {
        self.records
            .get_mut(way)
            .hole(len, &mut |piece| tell(way, &piece, sink));
    }

    /// Decrypts what was held until its key came. To be called when the key log has grown.
    pub fn retry(&mut self, keys: &KeyLog, sink: &mut impl FnMut(Output<'_, M>)) {
        let _ = (keys, sink);
    }

    /// Tells what is held of one direction; no more comes.
    pub fn end(&mut self, way: Way, sink: &mut impl FnMut(Output<'_, M>)) {
        self.records
            .get_mut(way)
            .give_up(Reason::Hole, &mut |piece| tell(way, &piece, sink));
    }
}

fn tell<M: Copy>(way: Way, piece: &Piece<'_, M>, sink: &mut impl FnMut(Output<'_, M>)) {
    let (bytes, reason, seen) = match piece {
        Piece::Record(record, span) => (record.payload.len(), Reason::NoKey, *span),
        Piece::Lost {
            bytes,
            reason,
            span,
        } => (*bytes, *reason, *span),
    };
    sink(Output::Undecrypted {
        way,
        bytes,
        reason,
        seen,
    });
}
