//! One direction of a session.

use crate::Reason;
use crate::held::Held;
use crate::messages::Messages;
use crate::record::Records;
use crate::tls12::Tls12;
use crate::tls13::Tls13;

#[derive(Debug)]
pub(crate) struct Lane<M> {
    pub(crate) records: Records<M>,
    pub(crate) held: Held<M>,
    pub(crate) messages: Messages,
    pub(crate) stage: Stage,
    /// How many records in a row did not open.
    pub(crate) failures: u32,
    /// Why records are held.
    pub(crate) waits_for: Reason,
    /// Whether anything was lost so far.
    pub(crate) has_lost: bool,
    /// Whether something was lost just after the records held.
    pub(crate) hole_after_held: bool,
}

/// How the next record is to be read.
#[derive(Debug)]
pub(crate) enum Stage {
    /// It is not encrypted, unless it holds application data.
    Clear,
    Tls12(Box<Tls12>),
    Tls13(Box<Tls13>),
    /// It is not read.
    GivenUp(Reason),
}

impl<M> Default for Lane<M> {
    fn default() -> Self {
        Self {
            records: Records::default(),
            held: Held::default(),
            messages: Messages::default(),
            stage: Stage::Clear,
            failures: 0,
            waits_for: Reason::NoKey,
            has_lost: false,
            hole_after_held: false,
        }
    }
}

impl<M: Copy> Lane<M> {
    /// Bytes held.
    pub(crate) const fn bytes(&self) -> usize {
        self.records.bytes() + self.held.bytes() + self.messages.bytes()
    }

    /// Takes note that records were lost before the one that is read next.
    pub(crate) fn lose(&mut self) {
        self.has_lost = true;
        self.messages.lose();
        if let Stage::Tls13(tls) = &mut self.stage {
            tls.lost();
        }
    }

    /// Takes note that a record was given up before there was a key for it.
    pub(crate) fn pass(&mut self) {
        self.has_lost = true;
        match &mut self.stage {
            Stage::Tls12(tls) => tls.passed(),
            Stage::Tls13(tls) => tls.passed(),
            Stage::Clear | Stage::GivenUp(_) => {}
        }
    }
}
