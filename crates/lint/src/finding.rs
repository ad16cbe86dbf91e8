//! What a look at a message brings to light.

use std::ops::Range;

use crate::{Check, Severity};

/// How the message travelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// As a datagram, whose end is the message's.
    Datagram,
    /// On a stream (TCP, TLS), where only Content-Length says where it ends.
    Stream,
    /// Not known, as of a message from a log.
    #[default]
    Unknown,
}

/// What is known of a message beside its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Setting {
    /// How it travelled.
    pub transport: Transport,
    /// The end is missing from the bytes through no fault of the sender: a snap length, a hole in
    /// the stream. What only the missing part could disprove is then not held against it.
    pub is_cut: bool,
}

/// A departure in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of departure it is.
    pub check: &'static Check,
    /// How grave it is here; [`Check::severity`] unless the message shows why not.
    pub severity: Severity,
    /// The bytes of the message that are wrong. Empty at the place where something is missing.
    pub span: Range<usize>,
    /// What is wrong, in a sentence about this message. Printable.
    pub says: String,
    /// Other places that matter, each with what it shows.
    pub also: Vec<(Range<usize>, String)>,
}

/// All that was found in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The findings in the order of their places.
    pub findings: Vec<Finding>,
    /// Findings beyond the limits, which are not listed.
    pub unlisted: usize,
}

impl Report {
    /// The gravest severity found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}
