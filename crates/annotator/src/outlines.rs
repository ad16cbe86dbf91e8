//! Exchanges that no rule could have anything to say of, known again without being read.
//!
//! The answers of a network look alike: the same codecs in the same order, and another port. What
//! is judged once need not be judged for each call.

use std::collections::HashSet;
use std::net::IpAddr;

use sipwhy_content::sdp::Sdp;

use crate::key::KeyMaker;
use crate::privacy::private_kind;

/// Exchanges remembered. Beyond them all are forgotten, and read again when they come again.
const MOST: usize = 4096;

/// The exchanges that look like none that matters.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    known: HashSet<u64>,
    text: Vec<u8>,
}

/// What stands for all exchanges that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outline(u64);

impl Outlines {
    /// The outline of an offer and its answer, and of those who sent them.
    pub(crate) fn of(
        &mut self,
        keys: &KeyMaker,
        (offer, answer): (Sdp<'_>, Sdp<'_>),
        senders: [IpAddr; 2],
    ) -> Outline {
        let class = |address| u8::from(private_kind(address).is_some());
        self.text.clear();
        self.text.extend(senders.map(class));
        offer.outline(class, &mut self.text);
        self.text.push(0);
        answer.outline(class, &mut self.text);
        Outline(keys.short(&self.text))
    }

    /// Whether exchanges that look like this one need not be read.
    pub(crate) fn is_plain(&self, outline: Outline) -> bool {
        self.known.contains(&outline.0)
    }

    /// Exchanges that look like this one need not be read from now on.
    pub(crate) fn note_plain(&mut self, outline: Outline) {
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(outline.0);
    }
}
