//! Date.

use sipwhy_parser::HeaderName;

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    NOT_GMT: Error "date-not-gmt",
        "a Date in another time zone than GMT",
        "RFC 3261 §20.17",
        "Receivers take it for GMT and set their clocks wrong, ignore it, or answer 400.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let Some(header) = linter.header(HeaderName::Date) else {
        return;
    };
    let mut words = header.value.split(u8::is_ascii_whitespace);
    let zone = words.rfind(|word| !word.is_empty()).unwrap_or_default();
    let is_zone = !zone.is_empty() && !zone.contains(&b':');
    if is_zone && !zone.eq_ignore_ascii_case(b"GMT") {
        let says = format!("the time zone is {}, and must be GMT", quote(zone));
        linter.find(&NOT_GMT, linter.span_of(zone), says);
    }
}
