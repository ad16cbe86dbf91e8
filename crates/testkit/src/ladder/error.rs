//! What is wrong with a ladder.

use std::fmt;

/// What is wrong with a ladder, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderError {
    /// The line of the ladder, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for LadderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ladder line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for LadderError {}
