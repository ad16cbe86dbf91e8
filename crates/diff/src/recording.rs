//! What was kept of a recording, to be compared.

use std::collections::BTreeMap;

use sipwhy_check::Finding;
use sipwhy_flow::{Flow, LeftOut};

use crate::facts::Facts;
use crate::figures::Figure;

/// What was kept of a recording.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// SIP messages in it.
    pub messages: u64,
    /// Its calls, in the order in which they began.
    pub calls: Vec<Call>,
    /// What was found in it, in order.
    pub findings: Vec<Finding>,
    /// Findings beyond those.
    pub unlisted: u64,
    /// Calls and messages that were not kept.
    pub left_out: LeftOut,
    /// Messages of which it was not kept what their headers say.
    pub without_headers: u64,
}

/// A call, all its legs side by side.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its messages.
    pub flow: Flow,
    /// What their headers say, by the numbers of the messages.
    pub(crate) facts: BTreeMap<u64, Facts>,
    /// What was measured, in order.
    pub(crate) figures: Vec<Figure>,
}
