//! The Request-URI.

use sipwhy_parser::{Scheme, StartLine, Uri};

use super::values;
use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    BRACKETS: Error "request-uri-in-brackets",
        "angle brackets around the Request-URI",
        "RFC 3261 §7.1, §25.1",
        "Strict parsers answer 400; some strip the brackets and go on.";
    SPACE: Error "request-uri-space",
        "white space inside the Request-URI",
        "RFC 3261 §7.1",
        "Most receivers read the URI up to the first space, find no version behind it, and answer \
         400.";
    HEADERS: Error "request-uri-headers",
        "headers after a question mark in the Request-URI",
        "RFC 3261 §19.1.1 table 1",
        "They belong in the request itself. Strict receivers answer 400; others ignore what \
         stands there, such as a Route.";
    METHOD_PARAMETER: Warning "request-uri-method",
        "a method parameter in the Request-URI",
        "RFC 3261 §19.1.1 table 1",
        "Receivers ignore it, or do not recognise the URI as their own.";
    SCHEME: Warning "request-uri-scheme",
        "a Request-URI with a scheme other than sip, sips, tel and urn",
        "RFC 3261 §8.2.2.1",
        "Nearly all servers answer 416 Unsupported URI Scheme.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let StartLine::Request { uri, .. } = linter.message.start_line() else {
        return;
    };
    let span = linter.span_of(uri);
    if uri.first() == Some(&b'<') && uri.last() == Some(&b'>') {
        linter.find(
            &BRACKETS,
            span,
            "a Request-URI stands without angle brackets",
        );
        return;
    }
    if let Some(at) = uri.iter().position(u8::is_ascii_whitespace) {
        let rest = uri.get(at..).unwrap_or_default();
        let run = rest
            .iter()
            .take_while(|it| it.is_ascii_whitespace())
            .count();
        let space = span.start + at..span.start + at + run;
        let says = format!("white space inside {}", quote(uri));
        linter.find(&SPACE, space, says);
        return;
    }
    values::request_uri(linter, uri);
    let Some(parsed) = Uri::parse(uri) else {
        return;
    };
    if let Scheme::Other(scheme) = parsed.scheme {
        let known = [&b"im"[..], b"pres"];
        if !known.iter().any(|it| scheme.eq_ignore_ascii_case(it)) {
            let says = format!(
                "{} is a scheme that hardly any SIP server serves",
                quote(scheme)
            );
            linter.find(&SCHEME, linter.span_of(scheme), says);
        }
    }
    if parsed.is_sip() {
        if !parsed.headers.is_empty() {
            let at = linter.span_of(parsed.headers);
            let says = "headers must not stand in a Request-URI";
            linter.find(&HEADERS, at.start.saturating_sub(1)..at.end, says);
        }
        if let Some(method) = parsed.params.get("method") {
            let says = "a method parameter must not stand in a Request-URI";
            linter.find(&METHOD_PARAMETER, linter.span_of(method), says);
        }
    }
}
