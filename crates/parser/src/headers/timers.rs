//! Lifetimes and intervals: Session-Expires and Min-SE (RFC 4028), Retry-After (RFC 3261 §20.33),
//! Timestamp (§20.38).

use super::Parameterized;
use super::strict::{
    comment_end, first_semicolon, number, param_number, seconds, single, split_comment, split_word,
    with_any_params, with_params,
};
use crate::Params;
use crate::fault::params::header_params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::{
    cut, decimal, is_space, leading_digits, split_word as split_bytes, trim, trim_start,
};

/// Who refreshes a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Refresher {
    /// Whoever sent the refresh request that this answers or is.
    Uac,
    /// Whoever answers it.
    Uas,
}

/// A Session-Expires value (RFC 4028 §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionExpires<'a> {
    /// The session interval in seconds.
    pub seconds: u32,
    /// Who refreshes; `None` when not said, or said otherwise than `uac` or `uas`.
    pub refresher: Option<Refresher>,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> SessionExpires<'a> {
    /// Reads the value. `None` when it does not begin with a number of seconds.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let Parameterized { value, params } = Parameterized::parse(value)?;
        let refresher = match params.get("refresher") {
            Some(who) if who.eq_ignore_ascii_case(b"uac") => Some(Refresher::Uac),
            Some(who) if who.eq_ignore_ascii_case(b"uas") => Some(Refresher::Uas),
            _ => None,
        };
        Some(Self {
            seconds: decimal(value)?,
            refresher,
            params,
        })
    }
}

/// A Retry-After value (RFC 3261 §20.33).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RetryAfter<'a> {
    /// When to try again, in seconds.
    pub seconds: u32,
    /// The comment without its outer parentheses.
    pub comment: Option<&'a [u8]>,
    /// For how long the called party will then be there, in seconds.
    pub duration: Option<u32>,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> RetryAfter<'a> {
    /// Reads the value. `None` when it does not begin with a number, when its comment does not
    /// close, or when anything else stands in it.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (digits, rest) = leading_digits(trim(value));
        let rest = trim_start(rest);
        let (comment, rest) = if rest.first() == Some(&b'(') {
            let end = comment_end(rest)?;
            let comment = cut(rest, 1..end - 1);
            (Some(comment), trim_start(cut(rest, end..rest.len())))
        } else {
            (None, rest)
        };
        let params = match rest {
            [] => Params::default(),
            [b';', params @ ..] => Params::new(params),
            _ => return None,
        };
        Some(Self {
            seconds: decimal(digits)?,
            comment,
            duration: params.get("duration").and_then(decimal),
            params,
        })
    }
}

/// A Timestamp value (RFC 3261 §20.38): when the sender sent the request, by its own clock, and
/// how long the answerer kept it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timestamp<'a> {
    /// Seconds with any decimals, as written.
    pub time: &'a [u8],
    /// The delay in seconds with any decimals, as written.
    pub delay: Option<&'a [u8]>,
}

impl<'a> Timestamp<'a> {
    /// Reads the value. `None` when either is no decimal number, or when more follows.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (time, rest) = split_bytes(value);
        let (delay, rest) = split_bytes(rest);
        let is_whole = rest.is_empty() && is_time(time) && (delay.is_empty() || is_delay(delay));
        is_whole.then_some(Self {
            time,
            delay: (!delay.is_empty()).then_some(delay),
        })
    }
}

/// `1*DIGIT [ "." *DIGIT ]`.
fn is_time(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit) && is_delay(text)
}

/// `*DIGIT [ "." *DIGIT ]`.
fn is_delay(text: &[u8]) -> bool {
    let (_, rest) = leading_digits(text);
    matches!(rest, [])
        || matches!(rest, [b'.', decimals @ ..] if leading_digits(decimals).1.is_empty())
}

/// Expires and Min-Expires: seconds and nothing else.
pub(super) fn expires(value: &[u8], report: Report<'_>) {
    single(value, report, &mut seconds);
}

/// RFC 4028 §4: no interval is below 90 seconds.
const LEAST_INTERVAL: u32 = 90;

fn interval(text: Piece<'_>, report: Report<'_>) {
    seconds(text, report);
    if decimal(text.bytes).is_some_and(|seconds| seconds < LEAST_INTERVAL) {
        report(text.fault(FaultKind::IntervalTooShort));
    }
}

/// Session-Expires.
pub(super) fn session_expires(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(element, report, &mut interval, &mut |param, report| {
            let who = param.value.map_or(&[][..], |value| value.bytes);
            if param.is("refresher")
                && !who.eq_ignore_ascii_case(b"uac")
                && !who.eq_ignore_ascii_case(b"uas")
            {
                report(param.value_or_whole().fault(FaultKind::BadRefresher));
            }
        });
    });
}

/// Min-SE.
pub(super) fn min_se(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_any_params(element, report, &mut interval);
    });
}

/// Retry-After.
pub(super) fn retry_after(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let (time, rest) = whole.split_while(|byte| !is_space(byte) && !b"(;".contains(&byte));
        seconds(time, report);
        let rest = rest.trim_start();
        let rest = if rest.bytes.starts_with(b"(") {
            let Some((_, after)) = split_comment(rest) else {
                report(rest.fault(FaultKind::UnclosedComment));
                return;
            };
            after.trim_start()
        } else {
            rest
        };
        if let Some(params) = rest.strip(b';') {
            header_params(params, report, &mut |param, report| {
                if param.is("duration") {
                    param_number(param, 0, u32::MAX, report);
                }
            });
        } else if !rest.is_empty() {
            let end = first_semicolon(rest.bytes).unwrap_or(rest.bytes.len());
            report(rest.split(end).0.fault(FaultKind::TextAfterValue));
        }
    });
}

/// Timestamp.
pub(super) fn timestamp(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let (time, rest) = split_word(whole);
        let (delay, rest) = split_word(rest);
        if !is_time(time.bytes) {
            report(time.fault(FaultKind::BadTimestamp));
        }
        if !is_delay(delay.bytes) {
            report(delay.fault(FaultKind::BadTimestamp));
        }
        if !rest.is_empty() {
            report(rest.fault(FaultKind::TextAfterValue));
        }
    });
}

/// Max-Forwards and Max-Breadth: RFC 3261 §20.22 has 0 to 255, RFC 5393 any integer.
pub(super) fn hops(value: &[u8], most: u32, report: Report<'_>) {
    single(value, report, &mut |text, report| {
        number(text, 0, most, report);
    });
}
