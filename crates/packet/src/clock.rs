//! Capture time in words that sort and that people read. All in UTC.

use crate::Timestamp;

const NANOS: u64 = 1_000_000_000;
const SECONDS_A_DAY: u64 = 86_400;

/// A moment as calendar and clock show it.
struct Civil {
    year: u64,
    month: u64,
    day: u64,
    second_of_day: u64,
    nanos: u64,
}

impl Civil {
    fn new(time: Timestamp) -> Self {
        let seconds = time.as_nanos() / NANOS;
        let (year, month, day) = date(seconds / SECONDS_A_DAY);
        Self {
            year,
            month,
            day,
            second_of_day: seconds % SECONDS_A_DAY,
            nanos: time.as_nanos() % NANOS,
        }
    }

    fn date(&self) -> String {
        let mut text = String::with_capacity(10);
        self.push_date(&mut text);
        text
    }

    fn push_date(&self, text: &mut String) {
        push(text, self.year, 4);
        text.push('-');
        push(text, self.month, 2);
        text.push('-');
        push(text, self.day, 2);
    }

    /// The time of day, with this many digits of the second's fraction.
    fn push_clock(&self, text: &mut String, digits: u32) {
        let second = self.second_of_day;
        push(text, second / 3600, 2);
        text.push(':');
        push(text, second / 60 % 60, 2);
        text.push(':');
        push(text, second % 60, 2);
        text.push('.');
        push(text, self.nanos / 10_u64.pow(9 - digits), digits);
    }

    /// Date and time of day as RFC 3339 writes them.
    fn rfc3339(&self, digits: u32) -> String {
        let mut text = String::with_capacity(32);
        self.push_date(&mut text);
        text.push('T');
        self.push_clock(&mut text, digits);
        text.push('Z');
        text
    }
}

/// Writes a number with this many digits, which it has room in. Every message and annotation has
/// a time, and the general way to write numbers takes many times longer.
fn push(text: &mut String, number: u64, digits: u32) {
    let mut unit = 10_u64.pow(digits - 1);
    while unit > 0 {
        let digit = (number / unit % 10) as u8;
        text.push(char::from(b'0' + digit));
        unit /= 10;
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from days since 1970-01-01.
const fn date(days: u64) -> (u64, u64, u64) {
    // Counted in years that begin in March, so that a leap day is the last day of its year, and
    // in cycles of 400 years, which are all equally long.
    const DAYS_A_CYCLE: u64 = 146_097;
    const MARCH_OF_YEAR_0_TO_1970: u64 = 719_468;
    let shifted = days + MARCH_OF_YEAR_0_TO_1970;
    let cycle = shifted / DAYS_A_CYCLE;
    let day_of_cycle = shifted % DAYS_A_CYCLE;
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next_year) = if month_from_march < 10 {
        (month_from_march + 3, 0)
    } else {
        (month_from_march - 9, 1)
    };
    (cycle * 400 + year_of_cycle + next_year, month, day)
}

/// `2026-11-22T12:00:01.003000000Z`.
#[must_use]
pub fn rfc3339_nanos(time: Timestamp) -> String {
    Civil::new(time).rfc3339(9)
}

/// `2026-11-22T12:00:01.003000Z`.
#[must_use]
pub fn rfc3339_micros(time: Timestamp) -> String {
    Civil::new(time).rfc3339(6)
}

/// `2026-11-22`.
#[must_use]
pub fn day(time: Timestamp) -> String {
    Civil::new(time).date()
}

/// `12:00:01.003`.
#[must_use]
pub fn time_of_day(time: Timestamp) -> String {
    let mut text = String::with_capacity(12);
    Civil::new(time).push_clock(&mut text, 3);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_what_the_calendar_says() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000000Z"),
            (951_782_399, "2000-02-28T23:59:59.000000000Z"),
            (951_782_400, "2000-02-29T00:00:00.000000000Z"),
            (951_868_800, "2000-03-01T00:00:00.000000000Z"),
            (1_704_067_199, "2023-12-31T23:59:59.000000000Z"),
            (1_795_348_801, "2026-11-22T12:00:01.000000000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000000000Z"),
        ];
        for (seconds, expected) in cases {
            let time = Timestamp::from_nanos(seconds * NANOS);
            assert_eq!(rfc3339_nanos(time), expected);
        }
        let time = Timestamp::from_nanos(u64::MAX);
        assert_eq!(rfc3339_nanos(time), "2554-07-21T23:34:33.709551615Z");
        assert_eq!(rfc3339_micros(time), "2554-07-21T23:34:33.709551Z");
        assert_eq!(time_of_day(time), "23:34:33.709");
        assert_eq!(day(time), "2554-07-21");
    }
}
