//! The body and its type.

use sipwhy_parser::{HeaderName, Message};

use crate::check::checks;
use crate::linter::{Linter, count, value_of};

checks! {
    TYPE_MISSING: Warning "content-type-missing",
        "a body without Content-Type",
        "RFC 3261 §7.4.1, §20.15",
        "Receivers guess (mostly SDP), ignore the body, or answer 400 or 415.";
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
    if body.is_empty() && !may_have_lost_body(linter.message, linter.setting.is_cut) {
        let says = "Content-Type is there, and no body";
        linter.find(&TYPE_WITHOUT_BODY, value_of(&header), says);
    }
}

fn may_have_lost_body(message: Message<'_, '_>, is_cut: bool) -> bool {
    is_cut || !message.is_complete()
}
