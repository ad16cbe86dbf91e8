//! Headers that a message must have.

use sipwhy_parser::{HeaderName, Method, StartLine};

use crate::check::checks;
use crate::linter::Linter;

checks! {
    MISSING: Error "header-missing",
        "a header that every message must have is missing",
        "RFC 3261 §8.1.1, §8.2.6.2",
        "Without From, To, Call-ID, CSeq or Via a message belongs to no transaction: servers \
         answer 400 where they can, and drop it where they cannot.";
    MAX_FORWARDS: Warning "max-forwards-missing",
        "a request without Max-Forwards",
        "RFC 3261 §8.1.1.6, §16.6 step 3",
        "Proxies add it, and UASs mostly do without; where it is missing a loop goes on for as \
         long as nobody adds one.";
    CONTACT: Error "contact-missing",
        "an INVITE or its 2xx without Contact",
        "RFC 3261 §8.1.1.8, §12.1.1",
        "The other side does not know where to send ACK, BYE and what else belongs to the call: \
         it answers 400, or the call cannot be ended.";
    METHOD_HEADER: Error "method-header-missing",
        "a header is missing that this method cannot do without",
        "RFC 3515 §2.1, RFC 3262 §7.2, RFC 6665 §3.1, RFC 3903 §4",
        "Servers answer 400, or 489 Bad Event where it is the event that is missing.";
    SUBSCRIPTION_STATE: Error "subscription-state-missing",
        "a NOTIFY without Subscription-State",
        "RFC 6665 §4.1.3",
        "Subscribers answer 400 Bad Request, and the subscription ends; a few take it as active.";
}

const ALWAYS: [HeaderName; 5] = [
    HeaderName::Via,
    HeaderName::From,
    HeaderName::To,
    HeaderName::CallId,
    HeaderName::CSeq,
];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let message = linter.message;
    let line = linter.start_line();
    let kind = match message.start_line() {
        StartLine::Request { .. } => "request",
        StartLine::Status { .. } => "response",
        StartLine::Malformed(_) => "message",
    };
    let missing = ALWAYS.into_iter().filter(|name| !linter.has(*name));
    let missing: Vec<&str> = missing.map(HeaderName::as_str).collect();
    if let [others @ .., last] = missing.as_slice() {
        let names = match others {
            [] => (*last).to_owned(),
            _ => format!("{} and no {last}", others.join(", no ")),
        };
        linter.find(
            &MISSING,
            line.clone(),
            format!("this {kind} has no {names}"),
        );
    }
    let Some(method) = linter.method() else {
        return;
    };
    let is_success = message
        .status()
        .is_some_and(|code| (200..300).contains(&code));
    if method == Method::Invite
        && (linter.is_request() || is_success)
        && !linter.has(HeaderName::Contact)
    {
        let severity = linter.error_by_rfc3261();
        let says = if linter.is_request() {
            "this INVITE has no Contact"
        } else {
            "this answer to an INVITE has no Contact"
        };
        linter.find_as(&CONTACT, severity, line.clone(), says);
    }
    if !linter.is_request() {
        return;
    }
    if !linter.has(HeaderName::MaxForwards) {
        let says = format!("this {method} has no Max-Forwards");
        linter.find(&MAX_FORWARDS, line.clone(), says);
    }
    if method == Method::Notify && !linter.has(HeaderName::SubscriptionState) {
        let says = "this NOTIFY does not say in which state the subscription is";
        linter.find(&SUBSCRIPTION_STATE, line.clone(), says);
    }
    let needed = match method {
        Method::Subscribe | Method::Notify | Method::Publish => HeaderName::Event,
        Method::Refer => HeaderName::ReferTo,
        Method::Prack => HeaderName::RAck,
        _ => return,
    };
    if !linter.has(needed) {
        linter.find(
            &METHOD_HEADER,
            line,
            format!("this {method} has no {needed}"),
        );
    }
}
