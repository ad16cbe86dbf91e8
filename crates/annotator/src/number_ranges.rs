//! Numbers that cost much to call: where they begin, and how a dialled number is read.
//!
//! The codes are those of the ITU's list of Recommendation E.164 assigned country codes (annex to
//! Operational Bulletin 1114); the Unicode CLDR (`telephoneCodeData.xml`) and libphonenumber hold
//! the same. Ranges of single countries that are abused for revenue share are not among them:
//! they change from month to month, lie in nearly every country by now, and are sold as lists.
//! Users add their own.

use std::fmt;
use std::str::FromStr;

use sipwhy_parser::{Scheme, Uri};
use smallvec::SmallVec;

/// Digits of an international number at most (ITU-T E.164).
const MOST_DIGITS: usize = 15;

/// Numbers that begin alike.
struct Range {
    prefix: &'static [u8],
    /// The digits of a whole number, country code included: what is shorter is a number at home
    /// that looks alike.
    least: usize,
    what: &'static str,
}

const fn range(prefix: &'static [u8], least: usize, what: &'static str) -> Range {
    Range {
        prefix,
        least,
        what,
    }
}

/// Longer prefixes before those that they begin with.
static RANGES: &[Range] = &[
    range(b"870", 12, "Inmarsat, a satellite network"),
    range(b"8816", 12, "Iridium, a satellite network"),
    range(b"8817", 12, "Iridium, a satellite network"),
    range(b"8818", 12, "Globalstar, a satellite network"),
    range(b"8819", 12, "Globalstar, a satellite network"),
    range(b"881", 12, "a satellite network"),
    range(b"88216", 13, "Thuraya, a satellite network"),
    range(b"882", 11, "an international network"),
    range(b"883", 11, "an international network"),
    range(b"979", 12, "international premium rate service"),
    range(b"808", 11, "international shared cost service"),
];

/// What a number is dialled with from elsewhere, `+` left out: that of most countries, of North
/// America, of Australia; each also behind the 9 that gets a line out of many exchanges.
static ABROAD: [&[u8]; 6] = [b"00", b"011", b"0011", b"900", b"9011", b"90011"];

/// The beginning of numbers, with the country code, that the user wants to be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPrefix(Box<str>);

impl FromStr for NumberPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .strip_prefix('+')
            .ok_or("a number begins with + and the country code")?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("digits alone may follow the +");
        }
        if digits.len() > MOST_DIGITS {
            return Err("no number has more than 15 digits");
        }
        Ok(Self(digits.into()))
    }
}

impl fmt::Display for NumberPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// A number that costs much to call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Costly {
    /// As an international number, with `+`.
    pub(crate) number: String,
    pub(crate) what: &'static str,
}

/// What a Request-URI calls, if that is costly.
pub(crate) fn costly(uri: &[u8], watched: &[NumberPrefix]) -> Option<Costly> {
    // Nearly every other URI is seen not to be one by its first byte.
    let at = uri.iter().position(|byte| *byte == b':')?;
    if !matches!(uri.get(at + 1), Some(b'+' | b'0' | b'9')) {
        return None;
    }
    let parsed = Uri::parse(uri)?;
    let dialled = match parsed.scheme {
        Scheme::Tel => parsed.phone_number()?.written,
        _ => parsed.user_name()?,
    };
    let (is_global, digits) = digits(dialled)?;
    if is_global {
        return judge(&digits, watched);
    }
    ABROAD.iter().find_map(|prefix| {
        let rest = digits.strip_prefix(*prefix)?;
        judge(rest, watched)
    })
}

fn judge(digits: &[u8], watched: &[NumberPrefix]) -> Option<Costly> {
    let is_own = |own: &&NumberPrefix| digits.starts_with(own.0.as_bytes());
    let what = match watched.iter().find(is_own) {
        // Whoever knows the numbers of their own country knows how long they are.
        Some(_) => "a number that the settings name",
        None => {
            let known = RANGES.iter().find(|it| digits.starts_with(it.prefix))?;
            (digits.len() >= known.least).then_some(known.what)?
        }
    };
    let number = format!("+{}", String::from_utf8_lossy(digits));
    Some(Costly { number, what })
}

/// The digits of a dialled number without visual separators, and whether it begins with `+`.
/// `None` where there is anything else in it, or more digits than any number has.
fn digits(dialled: &[u8]) -> Option<(bool, SmallVec<[u8; 24]>)> {
    let (is_global, dialled) = match dialled.strip_prefix(b"+") {
        Some(rest) => (true, rest),
        None => (false, dialled),
    };
    // The longest that is dialled: 90011 and the number, with a separator after each digit.
    if dialled.len() > 2 * (MOST_DIGITS + 5) {
        return None;
    }
    let mut kept = SmallVec::new();
    for byte in dialled {
        match byte {
            b'0'..=b'9' => kept.push(*byte),
            b'-' | b'.' | b'(' | b')' => {}
            _ => return None,
        }
    }
    (kept.len() <= MOST_DIGITS + 5).then_some((is_global, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costly_numbers_are_known_however_they_are_dialled() {
        for uri in [
            "sip:+881612345678@example.com",
            "sip:+8816-1234-5678@example.com;user=phone",
            "sip:00881612345678@example.com",
            "sip:011881612345678@example.com",
            "sip:0011881612345678@example.com",
            "sip:9011881612345678@example.com",
            "sip:900881612345678;phone-context=x@example.com",
            "tel:+881612345678",
        ] {
            let found = costly(uri.as_bytes(), &[]).unwrap_or_else(|| panic!("{uri}"));
            assert_eq!(found.number, "+881612345678", "{uri}");
            assert!(found.what.starts_with("Iridium"), "{uri}");
        }
    }

    #[test]
    fn numbers_at_home_that_look_alike_are_not() {
        for uri in [
            // Turin and Delhi are dialled by 011.
            "sip:0118816123@example.com",
            "sip:01188212345@example.com",
            // Arkansas.
            "sip:8705550101@example.com",
            "sip:+18705550101@example.com",
            // Without a prefix it is anybody's.
            "sip:881612345678@example.com",
            "sip:alice@example.com",
            "sip:+4930881612345@example.com",
            "sip:00@example.com",
            "sip:example.com",
        ] {
            assert_eq!(costly(uri.as_bytes(), &[]), None, "{uri}");
        }
    }

    #[test]
    fn the_user_adds_ranges_by_country_code() {
        let own: NumberPrefix = "+37760".parse().unwrap();
        assert_eq!(own.to_string(), "+37760");
        let found = costly(b"sip:0037760123456@example.com", std::slice::from_ref(&own)).unwrap();
        assert_eq!(found.number, "+37760123456");
        assert_eq!(costly(b"sip:0037740123456@example.com", &[own]), None);
        for wrong in ["37760", "+", "+37x", "+1234567890123456"] {
            assert!(wrong.parse::<NumberPrefix>().is_err(), "{wrong}");
        }
    }
}
