//! What the body holds: SDP, alone or among the parts of a multipart body.

use sipwhy_content::sdp::{FaultKind, Sdp};
use sipwhy_content::{Content, Multipart};
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
    MULTIPART: Warning "multipart-malformed",
        "a multipart body that is not put together as its type says",
        "RFC 2046 §5.1.1",
        "Receivers find no part, or not the last one: they answer 400 or 415, or see no SDP.";
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
    if !body.is_empty() {
        contents(linter, &Content::of(Some(header.value), body));
    }
}

/// Looks at a body, and at those inside it, which are no deeper than the reader of bodies goes.
fn contents(linter: &mut Linter<'_, '_>, content: &Content<'_>) {
    match content {
        Content::Sdp(sdp) => session_description(linter, *sdp),
        Content::Multipart(multipart) => {
            parts_of(linter, multipart);
            for part in multipart.parts() {
                contents(linter, &part.content());
            }
        }
        _ => {}
    }
}

/// How the parts are put together.
fn parts_of(linter: &mut Linter<'_, '_>, multipart: &Multipart<'_>) {
    // The end of a body that was cut off ends nothing.
    if is_cut(linter) {
        return;
    }
    for fault in multipart.faults() {
        let (text, reference) = (fault.kind.text(), fault.kind.reference());
        let span = linter.span_of(linter.message.body());
        let first = linter.message.body().split(|&it| it == b'\n').next();
        let length = first.unwrap_or_default().trim_ascii_end().len();
        let says = format!("{text} ({reference})");
        linter.find(&MULTIPART, span.start..span.start + length, says);
    }
}

fn is_cut(linter: &Linter<'_, '_>) -> bool {
    linter.setting.is_cut || !linter.message.is_complete()
}

fn session_description(linter: &mut Linter<'_, '_>, sdp: Sdp<'_>) {
    let body = sdp.body();
    let sdp = if is_cut(linter) { Sdp::cut(body) } else { sdp };
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
