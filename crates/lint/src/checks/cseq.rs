//! CSeq: the number and the method of a request.

use sipwhy_parser::{CSeq, HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, quote, value_of};

checks! {
    MALFORMED: Error "cseq-malformed",
        "a CSeq that is not a number and a method",
        "RFC 3261 §8.1.1.5, §20.16",
        "Servers answer 400; a response that carries it is dropped, and the client times out.";
    TOO_LARGE: Error "cseq-too-large",
        "a CSeq number of 2^31 or more",
        "RFC 3261 §8.1.1.5",
        "Receivers keep it in 32 bits, often signed: it becomes negative or another number, and \
         the next request looks like an old one. Strict ones answer 400.";
    MISMATCH: Error "cseq-method-mismatch",
        "CSeq names another method than the request line",
        "RFC 3261 §8.1.1.5, §8.2.1",
        "Servers answer 400; those that go by CSeq match the request to the wrong transaction.";
}

/// Numbers from here on are too large.
const LIMIT: u32 = 1 << 31;

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let Some(header) = linter.header(HeaderName::CSeq) else {
        return;
    };
    let mut words = header
        .value
        .split(u8::is_ascii_whitespace)
        .filter(|it| !it.is_empty());
    let (number, method) = (words.next().unwrap_or_default(), words.next());
    let is_number = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    let cseq = CSeq::parse(header.value);
    if is_number && cseq.is_none_or(|cseq| cseq.number >= LIMIT) && is_large(number) {
        let says = format!("{} is not below 2^31", quote(number));
        linter.find(&TOO_LARGE, linter.span_of(number), says);
    } else if cseq.is_none() {
        let says = if !is_number {
            format!("{} does not begin with a number", quote(header.value))
        } else if method.is_none() {
            format!("{} names no method", quote(header.value))
        } else {
            format!("{} is more than a number and a method", quote(header.value))
        };
        linter.find(&MALFORMED, value_of(&header), says);
        return;
    }
    let (Some(named), Some(sent)) = (method, linter.message.method()) else {
        return;
    };
    if Method::from_bytes(named) != sent {
        let says = format!("the request is {sent}, and CSeq says {}", quote(named));
        let line = linter.message.start_line_bytes();
        let sent = line.get(..sent.as_bytes().len()).unwrap_or(line);
        let other = (linter.span_of(sent), "the method of the request".to_owned());
        linter.find_two(
            &MISMATCH,
            MISMATCH.severity,
            linter.span_of(named),
            says,
            other,
        );
    }
}

/// Whether these digits are 2^31 or more.
fn is_large(digits: &[u8]) -> bool {
    let significant = digits.iter().skip_while(|&&digit| digit == b'0').count();
    significant > 10
        || significant == 10
            && digits.iter().fold(0_u64, |sum, digit| {
                sum.saturating_mul(10)
                    .saturating_add(u64::from(digit & 0xf))
            }) >= u64::from(LIMIT)
}
