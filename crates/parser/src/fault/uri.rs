//! URIs, read strictly (RFC 3261 §19.1.1, §25.1; others by their own RFCs).

use crate::Uri;
use crate::fault::host::{host, host_and_port};
use crate::fault::params::{Param, Seen};
use crate::fault::piece::Piece;
use crate::fault::tel::{is_subscriber, telephone};
use crate::fault::{Fault, FaultKind, Report};
use crate::lexical::{decimal, is_space, is_token};

impl Uri<'_> {
    /// Hands every fault of a URI, given without angle brackets, to `report`.
    pub fn faults(uri: &[u8], report: &mut dyn FnMut(Fault)) {
        self::uri(Piece::new(uri), report);
    }
}

pub(crate) fn uri(text: Piece<'_>, report: Report<'_>) {
    for run in text.runs(is_space) {
        report(run.fault(FaultKind::SpaceInUri));
    }
    for run in text.runs(is_nowhere_legal) {
        report(run.fault(FaultKind::IllegalInUri));
    }
    escapes(text, report);
    let text = text.trim();
    if text.is_empty() {
        report(text.fault(FaultKind::EmptyUri));
        return;
    }
    let Some((scheme, rest)) = text.split_at(b':').filter(|(scheme, _)| !scheme.is_empty()) else {
        report(text.fault(FaultKind::SchemeMissing));
        return;
    };
    if !is_scheme(scheme.bytes) {
        report(scheme.fault(FaultKind::BadScheme));
        return;
    }
    let is = |name: &str| scheme.bytes.eq_ignore_ascii_case(name.as_bytes());
    if is("sip") || is("sips") {
        sip(rest, is("sips"), report);
    } else if is("tel") {
        telephone(rest, report);
    } else if is("urn") {
        urn(rest, report);
    } else if is("im") || is("pres") {
        mailbox(rest, report);
    } else if rest.is_empty() {
        report(scheme.fault(FaultKind::EmptyUri));
    }
}

/// Controls, quotes and angle brackets. White space has a kind of its own.
fn is_nowhere_legal(byte: u8) -> bool {
    (byte.is_ascii_control() && !is_space(byte)) || matches!(byte, b'"' | b'<' | b'>')
}

/// Percent signs without two hexadecimal digits.
fn escapes(text: Piece<'_>, report: Report<'_>) {
    for (at, _) in text
        .bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
    {
        let after = text.split(at + 1).1.split(2).0;
        let digits = after.split_while(|byte| byte.is_ascii_hexdigit()).0;
        if digits.bytes.len() < 2 {
            let sign = text.split(at).1.split(1 + digits.bytes.len()).0;
            report(sign.fault(FaultKind::BadEscape));
        }
    }
}

fn is_scheme(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
}

fn sip(rest: Piece<'_>, is_secure: bool, report: Report<'_>) {
    let (userinfo, rest) = match rest.split_at(b'@') {
        Some((userinfo, rest)) => (Some(userinfo), rest),
        None => (None, rest),
    };
    if let Some(userinfo) = userinfo {
        self::userinfo(userinfo, report);
    }
    let (main, headers) = match rest.split_at(b'?') {
        Some((main, headers)) => (main, Some(headers)),
        None => (rest, None),
    };
    let (host, params) = match main.split_at(b';') {
        Some((host, params)) => (host, Some(params)),
        None => (main, None),
    };
    host_and_port(host, report);
    if let Some(params) = params {
        uri_params(params, report, &mut |param, report| {
            sip_param(param, is_secure, report);
            if param.is("user")
                && param
                    .value
                    .is_some_and(|value| value.bytes.eq_ignore_ascii_case(b"phone"))
                && let Some(userinfo) = userinfo
            {
                let user = userinfo.split_while(|byte| byte != b':').0;
                if !user.is_empty() && !is_subscriber(user) {
                    report(user.fault(FaultKind::BadNumber));
                }
            }
        });
    }
    if let Some(headers) = headers {
        self::headers(headers, report);
    }
}

fn userinfo(userinfo: Piece<'_>, report: Report<'_>) {
    let (user, password) = match userinfo.split_at(b':') {
        Some((user, password)) => (user, Some(password)),
        None => (userinfo, None),
    };
    if user.is_empty() {
        // The at sign, or the colon in front of a password.
        let sign = Fault {
            span: user.at..user.at + 1,
            kind: FaultKind::EmptyUser,
        };
        report(sign);
    }
    illegal(user, b"&=+$,;?/", FaultKind::IllegalInUser, report);
    if let Some(password) = password {
        illegal(password, b"&=+$,", FaultKind::IllegalInPassword, report);
        report(password.fault(FaultKind::PasswordInUri));
    }
}

