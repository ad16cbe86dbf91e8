//! Route, Record-Route, Path and Service-Route: the way through proxies.

use sipwhy_parser::{HeaderName, Params, Uri};

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    BRACKETS: Error "route-without-brackets",
        "a route that is not in angle brackets",
        "RFC 3261 §20.30, §20.34",
        "Its parameters, lr among them, then belong to the header: some proxies take it for a \
         strict router and send the request elsewhere, others answer 400.";
    STRICT: Warning "route-without-lr",
        "a route without lr",
        "RFC 3261 §16.4, §16.6 step 6, §12.2.1.1",
        "It asks for strict routing as in RFC 2543: the sender has to put it in the Request-URI. \
         Where a hop does not know that any more, requests go to the wrong place.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for name in [
        HeaderName::RecordRoute,
        HeaderName::Route,
        HeaderName::Path,
        HeaderName::ServiceRoute,
    ] {
        for value in linter.message.values(name) {
            route(linter, name, value);
        }
    }
}

fn route(linter: &mut Linter<'_, '_>, name: HeaderName, value: &[u8]) {
    let Some(address) = sipwhy_parser::Address::parse(value) else {
        return;
    };
    let before = linter.span_of(address.uri).start.checked_sub(1);
    let before = before.and_then(|at| linter.message.bytes().get(at));
    if before != Some(&b'<') {
        let says = format!("{name} has {} without angle brackets", quote(value));
        linter.find(&BRACKETS, linter.span_of(value), says);
        return;
    }
    let params = Uri::parse(address.uri).map_or(Params::default(), |uri| uri.params);
    let is_sip = Uri::parse(address.uri).is_some_and(Uri::is_sip);
    if is_sip && !params.contains("lr") {
        let says = format!(
            "{name} names a strict router: {} has no lr",
            quote(address.uri)
        );
        linter.find(&STRICT, linter.span_of(address.uri), says);
    }
}
