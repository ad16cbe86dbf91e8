//! Headers whose value is a number, and what it may be.

use sipwhy_parser::{Header, HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, quote, value_of};

checks! {
    MALFORMED: Error "number-malformed",
        "a header that has to hold a number does not",
        "RFC 3261 §20, §25.1",
        "Strict parsers answer 400; others take 0, or a number that was not meant.";
    TOO_LARGE: Error "number-too-large",
        "a number larger than receivers can keep",
        "RFC 3261 §20.19, §20.22, RFC 4475 §3.1.2.4",
        "It runs over: receivers read another number, or answer 400.";
    SPENT: Note "max-forwards-spent",
        "a request that may not be forwarded",
        "RFC 3261 §16.3 step 3, §8.2.6",
        "A proxy answers 483 Too Many Hops (or, to OPTIONS, for itself); a UAS takes it.";
    SESSION_SHORT: Warning "session-interval-short",
        "a session interval below 90 seconds",
        "RFC 4028 §4, §5",
        "Servers answer 422 Session Interval Too Small, or raise it to 90 seconds.";
}

/// Headers that begin with a number of seconds or another count below 2^32.
const COUNTS: [HeaderName; 7] = [
    HeaderName::Expires,
    HeaderName::MinExpires,
    HeaderName::RetryAfter,
    HeaderName::SessionExpires,
    HeaderName::MinSe,
    HeaderName::RSeq,
    HeaderName::MaxForwards,
];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for name in COUNTS {
        if let Some(header) = linter.header(name) {
            count(linter, &header);
        }
    }
}

fn count(linter: &mut Linter<'_, '_>, header: &Header<'_>) {
    let name = header.name;
    let digits = leading_digits(header.value);
    let rest = header.value.get(digits.len()..).unwrap_or_default();
    let may_follow = match name {
        HeaderName::SessionExpires | HeaderName::MinSe => rest.first() == Some(&b';'),
        HeaderName::RetryAfter => matches!(rest.first(), Some(b';' | b'(' | b' ')),
        _ => false,
    };
    if digits.is_empty() || !rest.is_empty() && !may_follow && !rest.starts_with(b" ;") {
        let says = format!("{name} is {}, not a number", quote(header.value));
        linter.find(&MALFORMED, value_of(header), says);
        return;
    }
    let span = linter.span_of(digits);
    match value(digits) {
        None => {
            let says = format!("{name} is {}, which is not below 2^32", quote(digits));
            linter.find(&TOO_LARGE, span, says);
        }
        Some(number) if name == HeaderName::MaxForwards && number > 255 => {
            let says = format!("Max-Forwards is {number}, and may be 255 at most");
            linter.find(&TOO_LARGE, span, says);
        }
        Some(0)
            if name == HeaderName::MaxForwards && linter.message.method() != Some(Method::Ack) =>
        {
            linter.find(&SPENT, span, "the next proxy must not pass this request on");
        }
        Some(number) if name == HeaderName::SessionExpires && number < 90 => {
            let says = format!("{number} seconds are less than the 90 that RFC 4028 asks for");
            linter.find(&SESSION_SHORT, span, says);
        }
        Some(_) => {}
    }
}

fn leading_digits(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|it| !it.is_ascii_digit());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The number, if it is below 2^32.
fn value(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
