//! Times after the first message.

use std::time::Duration;

/// From here on days are told alone: no more than twelve columns are taken.
const DAYS_FROM: u64 = 172_800;
const SECONDS_A_DAY: u64 = 86_400;

/// How long after the first message: `+0.017 s`.
pub(crate) fn relative(since: Duration) -> String {
    match since.as_secs() {
        seconds @ ..100_000 => format!("+{seconds}.{:03} s", since.subsec_millis()),
        seconds @ ..DAYS_FROM => format!("+{seconds} s"),
        seconds => format!("+{} days", seconds / SECONDS_A_DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fit_their_column() {
        let cases = [
            (0, "+0.000 s"),
            (99_999_999, "+99999.999 s"),
            (100_000_000, "+100000 s"),
            (200_000_000, "+2 days"),
            (u64::MAX / 1_000_000, "+213503 days"),
        ];
        for (millis, expected) in cases {
            assert_eq!(relative(Duration::from_millis(millis)), expected);
            assert!(expected.len() <= 12);
        }
    }
}
