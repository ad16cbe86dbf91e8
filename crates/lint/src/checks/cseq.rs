//! CSeq against the request line. (Its own form is among the values.)

use sipwhy_parser::{HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    MISMATCH: Error "cseq-method-mismatch",
        "CSeq names another method than the request line",
        "RFC 3261 §8.1.1.5, §8.2.1",
        "Servers answer 400; those that go by CSeq match the request to the wrong transaction.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let (Some(header), Some(sent)) = (linter.header(HeaderName::CSeq), linter.message.method())
    else {
        return;
    };
    let words = header.value.split(u8::is_ascii_whitespace);
    let Some(named) = words.filter(|word| !word.is_empty()).nth(1) else {
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
