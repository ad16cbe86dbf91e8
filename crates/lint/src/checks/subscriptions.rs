//! Subscription-State and reliable provisional responses: state that one message must carry whole.

use sipwhy_parser::{HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, quote, value_of};

checks! {
    STATE: Warning "subscription-state-unknown",
        "a Subscription-State other than active, pending and terminated",
        "RFC 6665 §4.1.3",
        "Subscribers treat an unknown state as active, or answer 400.";
    RELIABLE: Error "rseq-missing",
        "a provisional response that requires 100rel and has no RSeq",
        "RFC 3262 §3, §7.1",
        "The client cannot acknowledge it with PRACK; the server repeats it and ends the call.";
    UNASKED: Warning "rseq-without-require",
        "a provisional response with RSeq that does not require 100rel",
        "RFC 3262 §3",
        "Clients do not send PRACK for it; a server that waits for one ends the call.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let message = linter.message;
    if message.method() == Some(Method::Notify)
        && let Some(header) = linter.header(HeaderName::SubscriptionState)
    {
        let end = header
            .value
            .iter()
            .position(|it| matches!(it, b';' | b' ' | b'\t' | b'\r'));
        let state = header
            .value
            .get(..end.unwrap_or(header.value.len()))
            .unwrap_or_default();
        let is_known = [&b"active"[..], b"pending", b"terminated"]
            .iter()
            .any(|known| state.eq_ignore_ascii_case(known));
        if !is_known {
            let span = if state.is_empty() {
                value_of(&header)
            } else {
                linter.span_of(state)
            };
            linter.find(&STATE, span, format!("the state is {}", quote(state)));
        }
    }
    if !message
        .status()
        .is_some_and(|code| (101..200).contains(&code))
    {
        return;
    }
    let mut required = message.values(HeaderName::Require);
    let tag = required.find(|tag| tag.eq_ignore_ascii_case(b"100rel"));
    match (tag, linter.header(HeaderName::RSeq)) {
        (Some(tag), None) if !linter.has(HeaderName::RSeq) => {
            let says = "100rel is required, and no RSeq gives the number to acknowledge";
            linter.find(&RELIABLE, linter.span_of(tag), says);
        }
        (None, Some(header)) if !linter.may_lack_headers() => {
            let says = "RSeq is there, and Require does not say 100rel";
            linter.find(&UNASKED, value_of(&header), says);
        }
        _ => {}
    }
}
