//! Spans of time, as people write them: `8s`, `500ms`, `1.5m`.

use std::time::Duration;

/// The longest span that is read. No wait of SIP comes near.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// The units, in seconds.
const UNITS: [(&str, f64); 5] = [
    ("ms", 0.001),
    ("s", 1.0),
    ("min", 60.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// Reads a span.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let expected = || format!("`{text}` is no span of time such as \"8s\", \"500ms\" or \"3m\"");
    let digits = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text
        .split_at_checked(digits.unwrap_or(text.len()))
        .ok_or_else(expected)?;
    let factor = UNITS.iter().find(|(name, _)| *name == unit);
    let (_, factor) = factor.ok_or_else(expected)?;
    let is_plain = number.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let number: f64 = number
        .parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(expected)?;
    let found = Duration::try_from_secs_f64(number * factor).map_err(|_| expected())?;
    if found > LONGEST {
        return Err(format!("{text} is longer than a week"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_they_are_written() {
        for (text, millis) in [
            ("8s", 8_000),
            ("500ms", 500),
            ("1.5m", 90_000),
            ("2min", 120_000),
            ("1h", 3_600_000),
            ("0s", 0),
        ] {
            assert_eq!(
                parse_span(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in [
            "", "8", "s", "8x", "-1s", "1e9s", "8d", "1..5s", "infs", "8s ", "169h", "é",
        ] {
            assert!(parse_span(text).is_err(), "{text}");
        }
    }
}
