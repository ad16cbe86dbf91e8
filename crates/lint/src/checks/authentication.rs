//! Schemes of authentication. (Digests and their parameters are among the values.)

use sipwhy_parser::HeaderName;

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    SCHEME: Note "authentication-scheme",
        "an authentication scheme other than Digest",
        "RFC 3261 §22.4",
        "Receivers that do not know it ignore it, and challenge with one that they know.";
}

/// Schemes that are in use with SIP.
const KNOWN: [&str; 5] = ["Digest", "Bearer", "NTLM", "Kerberos", "TLS-DSK"];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for name in [
        HeaderName::WwwAuthenticate,
        HeaderName::ProxyAuthenticate,
        HeaderName::Authorization,
        HeaderName::ProxyAuthorization,
    ] {
        for header in linter.message.all(name).filter(|header| header.is_complete) {
            let mut words = header.value.split(u8::is_ascii_whitespace);
            let scheme = words.next().unwrap_or_default();
            let is_known = KNOWN
                .iter()
                .any(|it| scheme.eq_ignore_ascii_case(it.as_bytes()));
            if !is_known && !scheme.is_empty() && !scheme.contains(&b'=') {
                let says = format!("{} is a scheme that few know", quote(scheme));
                linter.find(&SCHEME, linter.span_of(scheme), says);
            }
        }
    }
}
