//! Telephone numbers, read strictly (`telephone-subscriber`, RFC 3966 §3).

use crate::fault::host::host;
use crate::fault::params::split_params;
use crate::fault::piece::Piece;
use crate::fault::uri::uri_params;
use crate::fault::{FaultKind, Report};

/// What follows `tel:`.
pub(crate) fn telephone(rest: Piece<'_>, report: Report<'_>) {
    let (number, params) = split_params(rest);
    if !is_number(number.bytes) {
        report(number.fault(FaultKind::BadNumber));
    }
    let mut has_context = false;
    if let Some(params) = params {
        uri_params(params, report, &mut |param, report| {
            let value = param.value.unwrap_or(param.whole.split(0).0);
            if param.is("phone-context") {
                has_context = true;
                if !is_context(value) {
                    report(param.value_or_whole().fault(FaultKind::BadPhoneContext));
                }
            } else if param.is("ext") && !is_global(value.bytes) {
                report(param.value_or_whole().fault(FaultKind::BadNumber));
            }
        });
    }
    if !has_context && !number.is_empty() && !number.bytes.starts_with(b"+") {
        report(number.fault(FaultKind::PhoneContextMissing));
    }
}

/// Whether this is a number with its parameters, as a SIP URI with `user=phone` has it in its user
/// part. Few there give a context, so none is asked for.
pub(crate) fn is_subscriber(user: Piece<'_>) -> bool {
    is_number(split_params(user).0.bytes)
}

fn is_number(text: &[u8]) -> bool {
    match text.strip_prefix(b"+") {
        Some(global) => is_global(global),
        None => is_local(text),
    }
}

/// Digits with visual separators among them; at least one digit.
fn is_global(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
        && text
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"-.()".contains(byte))
}

/// Hexadecimal digits, `*` and `#` with visual separators among them.
fn is_local(text: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || b"*#".contains(byte);
    // A `#` should be escaped in any URI (RFC 3986 §3.5), and often is.
    let rest = text.split(|&byte| byte == b'%').enumerate();
    let mut has_digit = false;
    for (index, part) in rest {
        let part = match part {
            [b'2', b'3', part @ ..] if index > 0 => {
                has_digit = true;
                part
            }
            _ if index > 0 => return false,
            _ => part,
        };
        has_digit |= part.iter().any(is_digit);
        if !part
            .iter()
            .all(|byte| is_digit(byte) || b"-.()".contains(byte))
        {
            return false;
        }
    }
    has_digit
}

/// A domain name, or `+` and digits.
fn is_context(value: Piece<'_>) -> bool {
    if let Some(global) = value.bytes.strip_prefix(b"+") {
        return is_global(global);
    }
    let mut is_good = true;
    host(value, &mut |_| is_good = false);
    is_good
}
