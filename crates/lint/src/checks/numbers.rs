//! Max-Forwards that is used up. (What numbers may be is among the values.)

use sipwhy_parser::{HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, value_of};

checks! {
    SPENT: Note "max-forwards-spent",
        "a request that may not be forwarded",
        "RFC 3261 §16.3 step 3, §8.2.6",
        "A proxy answers 483 Too Many Hops (or, to OPTIONS, for itself); a UAS takes it.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let is_spent = linter.message.max_forwards() == Some(0);
    let is_ack = linter.message.method() == Some(Method::Ack);
    if let Some(header) = linter.header(HeaderName::MaxForwards)
        && is_spent
        && !is_ack
    {
        let says = "the next proxy must not pass this request on";
        linter.find(&SPENT, value_of(&header), says);
    }
}
