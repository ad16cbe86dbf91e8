//! Moments as people write them: RFC 3339, or so long after the first message.

use std::time::Duration;

use sipwhy_packet::Timestamp;

use super::test::When;
use crate::span::parse_span;

/// Reads a moment.
pub(super) fn when(text: &str) -> Result<When, String> {
    let offset = text.strip_prefix('+').unwrap_or(text);
    if let Ok(span) = parse_span(offset) {
        return Ok(When::After(span));
    }
    rfc3339(text).map(When::At).ok_or_else(|| {
        format!(
            "`{text}` is neither a time such as 2024-05-01T12:00:00Z nor a span from the first \
             message on, such as 10s"
        )
    })
}

/// Reads a time as RFC 3339 §5.6 writes it, from 1970 on.
pub(crate) fn rfc3339(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let number = |from: usize, length: usize| -> Option<u64> {
        let digits = text.get(from..from + length)?;
        let is_plain = digits.bytes().all(|it| it.is_ascii_digit());
        is_plain.then(|| digits.parse().ok()).flatten()
    };
    let is_at = |place: usize, any: &[u8]| bytes.get(place).is_some_and(|it| any.contains(it));
    let is_separated =
        is_at(4, b"-") && is_at(7, b"-") && is_at(10, b"Tt ") && is_at(13, b":") && is_at(16, b":");
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    let is_date = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_separated || !is_clock || !is_date {
        return None;
    }
    let (nanos, zone) = fraction(text.get(19..)?)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = i64::try_from(seconds).ok()? - zone_seconds(zone)?;
    let seconds = u64::try_from(seconds).ok()?;
    let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some(Timestamp::ZERO + Duration::from_nanos(nanos))
}

/// The nanoseconds of `.25Z`, and what follows them.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = rest.split_at_checked(length)?;
    let nanos: String = digits.chars().chain("000000000".chars()).take(9).collect();
    let nanos = nanos.parse().ok().filter(|_| !digits.is_empty())?;
    Some((nanos, zone))
}

/// How far a zone is ahead of UTC.
fn zone_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two = |text: &str| -> Option<i64> {
        let is_two = text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
        is_two.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days since 1970-01-01 of a date from then on.
const fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March end with the leap day.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::rfc3339_nanos;

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in [
            "1970-01-01T00:00:00.000000000Z",
            "2000-02-29T23:59:59.000000001Z",
            "2024-12-31T12:34:56.789000000Z",
            "2100-03-01T00:00:00.000000000Z",
        ] {
            assert_eq!(rfc3339(text).map(rfc3339_nanos).as_deref(), Some(text));
        }
        let utc = rfc3339("2024-05-01T10:00:00Z");
        assert!(utc.is_some());
        assert_eq!(rfc3339("2024-05-01T12:00:00.0+02:00"), utc);
        assert_eq!(rfc3339("2024-05-01 06:30:00-03:30"), utc);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024-05-01",
            "2024-05-01T10:00:00",
            "2024-13-01T10:00:00Z",
            "2024-05-01T24:00:00Z",
            "2024-05-01T10:00:00.Z",
            "2024-05-01T10:00:00+2:00",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "2024-05-01T10:00:00é",
        ] {
            assert!(when(text).is_err(), "{text}");
        }
    }
}
