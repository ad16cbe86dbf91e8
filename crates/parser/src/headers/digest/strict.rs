//! Challenges and credentials, read strictly.

use super::musts::Found;
use super::{Algorithm, split_scheme};
use crate::fault::params::{Param, controls_in_quotes};
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::headers::strict::single;
use crate::lexical::{is_token, unquote};

/// Which header the parameters stand in: the same name takes another form in each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Challenge,
    Credentials,
    Info,
}

/// How a parameter's value must be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Quoted,
    Token,
    Boolean,
    NonceCount,
    Either,
}

/// RFC 3261 §25.1 and RFC 7616 §3.3 to §3.5.
fn form(name: &[u8], role: Role) -> Form {
    const QUOTED: &[&str] = &[
        "realm",
        "nonce",
        "opaque",
        "domain",
        "username",
        "uri",
        "response",
        "cnonce",
        "nextnonce",
        "rspauth",
        "auts",
    ];
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    if QUOTED.iter().any(|known| is(known)) || (is("qop") && role == Role::Challenge) {
        Form::Quoted
    } else if is("algorithm") || is("qop") {
        Form::Token
    } else if is("stale") || is("userhash") {
        Form::Boolean
    } else if is("nc") {
        Form::NonceCount
    } else {
        Form::Either
    }
}

/// WWW-Authenticate and Proxy-Authenticate.
pub(in crate::headers) fn challenges(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        walk(whole, Role::Challenge, report);
    });
}

/// Authorization and Proxy-Authorization.
pub(in crate::headers) fn credentials(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        walk(whole, Role::Credentials, report);
    });
}

/// Authentication-Info and Proxy-Authentication-Info.
pub(in crate::headers) fn info(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let mut found = Found::default();
        for element in whole.elements(false) {
            if element.is_empty() {
                report(element.fault(FaultKind::EmptyElement));
            } else {
                param(element, Role::Info, &mut found, report);
            }
        }
    });
}

fn walk(whole: Piece<'_>, role: Role, report: Report<'_>) {
    let mut scheme = None;
    let mut found = Found::default();
    for element in whole.elements(false) {
        if element.is_empty() {
            report(element.fault(FaultKind::EmptyElement));
            continue;
        }
        let Some((name, _)) = split_scheme(element.bytes) else {
            if scheme.is_none() {
                report(element.fault(FaultKind::AuthSchemeMissing));
                scheme = Some(element.split(0).0);
            }
            param(element, role, &mut found, report);
            continue;
        };
        let (name, rest) = element.split(name.len());
        let rest = rest.trim();
        if let Some(before) = scheme {
            found.finish(before, role, report);
            if role == Role::Credentials {
                report(element.fault(FaultKind::SeveralCredentials));
            }
        }
        scheme = Some(name);
        found = Found::default();
        if rest.is_empty() {
            report(name.fault(FaultKind::AuthParamsMissing));
        } else if role == Role::Credentials && name.bytes.eq_ignore_ascii_case(b"Bearer") {
            bearer_token(rest, report);
        } else if !is_token68(rest.bytes) {
            param(rest, role, &mut found, report);
        }
    }
    if let Some(scheme) = scheme {
        found.finish(scheme, role, report);
    }
}

/// The token of RFC 8898 §4, written as RFC 6750 §2.1 says.
fn bearer_token(token: Piece<'_>, report: Report<'_>) {
    if !is_token68(token.bytes) {
        report(token.fault(FaultKind::BadBearerToken));
    }
}

/// Letters, digits and `-._~+/`, then any number of equals signs: a credential without a name.
fn is_token68(bytes: &[u8]) -> bool {
    let end = bytes.iter().rposition(|&byte| byte != b'=');
    let body = end.and_then(|end| bytes.get(..=end)).unwrap_or_default();
    !body.is_empty()
        && body
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
}

fn param<'a>(element: Piece<'a>, role: Role, found: &mut Found<'a>, report: Report<'_>) {
    let param = Param::read(element);
    if param.name.is_empty() {
        report(param.whole.fault(FaultKind::ParamWithoutName));
        return;
    }
    // `username*` has the one star that a token may hold, so it needs no exception.
    if !is_token(param.name.bytes) {
        report(param.name.fault(FaultKind::BadParamName));
    }
    if found.seen.is_again(param.name.bytes) {
        report(param.whole.fault(FaultKind::DuplicateParam));
    }
    found.note(param);
    let Some(value) = param.value.filter(|value| !value.is_empty()) else {
        report(param.whole.fault(FaultKind::EmptyParamValue));
        return;
    };
    let form = form(param.name.bytes, role);
    let inside = if value.bytes.starts_with(b"\"") {
        let Some((quoted, after)) = value.split_quoted() else {
            report(value.fault(FaultKind::UnclosedQuote));
            return;
        };
        controls_in_quotes(quoted, report);
        if !after.trim().is_empty() {
            report(after.trim().fault(FaultKind::CommaMissing));
        }
        if !matches!(form, Form::Quoted | Form::Either) {
            report(quoted.fault(FaultKind::QuotesUnwanted));
        }
        unquote(quoted.bytes)
    } else {
        if form == Form::Quoted {
            report(value.fault(FaultKind::QuotesMissing));
        } else if !is_token(value.bytes) {
            report(value.fault(FaultKind::BadParamValue));
        }
        value.bytes
    };
    match form {
        Form::Boolean if !is_boolean(inside) => report(value.fault(FaultKind::NotABoolean)),
        Form::NonceCount if !is_nonce_count(inside) => {
            report(value.fault(FaultKind::BadNonceCount));
        }
        Form::Token if param.is("algorithm") => {
            if let Algorithm::Other(_) = Algorithm::from_bytes(inside) {
                report(value.fault(FaultKind::UnknownAlgorithm));
            }
        }
        _ => {}
    }
}

fn is_boolean(text: &[u8]) -> bool {
    text.eq_ignore_ascii_case(b"true") || text.eq_ignore_ascii_case(b"false")
}

/// `8LHEX`.
fn is_nonce_count(digits: &[u8]) -> bool {
    digits.len() == 8
        && digits
            .iter()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
}