/// Runs of bytes that are neither `unreserved`, nor a percent sign, nor of `more`; what may stand
/// nowhere in a URI is reported already.
fn illegal(text: Piece<'_>, more: &[u8], kind: FaultKind, report: Report<'_>) {
    let is_illegal = |byte: u8| {
        !byte.is_ascii_alphanumeric()
            && !b"-_.!~*'()%".contains(&byte)
            && !more.contains(&byte)
            && !is_space(byte)
            && !is_nowhere_legal(byte)
    };
    for run in text.runs(is_illegal) {
        report(run.fault(kind));
    }
}

/// `uri-parameters` behind their first semicolon.
pub(crate) fn uri_params<'a>(
    params: Piece<'a>,
    report: Report<'_>,
    each: &mut dyn FnMut(Param<'a>, Report<'_>),
) {
    let mut seen = Seen::default();
    for part in params.parts(b';') {
        let param = Param::read(part);
        if param.whole.is_empty() {
            report(part.split(0).0.fault(FaultKind::EmptyParam));
            continue;
        }
        if param.name.is_empty() {
            report(param.whole.fault(FaultKind::ParamWithoutName));
            continue;
        }
        illegal(param.name, b"[]/:&+$", FaultKind::IllegalInUriParam, report);
        if let Some(value) = param.value {
            if value.is_empty() {
                report(param.whole.fault(FaultKind::EmptyParamValue));
            }
            illegal(value, b"[]/:&+$", FaultKind::IllegalInUriParam, report);
        }
        if seen.is_again(param.name.bytes) {
            report(param.whole.fault(FaultKind::DuplicateParam));
        }
        each(param, report);
    }
}

/// The parameters that RFC 3261 §19.1.1 defines.
fn sip_param(param: Param<'_>, is_secure: bool, report: Report<'_>) {
    let value = param.value.unwrap_or(param.whole.split(0).0);
    let is_value = |name: &str| value.bytes.eq_ignore_ascii_case(name.as_bytes());
    let kind = if param.is("lr") {
        param.value.map(|_| FaultKind::FlagWithValue)
    } else if param.is("transport") {
        let is_bad = !is_token(value.bytes) || is_value("tls") || (is_secure && is_value("udp"));
        is_bad.then_some(FaultKind::BadTransportParam)
    } else if param.is("method") {
        (!is_token(value.bytes)).then_some(FaultKind::BadMethodParam)
    } else if param.is("ttl") {
        let is_bad = decimal(value.bytes).is_none_or(|ttl| ttl > 255);
        is_bad.then_some(FaultKind::BadTtl)
    } else if param.is("maddr") {
        let mut is_bad = false;
        host(value, &mut |_| is_bad = true);
        is_bad.then_some(FaultKind::BadMaddr)
    } else {
        None
    };
    if let Some(kind) = kind {
        report(param.value_or_whole().fault(kind));
    }
}

/// `hname=hvalue`, with ampersands between them.
fn headers(headers: Piece<'_>, report: Report<'_>) {
    for header in headers.parts(b'&') {
        match header.split_at(b'=') {
            Some((name, value)) if !name.is_empty() => {
                for text in [name, value] {
                    illegal(text, b"[]/?:+$", FaultKind::IllegalInUriHeader, report);
                }
            }
            _ => report(header.fault(FaultKind::BadUriHeader)),
        }
    }
}

/// `NID ":" NSS` (RFC 8141 §2).
fn urn(rest: Piece<'_>, report: Report<'_>) {
    let (namespace, name) = rest.split_while(|byte| byte != b':');
    let is_namespace = (2..=32).contains(&namespace.bytes.len())
        && namespace
            .bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !namespace.bytes.starts_with(b"-")
        && !namespace.bytes.ends_with(b"-");
    if !is_namespace {
        report(namespace.fault(FaultKind::BadUrnNamespace));
    } else if name.bytes.len() < 2 {
        report(namespace.fault(FaultKind::EmptyUrnName));
    }
}

/// `im:` and `pres:` name a mailbox (RFC 3859 §3, RFC 3860 §3).
fn mailbox(rest: Piece<'_>, report: Report<'_>) {
    let (address, headers) = match rest.split_at(b'?') {
        Some((address, headers)) => (address, Some(headers)),
        None => (rest, None),
    };
    match address.split_at(b'@') {
        Some((user, host)) => {
            userinfo(user, report);
            self::host(host, report);
        }
        None => report(rest.fault(FaultKind::HostMissing)),
    }
    if let Some(headers) = headers {
        self::headers(headers, report);
    }
}
