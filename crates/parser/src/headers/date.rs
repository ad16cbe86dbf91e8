//! The Date header (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`.

use super::strict::single;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::{decimal, split_word, trim};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment as Date tells it: always in GMT.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second; 60 is a leap second.
    pub second: u8,
    /// The weekday as written, 0 for Sunday; [`Date::is_weekday_right`] says whether it is true.
    pub weekday: u8,
}

impl Date {
    /// Reads the RFC 1123 form, in any case and with any white space between its words. `None`
    /// for any other, for a time zone that is not GMT, and for a day or a time that is none.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (date, zone) = Self::parse_any_zone(value)?;
        zone.eq_ignore_ascii_case(b"GMT").then_some(date)
    }

    fn parse_any_zone(value: &[u8]) -> Option<(Self, &[u8])> {
        let (weekday, rest) = trim(value).split_at_checked(3)?;
        let weekday = index_of(weekday, &WEEKDAYS)?;
        let (day, rest) = split_word(rest.strip_prefix(b",")?);
        let (month, rest) = split_word(rest);
        let (year, rest) = split_word(rest);
        let (time, rest) = split_word(rest);
        let (zone, rest) = split_word(rest);
        let mut time = time.split(|&byte| byte == b':');
        let date = Self {
            year: u16::try_from(number(year, 4)?).ok()?,
            month: index_of(month, &MONTHS)? + 1,
            day: small(day)?,
            hour: small(time.next()?)?,
            minute: small(time.next()?)?,
            second: small(time.next()?)?,
            weekday,
        };
        (rest.is_empty() && time.next().is_none() && date.exists()).then_some((date, zone))
    }

    fn exists(self) -> bool {
        (1..=days_in(self.year, self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
    }

    /// Whether the day was the weekday that is written.
    pub fn is_weekday_right(self) -> bool {
        // 1970-01-01 was a Thursday.
        (self.days_since_1970() + 4).rem_euclid(7) == i64::from(self.weekday)
    }

    /// Seconds since 1970-01-01 00:00:00 GMT, leap seconds left out.
    pub fn unix_seconds(self) -> i64 {
        let minutes = (self.days_since_1970() * 24 + i64::from(self.hour)) * 60;
        (minutes + i64::from(self.minute)) * 60 + i64::from(self.second)
    }

    fn days_since_1970(self) -> i64 {
        let year = i64::from(self.year);
        let leap_days =
            |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let months: i64 = (1..self.month)
            .map(|month| i64::from(days_in(self.year, month)))
            .sum();
        (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969) + months + i64::from(self.day)
            - 1
    }
}

/// How many days the month has, by the Gregorian calendar.
fn days_in(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn index_of(text: &[u8], names: &[&str]) -> Option<u8> {
    let found = names
        .iter()
        .position(|name| text.eq_ignore_ascii_case(name.as_bytes()))?;
    u8::try_from(found).ok()
}

/// A number of exactly so many digits.
fn number(text: &[u8], digits: usize) -> Option<u32> {
    (text.len() == digits).then(|| decimal(text))?
}

fn small(text: &[u8]) -> Option<u8> {
    u8::try_from(number(text, 2)?).ok()
}

/// Date.
pub(super) fn faults(value: &[u8], report: Report<'_>) {
    single(
        value,
        report,
        &mut |whole, report| match Date::parse_any_zone(whole.bytes) {
            None => report(whole.fault(FaultKind::BadDate)),
            Some((date, zone)) => {
                if !zone.eq_ignore_ascii_case(b"GMT") {
                    report(end_of(whole, zone.len()).fault(FaultKind::DateNotGmt));
                }
                if !date.is_weekday_right() {
                    report(whole.split(3).0.fault(FaultKind::WrongWeekday));
                }
            }
        },
    );
}

/// The last so many bytes, or all where there are none such.
fn end_of(whole: Piece<'_>, length: usize) -> Piece<'_> {
    match whole.bytes.len().checked_sub(length) {
        Some(at) if length > 0 => whole.split(at).1,
        _ => whole,
    }
}
