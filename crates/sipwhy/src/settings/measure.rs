//! Values as they are written in the file.

use sipwhy_annotator::Measure;

/// A value as it is written in the file.
pub(crate) fn in_words(measure: Measure) -> String {
    match measure {
        Measure::Count(count) => count.to_string(),
        Measure::Time(time) if time.subsec_nanos() == 0 => format!("{}s", time.as_secs()),
        Measure::Time(time) => format!("{}ms", time.as_secs_f64() * 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_shown_can_be_read() {
        for millis in [0, 10, 1_500, 8_000, 180_000] {
            let time = Duration::from_millis(millis);
            let shown = in_words(Measure::Time(time));
            assert_eq!(sipwhy_report::parse_span(&shown), Ok(time));
        }
    }
}
