//! What came of an expectation.

use sipwhy_packet::FrameId;

/// An expectation, held against a capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// What it is about, the same whenever the scenario is recorded: `INVITE alice → bob: outcome`.
    pub name: String,
    /// The file that states it.
    pub file: String,
    /// Its line in that, from 1.
    pub line: usize,
    /// Whether it is met.
    pub is_met: bool,
    /// What is expected and what was found, in a line; empty where it is met.
    pub summary: String,
    /// The same side by side; none where it is met.
    pub rows: Vec<Row>,
}

/// What is expected, beside what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What is expected; `None` where something is there that is not.
    pub expected: Option<String>,
    /// What was found; `None` where what is expected is missing.
    pub found: Option<String>,
    /// The frame that shows it.
    pub frame: Option<FrameId>,
    /// Whether both agree; so too of what is told beside them, such as the calls that there are.
    pub agrees: bool,
}

impl Row {
    /// A row of which both sides are there and differ.
    pub(crate) fn unlike(expected: String, found: String, frame: Option<FrameId>) -> Self {
        Self {
            expected: Some(expected),
            found: Some(found),
            frame,
            agrees: false,
        }
    }
}
