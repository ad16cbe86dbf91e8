//! Addresses, read strictly (`name-addr`, `addr-spec`, RFC 3261 §20.10, §25.1).

use crate::address::opening_angle;
use crate::fault::params::{Param, controls_in_quotes, header_params, split_params};
use crate::fault::piece::Piece;
use crate::fault::uri::uri;
use crate::fault::{Fault, FaultKind, Report};
use crate::lexical::{decimal, is_space, is_token, is_token_byte};
use crate::{Address, ContactItem};

/// Parameters that say something about a URI, and nothing about the header it stands in.
const URI_PARAMS: &[&str] = &["transport", "maddr", "ttl", "user", "method", "lr", "comp"];

impl Address<'_> {
    /// Hands every fault of a header's single address (From, To, Refer-To, ...) to `report`.
    pub fn faults(value: &[u8], report: &mut dyn FnMut(Fault)) {
        let whole = Piece::new(value);
        if whole.trim().is_empty() {
            report(whole.fault(FaultKind::EmptyValue));
        } else {
            address(whole.trim(), report, &mut |_, _| ());
        }
    }

    /// Hands every fault of a comma list of addresses (Route, P-Asserted-Identity, ...) to
    /// `report`.
    pub fn list_faults(value: &[u8], report: &mut dyn FnMut(Fault)) {
        list(Piece::new(value), report, &mut |element, report| {
            address(element, report, &mut |_, _| ());
        });
    }
}

impl ContactItem<'_> {
    /// Hands every fault of a Contact header's value, `*` or a comma list, to `report`.
    pub fn faults(value: &[u8], report: &mut dyn FnMut(Fault)) {
        let whole = Piece::new(value);
        let is_alone = whole.trim().bytes == b"*";
        list(whole, report, &mut |element, report| {
            let (main, _) = split_params(element);
            if main.trim_end().bytes != b"*" {
                address(element, report, &mut contact_param);
            } else if !is_alone {
                report(element.fault(FaultKind::StarNotAlone));
            }
        });
    }
}

fn list(whole: Piece<'_>, report: Report<'_>, each: &mut dyn FnMut(Piece<'_>, Report<'_>)) {
    if whole.trim().is_empty() {
        report(whole.fault(FaultKind::EmptyValue));
        return;
    }
    for element in whole.elements(true) {
        if element.is_empty() {
            report(element.fault(FaultKind::EmptyElement));
        } else {
            each(element, report);
        }
    }
}

/// One address, trimmed and not empty.
fn address(value: Piece<'_>, report: Report<'_>, each: &mut dyn FnMut(Param<'_>, Report<'_>)) {
    let rest = match value.bytes.first() {
        Some(b'<') => value,
        Some(b'"') => {
            let Some((quoted, rest)) = value.split_quoted() else {
                report(value.fault(FaultKind::UnclosedQuote));
                return;
            };
            controls_in_quotes(quoted, report);
            let rest = rest.trim_start();
            if rest.bytes.first() != Some(&b'<') {
                report(if rest.is_empty() {
                    value.fault(FaultKind::EmptyUri)
                } else {
                    rest.fault(FaultKind::AngleMissing)
                });
                return;
            }
            rest
        }
        _ => match opening_angle(value.bytes) {
            Some(at) => {
                let (display, rest) = value.split(at);
                display_name(display.trim_end(), report);
                rest
            }
            None => {
                addr_spec(value, report, each);
                return;
            }
        },
    };
    let Some((uri, after)) = rest
        .strip(b'<')
        .and_then(|bracketed| bracketed.split_at(b'>'))
    else {
        report(rest.fault(FaultKind::UnclosedAngle));
        return;
    };
    self::uri(uri, report);
    let after = after.trim_start();
    if let Some(params) = after.strip(b';') {
        parameters(params, report, each);
    } else if !after.is_empty() {
        report(after.fault(FaultKind::TextAfterAddress));
    }
}

/// `*(token LWS)`. The space in front of the bracket may be missing (RFC 4475 §3.1.1.6).
fn display_name(name: Piece<'_>, report: Report<'_>) {
    let is_other = |byte: u8| !is_token_byte(byte) && !is_space(byte);
    let first = name.bytes.iter().position(|&byte| is_other(byte));
    let last = name.bytes.iter().rposition(|&byte| is_other(byte));
    if let (Some(first), Some(last)) = (first, last) {
        let offending = name.split(last + 1).0.split(first).1;
        report(offending.fault(FaultKind::UnquotedDisplayName));
    }
}

/// A URI without angle brackets: every semicolon begins a parameter of the header.
fn addr_spec(value: Piece<'_>, report: Report<'_>, each: &mut dyn FnMut(Param<'_>, Report<'_>)) {
    let (uri, params) = split_params(value);
    let uri = uri.trim_end();
    // A bracket that nothing opened is told apart from what is wrong with the URI itself.
    let (uri, stray) = match uri.bytes.last() {
        Some(b'>') => uri.split(uri.bytes.len() - 1),
        _ => (uri, uri.split(uri.bytes.len()).1),
    };
    self::uri(uri, report);
    if !stray.is_empty() {
        report(stray.fault(FaultKind::UnopenedAngle));
    }
    if uri.bytes.iter().any(|byte| b",?".contains(byte)) {
        report(uri.fault(FaultKind::BracketsRequired));
    }
    if let Some(params) = params {
        parameters(params, report, &mut |param, report| {
            if URI_PARAMS.iter().any(|name| param.is(name)) {
                report(param.whole.fault(FaultKind::UriParamOutside));
            }
            each(param, report);
        });
    }
}

fn parameters(params: Piece<'_>, report: Report<'_>, each: &mut dyn FnMut(Param<'_>, Report<'_>)) {
    header_params(params, report, &mut |param, report| {
        if param.is("tag") && !param.value.is_some_and(|value| is_token(value.bytes)) {
            report(param.value_or_whole().fault(FaultKind::BadTag));
        }
        each(param, report);
    });
}

/// `q` and `expires`, which are Contact's own.
fn contact_param(param: Param<'_>, report: Report<'_>) {
    let value = param.value.map_or(&[][..], |value| value.bytes);
    if param.is("q") && !is_qvalue(value) {
        report(param.value_or_whole().fault(FaultKind::BadQ));
    }
    if param.is("expires") && decimal(value).is_none() {
        report(param.value_or_whole().fault(FaultKind::BadExpires));
    }
}

/// `qvalue`: 0 to 1 with up to three decimals.
fn is_qvalue(text: &[u8]) -> bool {
    match text {
        [b'0' | b'1'] => true,
        [b'0', b'.', decimals @ ..] => {
            decimals.len() <= 3 && decimals.iter().all(u8::is_ascii_digit)
        }
        [b'1', b'.', decimals @ ..] => {
            decimals.len() <= 3 && decimals.iter().all(|&digit| digit == b'0')
        }
        _ => false,
    }
}
