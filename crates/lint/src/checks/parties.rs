//! From and To: who talks to whom, and the tags that name the dialog.

use sipwhy_parser::{Address, HeaderName, Method};

use crate::Severity;
use crate::check::checks;
use crate::linter::{Linter, value_of};

checks! {
    FROM_TAG: Error "from-tag-missing",
        "From has no tag",
        "RFC 3261 §8.1.1.3",
        "Dialogs are found by it. Most servers answer 400; the others cannot match later requests \
         and responses.";
    TO_TAG: Error "to-tag-missing",
        "To has no tag where one must be",
        "RFC 3261 §8.2.6.2, §12.1.1, §12.2.1.1",
        "A response without it makes no dialog, and forked answers cannot be told apart; a request \
         inside a dialog is answered with 481.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    from(linter);
    to(linter);
}

fn from(linter: &mut Linter<'_, '_>) {
    let Some(header) = linter.header(HeaderName::From) else {
        return;
    };
    if Address::parse(header.value).is_some_and(|from| from.tag().is_none()) {
        let severity = linter.error_by_rfc3261();
        let says = "the sender's side of the dialog has no name";
        linter.find_as(&FROM_TAG, severity, value_of(&header), says);
    }
}

fn to(linter: &mut Linter<'_, '_>) {
    let Some(header) = linter.header(HeaderName::To) else {
        return;
    };
    if Address::parse(header.value).is_none_or(|to| to.tag().is_some()) {
        return;
    }
    let (severity, says) = match (linter.message.status(), linter.message.method()) {
        (Some(100), _) | (None, None) => return,
        (Some(code), _) => {
            // What fails makes no dialog, and is matched by the branch.
            let severity = if code < 300 {
                linter.error_by_rfc3261()
            } else {
                Severity::Warning
            };
            (
                severity,
                format!("a {code} must name the side that answers"),
            )
        }
        (_, Some(method @ (Method::Bye | Method::Prack | Method::Ack))) => (
            linter.error_by_rfc3261(),
            format!("{method} is sent inside a dialog, and does not say in which"),
        ),
        _ => return,
    };
    linter.find_as(&TO_TAG, severity, value_of(&header), says);
}
