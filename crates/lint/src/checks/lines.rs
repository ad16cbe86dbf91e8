//! The lines of the head: how they end, what they may hold, and that each is a header.

use std::ops::Range;

use sipwhy_parser::Anomalies;

use crate::check::checks;
use crate::linter::{Linter, count, quote};

checks! {
    BARE_LF: Warning "line-end-lf",
        "lines end in LF without CR",
        "RFC 3261 §7, §25.1",
        "Most stacks accept it; strict ones see one long line and drop or reject the message.";
    BARE_CR: Warning "line-end-cr",
        "a CR that no LF follows",
        "RFC 3261 §7, §25.1",
        "Receivers disagree on whether a line ends there, and so on which headers there are.";
    NUL: Error "nul-byte",
        "a NUL byte among the headers",
        "RFC 3261 §25.1",
        "Stacks written in C often stop reading there; others answer 400.";
    CONTROL: Warning "control-byte",
        "a control character among the headers",
        "RFC 3261 §25.1",
        "Strict parsers answer 400; lenient ones pass it on.";
    NOT_UTF8: Warning "not-utf-8",
        "bytes among the headers that are not UTF-8",
        "RFC 3261 §7",
        "Most stacks pass them on; those that turn headers into text reject the message or \
         replace the bytes.";
    NO_COLON: Error "header-without-colon",
        "a line among the headers that is no header",
        "RFC 3261 §7.3.1",
        "Strict parsers answer 400 or drop the message; lenient ones skip the line.";
    NAME: Error "header-name-malformed",
        "a header name with characters that no name may have",
        "RFC 3261 §7.3.1, §25.1",
        "Strict parsers answer 400; lenient ones skip the line, whatever it was meant to say.";
    STRAY: Error "continuation-of-nothing",
        "the line after the first begins with white space",
        "RFC 3261 §7.3.1",
        "It continues no header. Some receivers add it to the first line, which then breaks; \
         others answer 400.";
    SPACE_BEFORE_COLON: Note "space-before-colon",
        "white space before a header's colon",
        "RFC 3261 §7.3.1",
        "Legal. Some simple parsers do not recognise the header.";
    FOLDED: Note "header-folded",
        "a header that goes on over several lines",
        "RFC 3261 §7.3.1",
        "Legal. Some simple parsers take the further lines for broken headers.";
    TOO_MANY: Warning "headers-too-many",
        "more headers than are looked at",
        "RFC 3261 §21.4.11",
        "Many receivers have a limit of their own and answer 513 Message Too Large or drop the \
         message.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let anomalies = linter.message.anomalies();
    if anomalies.intersects(
        Anomalies::BARE_LF | Anomalies::BARE_CR | Anomalies::NUL_BYTE | Anomalies::CONTROL_BYTE,
    ) {
        controls(linter);
    }
    if linter.message.head().iter().any(|byte| !byte.is_ascii()) {
        not_utf8(linter);
    }
    if anomalies.intersects(
        Anomalies::HEADER_WITHOUT_COLON
            | Anomalies::BAD_HEADER_NAME
            | Anomalies::STRAY_CONTINUATION
            | Anomalies::SPACE_BEFORE_COLON
            | Anomalies::FOLDED_HEADER,
    ) {
        headers(linter);
    }
    if anomalies.contains(Anomalies::TOO_MANY_HEADERS) {
        let span = linter.span_of(linter.message.unindexed());
        let says = format!(
            "after {} headers, the rest is not looked at",
            sipwhy_parser::MAX_HEADERS
        );
        linter.find(&TOO_MANY, span, says);
    }
}

