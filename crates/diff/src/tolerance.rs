//! From when on two times are not the same.

use std::time::Duration;

/// A difference of less than this part of the longer time says nothing: no two runs are alike.
const LEAST_PART: u32 = 4;

/// How far two times may lie apart and be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance(pub Duration);

impl Default for Tolerance {
    /// The 200 ms within which an INVITE is to be answered (RFC 3261 §17.2.1).
    fn default() -> Self {
        Self(Duration::from_millis(200))
    }
}

impl Tolerance {
    /// Whether two times differ: by more than the tolerance, and by more than a quarter of the
    /// longer one.
    #[must_use]
    pub fn tells_apart(self, one: Duration, other: Duration) -> bool {
        let apart = one.abs_diff(other);
        apart > self.0 && apart.saturating_mul(LEAST_PART) > one.max(other)
    }

    /// Whether two numbers of further sendings differ: one where there was none, or more than one
    /// more. Which sending is the last is a matter of milliseconds.
    #[must_use]
    pub(crate) const fn tells_sendings_apart(one: u32, other: u32) -> bool {
        (one == 0) != (other == 0) || one.abs_diff(other) > 1
    }

    /// What it is, in words.
    #[must_use]
    pub fn words(self) -> String {
        format!(
            "more than {} apart, and more than a quarter of the longer",
            sipwhy_annotator::words::span(self.0)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_must_be_passed() {
        let apart = |one, other| {
            let millis = Duration::from_millis;
            Tolerance::default().tells_apart(millis(one), millis(other))
        };
        assert!(!apart(1, 200), "within 200 ms");
        assert!(apart(1, 202));
        assert!(apart(202, 1), "whichever is longer");
        assert!(!apart(10_000, 12_000), "a sixth of the longer");
        assert!(apart(10_000, 14_000));
        assert!(!apart(5, 5));
    }

    #[test]
    fn one_sending_more_or_less_of_several_is_the_same() {
        for (one, other, differs) in [(0, 0, false), (0, 1, true), (6, 7, false), (3, 6, true)] {
            assert_eq!(Tolerance::tells_sendings_apart(one, other), differs);
        }
    }
}
