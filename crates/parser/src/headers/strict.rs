//! What the strict readings of many headers have in common.
//!
//! Most values are one element or a comma list of them, and most elements are one thing (a token,
//! a number, ...) with parameters behind it. A family names its thing and its own parameters; the
//! walk is done here.

use crate::fault;
use crate::fault::params::{Param, controls_in_quotes, header_params};
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find2;
use crate::lexical::quoted_end;
use crate::lexical::{decimal, is_space, is_token};

/// What reads an element, or what stands in front of its parameters.
pub(super) type Part<'f> = &'f mut dyn FnMut(Piece<'_>, Report<'_>);
/// What reads a parameter that a header defines.
pub(super) type ParamPart<'f> = &'f mut dyn FnMut(Param<'_>, Report<'_>);

/// A header that holds one value.
pub(super) fn single(value: &[u8], report: Report<'_>, each: Part<'_>) {
    let whole = Piece::new(value);
    if whole.trim().is_empty() {
        report(whole.fault(FaultKind::EmptyValue));
    } else {
        each(whole.trim(), report);
    }
}

/// A comma list of one or more values.
pub(super) fn list(value: &[u8], report: Report<'_>, each: Part<'_>) {
    walk(value, false, report, each);
}

/// A comma list of one or more values in which angle brackets may hold commas.
pub(super) fn bracket_list(value: &[u8], report: Report<'_>, each: Part<'_>) {
    walk(value, true, report, each);
}

/// A comma list that may be empty, as Allow and Supported may.
pub(super) fn list_or_nothing(value: &[u8], report: Report<'_>, each: Part<'_>) {
    if !Piece::new(value).trim().is_empty() {
        list(value, report, each);
    }
}

fn walk(value: &[u8], brackets: bool, report: Report<'_>, each: Part<'_>) {
    let whole = Piece::new(value);
    if whole.trim().is_empty() {
        report(whole.fault(FaultKind::EmptyValue));
        return;
    }
    for element in whole.elements(brackets) {
        if element.is_empty() {
            report(element.fault(FaultKind::EmptyElement));
        } else {
            each(element, report);
        }
    }
}

/// An element and the parameters behind it.
pub(super) fn with_params(
    element: Piece<'_>,
    report: Report<'_>,
    main: Part<'_>,
    param: ParamPart<'_>,
) {
    let (head, params) = split_params(element);
    main(head.trim(), report);
    if let Some(params) = params {
        header_params(params, report, param);
    }
}

/// An element whose parameters are nobody's in particular.
pub(super) fn with_any_params(element: Piece<'_>, report: Report<'_>, main: Part<'_>) {
    with_params(element, report, main, &mut |_, _| ());
}

/// What stands in front of the first semicolon outside a quoted string, and behind it.
pub(super) fn split_params(element: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    match first_semicolon(element.bytes) {
        Some(at) => {
            let (head, params) = element.split_around(at);
            (head, Some(params))
        }
        None => (element, None),
    }
}

/// The first semicolon outside a quoted string; a quote that never closes takes the rest with it.
pub(super) fn first_semicolon(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + find2(bytes.get(at..)?, b';', b'"')?;
        if bytes.get(found) == Some(&b';') {
            return Some(found);
        }
        at = quoted_end(bytes, found)?;
    }
}

/// A token and nothing else.
pub(super) fn token(text: Piece<'_>, report: Report<'_>) {
    if !is_token(text.bytes) {
        report(text.fault(FaultKind::NotAToken));
    }
}

/// A decimal number from `least` to `most`.
pub(super) fn number(text: Piece<'_>, least: u32, most: u32, report: Report<'_>) {
    if text.is_empty() || !text.bytes.iter().all(u8::is_ascii_digit) {
        report(text.fault(FaultKind::NotANumber));
    } else if !decimal(text.bytes).is_some_and(|number| (least..=most).contains(&number)) {
        report(text.fault(FaultKind::NumberOutOfRange));
    }
}

/// A number of seconds (`delta-seconds`).
pub(super) fn seconds(text: Piece<'_>, report: Report<'_>) {
    number(text, 0, u32::MAX, report);
}

/// A parameter's number; one without a value lacks it.
pub(super) fn param_number(param: Param<'_>, least: u32, most: u32, report: Report<'_>) {
    // An empty one is reported as such already.
    match param.value {
        Some(value) if value.is_empty() => {}
        _ => number(param.value_or_whole(), least, most, report),
    }
}

/// A quoted string and nothing else.
pub(super) fn quoted(text: Piece<'_>, report: Report<'_>) {
    if text.bytes.first() != Some(&b'"') {
        report(text.fault(FaultKind::QuotesMissing));
        return;
    }
    match text.split_quoted() {
        None => report(text.fault(FaultKind::UnclosedQuote)),
        Some((inside, after)) => {
            controls_in_quotes(inside, report);
            if !after.trim().is_empty() {
                report(after.trim().fault(FaultKind::TextAfterValue));
            }
        }
    }
}

/// A URI in angle brackets and nothing else.
pub(super) fn bracketed_uri(text: Piece<'_>, report: Report<'_>) {
    let Some(inside) = text.strip(b'<') else {
        report(text.fault(FaultKind::AngleMissing));
        return;
    };
    let Some((uri, after)) = inside.split_at(b'>') else {
        report(text.fault(FaultKind::UnclosedAngle));
        return;
    };
    fault::uri::uri(uri, report);
    let after = after.trim();
    if !after.is_empty() {
        report(after.fault(FaultKind::TextAfterAddress));
    }
}

/// Where the comment that the piece begins with ends, and what follows it. Comments nest
/// (RFC 3261 §25.1); depth is counted, so that no input makes this recurse.
pub(super) fn split_comment(text: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let end = comment_end(text.bytes)?;
    Some(text.split(end))
}

/// Just past the comment that the bytes begin with; `None` where it never closes.
pub(super) fn comment_end(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match byte {
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The first run of bytes without white space, and what follows the white space behind it.
pub(super) fn split_word(text: Piece<'_>) -> (Piece<'_>, Piece<'_>) {
    let (word, rest) = text.trim_start().split_while(|byte| !is_space(byte));
    (word, rest.trim_start())
}
