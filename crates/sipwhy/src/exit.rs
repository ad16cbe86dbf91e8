//! The exit status, and the one line that goes with a fault.

use std::io::Write as _;
use std::process::ExitCode;

use crate::progress;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to fail on.
    Fine,
    /// Findings at or above the threshold.
    Findings,
    /// The input or the call was wrong, if only in part.
    Wrong,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Wrong => 2,
        })
    }
}

/// Says something on standard error, most often what is wrong, in one printable line.
pub(crate) fn complain(fault: &str) {
    let fault = sipwhy_parser::printable(fault.as_bytes());
    // Nobody is left to be told when standard error is gone.
    progress::aside(|| {
        let _ = writeln!(std::io::stderr(), "sipwhy: {fault}");
    });
}
