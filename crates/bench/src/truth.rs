//! What was put into a capture, counted while it was written.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::people::Transport;

/// The truth about a generated capture. The names that sipwhy's summary record has as well mean
/// the same here, so that the two can be compared field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// The seed that makes this capture again.
    pub seed: u64,
    /// What carried SIP.
    pub transport: Transport,
    /// Bytes of the file.
    pub bytes: u64,
    /// Frames in the file.
    pub frames: u64,
    /// Whole seconds from the first event to the last.
    pub seconds: u64,
    /// SIP messages, retransmissions included.
    pub sip_messages: u64,
    /// Method → messages.
    pub requests: BTreeMap<&'static str, u64>,
    /// Status code → messages.
    pub responses: BTreeMap<u16, u64>,
    /// Call-IDs with an INVITE.
    pub calls: u64,
    /// The most calls and other exchanges in progress at once.
    pub most_in_progress: usize,
    /// Scenario → calls.
    pub scenarios: BTreeMap<&'static str, u64>,
    /// The scenarios among them that an analyzer must find fault with → calls.
    pub planted: BTreeMap<&'static str, u64>,
}

impl Truth {
    /// Nothing written yet.
    #[must_use]
    pub fn new(seed: u64, transport: Transport) -> Self {
        Self {
            seed,
            transport,
            bytes: 0,
            frames: 0,
            seconds: 0,
            sip_messages: 0,
            requests: BTreeMap::new(),
            responses: BTreeMap::new(),
            calls: 0,
            most_in_progress: 0,
            scenarios: BTreeMap::new(),
            planted: BTreeMap::new(),
        }
    }
}