/// The bytes that are wrong wherever they stand in the head. Each kind is told once, at its first
/// place.
fn controls(linter: &mut Linter<'_, '_>) {
    let head = linter.message.head();
    let kinds = [
        (&BARE_LF, "LF alone"),
        (&BARE_CR, "CR alone"),
        (&NUL, "NUL byte"),
        (&CONTROL, "control character"),
    ];
    let mut seen: [Option<(usize, usize)>; 4] = [None; 4];
    let leading = linter.message.leading().len();
    let mut before = 0;
    let mut is_escaped = false;
    for (at, &byte) in head.iter().enumerate() {
        // A quoted pair may hold any control character but CR and LF.
        let was_escaped = is_escaped;
        is_escaped = byte == b'\\' && !was_escaped;
        let kind = match byte {
            b'\n' if before != b'\r' => Some(0),
            b'\r' if !matches!(head.get(at + 1), Some(b'\n') | None) => Some(1),
            0 if !was_escaped => Some(2),
            1..=8 | 11 | 12 | 14..=31 | 127 if !was_escaped => Some(3),
            _ => None,
        };
        before = byte;
        if let Some(kind) = kind
            && at >= leading
            && let Some(slot) = seen.get_mut(kind)
        {
            let (_, times) = slot.get_or_insert((at, 0));
            *times += 1;
        }
    }
    for ((check, what), seen) in kinds.into_iter().zip(seen) {
        if let Some((at, times)) = seen {
            let says = match times {
                1 => format!("one {what} among the headers"),
                _ => format!("{times} times {what} among the headers, the first here"),
            };
            linter.find(check, at..at + 1, says);
        }
    }
}

fn not_utf8(linter: &mut Linter<'_, '_>) {
    let head = linter.message.head();
    let mut at = 0;
    let mut first = None;
    let mut times = 0;
    for chunk in head.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            first.get_or_insert(at..at + chunk.invalid().len());
            times += 1;
        }
        at += chunk.invalid().len();
    }
    let Some(span) = first else {
        return;
    };
    // The end of the bytes may cut a character.
    if linter.setting.is_cut && span.end == head.len() {
        return;
    }
    let says = format!("{} that is not UTF-8", count(times, "piece"));
    linter.find(&NOT_UTF8, span, says);
}

fn headers(linter: &mut Linter<'_, '_>) {
    for header in linter.message.headers() {
        if !header.is_complete {
            continue;
        }
        let whole = linter.message.bytes().get(header.span.clone());
        let whole = whole.unwrap_or_default();
        if header.raw_name.is_empty() && !whole.starts_with(b":") {
            let span = header.value_span.clone();
            if whole.first().is_some_and(|it| matches!(it, b' ' | b'\t')) {
                linter.find(
                    &STRAY,
                    span,
                    "this line continues the first line, which cannot be",
                );
            } else {
                let says = format!("{} has no colon", quote(header.value));
                linter.find(&NO_COLON, span, says);
            }
            continue;
        }
        if header.is_malformed() {
            let span = match header.raw_name {
                [] => header.span.start..header.span.start + 1,
                name => linter.span_of(name),
            };
            let says = match header.raw_name {
                [] => "a colon without a name before it".to_owned(),
                name => format!("{} is not a token", quote(name)),
            };
            linter.find(&NAME, span, says);
        }
        let name_end = header.span.start + header.raw_name.len();
        let after = linter
            .message
            .bytes()
            .get(name_end..header.value_span.start);
        let spaces = after.unwrap_or_default();
        let spaces = spaces.iter().take_while(|&&byte| byte != b':').count();
        if spaces > 0 && !header.raw_name.is_empty() {
            let says = "white space between a header's name and its colon";
            linter.find(&SPACE_BEFORE_COLON, name_end..name_end + spaces, says);
        }
        if let Some(space) = continuation(whole) {
            let at = header.span.start;
            let span = at + space.start..at + space.end;
            linter.find(&FOLDED, span, "this line continues the header before it");
        }
    }
}

/// The white space that continues a header in its second line.
fn continuation(header: &[u8]) -> Option<Range<usize>> {
    let end = header.iter().position(|&byte| byte == b'\n')? + 1;
    let line = header.get(end..)?;
    let space = line
        .iter()
        .take_while(|it| matches!(it, b' ' | b'\t'))
        .count();
    (space > 0).then_some(end..end + space)
}
