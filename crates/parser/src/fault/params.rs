//! A header's parameters, read strictly (`generic-param`, RFC 3261 §25.1).

use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::{find, find2};
use crate::lexical::{is_token, is_token_byte, quoted_end};

/// How many names are remembered to tell duplicates. More parameters are read all the same; the
/// bound keeps the time linear.
const REMEMBERED: usize = 32;

/// One parameter, white space around its parts taken off.
#[derive(Clone, Copy)]
pub(crate) struct Param<'a> {
    pub(crate) whole: Piece<'a>,
    pub(crate) name: Piece<'a>,
    /// With its quotes; `None` without an equals sign.
    pub(crate) value: Option<Piece<'a>>,
}

impl<'a> Param<'a> {
    pub(crate) fn read(whole: Piece<'a>) -> Self {
        let whole = whole.trim();
        match whole.split_at(b'=') {
            Some((name, value)) => Self {
                whole,
                name: name.trim_end(),
                value: Some(value.trim_start()),
            },
            None => Self {
                whole,
                name: whole,
                value: None,
            },
        }
    }

    pub(crate) fn is(self, name: &str) -> bool {
        self.name.bytes.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value, or the whole parameter where it has none to point at.
    pub(crate) fn value_or_whole(self) -> Piece<'a> {
        self.value
            .filter(|value| !value.is_empty())
            .unwrap_or(self.whole)
    }
}

/// The names seen so far.
#[derive(Default)]
pub(crate) struct Seen<'a> {
    names: [&'a [u8]; REMEMBERED],
    count: usize,
}

impl<'a> Seen<'a> {
    /// Whether the name was there before, in any case.
    pub(crate) fn is_again(&mut self, name: &'a [u8]) -> bool {
        let known = self.names.get(..self.count).unwrap_or_default();
        if known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return true;
        }
        if let Some(free) = self.names.get_mut(self.count) {
            *free = name;
            self.count += 1;
        }
        false
    }
}

/// Reads what follows an element's first semicolon. Hands each parameter that has a name to
/// `each`, with the place for what is wrong with it in particular.
pub(crate) fn header_params<'a>(
    params: Piece<'a>,
    report: Report<'_>,
    each: &mut dyn FnMut(Param<'a>, Report<'_>),
) {
    let mut seen = Seen::default();
    let mut rest = Some(params);
    while let Some(here) = rest {
        let (text, after) = match semicolon(here.bytes) {
            Some(at) => {
                let (text, after) = here.split_around(at);
                (text, Some(after))
            }
            None => (here, None),
        };
        rest = after;
        let param = Param::read(text);
        if param.whole.is_empty() {
            // Nothing to underline but the semicolon in front.
            report(text.split(0).0.fault(FaultKind::EmptyParam));
            continue;
        }
        if param.name.is_empty() {
            report(param.whole.fault(FaultKind::ParamWithoutName));
            continue;
        }
        if !is_token(param.name.bytes) {
            report(param.name.fault(FaultKind::BadParamName));
        }
        if seen.is_again(param.name.bytes) {
            report(param.whole.fault(FaultKind::DuplicateParam));
        }
        value(param, report);
        each(param, report);
    }
}

/// `gen-value`: a token, a host, or a quoted string.
fn value(param: Param<'_>, report: Report<'_>) {
    let Some(value) = param.value else { return };
    if value.is_empty() {
        report(param.whole.fault(FaultKind::EmptyParamValue));
    } else if value.bytes.starts_with(b"\"") {
        match value.split_quoted() {
            None => report(value.fault(FaultKind::UnclosedQuote)),
            Some((quoted, after)) => {
                controls_in_quotes(quoted, report);
                if !after.is_empty() {
                    report(after.fault(FaultKind::BadParamValue));
                }
            }
        }
    } else if let Some(run) = value
        // Colons and brackets for IPv6.
        .runs(|byte| !is_token_byte(byte) && !b":[]".contains(&byte))
        .next()
    {
        report(run.fault(FaultKind::BadParamValue));
    }
}

/// Bytes that no quoted string may hold: controls that are neither white space nor behind a
/// backslash, and a line end behind one (`qdtext`, `quoted-pair`).
pub(crate) fn controls_in_quotes(quoted: Piece<'_>, report: Report<'_>) {
    let mut is_escaped = false;
    for (at, byte) in quoted.bytes.iter().enumerate() {
        let is_line_end = matches!(byte, b'\r' | b'\n');
        let is_bad = if is_escaped {
            is_line_end
        } else {
            byte.is_ascii_control() && *byte != b'\t' && !is_line_end
        };
        is_escaped = !is_escaped && *byte == b'\\';
        if is_bad {
            report(
                quoted
                    .split(at)
                    .1
                    .split(1)
                    .0
                    .fault(FaultKind::ControlInQuotes),
            );
        }
    }
}

/// The first semicolon outside a quoted string; a quote that never closes takes the rest with it.
fn semicolon(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let found = at + find2(rest, b';', b'"')?;
        if bytes.get(found) == Some(&b';') {
            return Some(found);
        }
        at = quoted_end(bytes, found)?;
    }
}

/// Where the parameters of an element begin: its first semicolon.
pub(crate) fn split_params(element: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    match find(element.bytes, b';') {
        Some(at) => {
            let (main, params) = element.split_around(at);
            (main, Some(params))
        }
        None => (element, None),
    }
}
