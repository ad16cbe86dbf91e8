//! The first line: its parts, the space between them, method, version and code.

use std::ops::Range;

use sipwhy_parser::{Anomalies, Method, StartLine};

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    MALFORMED: Error "start-line-malformed",
        "the first line is neither a request line nor a status line",
        "RFC 3261 §7.1, §7.2",
        "Most stacks drop the message without an answer, since nothing says what it is; on a \
         stream some close the connection.";
    SPACING: Error "start-line-spacing",
        "white space in the first line where the grammar has none",
        "RFC 3261 §7.1, §7.2",
        "Strict parsers answer 400 or take the space for a part of the URI; lenient ones read on.";
    VERSION: Error "version-unknown",
        "a SIP version other than 2.0",
        "RFC 3261 §21.5.6",
        "Servers answer 505 Version Not Supported; responses of an unknown version are dropped.";
    METHOD_CASE: Error "method-case",
        "a method in the wrong case",
        "RFC 3261 §7.1",
        "Methods are compared with regard to case, so servers answer 405 or 501 as to an unknown \
         method.";
    CODE: Error "status-code-malformed",
        "a status code that is not three digits from 100 to 699",
        "RFC 3261 §7.2, §21",
        "Receivers drop the response, and the client times out as if nothing had been answered.";
    LEADING: Note "empty-lines-before",
        "empty lines before the first line",
        "RFC 3261 §7.5",
        "Receivers are to skip them; a few old ones over UDP do not recognise the message.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let anomalies = linter.message.anomalies();
    let line = linter.message.start_line_bytes();
    if anomalies.contains(Anomalies::LEADING_CRLF) && !anomalies.contains(Anomalies::EMPTY) {
        let length = linter.message.leading().len();
        linter.find(&LEADING, 0..length, "the message begins with empty lines");
    }
    if linter.setting.is_cut && linter.message.headers().next().is_none() {
        // The line may go on in what is missing.
        return;
    }
    match linter.message.start_line() {
        StartLine::Malformed(_) => return malformed(linter, line),
        StartLine::Request { method, .. } => known_in_another_case(linter, method, line),
        StartLine::Status { code, .. } => {
            if code >= 700 {
                let span = status_code(linter, line);
                linter.find(&CODE, span, format!("{code} is in no class of responses"));
            }
        }
    }
    if anomalies.contains(Anomalies::UNKNOWN_VERSION) {
        let (StartLine::Request { version, .. } | StartLine::Status { version, .. }) =
            linter.message.start_line()
        else {
            return;
        };
        let says = format!("the version is {}, not SIP/2.0", quote(version));
        linter.find(&VERSION, linter.span_of(version), says);
    }
    if anomalies.contains(Anomalies::START_LINE_SPACING) {
        spacing(linter, line);
    }
}

/// Says what keeps a line from being a start line.
fn malformed(linter: &mut Linter<'_, '_>, line: &[u8]) {
    let start = linter.start_line();
    if line.is_empty() {
        linter.find(&MALFORMED, start, "there is no first line");
        return;
    }
    if line
        .get(..4)
        .is_some_and(|it| it.eq_ignore_ascii_case(b"SIP/"))
    {
        let span = status_code(linter, line);
        let code = linter.message.bytes().get(span.clone()).unwrap_or_default();
        let says = match code {
            [] => "a version, and no status code behind it".to_owned(),
            code => format!("the status code is {}, not three digits", quote(code)),
        };
        linter.find(&CODE, span, says);
        return;
    }
    let has_version = line
        .rsplit(u8::is_ascii_whitespace)
        .find(|word| !word.is_empty())
        .is_some_and(|word| {
            word.get(..4)
                .is_some_and(|it| it.eq_ignore_ascii_case(b"SIP/"))
        });
    let says = if has_version {
        "the line ends in a SIP version, but no method and URI stand before it"
    } else {
        "a request line ends in a SIP version, and a status line begins with one; this line does \
         neither"
    };
    linter.find(&MALFORMED, start, says);
}

/// The second word of the line.
fn status_code(linter: &Linter<'_, '_>, line: &[u8]) -> Range<usize> {
    let mut words = line.split(u8::is_ascii_whitespace).skip(1);
    match words.find(|word| !word.is_empty()) {
        Some(word) => linter.span_of(word),
        None => linter.start_line(),
    }
}

fn known_in_another_case(linter: &mut Linter<'_, '_>, method: Method<'_>, line: &[u8]) {
    let Method::Other(name) = method else {
        return;
    };
    let upper = name.to_ascii_uppercase();
    if Method::from_bytes(&upper).is_known() {
        let span = linter.span_of(line.get(..name.len()).unwrap_or(line));
        let says = format!("{} is no method; {} is", quote(name), quote(&upper));
        linter.find(&METHOD_CASE, span, says);
    }
}

/// Underlines the white space that is too much: a run of it, at an end, or inside the URI, which
/// is for another check.
fn spacing(linter: &mut Linter<'_, '_>, line: &[u8]) {
    let base = linter.start_line().start;
    let mut at = 0;
    while at < line.len() {
        let rest = line.get(at..).unwrap_or_default();
        let run = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let is_end = at + run == line.len();
        let run_bytes = rest.get(..run).unwrap_or_default();
        if run > 1 || run > 0 && (is_end || run_bytes != b" ") {
            let span = base + at..base + at + run;
            let place = if is_end {
                "at its end"
            } else {
                "between its parts"
            };
            let what = crate::linter::count(run, "white space character");
            linter.find(&SPACING, span, format!("the first line has {what} {place}"));
        }
        at += run.max(1);
    }
}
