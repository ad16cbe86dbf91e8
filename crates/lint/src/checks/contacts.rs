//! Contact: where the sender wants to be reached.

use sipwhy_parser::{Address, ContactItem, HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, line_of, quote};

checks! {
    STAR: Error "contact-star",
        "a Contact of * where none may be",
        "RFC 3261 §10.2.2, §10.3 step 6",
        "It removes all bindings in a REGISTER that has no other Contact and Expires: 0. Anything \
         else is answered with 400.";
    SEVERAL: Warning "contact-several",
        "more than one Contact where there must be exactly one",
        "RFC 3261 §8.1.1.8, §12.1.1",
        "Receivers take the first or the last for the dialog, so that later requests may go \
         elsewhere than their sender meant; some answer 400.";
    SCHEME: Error "contact-scheme",
        "a Contact for a dialog that is no SIP URI",
        "RFC 3261 §8.1.1.8",
        "In-dialog requests cannot be sent there; strict receivers answer 400 or 416.";
    REGISTER_USER: Warning "register-uri-user",
        "a REGISTER whose Request-URI names a user",
        "RFC 3261 §10.2",
        "The Request-URI names the domain alone. Registrars mostly take it; proxies may look the \
         user up and send the REGISTER to his phone.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let message = linter.message;
    let method = linter.method();
    let mut addresses = 0;
    let mut star = None;
    for header in message.all(HeaderName::Contact) {
        if header.value == b"*" {
            star = Some(header);
        }
    }
    for item in message.contacts() {
        if let ContactItem::Address(address) = item {
            addresses += 1;
            if addresses == 1 && is_for_a_dialog(linter) {
                scheme(linter, &address);
            }
        }
    }
    if let Some(header) = star {
        let expires = message.value(HeaderName::Expires);
        let says = if !linter.is_request() || method != Some(Method::Register) {
            Some("* stands in a REGISTER request only")
        } else if addresses > 0 {
            Some("* stands beside other Contacts")
        } else if expires != Some(b"0") && linter.has_whole_head() {
            Some("* removes all bindings, and Expires does not say 0")
        } else {
            None
        };
        if let Some(says) = says {
            linter.find(&STAR, header.value_span.clone(), says);
        }
    }
    if addresses > 1
        && is_for_a_dialog(linter)
        && let Some(last) = message.all(HeaderName::Contact).last()
    {
        let says = format!("{addresses} Contacts, where the dialog has one target");
        linter.find(&SEVERAL, line_of(&last), says);
    }
    register_uri(linter);
}

/// Whether the message makes or changes a dialog, of which Contact is the target.
fn is_for_a_dialog(linter: &Linter<'_, '_>) -> bool {
    let makes = matches!(
        linter.method(),
        Some(Method::Invite | Method::Subscribe | Method::Update)
    );
    let code = linter.message.status();
    makes && code.is_none_or(|code| (101..300).contains(&code))
}

fn scheme(linter: &mut Linter<'_, '_>, address: &Address<'_>) {
    let Some(uri) = address.parsed_uri() else {
        return;
    };
    if !uri.is_sip() {
        let scheme = address.uri.split(|&byte| byte == b':').next();
        let scheme = scheme.unwrap_or(address.uri);
        let says = format!("{} cannot be the target of a dialog", quote(scheme));
        linter.find(&SCHEME, linter.span_of(address.uri), says);
    }
}

fn register_uri(linter: &mut Linter<'_, '_>) {
    if linter.message.method() != Some(Method::Register) {
        return;
    }
    let uri = linter
        .message
        .request_uri()
        .and_then(sipwhy_parser::Uri::parse);
    if let Some(user) = uri.filter(|uri| uri.is_sip()).and_then(|uri| uri.user) {
        let says = format!(
            "{} is a user, and the Request-URI names a domain",
            quote(user)
        );
        linter.find(&REGISTER_USER, linter.span_of(user), says);
    }
}
