//! The body and its type.

use sipwhy_parser::{HeaderName, Message};

use crate::check::checks;
use crate::linter::{Linter, count, quote, value_of};

checks! {
    TYPE_MISSING: Warning "content-type-missing",
        "a body without Content-Type",
        "RFC 3261 §7.4.1, §20.15",
        "Receivers guess (mostly SDP), ignore the body, or answer 400 or 415.";
    TYPE_MALFORMED: Error "content-type-malformed",
        "a Content-Type that is not type/subtype",
        "RFC 3261 §20.15, §25.1",
        "Receivers answer 415 Unsupported Media Type or 400, or ignore the body.";
    TYPE_WITHOUT_BODY: Note "content-type-without-body",
        "a Content-Type and no body",
        "RFC 3261 §20.15",
        "Most receivers ignore it; a few look for the body and answer 400.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let body = linter.message.body();
    let Some(header) = linter.header(HeaderName::ContentType) else {
        let is_blank = body.iter().all(u8::is_ascii_whitespace);
        if !is_blank && !linter.has(HeaderName::ContentType) && linter.has_whole_head() {
            let says = format!("nothing says what these {} are", count(body.len(), "byte"));
            let first = body.split(|&it| it == b'\n').next().unwrap_or_default();
            linter.find(&TYPE_MISSING, linter.span_of(first.trim_ascii_end()), says);
        }
        return;
    };
    if !is_media_type(header.value) {
        let says = format!("{} is no media type", quote(header.value));
        linter.find(&TYPE_MALFORMED, value_of(&header), says);
    }
    if body.is_empty() && !may_have_lost_body(linter.message, linter.setting.is_cut) {
        let says = "Content-Type is there, and no body";
        linter.find(&TYPE_WITHOUT_BODY, value_of(&header), says);
    }
}

fn may_have_lost_body(message: Message<'_, '_>, is_cut: bool) -> bool {
    is_cut || !message.is_complete()
}

/// `type/subtype`, white space around the slash allowed, and parameters.
fn is_media_type(value: &[u8]) -> bool {
    let end = value.iter().position(|&it| it == b';');
    let kind = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    let mut parts = kind.split(|&it| it == b'/');
    let is_token = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            let part = part.trim_ascii();
            !part.is_empty()
                && part
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte))
        })
    };
    is_token(parts.next()) && is_token(parts.next()) && parts.next().is_none()
}
