//! The values of headers, read by their grammar: what the parser's strict readings find.
//!
//! Every [`FaultKind`] is a check of its own, with its name and section. How grave one is depends
//! on the header: a bad host in Via leads responses astray, one in Call-Info hurts nobody.

use std::ops::Range;

use sipwhy_parser::{Fault, FaultKind, Header, HeaderName};

use super::weights::describe;
use crate::linter::{Linter, line_of, quote};
use crate::{Check, Severity};

const KINDS: usize = FaultKind::ALL.len();

/// The check of each kind of fault, in the order of the kinds.
static TABLE: [Check; KINDS] = {
    let mut table = [const { check_of(FaultKind::EmptyValue) }; KINDS];
    let mut at = 0;
    while at < KINDS {
        table[at] = check_of(FaultKind::ALL[at]);
        at += 1;
    }
    table
};

static REFERENCES: [&Check; KINDS] = {
    let mut references = [&TABLE[0]; KINDS];
    let mut at = 0;
    while at < KINDS {
        references[at] = &TABLE[at];
        at += 1;
    }
    references
};

/// The checks of this module.
pub(super) static CHECKS: &[&Check] = &REFERENCES;

const fn check_of(kind: FaultKind) -> Check {
    let (severity, title, receivers) = describe(kind);
    Check {
        id: kind.name(),
        severity,
        title,
        reference: kind.reference(),
        receivers,
    }
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let mut vias = linter.message.values(HeaderName::Via);
    let top_via = vias.next().map(|value| linter.span_of(value));
    let top_via = top_via.unwrap_or_default();
    for header in linter.message.headers() {
        // What Content-Length says is measured by the message, which is for another check.
        let is_length = header.name == HeaderName::ContentLength;
        if header.is_complete && !is_length {
            value(linter, &header, &top_via);
        }
    }
}

fn value(linter: &mut Linter<'_, '_>, header: &Header<'_>, top_via: &Range<usize>) {
    sipwhy_parser::headers::value_faults(header.name, header.value, &mut |fault| {
        let bytes = header.value.get(fault.span.clone()).unwrap_or_default();
        let Some(severity) = weigh(linter, header, top_via, fault.kind, bytes) else {
            return;
        };
        let span = if bytes.is_empty() {
            line_of(header)
        } else {
            linter.span_of(bytes)
        };
        let name = header.name.as_str();
        tell(linter, severity, span, &fault, name, bytes);
    });
}

/// Notes the faults of the Request-URI.
pub(super) fn request_uri(linter: &mut Linter<'_, '_>, uri: &[u8]) {
    sipwhy_parser::Uri::faults(uri, &mut |fault| {
        let bytes = uri.get(fault.span.clone()).unwrap_or_default();
        let severity = plain_weight(fault.kind, bytes);
        let span = linter.span_of(bytes);
        tell(linter, severity, span, &fault, "the Request-URI", bytes);
    });
}

fn tell(
    linter: &mut Linter<'_, '_>,
    severity: Severity,
    span: Range<usize>,
    fault: &Fault,
    whose: &str,
    bytes: &[u8],
) {
    let Some(check) = TABLE.get(fault.kind as usize) else {
        return;
    };
    // A value may have as many faults as bytes.
    if linter.is_full(check, severity) {
        return;
    }
    let says = if bytes.is_empty() {
        format!("{whose} has {}", check.title)
    } else {
        format!("{whose} has {}: {}", check.title, quote(bytes))
    };
    linter.find_as(check, severity, span, says);
}

/// How grave a fault is where receivers read the header.
fn plain_weight(kind: FaultKind, bytes: &[u8]) -> Severity {
    match kind {
        // RFC 3261 §26.2.2 did away with it, and nearly everybody takes it.
        FaultKind::BadTransportParam if bytes.eq_ignore_ascii_case(b"tls") => Severity::Note,
        _ => describe(kind).0,
    }
}

/// How grave a fault is in this header; `None` where it is none.
fn weigh(
    linter: &Linter<'_, '_>,
    header: &Header<'_>,
    top_via: &Range<usize>,
    kind: FaultKind,
    bytes: &[u8],
) -> Option<Severity> {
    let plain = plain_weight(kind, bytes);
    let is_strict = is_read_strictly(header.name);
    match kind {
        // The hops further up have matched their transactions already.
        FaultKind::BranchMissing | FaultKind::BranchWithoutCookie | FaultKind::BranchOnlyCookie
            if !linter.is_request() || !is_within(top_via, &linter.span_of(bytes)) =>
        {
            None
        }
        // Without angle brackets, but with nothing that could be misread.
        FaultKind::UriParamOutside if matches!(header.name, HeaderName::From | HeaderName::To) => {
            Some(Severity::Note)
        }
        // A comma makes two values of one; other characters do not.
        FaultKind::UnquotedDisplayName if !bytes.iter().any(|byte| b",;\"<>".contains(byte)) => {
            Some(Severity::Warning)
        }
        _ if plain == Severity::Error && !is_strict => Some(Severity::Warning),
        _ => Some(plain),
    }
}

fn is_within(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether receivers act on this header, so that a fault in it changes what they do.
const fn is_read_strictly(name: HeaderName) -> bool {
    !matches!(
        name,
        HeaderName::Accept
            | HeaderName::AcceptEncoding
            | HeaderName::AcceptLanguage
            | HeaderName::AlertInfo
            | HeaderName::Allow
            | HeaderName::AllowEvents
            | HeaderName::CallInfo
            | HeaderName::ErrorInfo
            | HeaderName::InReplyTo
            | HeaderName::Organization
            | HeaderName::Priority
            | HeaderName::Reason
            | HeaderName::Server
            | HeaderName::Subject
            | HeaderName::Supported
            | HeaderName::Timestamp
            | HeaderName::Unsupported
            | HeaderName::UserAgent
            | HeaderName::Warning
            | HeaderName::Other
    )
}
