//! Records held until their key comes.

use std::collections::VecDeque;

use crate::Limits;
use crate::output::Span;
use crate::record::{Header, Record};

/// Records of one direction, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Held<M> {
    records: VecDeque<HeldRecord<M>>,
    bytes: usize,
}

#[derive(Debug)]
pub(crate) struct HeldRecord<M> {
    /// Its place among the records of both directions.
    pub(crate) place: u64,
    pub(crate) span: Span<M>,
    /// Whether some were lost just before it.
    pub(crate) after_hole: bool,
    header: Header,
    payload: Box<[u8]>,
}

impl<M> Default for Held<M> {
    fn default() -> Self {
        Self {
            records: VecDeque::new(),
            bytes: 0,
        }
    }
}

impl<M> Held<M> {
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The place of the oldest.
    pub(crate) fn first_place(&self) -> Option<u64> {
        self.records.front().map(|record| record.place)
    }

    pub(crate) fn push(&mut self, record: HeldRecord<M>) {
        self.bytes += record.payload.len();
        self.records.push_back(record);
    }

    /// Puts the one back that was just taken.
    pub(crate) fn put_back(&mut self, record: HeldRecord<M>) {
        self.bytes += record.payload.len();
        self.records.push_front(record);
    }

    /// Takes the oldest.
    pub(crate) fn pop(&mut self) -> Option<HeldRecord<M>> {
        let record = self.records.pop_front()?;
        self.bytes -= record.payload.len();
        if self.records.is_empty() {
            // Most sessions never hold any again.
            self.records = VecDeque::new();
        }
        Some(record)
    }

    /// Takes the oldest if there are too many.
    pub(crate) fn pop_beyond(&mut self, limits: &Limits) -> Option<HeldRecord<M>> {
        let too_many = self.bytes > limits.held_bytes || self.records.len() > limits.held_records;
        if too_many { self.pop() } else { None }
    }
}

impl<M> HeldRecord<M> {
    pub(crate) fn new(place: u64, record: Record<'_>, span: Span<M>, after_hole: bool) -> Self {
        Self {
            place,
            span,
            after_hole,
            header: record.header,
            payload: record.payload.into(),
        }
    }

    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            header: self.header,
            payload: &self.payload,
        }
    }
}
