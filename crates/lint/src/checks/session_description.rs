//! SDP in the body.

use sipwhy_content::Content;
use sipwhy_content::sdp::{FaultKind, Sdp};
use sipwhy_parser::HeaderName;

use crate::Severity;
use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    MALFORMED: Warning "sdp-malformed",
        "a session description that departs from its grammar",
        "RFC 8866, RFC 3264",
        "Receivers that parse SDP strictly answer 400 or 488; lenient ones skip the line, and with \
         it what it was meant to say.";
    LOOSE: Note "sdp-loose",
        "a session description with a tolerated variation",
        "RFC 8866",
        "Receivers take it as if it were right.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let Some(header) = linter.header(HeaderName::ContentType) else {
        return;
    };
    let body = linter.message.body();
    if body.is_empty() || !matches!(Content::of(Some(header.value), body), Content::Sdp(_)) {
        return;
    }
    let is_cut = linter.setting.is_cut || !linter.message.is_complete();
    let sdp = if is_cut {
        Sdp::cut(body)
    } else {
        Sdp::new(body)
    };
    for fault in sdp.faults() {
        let bytes = body.get(fault.span.clone()).unwrap_or_default();
        let (check, severity) = if fault.kind.is_tolerated() {
            (&LOOSE, Severity::Note)
        } else {
            (&MALFORMED, weight(fault.kind))
        };
        let start = linter.span_of(body).start;
        let span = start + fault.span.start..start + fault.span.end;
        let (text, reference) = (fault.kind.text(), fault.kind.reference());
        let says = if bytes.trim_ascii().is_empty() {
            format!("in the SDP, {text} ({reference})")
        } else {
            format!(
                "in the SDP, {text}: {} ({reference})",
                quote(bytes.trim_ascii())
            )
        };
        linter.find_as(check, severity, span, says);
    }
}

/// An error where no media can flow for it.
const fn weight(kind: FaultKind) -> Severity {
    match kind {
        FaultKind::MediaTooShort
        | FaultKind::BadPort
        | FaultKind::BadConnection
        | FaultKind::MissingConnection
        | FaultKind::SecureWithoutKeys => Severity::Error,
        _ => Severity::Warning,
    }
}
