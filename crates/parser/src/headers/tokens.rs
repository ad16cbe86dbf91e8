//! Headers that hold one token or a list of them: Allow, Supported, Require, Priority, SIP-ETag,
//! Recv-Info, Request-Disposition, Answer-Mode and others.

use super::strict::{list, list_or_nothing, single, token, with_any_params};
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::{is_token_byte, trim};
use crate::list::List;

/// The tokens of one header's comma list, in order; malformed ones among them.
pub fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    List::plain(value, false).map(|item| item.value)
}

/// The values of a Privacy header (RFC 3323 §4.2), which semicolons separate; commas are taken
/// for semicolons, as some senders do.
pub fn privacy_values(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|byte| b";,".contains(byte))
        .map(trim)
        .filter(|value| !value.is_empty())
}

/// One r-value of Resource-Priority (RFC 4412 §3.1), such as `dsn.flash`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ResourcePriority<'a> {
    /// The namespace, such as `dsn`, `ets` or `esnet`.
    pub namespace: &'a [u8],
    /// The priority within it.
    pub priority: &'a [u8],
}

impl<'a> ResourcePriority<'a> {
    /// Reads one value. `None` when one side of its dot is missing.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let dot = value.iter().position(|&byte| byte == b'.')?;
        let (namespace, rest) = value.split_at_checked(dot)?;
        let priority = rest.get(1..)?;
        (!namespace.is_empty() && !priority.is_empty()).then_some(Self {
            namespace,
            priority,
        })
    }
}

/// A list of one or more tokens.
pub(super) fn some(value: &[u8], report: Report<'_>) {
    list(value, report, &mut token);
}

/// A list of any number of tokens.
pub(super) fn any(value: &[u8], report: Report<'_>) {
    list_or_nothing(value, report, &mut token);
}

/// One token.
pub(super) fn one(value: &[u8], report: Report<'_>) {
    single(value, report, &mut token);
}

/// One token with parameters.
pub(super) fn one_with_params(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_any_params(element, report, &mut token);
    });
}

/// A list of tokens with parameters.
pub(super) fn some_with_params(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        with_any_params(element, report, &mut token);
    });
}

/// A list, which may be empty, of tokens with parameters.
pub(super) fn any_with_params(value: &[u8], report: Report<'_>) {
    list_or_nothing(value, report, &mut |element, report| {
        with_any_params(element, report, &mut token);
    });
}

/// Refer-Sub: `true` or `false`, with any parameters (RFC 4488).
pub(super) fn boolean_with_params(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_any_params(element, report, &mut |text, report| {
            let is = |known: &[u8]| text.bytes.eq_ignore_ascii_case(known);
            if !is(b"true") && !is(b"false") {
                report(text.fault(FaultKind::NotABoolean));
            }
        });
    });
}

/// Privacy.
pub(super) fn privacy(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let mut count = 0;
        let mut none = None;
        for part in whole.parts(b';') {
            let part = part.trim();
            token(part, report);
            count += 1;
            if part.bytes.eq_ignore_ascii_case(b"none") {
                none = Some(part);
            }
        }
        if let Some(none) = none.filter(|_| count > 1) {
            report(none.fault(FaultKind::PrivacyNoneNotAlone));
        }
    });
}

fn r_value(text: Piece<'_>, report: Report<'_>) {
    let is_part =
        |part: Piece<'_>| !part.is_empty() && part.bytes.iter().all(|&byte| is_token_byte(byte));
    let mut parts = text.parts(b'.');
    let is_right = parts.next().is_some_and(is_part)
        && parts.next().is_some_and(is_part)
        && parts.next().is_none();
    if !is_right {
        report(text.fault(FaultKind::BadResourcePriority));
    }
}

/// Resource-Priority.
pub(super) fn resource_priority(value: &[u8], report: Report<'_>) {
    list(value, report, &mut r_value);
}

/// Accept-Resource-Priority, which may be empty (RFC 4412 §3.2).
pub(super) fn accept_resource_priority(value: &[u8], report: Report<'_>) {
    list_or_nothing(value, report, &mut r_value);
}
