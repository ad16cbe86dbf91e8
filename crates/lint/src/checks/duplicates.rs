//! Headers that may stand once, and stand again.

use sipwhy_parser::{Anomalies, Header, HeaderName};

use crate::Severity;
use crate::check::checks;
use crate::linter::{Linter, quote, value_of};

checks! {
    DUPLICATE: Error "header-repeated",
        "a header that a message may have once stands there again",
        "RFC 3261 §7.3.1, §8.1.1",
        "Receivers disagree on which one counts: some take the first, some the last, some answer \
         400. Two hops that differ take it for two messages.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    if !linter
        .message
        .anomalies()
        .contains(Anomalies::DUPLICATE_HEADER)
    {
        return;
    }
    for header in linter.message.headers() {
        if !header.name.is_single() || !header.is_complete {
            continue;
        }
        let Some(first) = linter.message.header(header.name) else {
            continue;
        };
        if first.span.start == header.span.start {
            continue;
        }
        let severity = severity(&header, &first);
        let says = if first.value == header.value {
            format!("a second {}, with the value of the first", header.name)
        } else {
            let (name, value) = (header.name, quote(header.value));
            format!("a second {name}, {value}, beside {}", quote(first.value))
        };
        let other = (value_of(&first), "the first one".to_owned());
        linter.find_two(&DUPLICATE, severity, value_of(&header), says, other);
    }
}

/// How grave it is depends on what the header decides, and on whether the two differ.
fn severity(header: &Header<'_>, first: &Header<'_>) -> Severity {
    let is_decisive = matches!(
        header.name,
        HeaderName::From
            | HeaderName::To
            | HeaderName::CallId
            | HeaderName::CSeq
            | HeaderName::ContentLength
            | HeaderName::ContentType
            | HeaderName::MaxForwards
            | HeaderName::Event
            | HeaderName::SubscriptionState
            | HeaderName::ReferTo
            | HeaderName::RAck
            | HeaderName::RSeq
            | HeaderName::Expires
            | HeaderName::Replaces
    );
    if is_decisive && header.value != first.value {
        Severity::Error
    } else {
        Severity::Warning
    }
}
