//! What went on in a stretch of a live capture.

use std::time::Duration;

use sipwhy_packet::Timestamp;

/// What went on in a stretch of a live capture, and how things stand at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// When it ended.
    pub time: Timestamp,
    /// How long it was.
    pub span: Duration,
    /// What was counted in it.
    pub counted: StatsCounts,
    /// Transactions that wait for their final response.
    pub transactions_open: usize,
    /// Dialogs that have not ended: calls in progress.
    pub dialogs_open: usize,
    /// How far behind its newest frame a batch was taken in, at most.
    pub lag: Duration,
    /// Bytes of memory in use, if the system tells.
    pub memory: Option<u64>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsCounts {
    /// Frames taken in.
    pub frames: u64,
    /// SIP messages.
    pub messages: u64,
    /// Calls that began.
    pub calls: u64,
    /// Findings, shown or not.
    pub findings: u64,
    /// Pieces that were not decoded.
    pub not_decoded: u64,
    /// Frames lost, wherever.
    pub dropped: u64,
    /// Packets of media left out.
    pub media_shed: u64,
    /// Lines of the report that could not be written.
    pub lines_lost: u64,
}

impl StatsCounts {
    /// What was counted since `earlier`.
    #[must_use]
    pub const fn since(&self, earlier: &Self) -> Self {
        Self {
            frames: self.frames.saturating_sub(earlier.frames),
            messages: self.messages.saturating_sub(earlier.messages),
            calls: self.calls.saturating_sub(earlier.calls),
            findings: self.findings.saturating_sub(earlier.findings),
            not_decoded: self.not_decoded.saturating_sub(earlier.not_decoded),
            dropped: self.dropped.saturating_sub(earlier.dropped),
            media_shed: self.media_shed.saturating_sub(earlier.media_shed),
            lines_lost: self.lines_lost.saturating_sub(earlier.lines_lost),
        }
    }
}
